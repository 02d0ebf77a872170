//! Values that lines of the body have without a label: a telephone number, a postal address, a website
//! under the name of the thing.

use std::sync::LazyLock;

use ampledata_core::column::{Column, Format};
use ampledata_core::confidence::site_of;
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::Span;
use ampledata_core::value::parse;
use regex::Regex;

use crate::extractor::extract::FoundValue;
use crate::extractor::from_facts::PageContext;

/// Maximum number of lines of one page that are examined, from the heading on.
pub(in crate::extractor) const MAX_LINES: usize = 400;
/// Number of lines after the heading in which a shape without a label can be the entity's.
const NEAR: usize = 40;
/// Score of a shape.
const SHAPED: f64 = 0.55;
/// Maximum number of lines of one address.
const ADDRESS_LINES: usize = 4;

/// Values in short lines of the body, for shaped texts.
pub(in crate::extractor) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    column: &Column,
) -> Vec<FoundValue> {
    if !context.subjects.page.is_subject {
        return Vec::new();
    }
    let spans = match column.format {
        _ if !column.allowed.is_empty() => Vec::new(),
        Some(Format::Phone) => find_phones(context),
        Some(Format::Email) => find_shaped(context, column),
        Some(Format::Url) => find_sites(context, column),
        Some(Format::Address) => find_addresses(context),
        _ => Vec::new(),
    };
    spans
        .into_iter()
        .take(4)
        .enumerate()
        .map(|(index, span)| FoundValue {
            column: at,
            text: join_lines(&context.page.text[span.range()]),
            span,
            kind: SourceKind::Sentence,
            label: SHAPED,
            entity: context.subjects.page.score,
            unit: None,
            context: Vec::new(),
            is_machine_number: false,
            prominence: (1.0 - 0.25 * index as f64).max(0.0),
        })
        .collect()
}

pub(in crate::extractor) fn join_lines(text: &str) -> String {
    let lines: Vec<&str> =
        text.lines().map(strip_list_marks).filter(|line| !line.is_empty()).collect();
    let mut joined = String::new();
    for line in lines {
        if !joined.is_empty() {
            joined.push_str(if joined.ends_with(',') { " " } else { ", " });
        }
        joined.push_str(line);
    }
    joined
}

fn strip_list_marks(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '-' | '*' | '|' | '•' | '–'))
}

/// The lines from the heading on that are not about other things, without list marks, with their start
/// positions.
pub(in crate::extractor) fn lines_from_heading<'a>(
    context: &PageContext<'a>,
    most: usize,
) -> Vec<(usize, &'a str)> {
    let body = &context.page.text[..context.page.body_end as usize];
    let mut start = context.heading_start;
    let mut lines = Vec::new();
    for line in body[context.heading_start..].split_inclusive('\n') {
        let shown = strip_list_marks(line);
        let at = start + (shown.as_ptr() as usize - line.as_ptr() as usize);
        if !shown.is_empty() && !context.subjects.is_related(line_span(at, shown)) {
            lines.push((at, shown));
        }
        if lines.len() >= most {
            break;
        }
        start += line.len();
    }
    lines
}

pub(in crate::extractor) fn line_span(start: usize, shown: &str) -> Span {
    Span::new(start, start + shown.len())
}

/// Lines that consist of the shape, with at most one word before it.
fn find_shaped(context: &PageContext<'_>, column: &Column) -> Vec<Span> {
    lines_from_heading(context, NEAR)
        .into_iter()
        .filter(|(_, shown)| {
            shown.len() <= 60 && shown.chars().filter(|c| c.is_alphabetic()).count() <= 12
                || column.format == Some(Format::Email)
        })
        .filter(|(_, shown)| parse(shown, column, context.locale).is_ok())
        .map(|(start, shown)| line_span(start, shown))
        .collect()
}

/// Telephone numbers that cannot be anything else, wherever they occur; fax numbers are left out.
fn find_phones(context: &PageContext<'_>) -> Vec<Span> {
    static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:\+\d{1,3}[ .-]?)?\(\d{2,5}\)[ .-]?\d{3,4}[ .-]?\d{3,4}\b|\b\d{3}[.-]\d{3}[.-]\d{4}\b|\+\d{1,3}[ .-]\d[\d .-]{6,14}\d\b").ok()
    });
    let Some(phone) = PHONE.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for (start, shown) in lines_from_heading(context, MAX_LINES) {
        for hit in phone.find_iter(shown) {
            let before = shown[..hit.start()].trim_end_matches([' ', ':', '.']).to_lowercase();
            if !before.ends_with("fax") && !before.ends_with("telefax") {
                found.push(Span::new(start + hit.start(), start + hit.end()));
            }
        }
    }
    found
}

