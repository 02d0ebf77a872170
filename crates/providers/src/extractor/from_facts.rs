//! Values from a page's facts: by label, subject and form.

use std::collections::BTreeMap;

use ampledata_core::column::{Column, ColumnType, CompiledColumn, Format};
use ampledata_core::entity::Target;
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::{Fact, FactKind, Page, Span};
use ampledata_core::value::{
    Locale, Parsed, Value, parse, parse_labelled, unit_named_in, without_scale,
};
use ampledata_core::vocabulary::Labels;

use super::extract::{FoundValue, LABEL_FLOOR, SUBJECT_FLOOR};
use super::periods::{LatestYears, without_years};
use super::prose::{EntityWords, Prose, shapes};
use super::subject::{SubjectScores, is_named_by_column, is_part_of_group};
use super::{clean, offers, shape};

/// Factor for a label that readers of the page do not see.
const UNSEEN: f64 = 0.88;
/// Deduction for a fact, for each earlier fact under an equal label.
const LATER: f64 = 0.15;

/// Everything needed to examine one page.
pub(super) struct PageContext<'a> {
    pub(super) page: &'a Page,
    /// The page's address.
    pub(super) url: &'a str,
    pub(super) target: &'a Target,
    pub(super) subjects: &'a SubjectScores,
    pub(super) locale: &'a Locale,
    pub(super) latest_years: &'a LatestYears,
    /// Position of the heading that names the entity.
    pub(super) heading_start: usize,
    /// The sentences of its paragraphs that are not about other things, with their start positions.
    pub(super) sentences: Vec<(usize, &'a str)>,
    /// The same, as the frames of their language read them.
    pub(super) prose: Prose<'a>,
    /// The words that stand for the row's entity.
    pub(super) entity: &'a EntityWords,
}

/// A label and a value stated by one fact.
struct LabelValue<'a> {
    label: String,
    value: &'a str,
    /// Position of the value, if it is only a part of the fact's quote.
    span: Option<Span>,
    /// Whether the label includes words beside the value.
    is_worded: bool,
}

/// The values that the facts give for one column.
pub(super) fn find_values(
    context: &PageContext<'_>,
    at: usize,
    requested: &[CompiledColumn],
) -> Vec<FoundValue> {
    let CompiledColumn { column, labels, qualifiers } = &requested[at];
    let mut found = Vec::new();
    let mut seen: BTreeMap<FactKind, usize> = BTreeMap::new();
    let is_wanted = |fact: &&Fact| !context.latest_years.is_other_year(fact, column);
    for fact in context.page.facts.iter().filter(is_wanted) {
        for pair in label_values(context, fact) {
            let mut label = label_score(&pair.label, fact, labels);
            // The word beside a number must say more than the fact's own label.
            if pair.is_worded && label <= label_score(&fact.label, fact, labels) {
                continue;
            }
            if label < min_label_score(fact.kind)
                || matches_other_column_better(context, fact, &pair, (at, label), requested)
                || offers::is_no_price(context.page, fact, column)
            {
                continue;
            }
            let entity = context.subjects.score_fact(fact, context.target);
            if entity < SUBJECT_FLOOR {
                continue;
            }
            let Some((text, span)) = value_text(context, fact, &pair, column, labels) else {
                continue;
            };
            let (locale, stated) = surroundings(context, fact, &pair, column);
            let fit = shape::score_fit(&text, column, &locale)
                * clean::plausibility(&text, labels.content_kind());
            label *= fit * qualifiers.score(texts_around(fact, &pair, column));
            if label < LABEL_FLOOR {
                continue;
            }
            let earlier = seen.entry(fact.kind).or_insert(0);
            let mut own = 1.0 - LATER * (*earlier).min(5) as f64;
            *earlier += 1;
            if is_in_body(fact.kind) && (fact.span.start as usize) < context.heading_start {
                own -= 0.2;
            }
            found.push(FoundValue {
                column: at,
                text,
                span,
                kind: SourceKind::Fact(fact.kind),
                label,
                entity,
                unit: locale.unit,
                context: stated,
                is_machine_number: fact.is_machine_number,
                prominence: own.max(0.0),
            });
        }
    }
    if column.kind == ColumnType::Number && !column.list {
        offers::level_contradictions(&mut found, column, context.locale);
    }
    found
}

/// The texts that may narrow a value: its label and heading, and beside a number its own text.
fn texts_around<'a>(
    fact: &'a Fact,
    pair: &'a LabelValue<'_>,
    column: &Column,
) -> impl Iterator<Item = &'a str> {
    let value = (column.kind == ColumnType::Number).then_some(pair.value);
    [Some(pair.label.as_str()), fact.section.as_deref(), value].into_iter().flatten()
}

/// How a fact's number is read: with the unit of its label, and what other places state about it.
fn surroundings(
    context: &PageContext<'_>,
    fact: &Fact,
    pair: &LabelValue<'_>,
    column: &Column,
) -> (Locale, Vec<Span>) {
    if column.kind != ColumnType::Number {
        return (context.locale.clone().of_number(fact.is_machine_number), Vec::new());
    }
    let text = |span: &Span| context.page.text.get(span.range()).map(str::to_owned);
    let locale = Locale {
        unit: unit_named_in(&pair.label).map(str::to_owned),
        context: fact.context.iter().filter_map(text).collect(),
        ..context.locale.clone()
    };
    (locale.of_number(fact.is_machine_number), fact.context.clone())
}

