//! One request to a provider and its answer, with limits and an error code for every failure.
//!
//! Error messages never repeat the service's own words or its address: both could contain the key.

use std::fmt;
use std::time::Duration;

use ampledata_core::row::FailureKind;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use url::Url;

use crate::body::{BodyError, read_bounded};
use crate::retry_after::retry_after;
use crate::{Error, Retry};

/// Longest answer of a search engine, in bytes.
pub const MAX_ANSWER: usize = 2 * 1024 * 1024;

/// Number of bytes of a refusal that are searched for its reason.
const MAX_REFUSAL: usize = 16 * 1024;

/// A client for one service. It follows no redirects, since they would carry the key elsewhere.
///
/// # Errors
/// If the TLS set-up of the machine cannot be used.
pub fn build_client(timeout: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout)
        .user_agent(concat!("ampledata/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The address of a service. It may contain a user name and password, which `shown` leaves out.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceAddress(Url);

impl ServiceAddress {
    /// The address of a path under a base address; `None` if the base is not http or https, or has a
    /// query or a fragment.
    pub fn new(base: &str, path: &str) -> Option<Self> {
        let base = base.trim().trim_end_matches('/');
        let url = Url::parse(&format!("{base}/{path}")).ok()?;
        let is_whole = url.query().is_none() && url.fragment().is_none();
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        (is_web && is_whole).then_some(Self(url))
    }

    /// The address to send requests to.
    pub fn url(&self) -> Url {
        self.0.clone()
    }

    /// The address to store and show: without user name and password.
    pub fn without_credentials(&self) -> Url {
        let mut url = self.0.clone();
        let removed = url.set_username("").and_then(|()| url.set_password(None));
        debug_assert!(removed.is_ok(), "an address with a host accepts an empty user name");
        url
    }
}

impl fmt::Debug for ServiceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.without_credentials().as_str())
    }
}

/// Sends a request and parses the JSON of its answer.
///
/// # Errors
/// The error that the status means, or `provider_unavailable` if no complete answer came.
pub async fn request_json(
    name: &str,
    request: RequestBuilder,
    max_bytes: usize,
) -> Result<Value, Error> {
    read_json(name, send(name, request).await?, max_bytes).await
}

/// Sends a request and returns as soon as an answer starts, whatever its status.
///
/// # Errors
/// `provider_unavailable` if no answer came.
pub async fn send(name: &str, request: RequestBuilder) -> Result<Response, Error> {
    request.send().await.map_err(|error| transport_error(name, &error))
}

/// Parses the JSON of an answer, as [`request_json`] does.
///
/// # Errors
/// As [`request_json`].
pub async fn read_json(name: &str, response: Response, max_bytes: usize) -> Result<Value, Error> {
    if response.status() != StatusCode::OK {
        return Err(refusal_error(name, response).await);
    }
    let body = read_body(name, response, max_bytes).await?;
    serde_json::from_slice(&body)
        .map_err(|_| unavailable_error(name, "its answer is not complete JSON"))
}

/// The error of an answer that is JSON, but not in the service's documented format.
pub fn bad_answer_error(name: &str) -> Error {
    Error {
        kind: FailureKind::BadAnswer,
        code: "provider_bad_answer",
        message: format!("{name} answered in an unexpected format"),
        retry: Retry::Never,
    }
}

/// The error if the service did not answer, or not with what was requested.
pub fn unavailable_error(name: &str, what: &str) -> Error {
    provider_error("provider_unavailable", format!("{name}: {what}"), Retry::Backoff)
}

/// The error if the service was reached and rejects the request as it is.
pub fn bad_request_error(message: String) -> Error {
    provider_error("provider_bad_request", message, Retry::Never)
}

fn provider_error(code: &'static str, message: String, retry: Retry) -> Error {
    Error { kind: FailureKind::Unavailable, code, message, retry }
}

async fn read_body(name: &str, response: Response, max_bytes: usize) -> Result<Vec<u8>, Error> {
    read_bounded(response, max_bytes).await.map_err(|error| match error {
        BodyError::TooLarge => Error {
            kind: FailureKind::BadAnswer,
            code: "provider_bad_answer",
            message: format!("the answer of {name} is larger than {max_bytes} bytes"),
            retry: Retry::Never,
        },
        BodyError::Transport(error) => transport_error(name, &error),
    })
}

fn transport_error(name: &str, error: &reqwest::Error) -> Error {
    let what = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "could not connect"
    } else {
        "the connection was lost"
    };
    unavailable_error(name, what)
}

async fn refusal_error(name: &str, response: Response) -> Error {
    let status = response.status().as_u16();
    let wait = retry_after(response.headers());
    let windows = exhausted_window(&response);
    let words = match read_body(name, response, MAX_REFUSAL).await {
        Ok(body) => String::from_utf8_lossy(&body).to_ascii_lowercase(),
        // Without a readable body, the status alone shows what happened.
        Err(_) => String::new(),
    };
    match status {
        401 | 403 => key_refused_error(name, status),
        422 if words.contains("subscription_token_invalid") => key_refused_error(name, status),
        402 => no_credit_error(name, status),
        400 if words.contains("not enough credits") => no_credit_error(name, status),
        429 if windows.is_some_and(|reset| reset > LONGEST_RATE_LIMIT) => {
            no_credit_error(name, status)
        }
        429 => provider_error(
            "provider_rate_limited",
            format!("{name} limits the rate of requests (status 429)"),
            wait.or(windows).map_or(Retry::Backoff, Retry::After),
        ),
        408 | 425 | 500..=599 => {
            let retry = wait.map_or(Retry::Backoff, Retry::After);
            provider_error(
                "provider_unavailable",
                format!("{name} answered with status {status}"),
                retry,
            )
        }
        300..=399 => bad_request_error(format!(
            "{name} redirects to another address (status {status}): check its address in the settings"
        )),
        _ => bad_request_error(format!("{name} rejected the request (status {status})")),
    }
}

fn key_refused_error(name: &str, status: u16) -> Error {
    let message = format!("{name} refused the key or denied access (status {status})");
    provider_error("provider_key_refused", message, Retry::Hold)
}

fn no_credit_error(name: &str, status: u16) -> Error {
    provider_error(
        "provider_no_credit",
        format!("{name} has no credit left (status {status})"),
        Retry::Hold,
    )
}

/// A limit that takes longer than this to renew is an exhausted quota, not a rate limit.
const LONGEST_RATE_LIMIT: Duration = Duration::from_hours(1);

/// Time until the longest exhausted window renews: Brave's `X-RateLimit-Remaining: 0, 14523` and
/// `X-RateLimit-Reset: 1, 1419704` have one entry per window.
fn exhausted_window(response: &Response) -> Option<Duration> {
    let list = |header: &str| {
        let value = response.headers().get(header)?.to_str().ok()?;
        value.split(',').map(|part| part.trim().parse::<u64>().ok()).collect::<Option<Vec<_>>>()
    };
    let (left, reset) = (list("x-ratelimit-remaining")?, list("x-ratelimit-reset")?);
    let spent = left.into_iter().zip(reset).filter(|(left, _)| *left == 0);
    spent.map(|(_, reset)| Duration::from_secs(reset)).max()
}
