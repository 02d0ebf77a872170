//! Whole lists: facts that a page repeats under one label, and the entries below a heading.

use ampledata_core::column::CompiledColumn;
use ampledata_core::evidence::{MAX_QUOTE, SourceKind};
use ampledata_core::page::{Fact, FactKind, Span};

use super::extract::{FoundValue, LABEL_FLOOR, SUBJECT_FLOOR};
use super::from_facts::{PageContext, label_score};

/// Maximum number of words of an entry below a heading.
const MAX_WORDS: usize = 8;
/// The lowest accepted score of a heading.
const HEADED: f64 = 0.9;

/// The lists of a page for a column of several values.
pub(super) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    compiled: &CompiledColumn,
) -> Vec<FoundValue> {
    if !compiled.column.list {
        return Vec::new();
    }
    let mut found = join_repeated_facts(context, at, compiled);
    if context.subjects.page.is_subject {
        found.extend(find_headed_lists(context, at, compiled));
    }
    found
}

/// Facts with one label, one right after the other, as one list.
fn join_repeated_facts(
    context: &PageContext<'_>,
    at: usize,
    compiled: &CompiledColumn,
) -> Vec<FoundValue> {
    let mut found = Vec::new();
    let text = &context.page.text;
    let follows = |before: &Fact, next: &Fact| {
        let between = text.get(before.span.range().end..next.span.range().start);
        let same = before.kind == next.kind
            && before.entity == next.entity
            && before.label == next.label
            && before.row == next.row;
        same && between.is_some_and(|gap| {
            gap.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '-' | '*'))
        })
    };
    for run in context.page.facts.chunk_by(follows) {
        let [first, .., last] = run else { continue };
        let span = Span { start: first.span.start, end: last.span.end };
        let label = label_score(&first.label, first, &compiled.labels);
        let entity = context.subjects.score_fact(first, context.target);
        if label < LABEL_FLOOR || entity < SUBJECT_FLOOR || span.range().len() > MAX_QUOTE {
            continue;
        }
        let values: Vec<&str> = run.iter().map(|fact| fact.value.trim()).collect();
        found.push(FoundValue {
            column: at,
            text: values.join("; "),
            span,
            kind: SourceKind::Fact(first.kind),
            label,
            entity,
            unit: None,
            context: Vec::new(),
            is_machine_number: false,
            prominence: 1.0,
        });
    }
    found
}

/// Entries right below a heading that names the column.
fn find_headed_lists(
    context: &PageContext<'_>,
    at: usize,
    compiled: &CompiledColumn,
) -> Vec<FoundValue> {
    let body = &context.page.text[..context.page.body_end as usize];
    let mut found = Vec::new();
    let mut heading: Option<f64> = None;
    let mut entries: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for line in body.split_inclusive('\n').chain(std::iter::once("end\n")) {
        let shown = line.trim();
        let entry = shown.strip_prefix("- ").or_else(|| shown.strip_prefix("* ")).map(str::trim);
        match entry {
            Some(entry) if heading.is_some() => {
                let from = start + (entry.as_ptr() as usize - line.as_ptr() as usize);
                entries.push((from, entry));
            }
            _ if shown.is_empty() => {}
            _ => {
                found.extend(heading.and_then(|label| list_value(context, at, label, &entries)));
                entries.clear();
                let label = shown.trim_start_matches('#').trim().trim_end_matches(':');
                let is_heading = shown.starts_with('#') || shown.ends_with(':');
                heading = is_heading
                    .then(|| compiled.labels.score(label))
                    .filter(|score| *score >= HEADED);
            }
        }
        start += line.len();
    }
    found
}

fn list_value(
    context: &PageContext<'_>,
    at: usize,
    label: f64,
    entries: &[(usize, &str)],
) -> Option<FoundValue> {
    let [(first, _), .., (last, end)] = entries else { return None };
    let span = Span::new(*first, last + end.len());
    let short = entries.iter().all(|(_, entry)| entry.split_whitespace().count() <= MAX_WORDS);
    if !short || span.range().len() > MAX_QUOTE || context.subjects.is_related(span) {
        return None;
    }
    let texts: Vec<&str> = entries.iter().map(|(_, entry)| *entry).collect();
    Some(FoundValue {
        column: at,
        text: texts.join("; "),
        span,
        kind: SourceKind::Fact(FactKind::Label),
        label,
        entity: context.subjects.page.score,
        unit: None,
        context: Vec::new(),
        is_machine_number: false,
        prominence: 1.0,
    })
}
