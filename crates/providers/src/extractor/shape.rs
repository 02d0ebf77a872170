//! Whether a text looks like a value of the column, beyond what its type requires.

use ampledata_core::column::{Column, ColumnType, Format};
use ampledata_core::value::{Locale, Value, parse};
use ampledata_core::vocabulary::words;

/// A longer text is prose, if the column has no format.
const LONGEST: usize = 120;
/// The limit for a list or an address.
const LONGEST_LIST: usize = 300;

/// How well a text fits the column, 0 (not at all) to 1.
pub(super) fn score_fit(text: &str, column: &Column, locale: &Locale) -> f64 {
    let text = text.trim();
    if text.is_empty() || text.len() > max_length(column) {
        return 0.0;
    }
    let Ok(parsed) = parse(text, column, locale) else { return 0.0 };
    let words = text.split_whitespace().count();
    match (column.kind, &parsed.value) {
        (ColumnType::String, _) if column.format.is_none() && column.allowed.is_empty() => {
            score_text(text, words, column)
        }
        (ColumnType::Number | ColumnType::Date, _) if words > 14 => 0.5,
        (ColumnType::Boolean, _) if words > 12 => 0.6,
        (_, Value::Text(_))
            if column.format == Some(Format::Address)
                && !text.chars().any(|c| c.is_ascii_digit()) =>
        {
            0.55
        }
        _ => 1.0,
    }
}

fn max_length(column: &Column) -> usize {
    let is_long =
        column.list || column.format == Some(Format::Address) || column.kind != ColumnType::String;
    if is_long { LONGEST_LIST } else { LONGEST }
}

/// Whether a text is written like a telephone number with its trunk zero or country code.
fn is_telephone_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.starts_with(['+', '0', '('])
        && (8..=15).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+()-./–".contains(c))
}

/// Whether a column of texts may hold a number: a telephone number, or that of a register.
fn asks_for_number(column: &Column) -> bool {
    const NUMBERS: [&str; 22] = [
        "phone",
        "telephone",
        "tel",
        "mobile",
        "cell",
        "fax",
        "contact",
        "hotline",
        "whatsapp",
        "telefon",
        "telefono",
        "telefone",
        "number",
        "no",
        "nr",
        "id",
        "code",
        "vat",
        "tax",
        "registration",
        "register",
        "identifier",
    ];
    let described = column.description.as_deref().unwrap_or_default();
    let asked = words(&column.name).into_iter().chain(words(described));
    asked.into_iter().any(|word| NUMBERS.contains(&word.as_str()))
}

/// Free text: a name or a few words; not a sentence, a web address or markup.
fn score_text(text: &str, words: usize, column: &Column) -> f64 {
    let lower = text.to_lowercase();
    let is_address = lower.contains("://")
        || lower.starts_with("www.")
        || lower.contains('@') && lower.contains('.') && !lower.contains(' ');
    if is_address
        || is_telephone_number(text) && !asks_for_number(column)
        || text.contains(['{', '}', '<', '>', '\\'])
        || !text.chars().any(char::is_alphanumeric)
    {
        return 0.0;
    }
    if text.ends_with(['?', '!', ':']) && words > 2 {
        return 0.2;
    }
    let is_sentence = text.ends_with('.') && words > 8 || lower.contains(". ") && words > 12;
    if is_sentence {
        return 0.3;
    }
    let most = if column.list { 24 } else { 12 };
    if words > most { 0.4 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_no_place() {
        let fits = |name: &str, text: &str| {
            score_fit(text, &Column::new(name, ColumnType::String), &Locale::default()) > 0.5
        };
        assert!(!fits("headquarters", "045 555 9000"));
        assert!(!fits("city", "+49 331 5550 70"));
        assert!(fits("headquarters", "Naas"));
        assert!(fits("phone", "045 555 9000"));
        assert!(fits("vat_id", "0455.550.172"));
        assert!(fits("opening_hours", "10:00-17:30"));
    }
}
