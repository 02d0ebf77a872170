//! How long a page may be kept according to its headers (RFC 9111), as read by a private cache.

use std::time::{Duration, SystemTime};

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
use url::Url;

use crate::freshness::{Freshness, NotModified, Validators};

/// No page is reused for longer without asking its server.
const MAX_FRESHNESS: Duration = Duration::from_hours(24 * 30);
/// RFC 9111, 1.2.2: the value that stands for a number that is too large.
const OVERFLOW: u64 = 1 << 31;
/// RFC 9111, 4.2.2: a page that has not changed for a long time will not change soon: a tenth of that
/// time.
const HEURISTIC: u32 = 10;
/// Longest validator that is kept, in bytes.
const MAX_VALIDATOR: usize = 1_024;

/// How long an answer received at `now` is fresh.
pub fn compute_freshness(headers: &HeaderMap, now: SystemTime) -> Freshness {
    let control = Control::of(headers);
    // An answer that varies by more than the request shows fits no other request (RFC 9111, 4.1).
    let varies = values(headers, &header::VARY).any(|name| name == "*");
    if control.asks_each_time || varies {
        return Freshness::For(Duration::ZERO);
    }
    let date = date(headers, &header::DATE).unwrap_or(now);
    let lifetime = control
        .max_age
        .or_else(|| expires(headers, date))
        .unwrap_or_else(|| heuristic(headers, date));
    Freshness::For(lifetime.saturating_sub(age(headers, date, now)).min(MAX_FRESHNESS))
}

/// The validators of a page at `url`; empty if it may not be stored.
pub fn read_validators(headers: &HeaderMap, url: &Url) -> Validators {
    let kept = |name| {
        let value = headers.get(name)?.to_str().ok()?.trim();
        (!value.is_empty() && value.len() <= MAX_VALIDATOR).then(|| value.to_owned())
    };
    if Control::of(headers).is_not_to_be_stored {
        return Validators { url: url.to_string(), ..Validators::default() };
    }
    let is_date = |text: &String| httpdate::parse_http_date(text).is_ok();
    Validators {
        url: url.to_string(),
        etag: kept(header::ETAG),
        last_modified: kept(header::LAST_MODIFIED).filter(is_date),
    }
}

/// The validators to send with a request for `url`.
pub fn applicable_validators<'a>(
    known: Option<&'a Validators>,
    url: &Url,
) -> Option<&'a Validators> {
    known.filter(|known| !known.is_empty() && known.url == url.as_str())
}

/// Makes a request conditional: the server returns the page only if it has changed (RFC 9110, 13.1).
pub fn make_conditional(mut request: RequestBuilder, known: &Validators) -> RequestBuilder {
    let mut add = |name: HeaderName, value: Option<&String>| {
        let value = value.and_then(|value| HeaderValue::from_str(value).ok());
        if let (Some(value), Some(with)) = (value, request.try_clone()) {
            request = with.header(name, value);
        }
    };
    add(header::IF_NONE_MATCH, known.etag.as_ref());
    add(header::IF_MODIFIED_SINCE, known.last_modified.as_ref());
    request
}

/// Freshness and validators from a `304 Not Modified` answer; `None` for any other answer.
pub fn read_not_modified(
    response: &Response,
    known: &Validators,
    now: SystemTime,
) -> Option<NotModified> {
    if response.status() != StatusCode::NOT_MODIFIED {
        return None;
    }
    // Headers that are missing in the answer keep their values (RFC 9111, 3.2).
    let mut headers = response.headers().clone();
    let mut keep = |name: HeaderName, value: Option<&String>| {
        if let (false, Some(value)) = (headers.contains_key(&name), value)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    };
    keep(header::ETAG, known.etag.as_ref());
    keep(header::LAST_MODIFIED, known.last_modified.as_ref());
    Some(NotModified {
        freshness: compute_freshness(&headers, now),
        validators: read_validators(&headers, response.url()),
    })
}

/// The directives of `Cache-Control` that matter here.
#[derive(Debug, Default)]
struct Control {
    is_not_to_be_stored: bool,
    asks_each_time: bool,
    max_age: Option<Duration>,
}

