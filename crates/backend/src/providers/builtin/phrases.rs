//! Values that a few words on a line of their own say: "In stock", "Public university", and
//! telephone numbers beside nothing.

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::Span;
use ampledata_core::value::parse;
use ampledata_core::vocabulary::Labels;

use super::extract::Found;
use super::facts::Look;

/// A line of more words is a sentence.
const MAX_WORDS: usize = 6;
/// Lines of one page that are looked at, from the heading on.
const MAX_LINES: usize = 400;
/// What words say that stand for themselves.
const LABEL: f64 = 0.6;

/// What short lines of the body say for columns of yes or no and of allowed values.
pub(super) fn find(look: &Look<'_>, at: usize, column: &Column, _labels: &Labels) -> Vec<Found> {
    let is_asked = column.kind == ColumnType::Boolean || !column.allowed.is_empty();
    if !is_asked || !look.subjects.page.is_subject {
        return Vec::new();
    }
    let body = &look.page.text[..look.page.body_end as usize];
    let mut found = Vec::new();
    let mut start = look.heading;
    for line in body[look.heading..].split_inclusive('\n').take(MAX_LINES) {
        let shown = line
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '-' | '*' | '|' | '•'));
        let words = shown.split_whitespace().count();
        if (1..=MAX_WORDS).contains(&words)
            && is_telling(shown)
            && parse(shown, column, look.locale).is_ok()
        {
            let from = start + (shown.as_ptr() as usize - line.as_ptr() as usize);
            found.push(Found {
                column: at,
                text: shown.to_owned(),
                span: Span::new(from, from + shown.len()),
                kind: SourceKind::Sentence,
                label: LABEL,
                entity: look.subjects.page.score,
                unit: None,
                own: (1.0 - 0.2 * found.len() as f64).max(0.0),
            });
        }
        start += line.len();
    }
    found
}

/// "Yes" alone answers another question.
fn is_telling(shown: &str) -> bool {
    shown.chars().filter(|c| c.is_alphabetic()).count() >= 5
}
