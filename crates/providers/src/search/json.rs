//! Reads answers of any shape: a field of another type counts as missing.

use serde_json::Value;
use url::Url;

/// Maximum number of characters of a title.
pub(super) const TITLE: usize = 500;
/// Maximum number of characters of one snippet or property.
pub(super) const SNIPPET: usize = 4_000;
/// Maximum number of items read from a list.
pub(super) const ITEMS: usize = 50;

/// A text or number of a field, in one line, cut at `limit` characters; `None` if it is empty.
pub(super) fn text_field(object: &Value, field: &str, limit: usize) -> Option<String> {
    one_line(object.get(field)?, limit)
}

/// As [`text_field`], for a value.
pub(super) fn one_line(value: &Value, limit: usize) -> Option<String> {
    let number;
    let raw = match value {
        Value::String(text) => text.as_str(),
        Value::Number(value) => {
            number = value.to_string();
            &number
        }
        _ => return None,
    };
    let mut line = String::new();
    let mut left = limit;
    for word in raw.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        let before = line.len();
        line.extend(word.chars().take(left));
        left = left.saturating_sub(line[before..].chars().count() + 1);
        if left == 0 {
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}

/// The address in a field, if it is one of http or https.
pub(super) fn link_field(object: &Value, field: &str) -> Option<String> {
    let raw = object.get(field)?.as_str()?.trim();
    if raw.len() > ampledata_net::guard::MAX_URL {
        return None;
    }
    let url = Url::parse(raw).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
}

/// The items of a list field; empty if it is missing or not a list.
pub(super) fn list_field<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    object.get(field).and_then(Value::as_array).into_iter().flatten().take(ITEMS)
}

/// `label: value`, if both are present.
pub(super) fn property_line(label: &str, value: &Value) -> Option<String> {
    let label = one_line(&Value::String(label.to_owned()), TITLE)?;
    Some(format!("{label}: {}", one_line(value, SNIPPET)?))
}
