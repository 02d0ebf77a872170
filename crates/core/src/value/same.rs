//! Whether two values of one column are the same.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::Value;
use super::fold::fold;
use crate::column::{Column, Format};

/// Whether two values of the column agree, so that two pages that give them support each other.
///
/// Numbers agree within a relative 10⁻⁹, which covers rounding in unit conversions. Dates agree as far as
/// the less precise one goes. Texts agree if they fold alike; web addresses are compared without scheme,
/// `www.` and closing slash; telephone numbers by their last ten digits (a national number equals the
/// same number with its country code), if both have seven or more. Lists agree as sets.
pub fn same_value(a: &Value, b: &Value, column: &Column) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => close(*a, *b),
        (Value::Date(a), Value::Date(b)) => a.agrees_with(*b),
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => text_key(a, column) == text_key(b, column),
        (Value::List(a), Value::List(b)) => {
            let covers = |these: &[Value], those: &[Value]| {
                these.iter().all(|one| those.iter().any(|other| same_value(one, other, column)))
            };
            list_keys(a, column)
                .zip(list_keys(b, column))
                .map_or_else(|| covers(a, b) && covers(b, a), |(a, b)| a == b)
        }
        (Value::List(list), one) | (one, Value::List(list)) => {
            matches!(&list[..], [only] if same_value(only, one, column))
        }
        _ => false,
    }
}

fn close(a: Decimal, b: Decimal) -> bool {
    let tolerance = Decimal::new(1, 9);
    let bound = a.abs().max(b.abs()).checked_mul(tolerance);
    a == b || a.checked_sub(b).zip(bound).is_some_and(|(gap, bound)| gap.abs() <= bound)
}

/// The entries of a list of texts as a set; long lists are compared in order of their keys.
fn list_keys(list: &[Value], column: &Column) -> Option<BTreeSet<String>> {
    list.iter()
        .map(|value| match value {
            Value::Text(text) => Some(text_key(text, column)),
            _ => None,
        })
        .collect()
}

/// The part of a text that counts in comparisons.
pub(crate) fn text_key(text: &str, column: &Column) -> String {
    match column.format {
        Some(Format::Phone) => {
            const NATIONAL: usize = 10;
            let main = text.to_lowercase();
            let main = main.split(['e', 'x']).next().unwrap_or_default();
            let digits: Vec<char> = main.chars().filter(char::is_ascii_digit).collect();
            digits[digits.len().saturating_sub(NATIONAL)..].iter().collect()
        }
        Some(Format::Digits) => text.chars().filter(|c| c.is_alphanumeric()).collect(),
        Some(Format::Url) => {
            let lower = text.trim().to_lowercase();
            let bare = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
            bare.trim_start_matches("www.").trim_end_matches('/').to_owned()
        }
        _ => {
            let folded = fold(text);
            // Texts of only symbols have nothing to fold: they are compared as they are.
            if folded.is_empty() { text.trim().to_owned() } else { folded }
        }
    }
}
