//! Credits and dates near a page's headline that have no label.

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::{FactKind, Span};
use ampledata_core::value::{Locale, Value, parse};
use ampledata_core::vocabulary::{ContentKind, Labels};

use super::clean;
use super::extract::FoundValue;
use super::from_facts::PageContext;
use super::prose::shapes::lines_from_heading;

/// Number of lines after the headline that belong to it.
const NEAR: usize = 14;
/// A line with more words is a paragraph.
const MAX_WORDS: usize = 25;
/// Scores of a role in brackets, a credit and a date without a label.
const ROLE: f64 = 0.9;
const CREDIT: f64 = 0.85;
const DATED: f64 = 0.55;
/// Words with which a credit opens.
const OPENINGS: [&str; 7] = ["by", "written", "words", "text", "photos", "posted", "story"];
/// A label for the date of publication.
const PUBLISHED: &str = "date published";

/// The values in the lines around the headline.
pub(super) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    column: &Column,
    labels: &Labels,
) -> Vec<FoundValue> {
    if !context.subjects.page.is_subject {
        return Vec::new();
    }
    let is_person =
        column.kind == ColumnType::String && labels.content_kind() == ContentKind::Person;
    let is_published = column.kind == ColumnType::Date && labels.score(PUBLISHED) > 0.9;
    let mut found = Vec::new();
    for (start, line) in lines_from_heading(context, NEAR) {
        if line.split_whitespace().count() > MAX_WORDS {
            continue;
        }
        // A whole sentence is no credit.
        let opening = line.split_whitespace().next().unwrap_or_default().to_lowercase();
        let is_sentence = line.ends_with('.')
            && line.split_whitespace().count() > 4
            && !OPENINGS.contains(&opening.as_str());
        let hit = if is_person && !is_sentence {
            find_role(line, column, labels).or_else(|| find_credit(line, column, labels))
        } else if is_published {
            find_date(line, column, context.locale).map(|(from, to)| (from, to, DATED))
        } else {
            None
        };
        let Some((from, to, label)) = hit else { continue };
        found.push(FoundValue {
            column: at,
            text: line[from..to].to_owned(),
            span: Span::new(start + from, start + to),
            kind: if is_person { SourceKind::Fact(FactKind::Label) } else { SourceKind::Sentence },
            label,
            entity: context.subjects.page.score,
            unit: None,
            context: Vec::new(),
            is_machine_number: false,
            prominence: (1.0 - 0.2 * found.len() as f64).max(0.0),
        });
    }
    found
}

/// `Ann Example (Author), Bo Sample (Translator)`: the person with the role.
fn find_role(line: &str, column: &Column, labels: &Labels) -> Option<(usize, usize, f64)> {
    let mut from = 0;
    while let Some(open) = line[from..].find('(').map(|at| from + at) {
        let close = open + line[open..].find(')')?;
        if labels.score(&line[open + 1..close]) >= 0.9 {
            // The name comes right before, after the role of the previous name.
            let before = line[..open].trim_end();
            let start = before.rfind([')', ';', '~', '|']).map_or(0, |at| at + 1);
            let name = clean::clean_value(
                before[start..].trim_start_matches([',', ' ']),
                column,
                labels.content_kind(),
            );
            return locate_part(line, name, start).map(|(from, to)| (from, to, ROLE));
        }
        from = close;
    }
    None
}

/// `By Ann Example`, `Photos and text by Ann Example`, `Posted on 1 May by Ann Example`.
fn find_credit(line: &str, column: &Column, labels: &Labels) -> Option<(usize, usize, f64)> {
    let mut at = 0;
    let mut before: Vec<&str> = Vec::new();
    for word in line.split_inclusive(' ') {
        let bare = word.trim().trim_end_matches(':');
        let is_by = bare.eq_ignore_ascii_case("by");
        let last = before.last().copied().unwrap_or("");
        let is_bare =
            before.is_empty() || last.contains(|c: char| c.is_ascii_digit()) || last.len() == 1;
        let words_before = if is_bare { "by".to_owned() } else { format!("{last} by") };
        let is_credit = is_by && labels.score(&words_before) >= 0.9;
        if is_credit {
            let rest = &line[at + word.len()..];
            let name = clean::clean_value(rest, column, labels.content_kind());
            let words = name.split_whitespace().count();
            if (1..=5).contains(&words) && clean::plausibility(name, labels.content_kind()) >= 0.85
            {
                return locate_part(line, name, at).map(|(from, to)| (from, to, CREDIT));
            }
        }
        before.push(bare);
        at += word.len();
    }
    None
}

