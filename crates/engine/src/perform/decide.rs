//! Chooses pages, and takes the values that snippets prove.

use std::sync::Arc;

use ampledata_core::entity::Target;
use ampledata_core::evidence::{Suggestion, verify};
use ampledata_core::page::{ContentHash, Span};
use ampledata_core::row::{Decision, Input, Outcome, Pick};
use ampledata_core::serp::Serp;
use ampledata_core::standing::SourceProfile;
use ampledata_core::vocabulary::{Labels, announced_columns};
use ampledata_providers::{DecideRequest, PageChoice, ResultPosition};
use ampledata_store::CallKind;

use super::check::{Checked, Snippet};
use super::row_meter::RowMeter;
use super::{Error, Performer, RowContext, failure};

impl Performer {
    pub(super) async fn decide(
        &self,
        context: &RowContext,
        hashes: &[ContentHash],
        columns: &[usize],
        tried: &[String],
        limit: usize,
    ) -> Result<Outcome, Error> {
        let mut serps = Vec::with_capacity(hashes.len());
        for hash in hashes {
            serps.push(Serp::clone(&*self.serp(hash).await?));
        }
        let decider = self.dependencies.roles.decider(context.models.as_deref())?;
        let work = Deciding {
            provider: Arc::clone(&decider.provider),
            context: context.clone(),
            hashes: hashes.to_vec(),
            serps,
            columns: columns.to_vec(),
            tried: tried.to_vec(),
            limit,
            meter: RowMeter::new(&self.store, context, CallKind::Decide),
        };
        let decision = self.processors.run_future(decider.is_cpu_bound, work.run()).await?;
        Ok(Outcome::Decided(decision))
    }
}

/// Everything that deciding needs, so that it can run on another thread.
struct Deciding {
    provider: Arc<dyn ampledata_providers::Decider>,
    context: RowContext,
    hashes: Vec<ContentHash>,
    serps: Vec<Serp>,
    columns: Vec<usize>,
    tried: Vec<String>,
    limit: usize,
    meter: RowMeter,
}

impl Deciding {
    async fn run(self) -> Result<Decision, Error> {
        let plan = &self.context.plan;
        let request = DecideRequest {
            input: &self.context.input,
            plan: &self.context.columns,
            columns: &self.columns,
            serps: &self.serps,
            tried: &self.tried,
            limit: self.limit,
            today: plan.today,
            meter: &self.meter,
        };
        let choice = self.provider.decide(&request).await;
        let PageChoice { suggestions, read, problem } =
            choice.map_err(|error| self.meter.cause_of(error))?;
        let mut checked = Checked::new(&self.columns);
        for (place, suggestion) in suggestions {
            self.check(place, suggestion, &mut checked);
        }
        let candidates = checked.finish().candidates;
        let problem = problem.as_ref().map(failure);
        Ok(Decision { candidates, read: self.picks(read), problem })
    }

    /// Addresses are taken from the results shown, by index, so that a model cannot name any other.
    fn picks(&self, read: Vec<(ResultPosition, f64)>) -> Vec<Pick> {
        let labels: Vec<&Labels> =
            self.context.columns.iter().map(|column| &column.labels).collect();
        let mut picks: Vec<Pick> = Vec::new();
        for (place, entity) in read {
            let shown = self.serps.get(place.serp).and_then(|serp| {
                serp.results.get(place.result).filter(|result| result.is_page(serp))
            });
            let Some(shown) = shown else { continue };
            let new =
                !self.tried.contains(&shown.url) && picks.iter().all(|pick| pick.url != shown.url);
            if new && picks.len() < self.limit {
                let Input { key, context, .. } = &*self.context.input;
                let known = key.iter().chain(context).map(|field| field.value.as_str());
                let columns = announced_columns(&shown.title, &labels, known);
                let entity = entity.clamp(0.0, 1.0);
                picks.push(Pick { url: shown.url.clone(), entity, columns });
            }
        }
        picks
    }

    /// A quote counts only within the result that it refers to.
    fn check(&self, place: ResultPosition, mut suggestion: Suggestion, checked: &mut Checked<'_>) {
        let found = self
            .serps
            .get(place.serp)
            .and_then(|serp| Some((serp, serp.results.get(place.result)?)));
        let Some((serp, result)) = found else { return };
        let Some(column) = self.context.columns.get(suggestion.column) else { return };
        let (text, spans) = serp.text();
        let Some(part) = spans.get(place.result).copied() else { return };
        suggestion.span = suggestion.span.and_then(|span| within(span, part));
        let locale = super::check::locale(&self.context.plan, None, &text);
        let target = Target::new(&self.context.input);
        let profile = SourceProfile::of_result(result, &self.context.input, &target);
        let source =
            Snippet { url: &result.url, hash: &self.hashes[place.serp], text: &text[part.range()] };
        let verified = verify(&suggestion, column, &source.source(profile, &locale));
        checked.take(
            &suggestion,
            &result.url,
            verified.map(|mut candidate| {
                let span = candidate.evidence.span;
                candidate.evidence.span =
                    Span { start: span.start + part.start, end: span.end + part.start };
                candidate
            }),
        );
    }
}

/// Converts a span of the whole text to one of a part of it.
fn within(span: Span, part: Span) -> Option<Span> {
    let inside = part.start <= span.start && span.end <= part.end && span.start <= span.end;
    inside.then(|| Span { start: span.start - part.start, end: span.end - part.start })
}
