//! One request to a model's server, with limits and without secrets in its errors.

use std::fmt;
use std::time::Duration;

use ampledata_core::model::ModelName;
use ampledata_core::row::FailureKind;
use ampledata_net::body::{BodyError, read_bounded};
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{rate_limit, unknown_model_error};
use ampledata_net::Error;
use ampledata_net::Retry;

/// Maximum size of an answer in bytes.
const MAX_BODY: usize = 1 << 20;
/// Timeout for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of models read from a server's list.
pub(super) const MAX_MODELS: usize = 10_000;
/// Maximum number of characters of a server's message that are passed on.
const MAX_MESSAGE: usize = 240;

/// An API key; its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key without surrounding blanks. It may be empty: then none is sent.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into().trim().to_owned())
    }

    /// The key, if there is one.
    pub(crate) fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|key| !key.is_empty())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "Key(none)" } else { "Key(hidden)" })
    }
}

/// Why a server cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No TLS root certificates, or no resolver.
    #[error("cannot create the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// Not an http or https address.
    #[error("{address:?} is not the address of a model's server")]
    Address {
        /// The address as given.
        address: String,
    },
}

/// A client that follows no redirects: a key is sent to its own server and nowhere else.
pub(super) fn build_client() -> Result<Client, SetupError> {
    let client = Client::builder()
        .user_agent(concat!("ampledata/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .build()?;
    Ok(client)
}

/// The address without a slash at its end.
pub(super) fn parse_base_address(address: &str) -> Result<String, SetupError> {
    let refused = || SetupError::Address { address: address.to_owned() };
    let url = url::Url::parse(address.trim()).map_err(|_| refused())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused());
    }
    Ok(address.trim().trim_end_matches('/').to_owned())
}

/// A server's answer.
#[derive(Debug)]
pub(super) struct ServerResponse {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Sends a request and reads its answer, whatever its status.
pub(super) async fn post_json(
    request: RequestBuilder,
    body: &Json,
    timeout: Duration,
    provider: &str,
) -> Result<ServerResponse, Error> {
    send(request.json(body), timeout, provider).await
}

/// Sends a request, with or without a body, and reads its answer.
pub(super) async fn send(
    request: RequestBuilder,
    timeout: Duration,
    provider: &str,
) -> Result<ServerResponse, Error> {
    let response =
        request.timeout(timeout).send().await.map_err(|error| transport_error(provider, &error))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = read_bounded(response, MAX_BODY).await.map_err(|error| match error {
        BodyError::TooLarge => Error {
            kind: FailureKind::BadAnswer,
            code: ampledata_core::answer::AnswerProblem::TooLong.code(),
            message: format!("{provider} answered with more than 1 MB"),
            retry: Retry::Never,
        },
        BodyError::Transport(error) => transport_error(provider, &error),
    })?;
    Ok(ServerResponse { status, headers, body })
}

/// Messages of `reqwest` contain addresses, so they are not passed on.
fn transport_error(provider: &str, error: &reqwest::Error) -> Error {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else if error.is_decode() {
        "sent a damaged answer"
    } else {
        "closed the connection"
    };
    unavailable_error(format!("{provider} {what}"), Retry::Backoff)
}

pub(super) fn unavailable_error(message: String, retry: Retry) -> Error {
    Error { kind: FailureKind::Unavailable, code: "provider_unavailable", message, retry }
}

impl ServerResponse {
    /// The body as JSON of a known shape.
    ///
    /// # Errors
    /// If something other than the model's server answered; a retry may help.
    pub(super) fn parse_json<T: DeserializeOwned>(&self, provider: &str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|_| {
            let message = format!("{provider} answered in an unexpected format");
            unavailable_error(message, Retry::Backoff)
        })
    }

