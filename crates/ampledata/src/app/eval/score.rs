//! Whether a prediction counts as correct: the strict rules of labelled sets.
//!
//! They measure by the rules of others, and deliberately share no code with how this program reads values: a
//! bug there must not hide here.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ampledata_core::column::{Column, ColumnType, Format};
use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The allowed difference between numbers, as a share of the gold number, or of 1 for smaller ones.
const NUMBER_TOLERANCE: f64 = 1e-4;

/// Whether the predicted text matches the gold text, by the rules of the column.
pub fn is_correct(column: &Column, predicted: &str, gold: &str) -> bool {
    fn both<T: PartialEq>(predicted: Option<T>, gold: Option<T>) -> bool {
        predicted.zip(gold).is_some_and(|(predicted, gold)| predicted == gold)
    }
    match (column.kind, column.format) {
        (ColumnType::Number, _) => numbers_agree(number(predicted), number(gold)),
        (ColumnType::Date, _) => dates_agree(date(predicted), date(gold)),
        (ColumnType::Boolean, _) => both(boolean(predicted), boolean(gold)),
        (_, Some(Format::Phone)) => both(last_ten_digits(predicted), last_ten_digits(gold)),
        (_, Some(Format::Digits)) => both(digits(predicted), digits(gold)),
        (_, Some(Format::Height)) => both(inches(predicted), inches(gold)),
        (_, Some(Format::Url)) => bare_url(predicted) == bare_url(gold),
        _ if column.list => both(items(predicted), items(gold)),
        _ => both(Some(folded(predicted)), Some(folded(gold)).filter(|gold| !gold.is_empty())),
    }
}

/// The text without case, diacritics and punctuation: words and digits with single spaces.
pub fn folded(text: &str) -> String {
    static GAPS: LazyLock<Regex> = LazyLock::new(|| compiled(r"[^\p{L}\p{N}]+"));
    let plain = without_entities(text);
    let bare = plain.nfkd().filter(|c| canonical_combining_class(*c) == 0);
    let lower = bare.flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss");
    GAPS.replace_all(&lower.replace('ς', "σ"), " ").trim().to_owned()
}

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this module compile: its tests run each")
}

/// Decodes the HTML character references that occur in tables: the five of XML, `&nbsp;`, and numeric ones.
fn without_entities(text: &str) -> String {
    static REFERENCE: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));"));
    let replaced = REFERENCE.replace_all(text, |found: &regex::Captures<'_>| {
        let code = |group, radix| {
            let digits: Option<regex::Match<'_>> = found.get(group);
            digits.and_then(|digits| u32::from_str_radix(digits.as_str(), radix).ok())
        };
        let character = match found.get(3).map(|name| name.as_str()) {
            Some("amp") => Some('&'),
            Some("lt") => Some('<'),
            Some("gt") => Some('>'),
            Some("quot") => Some('"'),
            Some("apos") => Some('\''),
            Some("nbsp") => Some('\u{a0}'),
            Some(_) => None,
            None => code(1, 10).or_else(|| code(2, 16)).and_then(char::from_u32),
        };
        character.map_or_else(|| found[0].to_owned(), String::from)
    });
    replaced.into_owned()
}

/// The first number of the text.
///
/// Of a point and a comma, the later one is the decimal separator; a lone comma is one only if one or two
/// digits follow it; several points group thousands.
pub(super) fn number(text: &str) -> Option<f64> {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| compiled("-?[0-9][0-9.,\u{202f} ]*[0-9]|-?[0-9]"));
    static DECIMAL_COMMA: LazyLock<Regex> = LazyLock::new(|| compiled("^-?[0-9]+,[0-9]{1,2}$"));
    let text = without_entities(text).replace('\u{a0}', " ");
    let found = NUMBER.find(&text)?;
    let digits: String = found.as_str().chars().filter(|c| !c.is_whitespace()).collect();
    let plain = match (digits.rfind(','), digits.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => digits.replace('.', "").replace(',', "."),
        (Some(_), None) if DECIMAL_COMMA.is_match(&digits) => digits.replace(',', "."),
        (Some(_), _) => digits.replace(',', ""),
        (None, _) if digits.matches('.').count() > 1 => digits.replace('.', ""),
        (None, _) => digits,
    };
    let value: f64 = plain.parse().ok()?;
    let after = text[found.end()..].trim().to_lowercase();
    let words = [("thousand", 1e3), ("million", 1e6), ("billion", 1e9)];
    let factor = words.iter().find(|(word, _)| after.starts_with(word));
    Some(value * factor.map_or(1.0, |(_, factor)| *factor))
}

fn numbers_agree(predicted: Option<f64>, gold: Option<f64>) -> bool {
    predicted.zip(gold).is_some_and(|(predicted, gold)| {
        (predicted - gold).abs() <= NUMBER_TOLERANCE * gold.abs().max(1.0)
    })
}

