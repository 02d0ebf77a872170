//! Drives one row, starting where its journal ends.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ampledata_core::row::{Next, Outcome, Row, RowResult, Stage, Step};
use ampledata_store::{self as store, Entry, OpenRow, RowId};
use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::join_all;

use super::journal::{Journal, hash_step};
use super::{JobRows, failed_result, panicked};
use crate::perform::RowContext;

/// How a driver performs a step, with its own retries and limits.
#[async_trait]
pub trait Attempts: Sync {
    /// Why a turn cannot continue for now.
    type Error: From<store::Error> + Send;

    /// The outcome of a step; `None` if the work was stopped before there was one.
    ///
    /// # Errors
    /// As the driver defines. The outcomes of the turn's other steps are kept.
    async fn outcome(
        &self,
        context: &RowContext,
        step: &Step,
    ) -> Result<Option<Outcome>, Self::Error>;
}

/// The kind of the steps that a row requests; all steps of one turn are of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// [`Step::Search`].
    Search,
    /// [`Step::Decide`].
    Decide,
    /// [`Step::Crawl`].
    Crawl,
    /// [`Step::Extract`].
    Extract,
}

impl StepKind {
    /// The kind of this step.
    pub fn from_step(step: &Step) -> Self {
        match step {
            Step::Search { .. } => Self::Search,
            Step::Decide { .. } => Self::Decide,
            Step::Crawl { .. } => Self::Crawl,
            Step::Extract { .. } => Self::Extract,
        }
    }

    /// The stage that a row reaches after such a turn.
    fn next_stage(self) -> Stage {
        match self {
            Self::Search => Stage::SerpFetched,
            Self::Decide => Stage::DecisionMade,
            Self::Crawl => Stage::Crawled,
            Self::Extract => Stage::Enriched,
        }
    }
}

/// What a row needs next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pending<'a> {
    /// The outcomes of these steps, all of this kind.
    Steps(StepKind, &'a [Step]),
    /// Nothing: this is its result.
    Nothing(&'a RowResult),
}

/// A row that is being driven.
pub struct DrivenRow<'a> {
    rows: &'a JobRows,
    context: RowContext,
    row: Row,
    next: Next,
    turn: u32,
    journal: Journal,
}

impl<'a> DrivenRow<'a> {
    /// A new row, with its journal from the store.
    pub fn new(rows: &'a JobRows, open: OpenRow) -> Self {
        let input = rows.input(&open);
        let context = RowContext {
            row: RowId { job: rows.job.clone(), index: open.index },
            plan: Arc::clone(&rows.plan),
            columns: Arc::clone(&rows.columns),
            input: Arc::new(input.clone()),
            caps: rows.caps,
            models: rows.models.clone(),
            stop: rows.stop.clone(),
        };
        let (row, next) = Row::start(Arc::clone(&rows.plan), input);
        Self { rows, context, row, next, turn: 0, journal: Journal::new(open.journal) }
    }

