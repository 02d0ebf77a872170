//! Values from a model: it reads the most promising passages, for the columns that are not already well
//! proved without it.

use std::sync::Arc;

use ampledata_core::answer::{self, Claim};
use ampledata_core::column::CompiledColumn;
use ampledata_core::entity::Target;
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::page::FactKind;
use ampledata_core::passage::Limits;
use ampledata_core::value::fold;
use async_trait::async_trait;

use super::ModelClient;
use super::doubt::Pages;
use super::excerpts::PromptExcerpts;
use crate::{ExtractRequest, Extracted, Extractor};
use ampledata_net::Error;
use ampledata_net::Retry;

/// Label score of a quote that a model chose, for which no label was compared.
pub(super) const LABEL: f64 = 0.8;
/// A fact settles a column if its label matches at least this well,
const SETTLING_LABEL: f64 = 0.9;
/// and if its subject matches the row's entity at least this well.
const SETTLING_ENTITY: f64 = 0.8;

/// Lets a model extract values, after an extractor that needs no model.
#[derive(Clone)]
pub struct ModelExtractor {
    model_client: ModelClient,
    inner: Option<Arc<dyn Extractor>>,
    limits: Limits,
}

impl std::fmt::Debug for ModelExtractor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelExtractor")
            .field("model_client", &self.model_client)
            .finish_non_exhaustive()
    }
}

impl ModelExtractor {
    /// Uses this model_client; suggestions of `inner` are also returned, and columns that it proves from
    /// structured data or labelled lines are not sent to the model.
    pub fn new(model_client: ModelClient, inner: Option<Arc<dyn Extractor>>) -> Self {
        let limits = Limits { budget: model_client.prompt_budget(), ..Limits::default() };
        Self { model_client, inner, limits }
    }

    /// The same, showing other amounts of the pages; the model_client's budget remains the limit of a prompt.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

#[async_trait]
impl Extractor for ModelExtractor {
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Extracted, Error> {
        let mut found = match &self.inner {
            Some(inner) => inner.extract(request).await?,
            None => Extracted::default(),
        };
        let target = Target::new(request.input);
        let requested = choose_columns(request, &found.suggestions, &target);
        let limits = Limits {
            budget: self.limits.budget.min(self.model_client.prompt_budget()),
            ..self.limits
        };
        let known = found.suggestions.clone();
        for group in requested.chunks(columns_per_request(limits.budget)) {
            let view = PromptExcerpts::build(request, group, &known, &target, &limits);
            if view.excerpts.is_empty() {
                continue;
            }
            match self.request_suggestions(request, group, &view, &target).await {
                Ok(suggestions) => found.suggestions.extend(suggestions),
                // Values found without the model are kept; the driver retries or pauses according to the
                // error.
                Err(error) if error.retry == Retry::Never && !found.suggestions.is_empty() => {
                    found.problem = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

/// Maximum number of columns of one request, so that the budget has room for the passages of each.
fn columns_per_request(budget: usize) -> usize {
    const COLUMN: usize = 130;
    const LEAST: usize = 6;
    (budget / COLUMN).max(LEAST)
}

impl ModelExtractor {
    async fn request_suggestions(
        &self,
        request: &ExtractRequest<'_>,
        requested: &[(usize, &CompiledColumn)],
        view: &PromptExcerpts,
        target: &Target,
    ) -> Result<Vec<Suggestion>, Error> {
        let names: Vec<&str> =
            requested.iter().map(|(_, compiled)| compiled.column.name.as_str()).collect();
        let shown = view.excerpts.len();
        let read = |text: &str| answer::parse_extraction(text, &names, shown);
        let extracted = self.model_client.complete(&view.prompt, request.meter, read).await?;
        let suggest = |claim: Claim| {
            let excerpt = view.excerpts.get(claim.shown)?;
            let (column, _) = *requested.get(claim.column)?;
            let entity = excerpt.entity_score(&claim.quote, request, target);
            Some(claim_to_suggestion(claim, column, excerpt.page, entity))
        };
        Ok(extracted.claims.into_iter().filter_map(suggest).collect())
    }
}

/// The columns that the model is asked for: those that are not settled, or about which another page has other
/// words. If there are any, so that a request is made anyway, those that one page alone settles are asked for as
/// well: the answer can confirm or contradict them.
fn choose_columns<'a>(
    request: &ExtractRequest<'a>,
    found: &[Suggestion],
    target: &Target,
) -> Vec<(usize, &'a CompiledColumn)> {
    let columns: Vec<(usize, &CompiledColumn)> =
        request.columns.iter().filter_map(|at| Some((*at, request.plan.get(*at)?))).collect();
    let view = Pages::new(request, found, target);
    let needs = |column: &(usize, &CompiledColumn)| {
        !is_settled(found, column.0) || view.says_otherwise(*column)
    };
    let needed: Vec<(usize, &CompiledColumn)> =
        columns.iter().copied().filter(|column| needs(column)).collect();
    if needed.is_empty() {
        return needed;
    }
    let keep = |column: &(usize, &CompiledColumn)| {
        needed.iter().any(|one| one.0 == column.0) || view.is_unconfirmed(column.0)
    };
    columns.into_iter().filter(keep).collect()
}

/// Whether facts prove a column, so that no model is needed: structured data, or labelled facts that no
/// other fact contradicts.
fn is_settled(found: &[Suggestion], column: usize) -> bool {
    use FactKind::{JsonLd, Microdata, Rdfa};
    let mut settling = found.iter().filter(|one| one.column == column && settles(one));
    let Some(first) = settling.next() else { return false };
    let is_structured =
        |one: &Suggestion| matches!(one.kind, SourceKind::Fact(JsonLd | Microdata | Rdfa));
    let text = fold(&first.text);
    is_structured(first)
        || settling.clone().any(is_structured)
        || settling.all(|other| fold(&other.text) == text)
}

fn settles(suggestion: &Suggestion) -> bool {
    matches!(suggestion.kind, SourceKind::Fact(_))
        && suggestion.label >= SETTLING_LABEL
        && suggestion.entity >= SETTLING_ENTITY
}

fn claim_to_suggestion(claim: Claim, column: usize, page: usize, entity: f64) -> Suggestion {
    Suggestion {
        column,
        page,
        text: claim.value,
        quote: claim.quote,
        span: None,
        context: Vec::new(),
        is_machine_number: false,
        kind: SourceKind::Sentence,
        label: LABEL,
        entity,
        unit: None,
        own_score: Some(claim.score),
        is_from_model: true,
    }
}
