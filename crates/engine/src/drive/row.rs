//! One row, from where its journal leaves it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ampledata_core::row::{Next, Outcome, Row, RowResult, Stage, Step};
use ampledata_store::{self as store, Entry, OpenRow, RowId};
use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::join_all;

use super::journal::{Journal, mark};
use super::{JobRows, broken, panicked};
use crate::perform::RowContext;

/// How a driver has a step performed: with its own retries and its own bounds.
#[async_trait]
pub trait Attempts: Sync {
    /// Why a turn cannot go on for now.
    type Error: From<store::Error> + Send;

    /// The outcome of a step; `None` if the work was stopped before there was one.
    ///
    /// # Errors
    /// As the driver says. The outcomes of the turn's other steps are kept.
    async fn outcome(
        &self,
        context: &RowContext,
        step: &Step,
    ) -> Result<Option<Outcome>, Self::Error>;
}

/// What kind of step a row asks for; the steps of one turn are of one kind.
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
    pub fn of(step: &Step) -> Self {
        match step {
            Step::Search { .. } => Self::Search,
            Step::Decide { .. } => Self::Decide,
            Step::Crawl { .. } => Self::Crawl,
            Step::Extract { .. } => Self::Extract,
        }
    }

    /// The stage that such a turn brings a row to.
    fn leads_to(self) -> Stage {
        match self {
            Self::Search => Stage::SerpFetched,
            Self::Decide => Stage::DecisionMade,
            Self::Crawl => Stage::Crawled,
            Self::Extract => Stage::Enriched,
        }
    }
}

/// What a row waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asks<'a> {
    /// These steps, all of this kind.
    Steps(StepKind, &'a [Step]),
    /// Nothing: this is what it came to.
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
    /// The row at its beginning, with the journal that the store has of it.
    pub fn new(rows: &'a JobRows, open: OpenRow) -> Self {
        let input = rows.input(&open);
        let context = RowContext {
            row: RowId { job: rows.job.clone(), index: open.index },
            plan: Arc::clone(&rows.plan),
            input: Arc::new(input.clone()),
            caps: rows.caps,
            models: rows.models.clone(),
            stop: rows.stop.clone(),
        };
        let (row, next) = Row::start(Arc::clone(&rows.plan), input);
        Self { rows, context, row, next, turn: 0, journal: Journal::of(open.journal) }
    }

    /// What the row waits for.
    pub fn asks(&self) -> Asks<'_> {
        match &self.next {
            Next::Do(steps) => {
                let kind = steps.first().map_or(StepKind::Extract, StepKind::of);
                Asks::Steps(kind, steps)
            }
            Next::Done(result) => Asks::Nothing(result),
        }
    }

    /// The attempt that is running, from 1.
    pub fn attempt(&self) -> u8 {
        self.row.attempt()
    }

    /// Goes on as far as the journal reaches: to the first turn of which an outcome is missing.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn replay(&mut self) -> Result<(), store::Error> {
        while let Next::Do(steps) = &self.next {
            let marks: Vec<String> = steps.iter().map(mark).collect();
            let Some(known) = self.journal.of_turn(self.turn, &marks) else {
                self.cut().await?;
                return Ok(());
            };
            let known: Option<Vec<Outcome>> = known.into_iter().collect();
            let Some(outcomes) = known else { return Ok(()) };
            self.advance(outcomes);
        }
        Ok(())
    }

    /// Has the steps performed that have no outcome yet, all together, and goes on. Says whether it
    /// did: not where the work was stopped.
    ///
    /// # Errors
    /// If the store or an attempt fails; what has an outcome keeps it.
    pub async fn turn<A: Attempts>(&mut self, attempts: &A) -> Result<bool, A::Error> {
        let Next::Do(steps) = &self.next else { return Ok(true) };
        let marks: Vec<String> = steps.iter().map(mark).collect();
        let known = if let Some(known) = self.journal.of_turn(self.turn, &marks) {
            known
        } else {
            let unknown = vec![None; steps.len()];
            self.cut().await?;
            unknown
        };
        let Some(outcomes) = self.take_turn(marks, known, attempts).await? else {
            return Ok(false);
        };
        self.advance(outcomes);
        Ok(true)
    }

    /// Stores what the row came to, if it came to its end, and says whether it did.
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

    /// Does something with the row. A fault of the program in the row's own logic ends the row, not the
    /// job.
    ///
    /// # Errors
    /// As what is done says, and where the store fails.
    pub async fn guarded<T, E: From<store::Error>>(
        rows: &JobRows,
        open: OpenRow,
        drive: impl AsyncFnOnce(DrivenRow<'_>) -> Result<T, E>,
        broke: T,
    ) -> Result<T, E> {
        let asked = rows.input(&open).asked;
        let id = RowId { job: rows.job.clone(), index: open.index };
        let driven = async { drive(DrivenRow::new(rows, open)).await };
        match AssertUnwindSafe(driven).catch_unwind().await {
            Ok(driven) => driven,
            Err(panic) => {
                let failure = panicked(&*panic);
                let result = broken(&rows.plan, &asked, &failure.message);
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

    /// Drops a journal that another version of the program wrote, or that is of another plan: it does
    /// not answer these steps.
    async fn cut(&mut self) -> Result<(), store::Error> {
        self.journal = Journal::default();
        self.rows.store.cut_journal(&self.context.row, self.turn).await
    }

    async fn take_turn<A: Attempts>(
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
            // The last outcome of a turn brings the row to its next stage.
            let last = missing.fetch_sub(1, Ordering::Relaxed) == 1;
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            let entry = Entry { turn: self.turn, step: place, step_mark, outcome: outcome.clone() };
            let stage = last.then(|| StepKind::of(step).leads_to());
            self.rows.store.journal(&self.context.row, entry, stage).await?;
            Ok(Some(outcome))
        });
        join_all(outcomes).await.into_iter().collect()
    }
}