impl Control {
    fn of(headers: &HeaderMap) -> Self {
        // `Pragma` counts only for servers that know no `Cache-Control` (RFC 9111, 5.4).
        let mut pragmas = values(headers, &header::PRAGMA);
        let mut control = Self {
            asks_each_time: !headers.contains_key(header::CACHE_CONTROL)
                && pragmas.any(|pragma| pragma.eq_ignore_ascii_case("no-cache")),
            ..Self::default()
        };
        for directive in values(headers, &header::CACHE_CONTROL) {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" => {
                    control.is_not_to_be_stored = true;
                    control.asks_each_time = true;
                }
                "no-cache" => control.asks_each_time = true,
                "max-age" => {
                    // If it is given twice, the shorter one counts; if it is not a number, it counts as
                    // stale (4.2.1).
                    let age = seconds(value.trim().trim_matches('"')).unwrap_or_default();
                    control.max_age = Some(control.max_age.map_or(age, |known| known.min(age)));
                }
                _ => {}
            }
        }
        control
    }
}

/// The members of a list in all lines of a header. Commas within quotes also split, which is harmless: no
/// directive that is read here contains one.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|value| !value.is_empty())
}

fn seconds(text: &str) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(text.parse().unwrap_or(OVERFLOW).min(OVERFLOW)))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok()
}

/// `Expires`; a value that is not a date, usually "0", counts as past (RFC 9111, 5.3).
fn expires(headers: &HeaderMap, date: SystemTime) -> Option<Duration> {
    let at = headers.get(header::EXPIRES)?.to_str().unwrap_or_default().trim();
    let at = httpdate::parse_http_date(at).ok();
    Some(at.and_then(|at| at.duration_since(date).ok()).unwrap_or_default())
}

/// The default if the server states nothing: a share of the time since the last change, or a day.
fn heuristic(headers: &HeaderMap, now: SystemTime) -> Duration {
    let Freshness::For(unknown) = Freshness::DEFAULT else { return Duration::ZERO };
    let unchanged =
        date(headers, &header::LAST_MODIFIED).and_then(|at| now.duration_since(at).ok());
    unchanged.map_or(unknown, |unchanged| unchanged / HEURISTIC)
}