/// Whether the label matches another column of the plan better, and the value fits that one.
fn matches_other_column_better(
    context: &PageContext<'_>,
    fact: &Fact,
    pair: &LabelValue<'_>,
    (at, label): (usize, f64),
    requested: &[CompiledColumn],
) -> bool {
    const BETTER: f64 = 0.08;
    requested.iter().enumerate().any(|(other, rival)| {
        other != at
            && rival.column.kind == requested[at].column.kind
            && label_score(&pair.label, fact, &rival.labels) > label + BETTER
            && shape::score_fit(pair.value, &rival.column, context.locale) > 0.3
    })
}

/// The lowest accepted label score; class names must match the column almost exactly.
fn min_label_score(kind: FactKind) -> f64 {
    match kind {
        FactKind::Marked => 0.58,
        FactKind::Hydration => 0.7,
        _ => LABEL_FLOOR,
    }
}

fn is_in_body(kind: FactKind) -> bool {
    !kind.is_structured()
}

pub(super) fn label_score(label: &str, fact: &Fact, labels: &Labels) -> f64 {
    match fact.kind {
        FactKind::JsonLd | FactKind::Microdata | FactKind::Rdfa => property_score(label, labels),
        FactKind::Hydration => property_score(label, labels) * UNSEEN,
        FactKind::Marked => labels.score_class(label) * UNSEEN,
        _ => {
            // Year, scale and unit of a number are no part of what its label means.
            let mut bare = without_years(label);
            if !fact.context.is_empty() {
                bare = without_scale(&bare);
            }
            let score = labels.score(label);
            if bare == label { score } else { score.max(labels.score(&bare)) }
        }
    }
}

/// The score of a property's path: its last part counts, the parts before it only qualify it.
fn property_score(label: &str, labels: &Labels) -> f64 {
    let whole = labels.score(label);
    let Some((path, last)) = label.rsplit_once('.') else { return whole };
    let is_own = path.split('.').all(|part| {
        matches!(
            part,
            "offers"
                | "address"
                | "priceSpecification"
                | "mainEntity"
                | "location"
                | "geo"
                | "about"
                | "potentialAction"
                | "itemOffered"
                | "contactPoint"
                | "attributes"
                | "contact"
                | "details"
                | "facts"
                | "features"
                | "general"
                | "info"
                | "specifications"
                | "specs"
                | "stats"
        )
    });
    if is_own { whole.max(labels.score(last) * 0.97) } else { whole.max(labels.score(last) * 0.5) }
}

/// The label and value of a fact; several of both if they are side by side.
fn label_values<'a>(context: &PageContext<'a>, fact: &'a Fact) -> Vec<LabelValue<'a>> {
    // "twitter:label1" names the label of "twitter:data1".
    if let Some(number) = fact.label.strip_prefix("twitter:data") {
        let wanted = format!("twitter:label{number}");
        let label = context.page.facts.iter().find(|other| other.label == wanted);
        return label
            .map(|other| LabelValue {
                label: other.value.clone(),
                value: &fact.value,
                span: None,
                is_worded: false,
            })
            .into_iter()
            .collect();
    }
    // In a table that compares things by columns, a row's first cell is the label.
    if let Some(row) = &fact.row
        && !is_part_of_group(fact)
        && is_named_by_column(fact, row, context.target)
    {
        return vec![LabelValue {
            label: row.clone(),
            value: &fact.value,
            span: None,
            is_worded: false,
        }];
    }
    let label = match &fact.row {
        Some(group) if is_part_of_group(fact) => group_label(group, &fact.label),
        _ => fact.label.clone(),
    };
    let whole = LabelValue { label, value: &fact.value, span: None, is_worded: false };
    let mut pairs = split_composite_label(context, fact);
    pairs.extend(split_worded_values(context, fact));
    pairs.push(whole);
    pairs
}

/// The label of a part of a group: "Area" for its "• Total", "Population density" for its "• Density".
fn group_label(group: &str, part: &str) -> String {
    let group = group.split(['(', '[']).next().unwrap_or(group).trim();
    let part = part.trim_start_matches(|c: char| !c.is_alphanumeric());
    format!("{group} {part}")
}