    /// What the row needs next.
    pub fn pending(&self) -> Pending<'_> {
        match &self.next {
            Next::Do(steps) => {
                let kind = steps.first().map_or(StepKind::Extract, StepKind::from_step);
                Pending::Steps(kind, steps)
            }
            Next::Done(result) => Pending::Nothing(result),
        }
    }

    /// The current attempt, from 1.
    pub fn attempt(&self) -> u8 {
        self.row.attempt()
    }

    /// Replays the journal, up to the first turn with a missing outcome.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn replay(&mut self) -> Result<(), store::Error> {
        while let Next::Do(steps) = &self.next {
            let marks: Vec<String> = steps.iter().map(hash_step).collect();
            let Some(known) = self.journal.outcomes_of_turn(self.turn, &marks) else {
                self.drop_journal().await?;
                return Ok(());
            };
            let known: Option<Vec<Outcome>> = known.into_iter().collect();
            let Some(outcomes) = known else { return Ok(()) };
            self.advance(outcomes);
        }
        Ok(())
    }

    /// Performs the steps that have no outcome yet, concurrently, and advances the row. Returns false if
    /// the work was stopped before that.
    ///
    /// # Errors
    /// If the store or an attempt fails; outcomes that were stored are kept.
    pub async fn run_turn<A: Attempts>(&mut self, attempts: &A) -> Result<bool, A::Error> {
        let Next::Do(steps) = &self.next else { return Ok(true) };
        let marks: Vec<String> = steps.iter().map(hash_step).collect();
        let known = if let Some(known) = self.journal.outcomes_of_turn(self.turn, &marks) {
            known
        } else {
            let unknown = vec![None; steps.len()];
            self.drop_journal().await?;
            unknown
        };
        let Some(outcomes) = self.collect_outcomes(marks, known, attempts).await? else {
            return Ok(false);
        };
        self.advance(outcomes);
        Ok(true)
    }

    /// Stores the result of the row if it is finished, and returns whether it did.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn finish(&self) -> Result<bool, store::Error> {
        match &self.next {
            Next::Done(result) => {
                self.rows.store.finish_row(&self.context.row, result).await?;
                self.rows.performer.tally().count(result);
                Ok(true)
            }
            Next::Do(_) => Ok(false),
        }
    }

    /// Runs `drive` on the row. A panic in the row's own logic ends the row, not the job.
    ///
    /// # Errors
    /// The errors of `drive`, and if the store fails.
    pub async fn catch_panics<T, E: From<store::Error>>(
        rows: &JobRows,
        open: OpenRow,
        drive: impl AsyncFnOnce(DrivenRow<'_>) -> Result<T, E>,
        broke: T,
    ) -> Result<T, E> {
        let asked = rows.input(&open).requested;
        let id = RowId { job: rows.job.clone(), index: open.index };
        let driven = async { drive(DrivenRow::new(rows, open)).await };
        match AssertUnwindSafe(driven).catch_unwind().await {
            Ok(driven) => driven,
            Err(panic) => {
                let failure = panicked(&*panic);
                let result = failed_result(&rows.plan, &asked, &failure);
                rows.store.finish_row(&id, &result).await?;
                rows.performer.tally().count(&result);
                Ok(broke)
            }
        }
    }

    fn advance(&mut self, outcomes: Vec<Outcome>) {
        self.next = self.row.advance(outcomes);
        self.turn += 1;
    }

    /// Drops a journal that another version of the program wrote, or that belongs to another plan: it
    /// does not answer these steps.
    async fn drop_journal(&mut self) -> Result<(), store::Error> {
        self.journal = Journal::default();
        self.rows.store.cut_journal(&self.context.row, self.turn).await
    }

    async fn collect_outcomes<A: Attempts>(
        &self,
        marks: Vec<String>,
        known: Vec<Option<Outcome>>,
        attempts: &A,
    ) -> Result<Option<Vec<Outcome>>, A::Error> {
        let Next::Do(steps) = &self.next else { return Ok(None) };
        let missing = AtomicUsize::new(known.iter().filter(|outcome| outcome.is_none()).count());
        let missing = &missing;
        let steps = steps.iter().zip(marks).zip(known).enumerate();
        let outcomes = steps.map(|(place, ((step, step_mark), known))| async move {
            if let Some(outcome) = known {
                return Ok(Some(outcome));
            }
            let Some(outcome) = attempts.outcome(&self.context, step).await? else {
                return Ok(None);
            };
            // The last outcome of a turn moves the row to its next stage.
            let last = missing.fetch_sub(1, Ordering::Relaxed) == 1;
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            let entry = Entry { turn: self.turn, step: place, step_mark, outcome: outcome.clone() };
            let stage = last.then(|| StepKind::from_step(step).next_stage());
            self.rows.store.journal(&self.context.row, entry, stage).await?;
            Ok(Some(outcome))
        });
        join_all(outcomes).await.into_iter().collect()
    }
}