    /// The server's own error message.
    pub(super) fn parse_error(&self) -> ServerError {
        let json: Json = serde_json::from_slice(&self.body).unwrap_or_default();
        // All of `{"error": {…}}`, `{"error": "…"}`, `[{"error": {…}}]` and `{"message": "…"}` occur.
        let outer = json.get(0).unwrap_or(&json);
        let error = outer.get("error").or_else(|| outer.get("detail")).unwrap_or(outer);
        let text = |value: Option<&Json>| match value {
            Some(Json::String(text)) => text.clone(),
            Some(Json::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let message = text(Some(error).filter(|error| error.is_string()).or(error.get("message")));
        let code = text(error.get("code"));
        ServerError { status: self.status, code, message, error: error.clone() }
    }

    /// The error that an unsuccessful status means, for a request to this model.
    pub(super) fn to_error(
        &self,
        provider: &str,
        key: &ApiKey,
        fault: &ServerError,
        model: Option<&ModelName>,
    ) -> Error {
        let said = quote_message(&fault.message, key);
        let error = |code, words: &str, retry| Error {
            kind: FailureKind::Unavailable,
            code,
            message: format!("{provider} {words} (status {}{said})", self.status),
            retry,
        };
        if fault.is_key_refused() {
            return error("provider_key_refused", "does not accept the key", Retry::Hold);
        }
        if let Some(model) = model.filter(|_| self.status == 404 || fault.is_model_unknown()) {
            let unknown = unknown_model_error(model);
            let message = format!("{} (status {}{said})", unknown.message, self.status);
            return Error { message, ..unknown };
        }
        match self.status {
            402 => error("provider_no_credit", "requires payment", Retry::Hold),
            429 if fault.is_credit_exhausted() => {
                error("provider_no_credit", "reports that no credit is left", Retry::Hold)
            }
            429 => {
                let retry = rate_limit::retry_of_refusal(&self.headers, &fault.error);
                error("provider_rate_limited", "limits the rate of requests", retry)
            }
            408 | 409 | 425 | 498 | 500.. => {
                let retry = match rate_limit::retry_of_refusal(&self.headers, &fault.error) {
                    Retry::After(wait) => Retry::After(wait),
                    _ => Retry::Backoff,
                };
                error("provider_unavailable", "failed", retry)
            }
            300..=399 => error(
                "provider_bad_request",
                "redirects to another address: check the address in the settings",
                Retry::Never,
            ),
            _ => error("provider_bad_request", "rejected the request", Retry::Never),
        }
    }
}

/// An error as a server reports it.
#[derive(Debug)]
pub(super) struct ServerError {
    status: u16,
    /// `error.code` as text.
    pub(super) code: String,
    /// `error.message`.
    pub(super) message: String,
    /// `error`, complete.
    pub(super) error: Json,
}

impl ServerError {
    /// Whether it mentions one of these words.
    pub(super) fn mentions(&self, words: &[&str]) -> bool {
        let text = self.error.to_string().to_lowercase();
        words.iter().any(|word| text.contains(word))
    }

    /// Whether it is about the key: Gemini answers 400 to a wrong one.
    fn is_key_refused(&self) -> bool {
        matches!(self.status, 401 | 403)
            || self.status == 400 && self.mentions(&["api_key_invalid", "invalid_api_key"])
    }

    /// Whether it is about a retired model: Groq answers 400 for one that it no longer serves.
    fn is_model_unknown(&self) -> bool {
        self.status == 400
            && (matches!(self.code.as_str(), "model_decommissioned" | "model_not_found")
                || self.message.contains("has been decommissioned"))
    }

    fn is_credit_exhausted(&self) -> bool {
        self.mentions(&[
            "insufficient_quota",
            "billing_hard_limit",
            "credit balance",
            "out of credit",
        ])
    }
}

/// A server's message in one short line, with the key removed.
fn quote_message(message: &str, key: &ApiKey) -> String {
    let mut line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(key) = key.get() {
        line = line.replace(key, "…");
    }
    if let Some((end, _)) = line.char_indices().nth(MAX_MESSAGE) {
        line.truncate(end);
        line.push('…');
    }
    if line.is_empty() { line } else { format!(": {line}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_show_themselves() {
        let key = ApiKey::new(" sk-secret-1 ");
        assert_eq!(key.get(), Some("sk-secret-1"));
        assert!(!format!("{key:?}").contains("secret"));
        assert_eq!(
            quote_message("Incorrect key sk-secret-1\n given", &key),
            ": Incorrect key … given"
        );
        assert_eq!(ApiKey::new(" ").get(), None);
    }

    #[test]
    fn only_web_addresses_are_servers() {
        assert_eq!(
            parse_base_address("http://localhost:11434/v1/").unwrap(),
            "http://localhost:11434/v1"
        );
        for address in ["", "localhost:8080", "file:///etc/passwd", "ftp://x.example"] {
            assert!(parse_base_address(address).is_err(), "{address}");
        }
    }
}
