//! Values from a model: of the passages that are worth its tokens, for the columns that structured
//! data does not prove already.

use std::sync::Arc;

use ampledata_core::answer::{self, Claim};
use ampledata_core::column::Column;
use ampledata_core::entity::Target;
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::page::{Access, FactKind, Page};
use ampledata_core::passage::{Passage, choose, tokens};
use ampledata_core::prompt::{ExtractPrompt, Prompt, Shown};
use async_trait::async_trait;

use super::Asker;
use crate::providers::{Error, ExtractRequest, Extractor};

/// How well a quote that a model chose names its column: nobody has compared any label.
pub(super) const LABEL: f64 = 0.8;
/// Structured data settles a column where its label names it at least so well,
const SETTLING_LABEL: f64 = 0.9;
/// and where it speaks of the row's entity at least so surely.
const SETTLING_ENTITY: f64 = 0.8;
/// Passages get at least this many tokens, however long the list of columns is: the longest fits.
const LEAST: usize = 600;

/// Has a model extract values, after an extractor that needs none.
#[derive(Clone)]
pub struct ModelExtractor {
    asker: Asker,
    inner: Option<Arc<dyn Extractor>>,
}

impl std::fmt::Debug for ModelExtractor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelExtractor").field("asker", &self.asker).finish_non_exhaustive()
    }
}

impl ModelExtractor {
    /// Asks through this asker; what `inner` suggests is passed on as well, and columns that it proves
    /// from structured data are not asked about.
    pub fn new(asker: Asker, inner: Option<Arc<dyn Extractor>>) -> Self {
        Self { asker, inner }
    }
}

#[async_trait]
impl Extractor for ModelExtractor {
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Vec<Suggestion>, Error> {
        let mut suggestions = match &self.inner {
            Some(inner) => inner.extract(request).await?,
            None => Vec::new(),
        };
        let asked: Vec<(usize, &Column)> = request
            .columns
            .iter()
            .filter(|at| !suggestions.iter().any(|one| settles(one, **at)))
            .filter_map(|at| Some((*at, request.plan.get(*at)?)))
            .collect();
        let columns: Vec<&Column> = asked.iter().map(|(_, column)| *column).collect();
        let view = View::of(request, &columns, self.asker.budget());
        if columns.is_empty() || view.passages.is_empty() {
            return Ok(suggestions);
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let shown = view.passages.len();
        let extracted = self
            .asker
            .ask(&view.prompt, request.meter, |text| answer::extracted(text, &names, shown))
            .await?;
        let target = Target::new(request.input);
        let scores: Vec<f64> =
            request.pages.iter().map(|(url, page)| target.page(page, url).score).collect();
        suggestions.extend(extracted.claims.into_iter().filter_map(|claim| {
            let passage = view.passages.get(claim.shown)?;
            let (column, _) = *asked.get(claim.column)?;
            let named = passage.headings.iter().map(|heading| target.named(heading));
            let entity = named.fold(*scores.get(passage.page)?, f64::max);
            Some(suggestion(claim, column, passage.page, entity))
        }));
        Ok(suggestions)
    }
}

/// Whether a suggestion proves its column from structured data, so that no model is needed.
fn settles(suggestion: &Suggestion, column: usize) -> bool {
    use FactKind::{JsonLd, Microdata, Rdfa};
    suggestion.column == column
        && matches!(suggestion.kind, SourceKind::Fact(JsonLd | Microdata | Rdfa))
        && suggestion.label >= SETTLING_LABEL
        && suggestion.entity >= SETTLING_ENTITY
}

/// What the model is shown.
struct View {
    passages: Vec<Passage>,
    prompt: Prompt,
}

impl View {
    /// The best passages that fit, with the words around them, into a budget of tokens.
    fn of(request: &ExtractRequest<'_>, columns: &[&Column], budget: usize) -> Self {
        let pages: Vec<(usize, &Page)> = request
            .pages
            .iter()
            .enumerate()
            .map(|(at, (_, page))| (at, &**page))
            .filter(|(_, page)| page.access == Access::Open || !page.facts.is_empty())
            .collect();
        let read: Vec<&Page> = pages.iter().map(|(_, page)| *page).collect();
        let question = question(request, columns);
        let words = tokens(&render(request, columns, &[]).text);
        let mut left = budget.saturating_sub(words).max(LEAST);
        loop {
            let mut passages = joined(choose(&read, &question, left), &read);
            for passage in &mut passages {
                passage.page = pages.get(passage.page).map_or(passage.page, |(at, _)| *at);
            }
            let prompt = render(request, columns, &passages);
            // Addresses and titles are longer than `choose` reckons with.
            let over = tokens(&prompt.text).saturating_sub(budget.max(words + LEAST));
            if over == 0 || left <= LEAST {
                return Self { passages, prompt };
            }
            left = left.saturating_sub(over.max(20)).max(LEAST);
        }
    }
}

/// Passages that follow one another are one: each by itself costs a title and an address.
fn joined(passages: Vec<Passage>, pages: &[&Page]) -> Vec<Passage> {
    let mut joined: Vec<Passage> = Vec::new();
    for passage in passages {
        let follows = joined.last_mut().filter(|last| {
            let text = pages.get(passage.page).map(|page| page.text.as_str());
            let between =
                text.and_then(|text| text.get(last.span.range().end..passage.span.range().start));
            last.page == passage.page && between.is_some_and(|text| text.trim().is_empty())
        });
        match follows {
            Some(last) => last.span.end = passage.span.end,
            None => joined.push(passage),
        }
    }
    joined
}

fn question(request: &ExtractRequest<'_>, columns: &[&Column]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for column in columns {
        words.push(&column.name);
        words.extend(column.description.as_deref());
        words.extend(column.unit.as_deref());
        words.extend(column.allowed.iter().map(String::as_str));
    }
    words.extend(request.input.key.iter().map(|field| field.value.as_str()));
    words.join("\n")
}

fn render(request: &ExtractRequest<'_>, columns: &[&Column], passages: &[Passage]) -> Prompt {
    let titles: Vec<String> = passages.iter().map(|passage| title(request, passage)).collect();
    let shown: Vec<Shown<'_>> = passages
        .iter()
        .zip(&titles)
        .filter_map(|(passage, title)| {
            let (url, page) = request.pages.get(passage.page)?;
            Some(Shown {
                url,
                title,
                dated: page.modified.or(page.published),
                text: page.text.get(passage.span.range())?,
            })
        })
        .collect();
    let (input, today) = (request.input, request.today);
    ExtractPrompt { input, columns, passages: &shown, today }.render()
}

/// The page's title and the headings above the passage.
fn title(request: &ExtractRequest<'_>, passage: &Passage) -> String {
    let page = request.pages.get(passage.page).and_then(|(_, page)| page.title.as_deref());
    let above = passage.headings.iter().map(String::as_str).filter(|text| Some(*text) != page);
    page.into_iter().chain(above).collect::<Vec<_>>().join(" > ")
}

fn suggestion(claim: Claim, column: usize, page: usize, entity: f64) -> Suggestion {
    Suggestion {
        column,
        page,
        text: claim.value,
        quote: claim.quote,
        span: None,
        kind: SourceKind::Sentence,
        label: LABEL,
        entity,
        unit: None,
        own_score: Some(claim.score),
    }
}
