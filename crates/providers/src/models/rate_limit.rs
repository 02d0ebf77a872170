//! How long a server wants no requests.

use std::time::Duration;

use ampledata_net::gate::{LimitRemaining, RateLimitRemaining};
use ampledata_net::retry_after::retry_after;
use jiff::SpanRelativeTo;
use jiff::fmt::friendly::SpanParser;
use reqwest::header::HeaderMap;
use serde_json::Value as Json;

use ampledata_net::Retry;

/// From `retry-after`, or else Gemini's `RetryInfo`, or else the `x-ratelimit-…` headers of an exhausted
/// limit.
pub(super) fn retry_of_refusal(headers: &HeaderMap, error: &Json) -> Retry {
    retry_after(headers)
        .or_else(|| read_retry_info(error))
        .or_else(|| exhausted_limit_reset(headers))
        .map_or(Retry::Backoff, Retry::After)
}

/// `details[].retryDelay` of a `google.rpc.RetryInfo`: "37s", "1.5s".
fn read_retry_info(error: &Json) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    details.iter().find_map(|detail| parse_duration(detail.get("retryDelay")?.as_str()?))
}

/// What an answer reports as left of the limits.
pub(super) fn read_remaining_limits(headers: &HeaderMap) -> Option<RateLimitRemaining> {
    let text = |name: String| Some(headers.get(name)?.to_str().ok()?.trim().to_owned());
    let of = |what: &str| {
        let left = text(format!("x-ratelimit-remaining-{what}"))?.parse().ok()?;
        let resets_in = parse_duration(&text(format!("x-ratelimit-reset-{what}"))?)?;
        Some(LimitRemaining { remaining: left, resets_in })
    };
    let left = RateLimitRemaining { requests: of("requests"), tokens: of("tokens") };
    (left != RateLimitRemaining::default()).then_some(left)
}

/// Groq and OpenAI report what is left of requests and tokens, and when the limit is full again.
fn exhausted_limit_reset(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: String| Some(headers.get(name)?.to_str().ok()?.trim().to_owned());
    ["requests", "tokens"]
        .into_iter()
        .filter(|what| text(format!("x-ratelimit-remaining-{what}")).as_deref() == Some("0"))
        .filter_map(|what| parse_duration(&text(format!("x-ratelimit-reset-{what}"))?))
        .max()
}

/// A duration such as `7.66s`, `2m59.56s`, `1h0m3s`, `120ms`.
fn parse_duration(text: &str) -> Option<Duration> {
    let span = SpanParser::new().parse_span(text.trim()).ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn durations_as_servers_write_them() {
        let millis = |text| parse_duration(text).map(|wait| wait.as_millis());
        assert_eq!(millis("7.66s"), Some(7_660));
        assert_eq!(millis("2m59.56s"), Some(179_560));
        assert_eq!(millis("120ms"), Some(120));
        assert_eq!(millis("1h0m3s"), Some(3_603_000));
        assert_eq!(millis("1m26.4s"), Some(86_400));
        assert_eq!(millis("2ms"), Some(2));
        assert_eq!(millis("0s"), Some(0));
        assert_eq!(millis("1d2h"), Some(93_600_000));
        for bad in ["", "s", "12", "12x", "-3s", "1.2.3s"] {
            assert_eq!(parse_duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_clearest_word_counts() {
        let info = json!({"details": [{"@type": "x"}, {"retryDelay": "37s"}]});
        let after = |seconds| Retry::After(Duration::from_secs(seconds));
        assert_eq!(retry_of_refusal(&headers(&[("retry-after", "5")]), &info), after(5));
        assert_eq!(retry_of_refusal(&headers(&[]), &info), after(37));
        assert_eq!(
            retry_of_refusal(&headers(&[("retry-after", "soon")]), &Json::Null),
            Retry::Backoff
        );
        assert_eq!(
            retry_of_refusal(&headers(&[("retry-after", "-1")]), &Json::Null),
            Retry::Backoff
        );
        let limits = headers(&[
            ("x-ratelimit-remaining-requests", "12"),
            ("x-ratelimit-reset-requests", "1h0m0s"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "9s"),
        ]);
        assert_eq!(retry_of_refusal(&limits, &Json::Null), after(9));
        let seconds = Duration::from_secs;
        let requests = Some(LimitRemaining { remaining: 12, resets_in: seconds(3_600) });
        let tokens = Some(LimitRemaining { remaining: 0, resets_in: seconds(9) });
        assert_eq!(read_remaining_limits(&limits), Some(RateLimitRemaining { requests, tokens }));
        assert_eq!(read_remaining_limits(&headers(&[("x-ratelimit-remaining-tokens", "5")])), None);
    }
}
