//! Extracts the value from the text of a fact.

use ampledata_core::column::{Column, ColumnType, Format};
use ampledata_core::value::fold;
use ampledata_core::vocabulary::ContentKind;

use super::chrome::strip_chrome;

/// Words that may come before a name and are not part of it.
const BEFORE: [&str; 25] = [
    "author",
    "by",
    "by:",
    "written by",
    "posted by",
    "recipe by",
    "author:",
    "von",
    "par",
    "por",
    "von:",
    "published by",
    "submitted by",
    "contributed by",
    "from",
    "story by",
    "words by",
    "text by",
    "directed by",
    "reviewed by",
    "created by",
    "recipe courtesy of",
    "courtesy of",
    "brand:",
    "visit the",
];

/// Words between a name and what follows it in a line of credits, folded.
const AFTER: [&str; 35] = [
    "am",
    "apr",
    "april",
    "at",
    "aug",
    "august",
    "dec",
    "december",
    "feb",
    "february",
    "fri",
    "friday",
    "jan",
    "january",
    "jul",
    "july",
    "jun",
    "june",
    "mar",
    "march",
    "may",
    "mon",
    "monday",
    "nov",
    "november",
    "oct",
    "october",
    "on",
    "posted",
    "published",
    "sep",
    "sept",
    "september",
    "updated",
    "last",
];
/// Days of the week that are not part of a name.
const DAYS: [&str; 10] =
    ["sat", "saturday", "sun", "sunday", "thu", "thursday", "tue", "tuesday", "wed", "wednesday"];

/// Words that separate names.
const JOINTS: [&str; 7] = [" and ", " & ", "; ", ", ", " und ", " et ", " with "];

/// The value in a text of the page, without what comes before or after it.
pub(super) fn clean_value<'t>(text: &'t str, column: &Column, holds: ContentKind) -> &'t str {
    let text = text.trim();
    if holds != ContentKind::Any && text.contains("://") {
        return "";
    }
    if column.kind == ColumnType::String && column.format == Some(Format::Address) {
        return strip_chrome(text);
    }
    if column.kind != ColumnType::String || column.list || column.format.is_some() {
        return text;
    }
    let mut rest = strip_chrome(text);
    for _ in 0..3 {
        rest = strip_leading_word(rest);
    }
    let rest = rest.split(['|', '•', '·', '\n']).map(str::trim).find(|part| !part.is_empty());
    let rest = trim_punctuation(rest.unwrap_or(""));
    match holds {
        ContentKind::Person => first_person(first_sentence(rest)),
        ContentKind::Name => trim_punctuation(cut_before(rest, &[";", " (", " / ", " [", " | "])),
        ContentKind::Identifier => find_identifier(rest),
        ContentKind::Any => cut_tenure(rest),
    }
}

fn trim_punctuation(text: &str) -> &str {
    let trimmed = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, ':' | ',' | ';' | '|' | '-' | '–' | '—' | '*' | '"' | '“' | '”')
    });
    trim_single_brackets(trimmed)
}

/// The text without a bracket at its end or start whose partner is not there.
fn trim_single_brackets(text: &str) -> &str {
    const BRACKETS: [(char, char); 9] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('〈', '〉'),
        ('《', '》'),
        ('「', '」'),
        ('『', '』'),
        ('【', '】'),
        ('（', '）'),
    ];
    let mut rest = text;
    for (open, close) in BRACKETS {
        if rest.ends_with(close) && !rest.contains(open) {
            rest = rest.trim_end_matches(close).trim_end();
        }
        if rest.starts_with(open) && !rest.contains(close) {
            rest = rest.trim_start_matches(open).trim_start();
        }
    }
    rest
}

fn cut_before<'t>(text: &'t str, ends: &[&str]) -> &'t str {
    let end = ends.iter().filter_map(|end| text.find(end)).filter(|at| *at > 0).min();
    &text[..end.unwrap_or(text.len())]
}

fn strip_leading_word(text: &str) -> &str {
    for word in BEFORE {
        if let Some(head) = text.get(..word.len())
            && head.eq_ignore_ascii_case(word)
            && text[word.len()..].starts_with(|c: char| c.is_whitespace())
        {
            return text[word.len()..].trim_start();
        }
    }
    text
}

