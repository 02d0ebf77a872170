//! Telephone numbers, as written or, with a country code, as ITU-T E.164 writes them.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::fold;
use super::format::{pattern, single_match};
use crate::column::Column;

/// The one telephone number of a text: 7 to 15 digits, with its extension if given. With a country code it
/// becomes `+` and digits (`+442055500101`); without one it stays as written, as its country is unknown. A
/// fax number is none, unless the column asks for it.
pub(crate) fn parse(text: &str, column: &Column) -> Option<String> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:\+|\(|\b)[\d(][\d\s().\-–/·‑]{5,24}\d(?:\s*(?:ext\.?|extension|x)\s*\d{1,6})?\b",
        )
    });
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$")
    });
    let text = if asks_for_fax(column) { text } else { without_fax(text) };
    let found = without_postal_code(single_match(NUMBER.as_ref(), text)?);
    let lower = found.to_lowercase();
    let main = lower.split(['e', 'x']).next().unwrap_or_default();
    let digits = main.bytes().filter(u8::is_ascii_digit).count();
    let date = DATE.as_ref().is_some_and(|date| date.is_match(found));
    let fits = (7..=15).contains(&digits) && !date;
    fits.then(|| international(main, &found[main.len()..]).unwrap_or_else(|| found.to_owned()))
}

/// The number without the postal code of an address that ends before it: `55420 (952) 851-0066`.
fn without_postal_code(found: &str) -> &str {
    let Some(at) = found.find('(').filter(|at| *at > 0) else { return found };
    let before = found[..at].trim_end();
    let is_code = before.len() >= 4 && before.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { &found[at..] } else { found }
}

/// Whether a column of telephone numbers is one of fax numbers; a description may only exclude them.
pub fn asks_for_fax(column: &Column) -> bool {
    fold(&column.name).contains("fax")
}

/// The text before a label of a fax number; nothing if it starts with one.
fn without_fax(text: &str) -> &str {
    static FAX: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"(?i)\b(?:tele)?fax\b|ファックス|ファクス|传真|傳真|факс|팩스"));
    let label = FAX.as_ref().and_then(|fax| fax.find(text));
    label.map_or(text, |label| {
        // "Tel/Fax: …" is both.
        let before = text[..label.start()].trim_end();
        let both =
            before.ends_with(['/', '&', '+', ',']) && !before.chars().any(|c| c.is_ascii_digit());
        if both { text } else { before }
    })
}

/// The number with its country code, without separators and the trunk zero in brackets: `+49 (0)30 1234`.
fn international(main: &str, extension: &str) -> Option<String> {
    let rest = main.strip_prefix('+').or_else(|| main.strip_prefix("00"))?;
    let rest = rest.replace("(0)", "");
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let plausible = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
    let extension: String = extension.chars().filter(char::is_ascii_digit).collect();
    plausible.then(|| match extension.as_str() {
        "" => format!("+{digits}"),
        extension => format!("+{digits} ext. {extension}"),
    })
}
