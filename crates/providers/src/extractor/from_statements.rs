//! Values that the body states in words: "In stock", "Public university", "The hotel has no parking".

use ampledata_core::column::{ColumnType, CompiledColumn};
use ampledata_core::evidence::{SourceKind, read_statement};
use ampledata_core::page::{FactKind, Span};
use ampledata_core::value::{Value, fold, has_subject};

use super::extract::{FoundValue, SUBJECT_FLOOR};
use super::from_facts::PageContext;
use super::prose::shapes::{MAX_LINES, line_span, lines_from_heading};

/// A line with more words is a sentence.
const MAX_WORDS: usize = 6;
/// Scores of a short line and of a sentence.
const LINE: f64 = 0.6;
const SENTENCE: f64 = 0.55;
/// Maximum number of values from one page.
const MAX_VALUES: usize = 4;

/// What the body of a page about the entity says of a yes-or-no column, or of one with allowed values.
pub(super) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    compiled: &CompiledColumn,
) -> Vec<FoundValue> {
    let column = &compiled.column;
    let is_boolean = column.kind == ColumnType::Boolean;
    let is_subject = context.subjects.page.is_subject;
    if !is_boolean && (!is_subject || column.allowed.is_empty()) {
        return Vec::new();
    }
    let mut places: Vec<(Span, f64)> =
        if is_subject { find_short_lines(context) } else { Vec::new() };
    if is_boolean {
        // On a page that only mentions the entity, the sentences after the mention are about it.
        let sentences = context.sentences.iter();
        let sentences =
            sentences.filter(|(start, _)| is_subject || context.prose.continues_entity(*start));
        let sentences = sentences.filter(|(_, text)| is_about_entity(context, text, compiled));
        places.extend(sentences.map(|(start, text)| (line_span(*start, text), SENTENCE)));
    } else {
        places.extend(find_box_rows(context));
    }
    let mut found: Vec<FoundValue> = Vec::new();
    for (span, label) in places {
        if found.iter().any(|other| other.span == span) {
            continue;
        }
        let Some(value) = read_statement(&context.page.text, span, compiled) else { continue };
        let text = match value {
            Value::Boolean(yes) => if yes { "yes" } else { "no" }.to_owned(),
            other => other.to_string(),
        };
        found.push(FoundValue {
            column: at,
            text,
            span,
            kind: SourceKind::Sentence,
            label,
            entity: context.subjects.page.score,
            unit: None,
            context: Vec::new(),
            is_machine_number: false,
            prominence: (1.0 - 0.25 * found.len() as f64).max(0.0),
        });
        if found.len() >= MAX_VALUES {
            break;
        }
    }
    found
}

fn is_in_table(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[line..].trim_start().starts_with('|')
}

/// Whether the subject of a sentence is the entity, the column's own noun, or a word that points to one of
/// them: "Replacement filters are in stock" says nothing about the purifier.
fn is_about_entity(context: &PageContext<'_>, sentence: &str, compiled: &CompiledColumn) -> bool {
    const BE: [&str; 14] = [
        "is", "are", "ist", "sind", "est", "sont", "es", "esta", "estan", "e", "sono", "sao",
        "zijn", "has",
    ];
    #[rustfmt::skip]
    const POINTING: [&str; 42] = [
        "it", "this", "its", "we", "our", "you", "there", "all", "currently", "dieser", "diese", "dieses", "es", "wir",
        "unser", "unsere", "cet", "cette", "ce", "il", "elle", "nous", "notre", "este", "esta", "el", "nuestro", "nuestra",
        "questo", "questa", "noi", "il", "o", "a", "nosso", "nossa", "dit", "deze", "het", "wij", "ons", "onze",
    ];
    const ENTITY: f64 = 0.25;
    const OWN: f64 = 0.42;
    let folded = fold(sentence);
    let words: Vec<&str> = folded.split(' ').collect();
    let Some(verb) = words.iter().position(|word| BE.contains(word)) else { return true };
    let subject = words[..verb].join(" ");
    let first = words.first().copied().unwrap_or_default();
    verb == 0
        || POINTING.contains(&first)
        || context.target.score_name(&subject) >= ENTITY
        || compiled.labels.score(&subject) >= OWN
        || has_subject(&subject, &compiled.column)
}

/// The rows of an info box about the entity, whose labels need not be known: "Design | Suspension bridge".
fn find_box_rows(context: &PageContext<'_>) -> impl Iterator<Item = (Span, f64)> {
    let rows = context.page.facts.iter().filter(|fact| {
        fact.kind == FactKind::InfoBox
            && fact.row.is_none()
            && context.subjects.score_fact(fact, context.target) >= SUBJECT_FLOOR
    });
    rows.map(|fact| (fact.span, LINE))
}

fn find_short_lines(context: &PageContext<'_>) -> Vec<(Span, f64)> {
    lines_from_heading(context, MAX_LINES)
        .into_iter()
        .filter(|(_, shown)| (1..=MAX_WORDS).contains(&shown.split_whitespace().count()))
        .filter(|(_, shown)| shown.chars().filter(|c| c.is_alphabetic()).count() >= 5)
        .filter(|(_, shown)| context.target.score_name(shown) < 0.6)
        // The cells of a table are facts of their rows.
        .filter(|(start, _)| !is_in_table(&context.page.text, *start))
        .map(|(start, shown)| (line_span(start, shown), LINE))
        .collect()
}