/// Year, month and day, as far as the text has them.
type Day = (u32, Option<u32>, Option<u32>);

/// The date of the text, as [`modern_date`] reads it, or else the first year from 1000 to 1899, with month and
/// day where they follow in figures.
fn date(text: &str) -> Option<Day> {
    static EARLY: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r"\b(?P<y>1[0-8][0-9]{2})(?:-(?P<m>[0-9]{2}))?(?:-(?P<d>[0-9]{2}))?\b")
    });
    modern_date(text).or_else(|| {
        let found = EARLY.captures(text)?;
        let part = |name| found.name(name).and_then(|digits| digits.as_str().parse::<u32>().ok());
        Some((part("y")?, part("m"), part("d")))
    })
}

/// The first date of the text, in the first of these formats that matches: `2020-04-03`, `04/03/2020` (month
/// first, unless it is above 12), `April 3, 2020`, `3 April 2020`, `April 2020`, `2020`.
fn modern_date(text: &str) -> Option<Day> {
    static SHAPES: LazyLock<[Regex; 6]> = LazyLock::new(|| {
        [
            r"\b(?P<y>(?:19|20)[0-9]{2})[-/.](?P<m>[0-9]{1,2})(?:[-/.](?P<d>[0-9]{1,2}))?",
            r"\b(?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})[-/.](?P<y>(?:19|20)[0-9]{2})\b",
            r"\b(?P<name>[a-z]{3,9})\.?\s+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)[0-9]{2})\b",
            r"\b(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?\s+(?P<name>[a-z]{3,9})\.?,?\s+(?P<y>(?:19|20)[0-9]{2})\b",
            r"\b(?P<name>[a-z]{3,9})\.?,?\s+(?P<y>(?:19|20)[0-9]{2})\b",
            r"\b(?P<y>(?:19|20)[0-9]{2})\b",
        ]
        .map(compiled)
    });
    let text = text.trim().to_lowercase();
    SHAPES.iter().enumerate().find_map(|(shape, pattern)| {
        let found = pattern.captures(&text)?;
        let part = |name| found.name(name).and_then(|digits| digits.as_str().parse::<u32>().ok());
        let month = match found.name("name") {
            Some(name) => Some(month(name.as_str())?),
            None => part("m"),
        };
        let day = part("d");
        let swapped = shape == 1 && month.is_some_and(|month| month > 12);
        let (month, day) = if swapped { (day, month) } else { (month, day) };
        Some((part("y")?, month, day))
    })
}

/// 1 to 12, by the first three letters of the English name.
fn month(name: &str) -> Option<u32> {
    const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
    let at = (0..12).find(|at| name.get(..3) == MONTHS.get(at * 3..at * 3 + 3))?;
    u32::try_from(at + 1).ok()
}

/// Dates are compared with the precision of the gold date.
fn dates_agree(predicted: Option<Day>, gold: Option<Day>) -> bool {
    predicted.zip(gold).is_some_and(|(predicted, gold)| {
        predicted.0 == gold.0
            && (gold.1.is_none() || predicted.1 == gold.1)
            && (gold.2.is_none() || predicted.2 == gold.2)
    })
}

fn boolean(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "true" | "yes" | "y" | "1" | "in stock" | "instock" | "public" => Some(true),
        "false" | "no" | "n" | "0" | "out of stock" | "outofstock" | "private" => Some(false),
        _ => None,
    }
}

fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

fn last_ten_digits(text: &str) -> Option<String> {
    digits(text).map(|digits| digits[digits.len().saturating_sub(10)..].to_owned())
}

/// A body height in inches: `6-5`, `6'5`, `6 ft 5`.
fn inches(text: &str) -> Option<u32> {
    static HEIGHT: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"([0-9])\s*(?:-|'|’|ft\.?|feet|foot)\s*([0-9]{1,2})?"));
    let text = without_entities(text).replace('\u{a0}', " ");
    let found = HEIGHT.captures(&text)?;
    let feet: u32 = found[1].parse().ok()?;
    let rest = found.get(2).map_or(Some(0), |inches| inches.as_str().parse().ok())?;
    Some(feet * 12 + rest)
}

/// An address without scheme, `www.`, query and final slashes.
pub(super) fn bare_url(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(&url);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.split('?').next().unwrap_or(rest).trim_end_matches('/').to_owned()
}

/// The items of a list, as a set; `None` without items.
fn items(text: &str) -> Option<BTreeSet<String>> {
    Some(listed_items(text)).filter(|items| !items.is_empty())
}

