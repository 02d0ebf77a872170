//! Texts of a known shape: telephone numbers, identifiers, web, e-mail and postal addresses, body
//! heights.

use std::sync::LazyLock;

use regex::Regex;

use super::digits::ascii_digits;
use super::fold::fold;
use super::{Locale, Unparsed, Value, number, phone};
use crate::column::{Column, ColumnType, Format};
use crate::marks::{Raised, without_marks};

/// No shaped text is longer than this, in bytes.
const LONGEST: usize = 2048;

/// Parses a cleaned text as a text of the format.
pub(crate) fn parse(
    cleaned: &str,
    format: Format,
    column: &Column,
    locale: &Locale,
) -> Result<Value, Unparsed> {
    if cleaned.len() > LONGEST {
        return Err(Unparsed::Shape);
    }
    let plain = without_marks(&ascii_digits(cleaned), Raised::Reference);
    let read = match format {
        Format::Phone => phone::parse(&plain, column),
        Format::Digits => parse_digits(&plain, column),
        Format::Url => parse_url(&without_marks(cleaned, Raised::Reference)),
        Format::Email => parse_email(&plain),
        Format::Address => parse_address(cleaned),
        Format::Height => parse_height(cleaned, locale),
    };
    read.map(Value::Text).ok_or(Unparsed::Shape)
}

/// Compiles a pattern of this module; each is a constant that the tests compile.
pub(crate) fn pattern(source: &str) -> Option<Regex> {
    Regex::new(source).ok()
}

/// The only match of a pattern in a text; several matches that fold alike count as one.
pub(crate) fn single_match<'t>(pattern: Option<&Regex>, text: &'t str) -> Option<&'t str> {
    let mut matches = pattern?.find_iter(text).map(|found| found.as_str().trim());
    let first = matches.next()?;
    matches.all(|other| fold(other) == fold(first)).then_some(first)
}

/// An identifier of digits, without its separators. If the column is for an ISBN or for the number of an
/// article (EAN, GTIN, UPC) the check digit must be right, and an ISBN-10 becomes the ISBN-13 of the same book, or the reverse, if the column's name says
/// which.
fn parse_digits(text: &str, column: &Column) -> Option<String> {
    static RUN: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"\b\d(?:[\s\-–‐‑.]?\d){3,31}(?:[\s\-]?[Xx]\b)?\b"));
    let described =
        fold(&format!("{} {}", column.name, column.description.as_deref().unwrap_or("")));
    if described.split(' ').any(|word| word.starts_with("isbn")) {
        return parse_isbn(text, &described, RUN.as_ref()?);
    }
    let found = single_match(RUN.as_ref(), text)?;
    let plain: String = found.chars().filter(char::is_ascii_alphanumeric).collect();
    let article = described
        .split(' ')
        .any(|word| ["ean", "gtin", "upc", "barcode"].iter().any(|name| word.starts_with(name)));
    (!article || is_article_number(&plain)).then_some(plain)
}

/// GS1: 8, 12, 13 or 14 digits; weights 3 and 1 from the right, modulo 10.
fn is_article_number(digits: &str) -> bool {
    let sum: u32 = values(digits)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(d, w)| d * w)
        .sum();
    [8, 12, 13, 14].contains(&digits.len()) && !digits.contains('X') && sum.is_multiple_of(10)
}

fn parse_isbn(text: &str, described: &str, run: &Regex) -> Option<String> {
    let wants = |length: &str| {
        described.split(' ').any(|word| word == length || word == format!("isbn{length}"))
    };
    // "ISBN-13: 978…": the 13 of the label is not part of the number.
    let unlabelled = text.replace("ISBN-13", "").replace("ISBN-10", "").replace("ISBN 13", "");
    let mut found: Option<String> = None;
    for candidate in run.find_iter(&unlabelled) {
        let plain: String =
            candidate.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_uppercase();
        let isbn = match plain.len() {
            13 if is_isbn_13(&plain) && wants("10") && !wants("13") => isbn_10(&plain)?,
            13 if is_isbn_13(&plain) => plain,
            10 if is_isbn_10(&plain) && wants("13") => isbn_13(&plain)?,
            10 if is_isbn_10(&plain) => plain,
            _ => continue,
        };
        if found.as_ref().is_some_and(|other| *other != isbn) {
            return None;
        }
        found = Some(isbn);
    }
    found
}

fn values(text: &str) -> impl Iterator<Item = u32> + '_ {
    text.chars().map(|c| if c == 'X' { 10 } else { c.to_digit(10).unwrap_or(11) })
}

/// ISO 2108: weights 10 to 1, modulo 11.
fn is_isbn_10(text: &str) -> bool {
    !text[..9].contains('X')
        && values(text).zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum::<u32>() % 11
            == 0
}

/// ISO 2108: weights 1 and 3, modulo 10.
fn is_isbn_13(text: &str) -> bool {
    (text.starts_with("978") || text.starts_with("979"))
        && !text.contains('X')
        && check_13(&text[..12]).is_some_and(|check| text.ends_with(check))
}

