//! Years of other calendars: Japanese eras, Buddhist and Republican years become Gregorian ones, and dates
//! of calendars with other months are taken out, so that they are never misread.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::language::Language;

/// The eras of Japan and of the Republic of China, with the year before their first.
const ERAS: [(&str, i32); 8] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("民國", 1911),
    ("民国", 1911),
    ("中華民國", 1911),
];

/// Compiles a pattern of this module; each is a constant that the tests compile.
fn pattern(source: &str) -> Option<Regex> {
    Regex::new(source).ok()
}

static ERA: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(令和|平成|昭和|大正|明治|中華民國|民國|民国)\s*(元|\d{1,3})\s*年"));
static ERA_LETTER: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\b([RHSTM])(\d{1,2})([./年])\s?(\d{1,2})([./月])\s?(\d{1,2})"));
static BUDDHIST: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?:พ\.?\s?ศ\.?|พุทธศักราช|\bB\.?\s?E\.?)\s*(2[3-6]\d\d)\b"));
static BUDDHIST_AFTER: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\b(2[3-6]\d\d)\s*B\.?E\.?\b"));
static BUDDHIST_BARE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\b(2[45]\d\d)\b"));
static COMMON_THAI: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?:ค\.?\s?ศ\.?|คริสต์ศักราช)\s*(\d{4})"));
/// A date or a year of a calendar whose months differ, with the mark that says so.
static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?: \d{1,2} \s+ (?:[^\s\d,;()]+\s+){1,3} )? \d{3,4} \s*
            (?: هـ | ه\.?ش\.? | ه\.?ق\.? | ه\b | \bA\.?\s?H\.? | \bSH\b | বঙ্গাব্দ | ዓ\.?ም | ዓ/ም )
        | (?: \bAH | \bA\.H\. | 단기 | वि\.?\s?सं\.? | शक | 단군기원 ) \s* \d{3,4}",
    )
});
static PERSIAN_YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\b1[2-4]\d\d\b"));

/// The text with the years of other calendars as Gregorian ones, and without dates that cannot be
/// converted. Digits are ASCII.
pub(crate) fn as_gregorian(text: &str, language: Language) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    replace(&mut out, ERA.as_ref(), |found| {
        let base = ERAS.iter().find(|(name, _)| *name == &found[1]).map(|(_, base)| *base)?;
        let year = if &found[2] == "元" { 1 } else { found[2].parse().ok()? };
        Some(format!("{}年", base + year))
    });
    if language.is("ja") {
        replace(&mut out, ERA_LETTER.as_ref(), |found| {
            let base = match &found[1] {
                "R" => 2018,
                "H" => 1988,
                "S" => 1925,
                "T" => 1911,
                _ => 1867,
            };
            let year: i32 = found[2].parse().ok()?;
            let (year, month, day) = (base + year, &found[4], &found[6]);
            Some(format!("{year}{}{month}{}{day}", &found[3], &found[5]))
        });
    }
    let buddhist = |found: &Captures<'_>| {
        let year: i32 = found[1].parse().ok()?;
        Some((year - 543).to_string())
    };
    replace(&mut out, BUDDHIST.as_ref(), buddhist);
    replace(&mut out, BUDDHIST_AFTER.as_ref(), buddhist);
    replace(&mut out, COMMON_THAI.as_ref(), |found| Some(found[1].to_owned()));
    if language.is("th") {
        replace(&mut out, BUDDHIST_BARE.as_ref(), buddhist);
    }
    replace(&mut out, OTHER.as_ref(), |_| Some(" ".to_owned()));
    // Years of the Persian and the Islamic calendar carry no mark on pages of their countries.
    if language.is_one_of(&["fa", "ps", "ckb", "ar", "ur", "dv"]) {
        replace(&mut out, PERSIAN_YEAR.as_ref(), |_| Some(" # ".to_owned()));
    }
    out
}

fn replace(
    text: &mut Cow<'_, str>,
    pattern: Option<&Regex>,
    by: impl Fn(&Captures<'_>) -> Option<String>,
) {
    let Some(pattern) = pattern.filter(|pattern| pattern.is_match(text)) else { return };
    let replaced = pattern
        .replace_all(text, |found: &Captures<'_>| by(found).unwrap_or_else(|| found[0].to_owned()));
    *text = Cow::Owned(replaced.into_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_other_calendars_are_converted_or_taken_out() {
        for (tag, text, expected) in [
            ("ja", "平成20年5月9日", "2008年5月9日"),
            ("ja", "令和元年5月1日", "2019年5月1日"),
            ("ja", "H20.5.9", "2008.5.9"),
            ("zh", "民國97年5月9日", "2008年5月9日"),
            ("th", "9 พฤษภาคม พ.ศ. 2551", "9 พฤษภาคม 2008"),
            ("th", "9 พฤษภาคม 2551", "9 พฤษภาคม 2008"),
            ("th", "ค.ศ. 2008", "2008"),
            ("en", "2551 BE", "2008"),
            ("ar", "15 رجب 1445 هـ (27 يناير 2024)", "  (27 يناير 2024)"),
            ("en", "12 Rajab 1445 AH", " "),
            ("fa", "19 اردیبهشت 1387", "19 اردیبهشت  # "),
            ("en", "May 9, 1387", "May 9, 1387"),
        ] {
            assert_eq!(as_gregorian(text, Language::from_tag(Some(tag))), expected, "{text}");
        }
    }
}
