//! What every driver does with a row: one turn after another, each outcome in the journal before the
//! row machine sees it.
//!
//! A driver owns concurrency, retries of transport faults, durability and cancellation, and no decision
//! about data. Whatever cut a row off, the next driver makes it anew, gives it the journalled outcomes,
//! and performs only what has none. So the results depend neither on the driver, nor on the
//! concurrency, nor on how often a process was killed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::model::JobModels;
use ampledata_core::row::{
    Cell, CellOutcome, Failure, FailureKind, Input, Outcome, Plan, RowResult, Stage, Step,
};
use ampledata_net::gate::STOPPED;
use ampledata_providers::{self as providers, Retry};
use ampledata_store::intake::Layout;
use ampledata_store::{self as store, Caps, Job, JobId, JobStatus, OpenRow, StatusChange, Store};
use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::perform::{self, Performer, RowContext};

mod journal;
mod row;

pub use row::{Asks, Attempts, DrivenRow, StepKind};

/// A provider that asks for a longer pause has failed, for the step that asked.
pub const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// What one try of a step came to.
pub enum Tried {
    /// It has its outcome; a fault of the program in a provider is one.
    Outcome(Outcome),
    /// Nothing was wrong with the call, and nothing was done: it is tried again, as if it had not been.
    Unspent,
    /// The job pauses until somebody does something about it.
    Held,
    /// The provider did not answer; how long to wait is the driver's to decide.
    Failed(providers::Error),
}

/// A job as its drivers need it: what all its rows have in common.
pub struct JobRows {
    /// Where it is remembered.
    pub store: Arc<dyn Store>,
    /// Who performs its steps.
    pub performer: Arc<Performer>,
    /// The job.
    pub job: JobId,
    /// Is cancelled when nothing further is to be begun.
    pub stop: CancellationToken,
    plan: Arc<Plan>,
    caps: Caps,
    models: Option<Arc<JobModels>>,
    layout: Layout,
}

impl JobRows {
    /// The rows of a job that is loaded. `stop` ends the work on them.
    ///
    /// # Errors
    /// If the store fails, or no longer has the table.
    pub async fn of(
        store: Arc<dyn Store>,
        performer: Arc<Performer>,
        job: &Job,
        stop: CancellationToken,
    ) -> Result<Self, store::Error> {
        let source = store.source(&job.owner, &job.source).await?;
        let source = source
            .ok_or_else(|| store::Error::NotFound { what: "source", id: job.source.0.clone() })?;
        let layout = Layout::of(job, &source)?;
        let (plan, models) = (Arc::clone(&job.plan), job.models.clone());
        let (caps, job) = (job.caps, job.id.clone());
        Ok(Self { store, performer, job, stop, plan, caps, models, layout })
    }

    /// Tries a step once.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn try_step(&self, context: &RowContext, step: &Step) -> Result<Tried, store::Error> {
        let (row, kind) = (context.row.index, StepKind::of(step));
        let span = tracing::info_span!("step", job = %self.job, row, ?kind);
        let performed = AssertUnwindSafe(self.performer.perform(context, step)).catch_unwind();
        let error = match performed.instrument(span).await {
            Ok(Ok(outcome)) => return Ok(Tried::Outcome(outcome)),
            Ok(Err(perform::Error::Store(error))) => return Err(error),
            Ok(Err(perform::Error::Provider(error))) => error,
            Err(panic) => return Ok(Tried::Outcome(Outcome::Failed(panicked(&*panic)))),
        };
        Ok(match error.retry {
            Retry::Again => Tried::Unspent,
            // Somebody else's work was stopped while it asked for both.
            Retry::Hold if error.code == STOPPED => Tried::Unspent,
            Retry::Hold => {
                self.hold(&error.message).await?;
                Tried::Held
            }
            Retry::Never | Retry::Backoff | Retry::After(_) => Tried::Failed(error),
        })
    }

    /// What a row starts from: where it is worked on again, the columns asked for again alone.
    fn input(&self, open: &OpenRow) -> Input {
        let mut input = self.layout.input(&open.cells);
        if let Some(only) = &open.only {
            input.asked.retain(|column| only.contains(column));
        }
        input
    }

    /// Pauses the job, for this reason, until somebody does something about it.
    async fn hold(&self, reason: &str) -> Result<(), store::Error> {
        let pause = StatusChange {
            from: vec![JobStatus::Running],
            to: JobStatus::Paused,
            reason: Some(reason.to_owned()),
        };
        if self.store.set_status(&self.job, pause).await? {
            tracing::warn!(job = %self.job, "the job pauses: {reason}");
        }
        self.stop.cancel();
        Ok(())
    }
}

/// The outcome of a step that is not tried again.
pub fn given_up(error: &providers::Error, tried: u32) -> Failure {
    let mut failure = perform::failure(error);
    if tried > 1 {
        failure.message = format!("{} (tried {tried} times)", failure.message);
    }
    failure
}

/// What a fault of the program comes to: a provider's fault is its own, it costs the step and not the
/// job.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    let said = said.map_or_else(String::new, |text| format!(": {text}"));
    tracing::error!("a step broke{said}");
    Failure {
        kind: FailureKind::BadAnswer,
        code: "step_broke".to_owned(),
        message: format!("a fault of the program broke the step{said}"),
    }
}

fn broken(plan: &Plan, asked: &[usize], message: &str) -> RowResult {
    let cell = || Cell::empty(CellOutcome::Error, message.to_owned());
    RowResult {
        stage: Stage::Failed,
        cells: (0..plan.columns.len()).map(|column| asked.contains(&column).then(cell)).collect(),
        attempts: Vec::new(),
        error: Some(message.to_owned()),
    }
}