/// The text up to the end of its first sentence, if a word of some length ends it: "Ann Example. Before her …".
fn first_sentence(text: &str) -> &str {
    let end = text.match_indices(". ").map(|(at, _)| at).find(|at| {
        let last = text[..*at].rsplit(' ').next().unwrap_or("");
        let next = text[*at + 2..].chars().next();
        last.chars().count() > 4 && next.is_some_and(char::is_uppercase)
    });
    &text[..end.unwrap_or(text.len())]
}

/// The first person in a line of credits, without date, place and office.
fn first_person(text: &str) -> &str {
    let text = cut_before(
        text,
        &[" - ", " – ", " — ", " (", " [", " / ", "/", "\u{a0}|", ": ", "$", "€", "£"],
    );
    let text = trim_punctuation(cut_before_date(text));
    let is_name = |part: &str| {
        let words = part.split_whitespace().count();
        (2..=5).contains(&words) && part.chars().next().is_some_and(char::is_uppercase)
    };
    let joint = JOINTS.iter().filter_map(|joint| Some((text.find(joint)?, joint.len()))).min();
    match joint {
        // "Smith, Jane" has the first name last; "Stone & Partners" is one name.
        Some((at, length)) if is_name(&text[..at]) => {
            let rest = text[at + length..].trim();
            let next = JOINTS.iter().filter_map(|joint| rest.find(joint)).min();
            let is_comma = text[at..].starts_with([',', ';']);
            let parts = is_comma || is_name(&rest[..next.unwrap_or(rest.len())]);
            if parts && !rest.is_empty() { trim_punctuation(&text[..at]) } else { text }
        }
        _ => text,
    }
}

/// The text before a remark about the time since which it holds: "Ann Example (since May 2025)".
fn cut_tenure(text: &str) -> &str {
    #[rustfmt::skip]
    const TENURE: [&str; 27] = [
        "since", "from", "sworn", "elected", "appointed", "took", "as", "in", "until", "seit", "ab", "gewahlt", "stand", "depuis",
        "elu", "elue", "nomme", "nommee", "desde", "elegido", "elegida", "dal", "eletto", "eletta", "sinds", "od", "wybrany",
    ];
    let Some((before, remark)) = text.split_once(" (") else { return text };
    let Some(remark) = remark.strip_suffix(')') else { return text };
    let folded = fold(remark);
    let has_year = folded.split(' ').any(|word| {
        word.len() == 4 && ["19", "20"].iter().any(|century| word.starts_with(century))
    });
    let is_tenure = folded.split(' ').next().is_some_and(|first| TENURE.contains(&first));
    if has_year && is_tenure { before.trim_end() } else { text }
}

/// The text before the words that date it.
fn cut_before_date(text: &str) -> &str {
    let mut at = 0;
    let mut end = None;
    for word in text.split_inclusive(char::is_whitespace) {
        let is_stop = {
            let folded = fold(word);
            AFTER.contains(&folded.as_str()) || DAYS.contains(&folded.as_str())
        };
        if at > 0 && word.contains(|c: char| c.is_ascii_digit()) || is_date_like(word) {
            return trim_punctuation(&text[..end.unwrap_or(at)]);
        }
        end = match (is_stop, end) {
            (true, None) => Some(at),
            (true, known) => known,
            (false, _) => None,
        };
        at += word.len();
    }
    // "Posted on" at the end belongs to a date elsewhere; "May" may be a name.
    text
}

/// Whether a word consists of only digits and signs.
fn is_date_like(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit()) && !word.contains(char::is_alphabetic)
}

