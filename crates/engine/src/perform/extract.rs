//! Extracts values from pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use ampledata_core::column::ColumnType;
use ampledata_core::entity::Target;
use ampledata_core::evidence::{
    ENTITY_FLOOR, RejectionReason, Source, find_context, find_unusable_value, verify,
};
use ampledata_core::page::{Page, PageRef};
use ampledata_core::row::{Extraction, Outcome};
use ampledata_core::standing::SourceProfile;
use ampledata_core::value::Locale;
use ampledata_providers::{ExtractRequest, Extracted, Extractor};
use ampledata_store::CallKind;
use jiff::Timestamp;

use super::check::{Checked, locale};
use super::row_meter::RowMeter;
use super::{Error, Performer, RowContext, failure};

impl Performer {
    pub(super) async fn extract(
        &self,
        context: &RowContext,
        references: &[PageRef],
        columns: &[usize],
    ) -> Result<Outcome, Error> {
        let mut pages = Vec::with_capacity(references.len());
        for reference in references {
            pages.push((reference.url.clone(), self.page(&reference.hash).await?));
        }
        let extractor = self.dependencies.roles.extractor(context.models.as_deref())?;
        let work = Extracting {
            provider: Arc::clone(&extractor.provider),
            context: context.clone(),
            pages,
            read_at: references.iter().map(|reference| reference.read_at).collect(),
            columns: columns.to_vec(),
            meter: RowMeter::new(&self.store, context, CallKind::Extract),
        };
        let extraction = if extractor.is_cpu_bound {
            self.processors.run_future(true, work.run()).await?
        } else {
            let (work, extracted) = work.ask().await?;
            let bytes = work.pages.iter().map(|(_, page)| page.text.len()).sum();
            self.processors.run(bytes, move || work.check(extracted)).await
        };
        Ok(Outcome::Extracted(extraction))
    }
}

/// Everything that extracting needs, so that it can run on another thread.
struct Extracting {
    provider: Arc<dyn Extractor>,
    context: RowContext,
    pages: Vec<(String, Arc<Page>)>,
    /// When each page was read.
    read_at: Vec<Option<Timestamp>>,
    columns: Vec<usize>,
    meter: RowMeter,
}

impl Extracting {
    async fn run(self) -> Result<Extraction, Error> {
        let (work, extracted) = self.ask().await?;
        Ok(work.check(extracted))
    }

    async fn ask(self) -> Result<(Self, Extracted), Error> {
        let plan = &self.context.plan;
        let request = ExtractRequest {
            input: &self.context.input,
            plan: &self.context.columns,
            columns: &self.columns,
            entity_type: plan.entity_type.as_deref(),
            pages: &self.pages,
            today: plan.today,
            meter: &self.meter,
        };
        let extracted = self.provider.extract(&request).await;
        let extracted = extracted.map_err(|error| self.meter.cause_of(error))?;
        Ok((self, extracted))
    }

    fn check(&self, extracted: Extracted) -> Extraction {
        let Extracted { suggestions, problem } = extracted;
        let plan = &self.context.plan;
        let locales: Vec<_> = self
            .pages
            .iter()
            .map(|(_, page)| locale(plan, page.language.as_deref(), &page.text))
            .collect();
        let target = Target::new(&self.context.input);
        let profiles: Vec<_> = self
            .pages
            .iter()
            .zip(&locales)
            .map(|((url, page), locale)| {
                SourceProfile::new((page, url), (&self.context.input, &target), locale)
            })
            .collect();
        let mut checked = Checked::new(&self.columns);
        let mut proposals = vec![Proposals::default(); self.pages.len()];
        for mut suggestion in suggestions {
            let column = self.context.columns.get(suggestion.column);
            let place = self.pages.get(suggestion.page).zip(locales.get(suggestion.page));
            let (Some(column), Some(((url, page), locale))) = (column, place) else {
                let url = self.pages.first().map_or("", |(url, _)| url);
                checked.reject(&suggestion, url, RejectionReason::NotRequested);
                continue;
            };
            if suggestion.context.is_empty() && column.column.kind == ColumnType::Number {
                suggestion.context = find_context(&suggestion, page);
            }
            let profile = profiles[suggestion.page];
            let read_at = self.read_at.get(suggestion.page).copied().flatten();
            let source =
                Source { url, hash: &page.hash, text: &page.text, profile, read_at, locale };
            let verified = verify(&suggestion, column, &source);
            let of_page = &mut proposals[suggestion.page];
            of_page.columns.insert(suggestion.column);
            if verified.as_ref().err() == Some(&RejectionReason::WrongEntity) {
                of_page.has_others = true;
            } else {
                of_page.has_ours = true;
            }
            checked.take(&suggestion, url, verified);
        }
        self.explain_empty_cells(&target, &proposals, &locales, &mut checked);
        Extraction { problem: problem.as_ref().map(failure), ..checked.finish() }
    }

    /// Says which pages are about another entity, and why the others have no usable value for a column.
    fn explain_empty_cells(
        &self,
        target: &Target,
        proposals: &[Proposals],
        locales: &[Locale],
        checked: &mut Checked<'_>,
    ) {
        for (((url, page), locale), proposed) in self.pages.iter().zip(locales).zip(proposals) {
            let is_complete = self.columns.iter().all(|at| proposed.columns.contains(at));
            if proposed.has_ours && is_complete {
                continue;
            }
            let matched = target.match_page(page, url);
            let is_other = proposed.has_others || matched.score < ENTITY_FLOOR;
            if is_other && !proposed.has_ours {
                checked.other_entity(url);
                continue;
            }
            for &at in self.columns.iter().filter(|at| !proposed.columns.contains(at)) {
                let Some(column) = self.context.columns.get(at) else { continue };
                let (page, entity) = ((&**page, url.as_str()), (target, &matched));
                checked.explain(find_unusable_value(page, entity, (at, column), locale));
            }
        }
    }
}

/// What was proposed from one page.
#[derive(Debug, Clone, Default)]
struct Proposals {
    /// The columns for which there was a proposal.
    columns: BTreeSet<usize>,
    /// Whether any was about the row's entity.
    has_ours: bool,
    /// Whether any was about another one.
    has_others: bool,
}