/// Addresses of other sites that are written out, rather than only linked.
fn find_sites(context: &PageContext<'_>, column: &Column) -> Vec<Span> {
    let own = site_of(context.url);
    let mut found = Vec::new();
    for (start, shown) in lines_from_heading(context, MAX_LINES) {
        let mut at = 0;
        for word in
            shown.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';'))
        {
            let bare = word.trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, '|' | ',' | ';' | '.' | ')')
            });
            let is_site =
                (bare.starts_with("http") || bare.starts_with("www.")) && !bare.contains('@');
            if is_site && site_of(bare) != own && parse(bare, column, context.locale).is_ok() {
                found.push(Span::new(start + at, start + at + bare.len()));
            }
            at += word.len();
        }
    }
    found
}

/// Lines that begin with a number or name a street and end in a postal code, on the same line or a little
/// below.
fn find_addresses(context: &PageContext<'_>) -> Vec<Span> {
    let lines = lines_from_heading(context, NEAR);
    let mut found = Vec::new();
    for (index, (start, shown)) in lines.iter().enumerate() {
        let letters = shown.chars().filter(|c| c.is_alphabetic()).count();
        if !shown.contains(|c: char| c.is_ascii_digit()) || letters < 5 {
            continue;
        }
        let below = &lines[index..(index + ADDRESS_LINES).min(lines.len())];
        for (count, (last, line)) in below.iter().enumerate() {
            if line.len() > 120 {
                break;
            }
            let end = last + line.len();
            let town = is_town_line(line) && (count > 0 || line.contains(", "));
            if ends_in_postal_code(line) || town {
                let before = &context.page.text[*start..end];
                let words = before.split_whitespace().count();
                if (4..=24).contains(&words) && before.chars().any(char::is_alphabetic) {
                    found.push(Span::new(*start, end));
                }
                break;
            }
        }
    }
    found.dedup_by(|later, first| later.end == first.end);
    found
}

/// A street address up to its postal code, on the same line or a little below.
pub(in crate::extractor) fn extend_address(
    context: &PageContext<'_>,
    street: Span,
) -> Option<Span> {
    const BELOW: usize = 160;
    let body = &context.page.text[..context.page.body_end as usize];
    let shown = body.get(street.range())?;
    if ends_in_postal_code(shown.trim()) {
        return None;
    }
    let from = street.start as usize;
    let rest = &body[from..body.floor_char_boundary((street.end as usize + BELOW).min(body.len()))];
    let mut end = from;
    for (count, line) in rest.split_inclusive(['\n', '|']).enumerate() {
        let shown = strip_list_marks(line);
        let last = end + (shown.as_ptr() as usize - line.as_ptr() as usize) + shown.len();
        end += line.len();
        if count >= ADDRESS_LINES || last <= street.end as usize && !shown.is_empty() && count > 0 {
            break;
        }
        if last > street.end as usize && (ends_in_postal_code(shown) || is_town_line(shown)) {
            return Some(Span::new(from, last));
        }
    }
    None
}

/// Whether a line ends in a postal code after the town, which always ends an address (Universal Postal
/// Union).
fn ends_in_postal_code(line: &str) -> bool {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?:\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|\b[A-Z]{2,3}\s+\d{4})(?:,?\s+(?:USA|US|United States|UK|United Kingdom|Canada|Australia))?\.?$",
        )
        .ok()
    });
    CODE.as_ref().is_some_and(|code| code.is_match(line))
}

/// Whether a line has a postal code before the town, as in continental Europe; after a street it ends an
/// address.
fn is_town_line(line: &str) -> bool {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|, )(?:[A-Z]{1,2}-)?\d{4,5}\s+\p{Lu}\p{Ll}+(?:[\s-]\p{L}+){0,2}(?:, \p{Lu}\p{Ll}+)?$").ok()
    });
    CODE.as_ref().is_some_and(|code| code.is_match(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postal_codes_end_addresses() {
        assert!(is_town_line("10115 Berlin") && is_town_line("Hauptstr. 5, 10115 Berlin"));
        for line in
            ["Las Vegas, NV 89135", "London SW1A 1AA", "Toronto, ON M5V 2T6", "Sydney NSW 2000"]
        {
            assert!(ends_in_postal_code(line), "{line}");
        }
        for line in ["738 people have voted", "In 2010", "Call 555", "2400 Central Ave SE"] {
            assert!(!ends_in_postal_code(line), "{line}");
        }
    }

    #[test]
    fn lines_of_an_address_are_joined() {
        assert_eq!(
            join_lines("12 High St\nSpringfield, IL 62701\n"),
            "12 High St, Springfield, IL 62701"
        );
    }
}