/// A code: the last word with a digit if other words come before it.
fn find_identifier(text: &str) -> &str {
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    if text.split_whitespace().count() <= 1 {
        return trim_punctuation(text).trim_end_matches('.');
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut coded = words.iter().enumerate().filter(|(_, word)| has_digit(word));
    match (coded.next(), coded.next()) {
        // The section of a law is no identifier: "pursuant to § 27 a".
        (Some((at, _)), None) if at > 0 && words[at - 1].ends_with('§') => "",
        (Some((at, code)), None) => {
            let code = trim_punctuation(code).trim_matches(['(', ')', '#', '.']);
            // A country belongs to the number of a register: "IE 6388047V".
            let is_country = |word: &&&str| {
                word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
            };
            let country = at.checked_sub(1).and_then(|before| words.get(before));
            match country
                .filter(is_country)
                .and_then(|country| text.find(&format!("{country} {code}")))
            {
                Some(start) => &text[start..start + code.len() + 3],
                None => code,
            }
        }
        _ => text,
    }
}

/// How well a cleaned text looks like a value of this kind, 0 to 1.
pub(super) fn plausibility(text: &str, holds: ContentKind) -> f64 {
    let words = text.split_whitespace().count();
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    let is_name = matches!(holds, ContentKind::Person | ContentKind::Name);
    if is_name && !text.contains(char::is_alphabetic) {
        return 0.0;
    }
    match holds {
        ContentKind::Any => 1.0,
        ContentKind::Person => match words {
            0 => 0.0,
            1 if AFTER.contains(&fold(text).as_str()) => 0.0,
            _ if words > 6 => 0.3,
            _ if text.starts_with('@') || has_digit => 0.5,
            1 if text.chars().all(|c| !c.is_lowercase()) => 0.7,
            1 => 0.85,
            _ => 1.0,
        },
        ContentKind::Name => match words {
            0 => 0.0,
            _ if words > 8 => 0.4,
            _ if text.starts_with('@') => 0.5,
            _ => 1.0,
        },
        ContentKind::Identifier => {
            if has_digit && words <= 3 && text.len() <= 40 {
                1.0
            } else {
                0.0
            }
        }
    }
}

/// Whether a column takes a shaped text that a link can provide.
pub(super) fn accepts_link(column: &Column) -> bool {
    matches!(column.format, Some(Format::Url | Format::Email))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &'static str, holds: ContentKind) -> &'static str {
        clean_value(text, &Column::new("x", ColumnType::String), holds)
    }

    #[test]
    fn persons_are_named_without_dates_and_offices() {
        for (text, name) in [
            ("By Ann Example", "Ann Example"),
            ("Ann Example at December 16, 2025 11:15 AM", "Ann Example"),
            ("Ann Example, Dec 17, 2025", "Ann Example"),
            ("Posted by Ann Example on 3/4/2025", "Ann Example"),
            ("Ann Example and Bo Sample", "Ann Example"),
            ("Sat, 20 Dec, 2025 - 06:36", ""),
            ("chef_42", "chef_42"),
            ("Theresa May", "Theresa May"),
            ("R. T. Kendall", "R. T. Kendall"),
            ("Ann Example. Her predecessor", "Ann Example"),
            ("Prof. Ann Example", "Prof. Ann Example"),
        ] {
            assert_eq!(cleaned(text, ContentKind::Person), name, "{text}");
        }
    }

    #[test]
    fn names_end_where_remarks_begin() {
        assert_eq!(cleaned("Vintage (June 23, 2009)", ContentKind::Name), "Vintage");
        assert_eq!(cleaned("Viking / 2010 / Hardcover", ContentKind::Name), "Viking");
        assert_eq!(cleaned("Knopf; First Edition", ContentKind::Name), "Knopf");
        assert_eq!(cleaned("Simon & Schuster", ContentKind::Name), "Simon & Schuster");
    }

    #[test]
    fn a_remark_about_a_tenure_is_no_part_of_a_value() {
        for (text, value) in [
            ("Ann Example (since May 2025)", "Ann Example"),
            ("Ann Example (sworn in 16 November 2026)", "Ann Example"),
            ("Anna Muster (seit 2020)", "Anna Muster"),
            ("Anne Exemple (élue en 2020)", "Anne Exemple"),
            ("Fern Valley (since renamed)", "Fern Valley (since renamed)"),
            ("Best Film (2012)", "Best Film (2012)"),
        ] {
            assert_eq!(cleaned(text, ContentKind::Any), value, "{text}");
        }
    }

    #[test]
    fn identifiers_have_digits() {
        assert_eq!(cleaned("VAT: IE 6388047V", ContentKind::Identifier), "IE 6388047V");
        assert_eq!(cleaned("TVA : BE 0455.550.172", ContentKind::Identifier), "BE 0455.550.172");
        assert_eq!(cleaned("Umsatzsteuer-ID gemäß § 27 a", ContentKind::Identifier), "");
        assert_eq!(cleaned("M14876706〉", ContentKind::Identifier), "M14876706");
        assert_eq!(cleaned("Item No. PU_106160/01", ContentKind::Identifier), "PU_106160/01");
        assert!(plausibility("Home; Garden", ContentKind::Identifier) < 0.1);
        assert!(plausibility("AB-1234", ContentKind::Identifier) > 0.9);
    }
}