/// `City/Highway MPG: 28/36` states two values.
fn split_composite_label<'a>(context: &PageContext<'a>, fact: &'a Fact) -> Vec<LabelValue<'a>> {
    let parts = |text: &'a str| -> Vec<&'a str> {
        text.split(['/', '|']).map(str::trim).filter(|part| !part.is_empty()).collect()
    };
    if !fact.label.contains('/') || fact.label.len() > 60 || fact.value.len() > 80 {
        return Vec::new();
    }
    let labels = parts(&fact.label);
    let mut values = parts(&fact.value);
    if values.len() != labels.len() {
        values = fact.value.split(" - ").map(str::trim).collect();
    }
    if labels.len() != values.len() || labels.len() < 2 {
        return Vec::new();
    }
    let last_words: Vec<&str> = fact.label.split(['/', ' ', '(', ')']).collect();
    labels
        .iter()
        .zip(values)
        .filter_map(|(label, value)| {
            let quote = context.page.text.get(fact.span.range())?;
            let at = quote.rfind(value)? + fact.span.start as usize;
            // Words around the parts apply to each part: "MPG (city/hwy)".
            let shared: Vec<&str> = last_words
                .iter()
                .copied()
                .filter(|word| {
                    !labels.iter().any(|other| {
                        other.trim_matches(['(', ')']).split(' ').next_back() == Some(*word)
                            || other.starts_with(word)
                    })
                })
                .collect();
            let label = format!("{} {}", label.trim_matches(['(', ')']), shared.join(" "));
            Some(LabelValue {
                label,
                value,
                span: Some(Span::new(at, at + value.len())),
                is_worded: false,
            })
        })
        .collect()
}

/// `MPG: 27 City / 36 Hwy` states two values, each with the word beside it.
fn split_worded_values<'a>(context: &PageContext<'a>, fact: &'a Fact) -> Vec<LabelValue<'a>> {
    if fact.value.len() > 120 || !fact.value.contains(['/', ',', ';', '|']) {
        return Vec::new();
    }
    let Some(quote) = context.page.text.get(fact.span.range()) else { return Vec::new() };
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mut pairs = Vec::new();
    for part in split_parts(&fact.value) {
        let words: Vec<&str> = part.split_whitespace().filter(|word| !is_number(word)).collect();
        let numbers = part.split_whitespace().filter(|word| is_number(word)).count();
        if numbers != 1 || words.is_empty() || words.len() > 3 {
            continue;
        }
        if let Some(at) = quote.rfind(part) {
            let at = fact.span.start as usize + at;
            let label = format!("{} {}", words.join(" "), fact.label);
            let span = Some(Span::new(at, at + part.len()));
            pairs.push(LabelValue { label, value: part, span, is_worded: true });
        }
    }
    if pairs.len() < 2 { Vec::new() } else { pairs }
}

/// The parts between slashes, commas, semicolons and bars; the comma of "1,280" separates nothing.
fn split_parts(text: &str) -> Vec<&str> {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        let within_number =
            c == ',' && is_digit(before.chars().next_back()) && is_digit(after.chars().next());
        if matches!(c, '/' | ',' | ';' | '|') && !within_number {
            parts.push(text[from..at].trim());
            from = at + c.len_utf8();
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// The value without the column's own label, which some pages repeat in it: "Brand: Fern".
fn strip_label<'t>(value: &'t str, column: &Column, labels: &Labels) -> &'t str {
    const SAME: f64 = 0.9;
    let worded = column.kind == ColumnType::String && column.format.is_none();
    match value.split_once(": ") {
        Some((label, rest)) if worded && labels.score(label) >= SAME => rest.trim_start(),
        _ => value,
    }
}

/// The value's text, and the quote that proves it.
fn value_text(
    context: &PageContext<'_>,
    fact: &Fact,
    pair: &LabelValue<'_>,
    column: &Column,
    labels: &Labels,
) -> Option<(String, Span)> {
    let value = strip_label(pair.value, column, labels);
    let value = clean::clean_value(value, column, labels.content_kind());
    let span = pair.span.unwrap_or(fact.span);
    if pair.span.is_some() && column.kind == ColumnType::Number {
        let number =
            value.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        return number.map(|number| (number.to_owned(), span));
    }
    if column.format == Some(Format::Address)
        && is_in_body(fact.kind)
        && let Some(whole) = shapes::extend_address(context, fact.span)
    {
        return Some((shapes::join_lines(&context.page.text[whole.range()]), whole));
    }
    if clean::accepts_link(column)
        && shape::score_fit(value, column, context.locale) == 0.0
        && let Some(link) = &fact.link
        && context.page.text.get(span.range()).is_some_and(|quote| quote.contains(link.as_str()))
    {
        return Some((link.clone(), span));
    }
    if column.kind == ColumnType::Boolean {
        let yes = parse_labelled(&pair.label, value, column)?;
        return Some((if yes { "yes" } else { "no" }.to_owned(), span));
    }
    // If the column has a list of allowed values, the value is the one that the text names.
    if !column.allowed.is_empty()
        && let Ok(Parsed { value: Value::Text(named), .. }) = parse(value, column, context.locale)
    {
        return Some((named, span));
    }
    (!value.is_empty()).then(|| (value.to_owned(), span))
}

#[cfg(test)]
mod tests {
    use super::split_parts;

    #[test]
    fn a_comma_within_a_number_separates_nothing() {
        assert_eq!(split_parts("27 City / 36 Hwy"), ["27 City", "36 Hwy"]);
        assert_eq!(
            split_parts("22,000 (15,500 all-seater), 300 standing"),
            ["22,000 (15,500 all-seater)", "300 standing"]
        );
    }
}
