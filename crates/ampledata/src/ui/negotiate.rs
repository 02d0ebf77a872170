//! Content negotiation, as in RFC 9110 section 12.5.

use axum::http::HeaderValue;

/// The members of a list header, each in lower case without its parameters, with its weight.
fn members<'a>(
    values: impl IntoIterator<Item = &'a HeaderValue>,
) -> impl Iterator<Item = (String, f32)> {
    let texts = values.into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).filter_map(|member| {
        let mut parts = member.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        // An unreadable weight is ignored.
        let weight = weight.and_then(|weight| weight.trim().parse().ok()).unwrap_or(1.0);
        Some((name, weight))
    })
}

/// Whether a media type is accepted. Without a header, everything is.
pub(super) fn accepts<'a>(
    values: impl IntoIterator<Item = &'a HeaderValue>,
    kind: &str,
    subtype: &str,
) -> bool {
    let ranges = [format!("{kind}/{subtype}"), format!("{kind}/*"), "*/*".to_owned()];
    best(values, &ranges).is_none_or(|weight| weight > 0.0)
}

/// Whether a content coding is accepted. Without a header, none is.
pub(super) fn coding_accepted<'a>(
    values: impl IntoIterator<Item = &'a HeaderValue>,
    coding: &str,
) -> bool {
    let ranges = [coding.to_owned(), "*".to_owned()];
    best(values, &ranges).is_some_and(|weight| weight > 0.0)
}

/// The weight of the most specific range that is named (they come first); 0 if only others are named; none if
/// the header is empty.
fn best<'a>(values: impl IntoIterator<Item = &'a HeaderValue>, ranges: &[String]) -> Option<f32> {
    let members: Vec<_> = members(values).collect();
    let named = ranges.iter().find_map(|range| {
        members.iter().find(|(name, _)| name == range).map(|(_, weight)| *weight)
    });
    named.or((!members.is_empty()).then_some(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_special_range_counts() {
        let html =
            |accept: &'static str| accepts([&HeaderValue::from_static(accept)], "text", "html");
        assert!(accepts([], "text", "html") && html("") && html("*/*"));
        assert!(html("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8") && html("TEXT/*;q=0.1"));
        assert!(!html("application/json") && !html("text/html;q=0, */*") && !html("image/*"));
    }

    #[test]
    fn codings_are_taken_where_they_are_named() {
        let gzip =
            |accept: &'static str| coding_accepted([&HeaderValue::from_static(accept)], "gzip");
        assert!(gzip("gzip") && gzip("br, GZIP;q=0.5") && gzip("*"));
        assert!(!gzip("") && !gzip("br") && !gzip("gzip;q=0, *") && !gzip("identity"));
    }
}
