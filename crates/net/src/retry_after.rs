//! `retry-after` (RFC 9110, 10.2.3).

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How long the server wants no requests: in seconds, with or without a fraction, or until a date. The
/// driver decides how long is too long.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn wait(text: &str) -> Option<Duration> {
        let value = HeaderValue::from_str(text).unwrap();
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
    }

    #[test]
    fn seconds_may_have_a_fraction() {
        for (text, millis) in
            [("0", 0), ("120", 120_000), ("1.5", 1_500), (" 0.25 ", 250), ("86400", 86_400_000)]
        {
            assert_eq!(wait(text), Some(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn a_date_in_the_past_means_at_once() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(wait(text), Some(Duration::ZERO), "{text}");
        }
        let ahead = SystemTime::now() + Duration::from_hours(1);
        let seconds = wait(&httpdate::fmt_http_date(ahead)).unwrap().as_secs();
        assert!((3_500..=3_600).contains(&seconds), "{seconds}");
    }

    #[test]
    fn other_values_say_nothing() {
        for text in ["", "soon", "-1", "-0.5", "NaN", "inf", "1e400", "5 s", "2026-11-22"] {
            assert_eq!(wait(text), None, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
