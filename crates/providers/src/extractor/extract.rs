//! Turns pages into suggestions: the best few values of each column on each page.

use ampledata_core::column::CompiledColumn;
use ampledata_core::entity::Target;
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::page::{Access, FactKind, Page, Span};
use ampledata_core::value::{Locale, fold, infer_date_order};

use super::from_facts::{self, PageContext};
use super::periods::LatestYears;
use super::prose::{self, EntityWords, Prose, near_label, shapes};
use super::subject::SubjectScores;
use super::{contacts, from_lists, from_statements, from_title};
use crate::ExtractRequest;

/// A label that matches the column less well than this means something else.
pub(super) const LABEL_FLOOR: f64 = 0.42;
/// Facts with a lower entity score are about another entity.
pub(super) const SUBJECT_FLOOR: f64 = 0.35;
/// Maximum number of values of one column from one page.
const MAX_VALUES: usize = 3;
/// A value with less than this share of the best weight on the page is left out.
const MIN_SHARE_OF_BEST: f64 = 0.6;

/// A value found on a page.
#[derive(Debug, Clone)]
pub(super) struct FoundValue {
    pub(super) column: usize,
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) kind: SourceKind,
    pub(super) label: f64,
    pub(super) entity: f64,
    pub(super) unit: Option<String>,
    /// Where the page states the unit or the scale, outside the quote.
    pub(super) context: Vec<Span>,
    /// Whether it is a number as programs write it, whatever the page's language.
    pub(super) is_machine_number: bool,
    /// How prominent its position on the page is, 0 to 1.
    pub(super) prominence: f64,
}

impl FoundValue {
    fn weight(&self) -> f64 {
        let kind = match self.kind {
            SourceKind::Fact(FactKind::JsonLd) => 0.95,
            SourceKind::Fact(FactKind::Microdata | FactKind::Rdfa) => 0.92,
            SourceKind::Fact(FactKind::InfoBox | FactKind::DefinitionList) => 0.9,
            SourceKind::Fact(FactKind::Marked) => 0.8,
            SourceKind::Fact(FactKind::Hydration) => 0.76,
            SourceKind::Fact(_) => 0.86,
            SourceKind::Heading => 0.75,
            SourceKind::Sentence => 0.72,
            SourceKind::Snippet => 0.65,
        };
        kind * (0.25 + 0.75 * self.label) * self.entity * (0.7 + 0.3 * self.prominence)
    }
}

/// Suggestions from all pages, page by page and column by column, best first.
pub(super) fn extract_suggestions(request: &ExtractRequest<'_>) -> Vec<Suggestion> {
    let target = Target::new(request.input);
    let requested = request.plan;
    let entity = EntityWords::new(request.input, request.entity_type, requested);
    let mut suggestions = Vec::new();
    for (index, (url, page)) in request.pages.iter().enumerate() {
        if page.access != Access::Open && page.facts.is_empty() {
            continue;
        }
        let subjects = SubjectScores::new(&target, page, url);
        let locale = page_locale(page, request);
        let latest_years = LatestYears::new(page);
        let sentences = near_label::find_sentences(page, &subjects);
        let context = PageContext {
            prose: Prose::new(page, &sentences, subjects.page.is_subject, &entity),
            entity: &entity,
            page,
            url,
            target: &target,
            subjects: &subjects,
            locale: &locale,
            latest_years: &latest_years,
            heading_start: locate_entity_heading(page, &target),
            sentences,
        };
        for at in request.columns.iter().copied().filter(|at| *at < requested.len()) {
            let CompiledColumn { column, labels, .. } = &requested[at];
            let mut found = from_facts::find_values(&context, at, requested);
            let lists = from_lists::find_values(&context, at, &requested[at]);
            // A list is more than the entries that it was joined from.
            found.retain(|one| !lists.iter().any(|list| is_within(one.span, list.span)));
            found.extend(lists);
            found.extend(shapes::find_values(&context, at, column));
            found.extend(from_statements::find_values(&context, at, &requested[at]));
            found.extend(from_title::find_values(&context, at, column, labels));
            let framed = prose::find_values(&context, at, requested);
            if framed.is_empty() {
                found.extend(near_label::find_values(&context, at, requested));
            }
            found.extend(framed);
            contacts::leave_out_faxes(&mut found, page, column);
            suggestions.extend(
                best_values(found).into_iter().map(|found| into_suggestion(found, page, index)),
            );
        }
    }
    suggestions
}

fn is_within(part: Span, whole: Span) -> bool {
    whole.start <= part.start && part.end <= whole.end
}

fn page_locale(page: &Page, request: &ExtractRequest<'_>) -> Locale {
    let mut dates = page
        .facts
        .iter()
        .take(400)
        .map(|fact| fact.value.as_str())
        .filter(|value| value.len() <= 40);
    Locale {
        language: page.language.clone(),
        date_order: dates.find_map(infer_date_order),
        today: page.modified.or(page.published).or(Some(request.today)),
        ..Locale::default()
    }
}

/// The position of the heading that best matches the entity; 0 if none does.
fn locate_entity_heading(page: &Page, target: &Target) -> usize {
    let mut at = 0;
    let mut best = (0.5, 0);
    for line in page.text[..page.body_end as usize].split_inclusive('\n') {
        if line.starts_with('#') {
            let score = target.score_name(line.trim_start_matches('#').trim());
            if score > best.0 {
                best = (score, at);
            }
        }
        at += line.len();
    }
    best.1
}

/// The values with the greatest weight, without duplicates.
fn best_values(mut found: Vec<FoundValue>) -> Vec<FoundValue> {
    found.sort_by(|a, b| b.weight().total_cmp(&a.weight()).then(a.span.cmp(&b.span)));
    let top = found.first().map_or(0.0, FoundValue::weight);
    let mut kept: Vec<FoundValue> = Vec::new();
    for one in found {
        let key = fold(&one.text);
        if one.weight() < top * MIN_SHARE_OF_BEST || kept.len() >= MAX_VALUES {
            break;
        }
        if !kept.iter().any(|other| fold(&other.text) == key) {
            kept.push(one);
        }
    }
    kept
}

fn into_suggestion(found: FoundValue, page: &Page, index: usize) -> Suggestion {
    Suggestion {
        column: found.column,
        page: index,
        quote: page.text[found.span.range()].to_owned(),
        text: found.text,
        span: Some(found.span),
        context: found.context,
        is_machine_number: found.is_machine_number,
        kind: found.kind,
        label: found.label,
        entity: found.entity,
        unit: found.unit,
        own_score: Some(found.prominence),
        is_from_model: false,
    }
}