fn check_13(first: &str) -> Option<char> {
    let sum: u32 = values(first).zip([1, 3].into_iter().cycle()).map(|(d, w)| d * w).sum();
    char::from_digit((10 - sum % 10) % 10, 10)
}

fn isbn_13(isbn_10: &str) -> Option<String> {
    let first = format!("978{}", &isbn_10[..9]);
    Some(format!("{first}{}", check_13(&first)?))
}

/// Only numbers under 978 have a short form.
fn isbn_10(isbn_13: &str) -> Option<String> {
    let first = isbn_13.strip_prefix("978")?.get(..9)?;
    let sum: u32 = values(first).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10)?,
    };
    Some(format!("{first}{check}"))
}

/// A web address as written, with or without its scheme.
fn parse_url(text: &str) -> Option<String> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r#"(?i)(?:https?://[^\s<>"]+|www\.(?:[\p{L}0-9-]{1,63}\.)+\p{L}{2,24}(?:/[^\s<>"]*)?|(?:^|\b)(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.)+(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?::\d+)?(?:/[^\s<>"]*)?)"#,
        )
    });
    if text.contains('@') && !text.contains("://") {
        return None;
    }
    let found = single_match(ADDRESS.as_ref(), text)?.trim_end_matches(['.', ',', ';', ')']);
    let host = found.rsplit("://").next()?;
    host.contains('.').then(|| found.to_owned())
}

fn parse_email(text: &str) -> Option<String> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}0-9](?:[\p{L}0-9-]{0,61}[\p{L}0-9])?\.)+(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})",
        )
    });
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = text.split('?').next().unwrap_or(text);
    let text = plain_address(text);
    single_match(ADDRESS.as_ref(), &text).map(|found| found.trim_start_matches('\'').to_owned())
}

/// The text with the words that hide an address from robots as signs: `info [at] firm [dot] example`,
/// `info(ät)firm.example`, "info at firm dot example".
fn plain_address(text: &str) -> String {
    static BRACKETED_AT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"(?i)\s*[\[({<]\s*(?:at|ät|@|arroba|chez|apenstaartje|chiocciola)\s*[\])}>]\s*")
    });
    static BRACKETED_DOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"(?i)\s*[\[({<]\s*(?:dot|punkt|point|punto|ponto|punt|\.)\s*[\])}>]\s*")
    });
    // Bare words hide an address only if both signs are words.
    static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"(?i)\b([\w.+-]+)\s+(?:at|AT)\s+((?:[\w-]+\s+(?:dot|DOT)\s+)+[a-z]{2,24})\b")
    });
    let (Some(at), Some(dot), Some(bare)) =
        (BRACKETED_AT.as_ref(), BRACKETED_DOT.as_ref(), BARE.as_ref())
    else {
        return text.to_owned();
    };
    let text = at.replace_all(text, "@");
    let text = dot.replace_all(&text, ".");
    bare.replace_all(&text, |found: &regex::Captures<'_>| {
        let host: Vec<&str> =
            found[2].split_whitespace().filter(|word| !word.eq_ignore_ascii_case("dot")).collect();
        format!("{}@{}", &found[1], host.join("."))
    })
    .into_owned()
}

/// A postal address has words, and is no longer than what fits on an envelope.
fn parse_address(text: &str) -> Option<String> {
    const LONGEST: usize = 300;
    let words = fold(text);
    let fits = words.split(' ').count() >= 2 && words.chars().any(char::is_alphabetic);
    (fits && text.len() <= LONGEST).then(|| text.to_owned())
}

/// A body height as feet and inches, such as `6-5`; metric heights are rounded to whole inches.
fn parse_height(text: &str, locale: &Locale) -> Option<String> {
    static FEET_INCHES: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"^([3-8])\s*-\s*((?:\d|1[01])(?:\.\d+)?)(?:\s*\(.*\))?$"));
    let found = FEET_INCHES.as_ref()?.captures(text);
    if let Some((_, [feet, inches])) = found.map(|found| found.extract()) {
        return Some(format!("{feet}-{inches}"));
    }
    let column = Column {
        unit: Some("in".to_owned()),
        minimum: Some(36.into()),
        maximum: Some(107.into()),
        ..Column::new("height", ColumnType::Number)
    };
    // A bare number could be inches or centimetres; reading it as kilograms makes it fail.
    let unit = locale.unit.clone().or_else(|| Some("kg".to_owned()));
    let parsed = number::parse(text, &column, &Locale { unit, ..locale.clone() });
    let Ok(super::Parsed { value: Value::Number(inches), .. }) = parsed else { return None };
    // Half inches are kept; heights converted from centimetres are rounded, as sources do.
    let imperial = fold(text).split(' ').any(|word| word.ends_with("ft") || word.starts_with('f'))
        || text.contains(['\'', '’', '′']);
    let inches = if imperial { inches.normalize() } else { inches.round() };
    let twelve = rust_decimal::Decimal::from(12);
    let feet = (inches / twelve).trunc();
    Some(format!("{}-{}", feet.normalize(), (inches - feet * twelve).normalize()))
}