/// How long the answer had been in transit and in other caches (RFC 9111, 4.2.3).
fn age(headers: &HeaderMap, date: SystemTime, now: SystemTime) -> Duration {
    let stated = values(headers, &header::AGE).next().and_then(seconds).unwrap_or_default();
    // Dates have a resolution of one second.
    let apparent = now.duration_since(date).unwrap_or_default().as_secs();
    stated.max(Duration::from_secs(apparent))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "Sun, 22 Nov 2026 12:00:00 GMT";
    const HOUR: u64 = 3_600;
    const DAY: u64 = 24 * HOUR;

    fn headers(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in text.lines() {
            let (name, value) = line.split_once(':').unwrap();
            let name = HeaderName::from_bytes(name.trim().as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value.trim()).unwrap());
        }
        headers
    }

    fn fresh(text: &str) -> u64 {
        let now = httpdate::parse_http_date(NOW).unwrap();
        match compute_freshness(&headers(text), now) {
            Freshness::For(time) => time.as_secs(),
            Freshness::Forever => panic!("nothing on the web is for ever"),
        }
    }

    #[test]
    fn the_cases_of_rfc_9111() {
        let table = [
            // No headers.
            ("", DAY),
            ("cache-control: public", DAY),
            ("cache-control: private, must-revalidate", DAY),
            // max-age.
            ("cache-control: max-age=600", 600),
            ("Cache-Control: Public, MAX-AGE=600", 600),
            ("cache-control: max-age=\"600\"", 600),
            ("cache-control: max-age=0", 0),
            ("cache-control: max-age=600, max-age=60", 60),
            ("cache-control: max-age=600\ncache-control: public, max-age=60", 60),
            ("cache-control: max-age=ten", 0),
            ("cache-control: max-age=-5", 0),
            ("cache-control: max-age", 0),
            ("cache-control: max-age=99999999999999999999999", 30 * DAY),
            ("cache-control: max-age=31536000, immutable", 30 * DAY),
            // For shared caches only.
            ("cache-control: s-maxage=5, max-age=600", 600),
            ("cache-control: s-maxage=5", DAY),
            // Must not be used, whatever else is stated.
            ("cache-control: no-store", 0),
            ("cache-control: no-cache", 0),
            ("cache-control: max-age=600, no-cache", 0),
            ("cache-control: no-cache=\"set-cookie\", max-age=600", 0),
            ("cache-control: no-store, max-age=600", 0),
            ("vary: *\ncache-control: max-age=600", 0),
            ("vary: accept-encoding, user-agent\ncache-control: max-age=600", 600),
            ("pragma: no-cache", 0),
            ("Pragma: NO-CACHE", 0),
            ("pragma: no-cache\nexpires: Sun, 22 Nov 2026 13:00:00 GMT", 0),
            ("pragma: no-cache\ncache-control: max-age=600", 600),
            ("pragma: token", DAY),
            // Expires.
            ("expires: Sun, 22 Nov 2026 13:00:00 GMT", HOUR),
            ("expires: Sunday, 22-Nov-26 13:00:00 GMT", HOUR),
            ("expires: Sun Nov 22 13:00:00 2026", HOUR),
            ("expires: Sun, 22 Nov 2026 11:00:00 GMT", 0),
            ("expires: 0", 0),
            ("expires: -1", 0),
            ("expires: Mon, 22 Nov 2027 12:00:00 GMT", 30 * DAY),
            // max-age takes precedence over Expires, and Expires over the guess from Last-Modified.
            ("cache-control: max-age=60\nexpires: Sun, 22 Nov 2026 13:00:00 GMT", 60),
            ("expires: 0\nlast-modified: Thu, 12 Nov 2026 12:00:00 GMT", 0),
            // Measured by the server's clock.
            ("date: Sun, 22 Nov 2026 12:00:00 GMT\nexpires: Sun, 22 Nov 2026 12:10:00 GMT", 600),
            ("date: Sun, 22 Nov 2026 13:00:00 GMT\nexpires: Sun, 22 Nov 2026 13:10:00 GMT", 600),
            // Age: the larger of what other caches state and what follows from the date.
            ("cache-control: max-age=600\nage: 100", 500),
            ("cache-control: max-age=600\nage: 900", 0),
            ("cache-control: max-age=600\nage: old", 600),
            ("cache-control: max-age=600\ndate: Sun, 22 Nov 2026 11:55:00 GMT", 300),
            ("cache-control: max-age=600\nage: 400\ndate: Sun, 22 Nov 2026 11:55:00 GMT", 200),
            ("cache-control: max-age=31536000\nage: 3600", 30 * DAY),
            ("cache-control: max-age=600\ndate: yesterday", 600),
            // A tenth of the time since the last change.
            ("last-modified: Thu, 12 Nov 2026 12:00:00 GMT", DAY),
            ("last-modified: Sun, 22 Nov 2026 02:00:00 GMT", HOUR),
            ("last-modified: Mon, 22 Nov 2010 12:00:00 GMT", 30 * DAY),
            ("last-modified: Mon, 23 Nov 2026 12:00:00 GMT", DAY),
            ("last-modified: long ago", DAY),
            ("last-modified: Sun, 22 Nov 2026 02:00:00 GMT\nage: 600", HOUR - 600),
        ];
        for (text, seconds) in table {
            assert_eq!(fresh(text), seconds, "{text}");
        }
    }

    #[test]
    fn validators_are_kept_where_they_are_some_and_may_be() {
        let url = Url::parse("https://a.example/").unwrap();
        let date = "Thu, 12 Nov 2026 12:00:00 GMT";
        let long = format!("etag: \"{}\"", "x".repeat(2_000));
        let table = [
            (String::new(), None, None),
            (format!("etag: W/\"a\"\nlast-modified: {date}"), Some("W/\"a\""), Some(date)),
            (format!("etag: \"a\"\nlast-modified: {date}\ncache-control: no-store"), None, None),
            ("etag: \"a\"\ncache-control: no-cache".to_owned(), Some("\"a\""), None),
            ("last-modified: long ago".to_owned(), None, None),
            (long, None, None),
        ];
        for (text, etag, last_modified) in table {
            let found = read_validators(&headers(&text), &url);
            assert_eq!(found.url, "https://a.example/");
            assert_eq!(found.etag.as_deref(), etag, "{text}");
            assert_eq!(found.last_modified.as_deref(), last_modified, "{text}");
        }
    }

    #[test]
    fn validators_are_of_one_address() {
        let known = Validators {
            url: "https://a.example/".to_owned(),
            etag: Some("\"a\"".to_owned()),
            last_modified: None,
        };
        let of =
            |url: &str| applicable_validators(Some(&known), &Url::parse(url).unwrap()).is_some();
        assert!(of("https://a.example/"));
        assert!(!of("https://a.example/b") && !of("https://b.example/"));
        let none = Validators { url: known.url.clone(), ..Validators::default() };
        let url = Url::parse(&known.url).unwrap();
        assert!(
            applicable_validators(Some(&none), &url).is_none()
                && applicable_validators(None, &url).is_none()
        );
    }
}
