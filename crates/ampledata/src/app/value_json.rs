//! The JSON form of values, as clients see them.

use ampledata_core::value::Value;
use serde_json::Value as Json;

/// A value as JSON. A number that does not fit a double is returned as text.
pub fn value_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Boolean(yes) => (*yes).into(),
        Value::Date(date) => date.to_string().into(),
        Value::List(values) => values.iter().map(value_json).collect(),
        Value::Number(number) => {
            let text = number.normalize().to_string();
            let json = serde_json::from_str::<Json>(&text).ok();
            let exact = json.filter(|json| match json.as_number() {
                Some(number) => number.to_string().trim_end_matches(".0") == text,
                None => false,
            });
            exact.unwrap_or_else(|| text.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_of_a_number_is_lost() {
        for (text, json) in [
            ("1200", "1200"),
            ("0.1", "0.1"),
            ("-2.50", "-2.5"),
            ("12345678901234567890123", "\"12345678901234567890123\""),
            ("0.1234567890123456789", "\"0.1234567890123456789\""),
        ] {
            assert_eq!(value_json(&Value::Number(text.parse().unwrap())).to_string(), json);
        }
    }
}
