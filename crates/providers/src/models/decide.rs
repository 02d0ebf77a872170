//! Lets a model choose pages and extract values from snippets.

use std::sync::Arc;

use ampledata_core::answer::{self, Claim};
use ampledata_core::column::{Column, CompiledColumn};
use ampledata_core::entity::Target;
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::passage::estimate_tokens;
use ampledata_core::prompt::{DecidePrompt, Prompt, ShownText};
use ampledata_core::serp::{FusedResult, fuse_results};
use async_trait::async_trait;

use super::ModelClient;
use super::extract::LABEL;
use crate::extractor::is_own_site;
use crate::{DecideRequest, Decider, PageChoice, ResultPosition};
use ampledata_net::Error;
use ampledata_net::Retry;

/// Maximum number of results shown.
const MAX_RESULTS: usize = 24;
/// Maximum number of pages of the entity's own site that are read though the model did not choose them.
const MAX_OWN: usize = 2;

/// Lets a model choose pages.
#[derive(Clone)]
pub struct ModelDecider {
    model_client: ModelClient,
    inner: Option<Arc<dyn Decider>>,
}

impl std::fmt::Debug for ModelDecider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelDecider")
            .field("model_client", &self.model_client)
            .finish_non_exhaustive()
    }
}

impl ModelDecider {
    /// Uses this model_client; `inner` chooses if the model gives no usable answer.
    pub fn new(model_client: ModelClient, inner: Option<Arc<dyn Decider>>) -> Self {
        Self { model_client, inner }
    }
}

#[async_trait]
impl Decider for ModelDecider {
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<PageChoice, Error> {
        let requested: Vec<(usize, &CompiledColumn)> =
            request.columns.iter().filter_map(|at| Some((*at, request.plan.get(*at)?))).collect();
        let mut results = fuse_results(request.serps);
        results.truncate(MAX_RESULTS);
        if results.is_empty() || requested.is_empty() {
            return Ok(PageChoice::default());
        }
        let columns: Vec<&Column> =
            requested.iter().map(|(_, compiled)| &compiled.column).collect();
        let mut prompt = render_prompt(request, &columns, &results);
        while estimate_tokens(&prompt.text) > self.model_client.prompt_budget() && results.len() > 1
        {
            results.pop();
            prompt = render_prompt(request, &columns, &results);
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let shown = results.len();
        let decided = self
            .model_client
            .complete(&prompt, request.meter, |text| answer::parse_decision(text, &names, shown));
        let decided = match (decided.await, &self.inner) {
            (Ok(decided), _) => decided,
            (Err(problem), Some(inner)) if problem.retry == Retry::Never => {
                let choice = inner.decide(request).await?;
                return Ok(PageChoice { problem: Some(problem), ..choice });
            }
            (Err(error), _) => return Err(error),
        };
        let target = Target::new(request.input);
        let placed = |shown: usize| {
            let FusedResult { serp, result, shown, .. } = *results.get(shown)?;
            Some((ResultPosition { serp, result }, target.match_result(shown).score))
        };
        let suggest = |claim: Claim| {
            let (place, entity) = placed(claim.shown)?;
            let (column, _) = *requested.get(claim.column)?;
            Some((place, claim_to_suggestion(claim, column, place, entity)))
        };
        let is_page = |(place, _): &(ResultPosition, f64)| {
            let page = request.serps.get(place.serp);
            page.is_some_and(|page| page.results[place.result].is_page(page))
        };
        // The entity's own pages are read as well if there is room: they often have titles that say little.
        let own = (0..results.len()).filter(|at| {
            let url = &results[*at].shown.url;
            !decided.read.contains(at) && is_own_site(url, request.input)
        });
        let own = own.filter(|at| !request.tried.contains(&results[*at].shown.url)).take(MAX_OWN);
        let read = decided.read.iter().copied().chain(own).filter_map(placed).filter(is_page);
        let read = read.take(request.limit).collect();
        let suggestions = decided.claims.into_iter().filter_map(suggest).collect();
        Ok(PageChoice { suggestions, read, problem: None })
    }
}

fn render_prompt(
    request: &DecideRequest<'_>,
    columns: &[&Column],
    results: &[FusedResult<'_>],
) -> Prompt {
    let results: Vec<ShownText<'_>> = results
        .iter()
        .map(|result| ShownText {
            url: &result.shown.url,
            title: &result.shown.title,
            dated: result.shown.date,
            text: &result.shown.snippet,
        })
        .collect();
    let (input, today, limit) = (request.input, request.today, request.limit);
    DecidePrompt { input, columns, results: &results, limit, today }.render()
}

fn claim_to_suggestion(
    claim: Claim,
    column: usize,
    place: ResultPosition,
    entity: f64,
) -> Suggestion {
    Suggestion {
        column,
        page: place.serp,
        text: claim.value,
        quote: claim.quote,
        span: None,
        context: Vec::new(),
        is_machine_number: false,
        kind: SourceKind::Snippet,
        label: LABEL,
        entity,
        unit: None,
        own_score: Some(claim.score),
        is_from_model: true,
    }
}