/// The items of a list, folded.
pub(super) fn listed_items(text: &str) -> BTreeSet<String> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| compiled(r"[;,|/\n]| and | & "));
    let text = without_entities(text);
    BETWEEN.split(&text).map(folded).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(column: &Column, cases: &[(&str, &str, bool)]) {
        for (predicted, gold, correct) in cases {
            assert_eq!(is_correct(column, predicted, gold), *correct, "{predicted:?} {gold:?}");
        }
    }

    fn text(format: Option<Format>) -> Column {
        Column { format, ..Column::new("c", ColumnType::String) }
    }

    #[test]
    fn numbers_by_value() {
        check(
            &Column::new("c", ColumnType::Number),
            &[
                ("1234", "1,234", true),
                ("1.234,56 EUR", "1234.56", true),
                ("12,5", "12.5", true),
                ("12,500", "12500", true),
                ("1.234.567", "1234567", true),
                ("1 234", "1234", true),
                ("1\u{a0}234", "1234", true),
                ("$5 million", "5000000", true),
                ("5.0001", "5", true),
                ("5.001", "5", false),
                ("100004", "100000", true),
                ("100011", "100000", false),
                ("0.00005", "0", true),
                ("-3", "3", false),
                ("1,234,567.8", "1234567.8", true),
                ("1.2.3,4,5", "1", false),
                ("none", "0", false),
                ("7", "n/a", false),
                ("&#36;7", "7", true),
            ],
        );
    }

    #[test]
    fn years_before_1900_are_dates() {
        check(
            &Column::new("c", ColumnType::Date),
            &[
                ("1884", "1884", true),
                ("1884-05-01", "1884", true),
                ("1884", "1884-05", false),
                ("1884-05", "1884-05-01", false),
                ("1885", "1884", false),
                ("2014", "1884", false),
                ("884", "1884", false),
            ],
        );
    }

    #[test]
    fn dates_as_precisely_as_gold() {
        check(
            &Column::new("c", ColumnType::Date),
            &[
                ("2010-05-25", "2010-05-25", true),
                ("2010-05-25", "2010", true),
                ("2010-05-25", "2010-05", true),
                ("2010", "2010-05", false),
                ("May 25th, 2010", "2010-05-25", true),
                ("25 May 2010", "2010-05-25", true),
                ("May 2010", "2010-05", true),
                ("05/25/2010", "2010-05-25", true),
                ("25/05/2010", "2010-05-25", true),
                ("03/04/2010", "2010-03-04", true),
                ("03/04/2010", "2010-04-03", false),
                ("Spring 2010", "2010", true),
                ("soon", "2010", false),
            ],
        );
    }

    #[test]
    fn booleans_by_their_words() {
        check(
            &Column::new("c", ColumnType::Boolean),
            &[
                ("Yes", "true", true),
                ("In stock!", "TRUE", true),
                ("private", "false", true),
                ("OutOfStock", "no", true),
                ("no", "yes", false),
                ("maybe", "perhaps", false),
            ],
        );
    }

    #[test]
    fn shapes_of_text() {
        check(
            &text(Some(Format::Phone)),
            &[("+1 (702) 214-3500", "702.214.3500", true), ("702 214", "", false), ("", "", false)],
        );
        check(
            &text(Some(Format::Digits)),
            &[("978-0-307-26999-7", "9780307269997", true), ("0307269997", "9780307269997", false)],
        );
        check(
            &text(Some(Format::Height)),
            &[("6'5\"", "6-5", true), ("6 ft. 11 in", "6-11", true), ("7 feet", "7-0", true)],
        );
        check(
            &text(Some(Format::Url)),
            &[
                ("https://www.acu.edu/?x=1", "acu.edu", true),
                ("http://acu.edu/about/", "www.acu.edu/about", true),
                ("http://acu.edu/about", "acu.edu", false),
            ],
        );
        check(
            &text(Some(Format::Address)),
            &[("10 Main St., Las Vegas", "10 main st las vegas", true), ("10 Main", "10", false)],
        );
    }

    #[test]
    fn lists_as_sets() {
        let column = Column { list: true, ..text(None) };
        check(
            &column,
            &[
                ("Crime; Thriller", "thriller, crime", true),
                ("Crime & Thriller", "Crime and Thriller", true),
                (r#"["Crime","Thriller"]"#, "Crime|Thriller", true),
                ("Crime", "Crime; Thriller", false),
                (";", "", false),
            ],
        );
    }

    #[test]
    fn text_folded() {
        check(
            &text(None),
            &[
                ("Stieg LARSSON", "stieg larsson", true),
                ("Beyoncé", "Beyonce\u{301}", true),
                ("Straße", "STRASSE", true),
                ("AT&amp;T", "at & t", true),
                ("snake_case", "snake case", true),
                ("PG-13", "PG 13", true),
                ("PG-13", "PG", false),
                ("!", "?", false),
            ],
        );
    }
}
