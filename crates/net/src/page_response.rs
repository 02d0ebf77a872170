//! The meaning of an answer: a page, blocked, gone, or worth another try.

use std::time::Duration;

use ampledata_core::row::FailureKind;
use reqwest::{Response, header};

use crate::guard::AddressRefusal;
use crate::retry_after::retry_after;
use crate::{Error, Retry};

/// The longest wait that a server may request; after that the page counts as blocked.
const MAX_WAIT: Duration = Duration::from_mins(2);

/// Accepts an answer that holds a page.
///
/// # Errors
/// Returns the error that the status means otherwise.
pub fn check_status(response: &Response) -> Result<(), Error> {
    let status = response.status().as_u16();
    let error = |kind, code, message: String, retry| Err(Error { kind, code, message, retry });
    if is_challenge(status, response.headers()) {
        return error(
            FailureKind::Blocked,
            "page_captcha",
            "the server asks visitors to prove that they are human".to_owned(),
            Retry::Never,
        );
    }
    match status {
        200..=299 => Ok(()),
        401 | 407 => error(
            FailureKind::Blocked,
            "page_login_wall",
            format!("the page requires a login (status {status})"),
            Retry::Never,
        ),
        402 => error(
            FailureKind::Blocked,
            "page_paywall",
            "the page requires payment (status 402)".to_owned(),
            Retry::Never,
        ),
        403 | 451 => error(
            FailureKind::Blocked,
            "page_denied",
            format!("the server denies access (status {status})"),
            Retry::Never,
        ),
        404 | 410 => error(
            FailureKind::Gone,
            "page_gone",
            format!("there is no such page (status {status})"),
            Retry::Never,
        ),
        429 => error(
            FailureKind::Blocked,
            "page_rate_limited",
            "too many requests (status 429)".to_owned(),
            retry_of(response),
        ),
        408 | 425 | 500 | 502..=504 | 520..=529 => error(
            FailureKind::Unavailable,
            "page_unavailable",
            format!("the server answered with status {status}"),
            retry_of(response),
        ),
        _ => error(
            FailureKind::Unavailable,
            "page_unavailable",
            format!("the server answered with status {status}"),
            Retry::Never,
        ),
    }
}

/// Whether the headers say that a guard answered with a challenge instead of the page.
fn is_challenge(status: u16, headers: &header::HeaderMap) -> bool {
    let value = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_ascii_lowercase()
    };
    value("cf-mitigated") == "challenge"
        || matches!(value("x-amzn-waf-action").as_str(), "captcha" | "challenge")
        // These guards mark all answers; only with these statuses is it they who refuse.
        || matches!(status, 401 | 403) && headers.contains_key("x-datadome")
        || matches!(status, 403 | 429) && headers.contains_key("x-kpsdk-ct")
}

/// When to retry, as `Retry-After` states it.
fn retry_of(response: &Response) -> Retry {
    match retry_after(response.headers()) {
        Some(wait) if wait > MAX_WAIT => Retry::Never,
        Some(wait) => Retry::After(wait),
        None => Retry::Backoff,
    }
}

/// The content type, if it is a text type, a PDF, or missing.
///
/// # Errors
/// `page_not_text` for any other type.
pub fn check_text_type(response: &Response) -> Result<Option<String>, Error> {
    let Some(value) = response.headers().get(header::CONTENT_TYPE) else { return Ok(None) };
    let Ok(value) = value.to_str() else { return Ok(None) };
    let bare = value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase();
    let readable = bare.is_empty()
        || bare.starts_with("text/")
        || bare.ends_with("+xml")
        || bare.ends_with("/json")
        || bare.ends_with("+json")
        || matches!(
            bare.as_str(),
            "application/xml" | "application/pdf" | "application/octet-stream"
        );
    if readable {
        return Ok(Some(value.to_owned()));
    }
    Err(Error {
        kind: FailureKind::BadAnswer,
        code: "page_not_text",
        message: "the page is neither text nor a PDF".to_owned(),
        retry: Retry::Never,
    })
}

/// The error of a page that robots.txt disallows.
pub(super) fn robots_denied_error() -> Error {
    Error {
        kind: FailureKind::Blocked,
        code: "page_robots",
        message: "robots.txt disallows it".to_owned(),
        retry: Retry::Never,
    }
}

/// The error if robots.txt is not available, so that nothing may be read for now (RFC 9309, 2.3.1.4).
pub(super) fn robots_unreachable_error() -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "page_unavailable",
        message: "robots.txt could not be fetched".to_owned(),
        retry: Retry::Backoff,
    }
}

/// The error of a request without an answer, or with an incomplete one. The message leaves out the
/// address, which is shown beside it.
pub fn transport_error(error: &reqwest::Error) -> Error {
    if let Some(refused) = find_cause::<AddressRefusal>(error) {
        return match refused {
            AddressRefusal::Unresolved(_) => Error {
                kind: FailureKind::Gone,
                code: "host_not_found",
                message: refused.to_string(),
                retry: Retry::Never,
            },
            refused => refused_error(refused),
        };
    }
    let (message, retry) = if error.is_timeout() {
        ("the server did not answer in time", Retry::Backoff)
    } else if error.is_connect() {
        ("could not connect to the server", Retry::Backoff)
    } else if error.is_decode() {
        ("the answer is damaged", Retry::Backoff)
    } else {
        ("the connection was lost", Retry::Backoff)
    };
    Error {
        kind: FailureKind::Unavailable,
        code: "page_unavailable",
        message: message.to_owned(),
        retry,
    }
}

/// The error of an address that the guard refuses.
pub fn refused_error(refused: &AddressRefusal) -> Error {
    Error {
        kind: FailureKind::Blocked,
        code: "address_refused",
        message: refused.to_string(),
        retry: Retry::Never,
    }
}

fn find_cause<'a, E: std::error::Error + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_distinguish_challenges_from_refusals() {
        for (status, name, value, expected) in [
            (403, "cf-mitigated", "challenge", true),
            (503, "cf-mitigated", "challenge", true),
            (202, "x-amzn-waf-action", "challenge", true),
            (405, "x-amzn-waf-action", "captcha", true),
            (403, "x-datadome", "protected", true),
            (429, "x-kpsdk-ct", "1", true),
            (200, "x-datadome", "protected", false),
            (503, "x-datadome", "protected", false),
            (429, "x-datadome", "protected", false),
            (403, "server", "cloudflare", false),
            (200, "x-amzn-waf-action", "count", false),
        ] {
            let mut headers = header::HeaderMap::new();
            headers.insert(name, value.parse().expect("a header"));
            assert_eq!(is_challenge(status, &headers), expected, "{status} {name}: {value}");
        }
    }
}
