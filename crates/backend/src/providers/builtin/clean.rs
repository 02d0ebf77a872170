//! What of a fact's text is the value.

use ampledata_core::column::{Column, ColumnType, Format};

/// Words that stand before a name and are no part of it.
const BEFORE: [&str; 24] = [
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

/// The value in a text of the page; what is left out stands before or after it.
pub(super) fn value<'t>(text: &'t str, column: &Column) -> &'t str {
    let text = text.trim();
    if column.kind != ColumnType::String || column.list || column.format.is_some() {
        return text;
    }
    let mut rest = text;
    for _ in 0..2 {
        rest = without_before(rest);
    }
    let rest = rest.split(" | ").next().unwrap_or(rest);
    let rest = rest.split(['|', '•', '·']).next().unwrap_or(rest).trim();
    rest.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | ',' | ';' | '|' | '-' | '–' | '*' | '"' | '“' | '”')
    })
}

fn without_before(text: &str) -> &str {
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

/// Whether a column asks for a shaped text, for which a link may stand.
pub(super) fn wants_link(column: &Column) -> bool {
    matches!(column.format, Some(Format::Url | Format::Email))
}
