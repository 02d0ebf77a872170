//! As of when a page speaks: from its words, its metadata, its title and its address.

use crate::column::{Column, ColumnType};
use crate::page::Page;
use crate::row::Input;
use crate::value::{Locale, PartialDate, Value, fold, parse};

use super::phrases::AS_OF;

/// A longer line is a paragraph, in bytes. Its beginning may still be a dateline.
const LONGEST_LINE: usize = 120;
/// Maximum number of words of a date.
const DATE_WORDS: usize = 5;
/// Maximum number of words before the date that make up a marker.
const MARKER_WORDS: usize = 5;
/// Maximum number of words between a line's start and the date of a dateline.
const DATELINE_WORDS: usize = 3;
/// Maximum number of lines looked at.
const MAX_LINES: usize = 2_000;
/// The earliest year in which a page can have been written.
const FIRST_YEAR: i16 = 1990;

/// As of when a page speaks, if it says so: by words such as "last updated", by its metadata, by a date at the
/// beginning of an article, by a year in its title or in its address. The year of a copyright is no date. A
/// date after `locale.today` does not count.
pub fn find_page_date(
    page: &Page,
    url: &str,
    input: &Input,
    locale: &Locale,
) -> Option<PartialDate> {
    let is_past = |date: &PartialDate| is_plausible(*date, locale);
    let locale = Locale { language: page.language.clone(), ..locale.clone() };
    let marked = marked_date(page, &locale);
    let stated = || page.modified.or(page.published).filter(is_past);
    let in_title = || title_year(page.title.as_deref()?, input).filter(is_past);
    let in_address = || address_date(url).filter(is_past);
    marked.or_else(stated).or_else(|| dateline(page, &locale)).or_else(in_title).or_else(in_address)
}

fn is_plausible(date: PartialDate, locale: &Locale) -> bool {
    date.year() >= FIRST_YEAR && locale.today.is_none_or(|today| date <= today)
}

/// The newest date behind words such as "last updated".
fn marked_date(page: &Page, locale: &Locale) -> Option<PartialDate> {
    let body = &page.text[..page.body_end as usize];
    let lines = body.lines().take(MAX_LINES).filter(|line| line.len() <= LONGEST_LINE);
    lines.filter(|line| has_year(line)).filter_map(|line| date_behind_marker(line, locale)).max()
}

/// The date in "Last updated: 4 March 2025".
fn date_behind_marker(line: &str, locale: &Locale) -> Option<PartialDate> {
    let words: Vec<&str> = line.split_whitespace().filter(|word| fold_len(word) > 0).collect();
    for at in 1..words.len().min(MARKER_WORDS + 2) {
        let first = at.saturating_sub(MARKER_WORDS);
        let is_marked = (first..at).any(|from| {
            let before = fold(&words[from..at].join(" "));
            AS_OF.contains(&before.as_str())
        });
        if is_marked && let Some(date) = leading_date(&words[at..], locale) {
            return Some(date);
        }
    }
    None
}

fn fold_len(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The date that the first words give, the longest that does.
fn leading_date(words: &[&str], locale: &Locale) -> Option<PartialDate> {
    let column = Column::new("date", ColumnType::Date);
    (1..=DATE_WORDS.min(words.len())).rev().find_map(|count| {
        let text = words[..count].join(" ");
        let text = text.trim_matches(|c: char| !c.is_alphanumeric());
        if !has_year(text) {
            return None;
        }
        match parse(text, &column, locale).ok()?.value {
            Value::Date(date) if is_plausible(date, locale) => Some(date),
            _ => None,
        }
    })
}

/// The date with which an article begins, as in "Boom, 2 January 2026." or on a line of its own.
fn dateline(page: &Page, locale: &Locale) -> Option<PartialDate> {
    let body = &page.text[..page.body_end as usize];
    let lines = body.lines().filter(|line| !line.starts_with(['|', '-', '*'])).take(60);
    lines.filter(|line| has_year(line)).find_map(|line| {
        let end = line.floor_char_boundary(LONGEST_LINE.min(line.len()));
        let words: Vec<&str> = line[..end].split_whitespace().collect();
        // Three words of a place, then the date; the whole line if it is short.
        let starts = 0..=DATELINE_WORDS.min(words.len().saturating_sub(1));
        starts
            .filter(|at| *at == 0 || words[at - 1].ends_with([',', '–', '—', '(', '|', '·']))
            .find_map(|at| {
                let date =
                    leading_date(&words[at..], locale).filter(|date| date.precision() == 3)?;
                let is_dateline =
                    line[..end].contains(['.', '–', '—']) || words.len() <= at + DATE_WORDS;
                is_dateline.then_some(date)
            })
    })
}

/// A year in the title that is not a part of the row's key: "Community profile 2026".
fn title_year(title: &str, input: &Input) -> Option<PartialDate> {
    let key: Vec<String> =
        input.key.iter().chain(&input.context).map(|field| fold(&field.value)).collect();
    let folded = fold(title);
    let mut years = folded.split(' ').filter(|word| is_year(word));
    let year = years.next().filter(|_| years.next().is_none())?;
    let is_named = key.iter().any(|text| text.split(' ').any(|word| word == year));
    (!is_named).then(|| year.parse().ok().and_then(PartialDate::year_only)).flatten()
}

/// The date in an address such as `/2024/05/new-mayor` or `/2026-01-02-opening`.
pub(super) fn address_date(url: &str) -> Option<PartialDate> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut parts = path.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let mut numbers = part.split('-');
        let year = numbers.next().filter(|word| is_year(word));
        let Some(year) = year.and_then(|year| year.parse().ok()).and_then(PartialDate::year_only)
        else {
            continue;
        };
        let month = numbers.next().or_else(|| parts.peek().copied());
        let month = month.filter(|part| part.len() == 2).and_then(|part| part.parse().ok());
        return month.and_then(|month| PartialDate::year_month(year.year(), month)).or(Some(year));
    }
    None
}

/// The date of a single statement: the year in brackets beside it ("Population (2021): 5,290"), or behind "as of".
pub fn date_statement(quote: &str, locale: &Locale) -> Option<PartialDate> {
    if !has_year(quote) {
        return None;
    }
    let in_brackets = quote.match_indices(['(', '[']).filter_map(|(at, _)| {
        let rest = &quote[at + 1..];
        let inner = rest.split([')', ']']).next().filter(|inner| inner.len() <= 40)?;
        let words: Vec<&str> = inner.split_whitespace().collect();
        let plain = leading_date(&words, locale).filter(|_| words.len() <= DATE_WORDS);
        plain.or_else(|| date_behind_marker(inner, locale))
    });
    let behind = || date_behind_marker(quote, locale);
    in_brackets.max().or_else(behind)
}

fn has_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(4)
        .any(|four| four.iter().all(u8::is_ascii_digit) && matches!(&four[..2], b"19" | b"20"))
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word.bytes().all(|b| b.is_ascii_digit())
        && ["19", "20"].iter().any(|century| word.starts_with(century))
}