/// A date in a short line; an update is not a publication.
fn find_date(line: &str, column: &Column, locale: &Locale) -> Option<(usize, usize)> {
    const LONGEST: usize = 5;
    let lower = line.to_lowercase();
    if ["updated", "modified", "reviewed", "expires", "copyright", "©", "aktualisiert"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return None;
    }
    let words = word_ranges(line);
    let day = |from: usize, to: usize| {
        let text = line[from..to].trim_end_matches([',', '.', '|', '-', '–']);
        let is_long = text.len() >= 6 && text.contains(|c: char| c.is_ascii_digit());
        let parsed = if is_long { parse(text, column, locale).ok() } else { None };
        match parsed?.value {
            Value::Date(date) if date.precision() >= 3 => Some((date, text.len())),
            _ => None,
        }
    };
    for (first, &(from, _)) in words.iter().enumerate() {
        for length in (1..=LONGEST.min(words.len() - first)).rev() {
            let to = words[first + length - 1].1;
            if let Some((date, _)) = day(from, to) {
                // Words before the date are not part of it.
                let rest = words[first..first + length].iter().rev();
                let same =
                    |at: usize| Some((at, day(at, to).filter(|(other, _)| *other == date)?.1));
                return rest.map(|(at, _)| *at).find_map(same).map(|(at, long)| (at, at + long));
            }
        }
    }
    None
}

/// The words of a line with their positions.
pub(super) fn word_ranges(line: &str) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut words = Vec::new();
    for word in line.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·'))
    {
        let bare =
            word.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·'));
        if !bare.is_empty() {
            words.push((at, at + bare.len()));
        }
        at += word.len();
    }
    words
}

/// The position of a part of a line.
fn locate_part(line: &str, part: &str, from: usize) -> Option<(usize, usize)> {
    if part.is_empty() {
        return None;
    }
    let at = from + line.get(from..)?.find(part)?;
    Some((at, at + part.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author() -> (Column, Labels) {
        let column = Column {
            description: Some("Author of the book".into()),
            ..Column::new("author", ColumnType::String)
        };
        let labels = Labels::new(&column, std::slice::from_ref(&column));
        (column, labels)
    }

    fn cut(line: &str, hit: Option<(usize, usize, f64)>) -> &str {
        hit.map_or("", |(from, to, _)| &line[from..to])
    }

    #[test]
    fn roles_in_brackets_name_persons() {
        let (column, labels) = author();
        for (line, name) in [
            ("Ann Example (Author), Bo Sample (Translator)", "Ann Example"),
            ("~ Bo Sample (Translator), Ann Example (Author)", "Ann Example"),
            ("by Ann Example (Author)", "Ann Example"),
            ("A Story (Paperback)", ""),
        ] {
            assert_eq!(cut(line, find_role(line, &column, &labels)), name, "{line}");
        }
    }

    #[test]
    fn credits_name_persons() {
        let (column, labels) = author();
        for (line, name) in [
            ("By Ann Example", "Ann Example"),
            ("Posted on 1 May 2020 by Ann Example", "Ann Example"),
            ("Written by Ann Example on June 3", "Ann Example"),
            ("Step by step", ""),
            ("Sponsored by Some Firm", ""),
        ] {
            assert_eq!(cut(line, find_credit(line, &column, &labels)), name, "{line}");
        }
    }

    #[test]
    fn days_stand_in_short_lines() {
        let column = Column::new("published", ColumnType::Date);
        let cut = |line: &'static str| {
            find_date(line, &column, &Locale::default()).map_or("", |(from, to)| &line[from..to])
        };
        assert_eq!(cut("Ann Example | March 3, 2023 | 5 min read"), "March 3, 2023");
        assert_eq!(cut("2023-03-03"), "2023-03-03");
        assert_eq!(cut("Updated March 3, 2023"), "");
        assert_eq!(cut("Best of 2023"), "");
    }
}
