//! Pages chosen by a model, and what it takes from snippets.

use ampledata_core::answer::{self, Claim};
use ampledata_core::column::Column;
use ampledata_core::entity::Target;
use ampledata_core::evidence::{SourceKind, Suggestion};
use ampledata_core::passage::tokens;
use ampledata_core::prompt::{DecidePrompt, Prompt, Shown};
use ampledata_core::serp::{Fused, fuse};
use async_trait::async_trait;

use super::Asker;
use super::extract::LABEL;
use crate::providers::{Choice, DecideRequest, Decider, Error, Place};

/// Results that are shown at most.
const MAX_RESULTS: usize = 24;

/// Has a model choose pages.
#[derive(Debug, Clone)]
pub struct ModelDecider {
    asker: Asker,
}

impl ModelDecider {
    /// Asks through this asker.
    pub fn new(asker: Asker) -> Self {
        Self { asker }
    }
}

#[async_trait]
impl Decider for ModelDecider {
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<Choice, Error> {
        let asked: Vec<(usize, &Column)> =
            request.columns.iter().filter_map(|at| Some((*at, request.plan.get(*at)?))).collect();
        let mut results = fuse(request.serps);
        results.truncate(MAX_RESULTS);
        if results.is_empty() || asked.is_empty() {
            return Ok(Choice::default());
        }
        let columns: Vec<&Column> = asked.iter().map(|(_, column)| *column).collect();
        let mut prompt = render(request, &columns, &results);
        while tokens(&prompt.text) > self.asker.budget() && results.len() > 1 {
            results.pop();
            prompt = render(request, &columns, &results);
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let shown = results.len();
        let decided =
            self.asker.ask(&prompt, request.meter, |text| answer::decided(text, &names, shown));
        let decided = decided.await?;
        let target = Target::new(request.input);
        let placed = |shown: usize| {
            let Fused { serp, result, shown, .. } = *results.get(shown)?;
            Some((Place { serp, result }, target.result(shown).score))
        };
        let suggest = |claim: Claim| {
            let (place, entity) = placed(claim.shown)?;
            let (column, _) = *asked.get(claim.column)?;
            Some((place, suggestion(claim, column, place, entity)))
        };
        let read = decided.read.into_iter().filter_map(placed).take(request.limit).collect();
        Ok(Choice { suggestions: decided.claims.into_iter().filter_map(suggest).collect(), read })
    }
}

fn render(request: &DecideRequest<'_>, columns: &[&Column], results: &[Fused<'_>]) -> Prompt {
    let results: Vec<Shown<'_>> = results
        .iter()
        .map(|result| Shown {
            url: &result.shown.url,
            title: &result.shown.title,
            dated: result.shown.date,
            text: &result.shown.snippet,
        })
        .collect();
    let (input, today, limit) = (request.input, request.today, request.limit);
    DecidePrompt { input, columns, results: &results, limit, today }.render()
}

fn suggestion(claim: Claim, column: usize, place: Place, entity: f64) -> Suggestion {
    Suggestion {
        column,
        page: place.serp,
        text: claim.value,
        quote: claim.quote,
        span: None,
        kind: SourceKind::Snippet,
        label: LABEL,
        entity,
        unit: None,
        own_score: Some(claim.score),
    }
}
