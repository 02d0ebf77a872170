//! What all drivers do with a row: they perform one turn after another, and write each outcome to the
//! journal before the row machine receives it.
//!
//! A driver owns concurrency, retries of transport faults, durability and cancellation, and makes no
//! decision about data. After an interruption, whatever its cause, the next driver recreates the row,
//! replays the outcomes in the journal, and performs only the steps without one. So the results do not
//! depend on the driver, on the concurrency, or on how often a process was killed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::column::CompiledColumn;
use ampledata_core::model::JobModels;
use ampledata_core::row::{
    Cell, CellOutcome, Failure, FailureKind, Input, Outcome, Plan, ReasonCode, RowResult, Stage,
    Step,
};
use ampledata_net::Retry;
use ampledata_net::gate::STOPPED;
use ampledata_store::intake::Layout;
use ampledata_store::{self as store, Caps, Job, JobId, JobStatus, OpenRow, StatusChange, Store};
use futures::FutureExt as _;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::perform::{self, Performer, RowContext};

mod journal;
mod row;

pub use row::{Attempts, DrivenRow, Pending, StepKind};

/// A provider that asks for a longer pause counts as failed, for the step that called it.
pub const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// The result of one try of a step.
pub enum AttemptOutcome {
    /// It has its outcome; a panic in a provider also becomes one.
    Outcome(Outcome),
    /// The call was not made and nothing is wrong with it: it is tried again, and this try does not
    /// count.
    NotAttempted,
    /// The job pauses until the user does something about it.
    Paused,
    /// The provider did not answer; the driver decides how long to wait.
    Failed(ampledata_net::Error),
}

/// What the drivers of a job need: everything that its rows share.
pub struct JobRows {
    /// Where the job is stored.
    pub store: Arc<dyn Store>,
    /// Performs its steps.
    pub performer: Arc<Performer>,
    /// The job.
    pub job: JobId,
    /// Cancelled when no further work should be started.
    pub stop: CancellationToken,
    plan: Arc<Plan>,
    /// The plan's columns, compiled once for all rows.
    columns: Arc<[CompiledColumn]>,
    caps: Caps,
    models: Option<Arc<JobModels>>,
    layout: Layout,
    /// Whether a step of these rows has paused the job.
    has_paused: Mutex<bool>,
}

impl JobRows {
    /// The rows of a loaded job. Cancelling `stop` ends the work on them.
    ///
    /// # Errors
    /// If the store fails, or no longer has the table.
    pub async fn load(
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
        let columns = CompiledColumn::compile_plan(&plan.columns).into();
        let has_paused = Mutex::default();
        Ok(Self { store, performer, job, stop, plan, columns, caps, models, layout, has_paused })
    }

    /// Tries a step once.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn attempt_step(
        &self,
        context: &RowContext,
        step: &Step,
    ) -> Result<AttemptOutcome, store::Error> {
        let (row, kind) = (context.row.index, StepKind::from_step(step));
        let span = tracing::info_span!("step", job = %self.job, row, ?kind);
        let performed = AssertUnwindSafe(self.performer.perform(context, step)).catch_unwind();
        let error = match performed.instrument(span).await {
            Ok(Ok(outcome)) => return Ok(AttemptOutcome::Outcome(outcome)),
            Ok(Err(perform::Error::Store(error))) => return Err(error),
            Ok(Err(perform::Error::Provider(error))) => error,
            Err(panic) => return Ok(AttemptOutcome::Outcome(Outcome::Failed(panicked(&*panic)))),
        };
        Ok(match error.retry {
            Retry::Again => AttemptOutcome::NotAttempted,
            // Another caller's step was stopped while this one waited for its result.
            Retry::Hold if error.code == STOPPED => AttemptOutcome::NotAttempted,
            Retry::Hold => {
                self.pause_job(&error.message).await?;
                AttemptOutcome::Paused
            }
            Retry::Never | Retry::Backoff | Retry::After(_) => AttemptOutcome::Failed(error),
        })
    }

    /// The input of a row; a row that is processed again has only the columns requested again.
    fn input(&self, open: &OpenRow) -> Input {
        let mut input = self.layout.input(&open.cells);
        if let Some(only) = &open.only {
            input.requested.retain(|column| only.contains(column));
        }
        input
    }

    /// Pauses the job with this reason until the user does something about it, once.
    async fn pause_job(&self, reason: &str) -> Result<(), store::Error> {
        let pause = StatusChange {
            from: vec![JobStatus::Running],
            to: JobStatus::Paused,
            reason: Some(reason.to_owned()),
        };
        // A row that meets the same fault a moment later must not pause a job that was resumed meanwhile.
        let mut has_paused = self.has_paused.lock().await;
        if *has_paused {
            return Ok(());
        }
        if self.store.set_status(&self.job, pause).await? {
            tracing::warn!(job = %self.job, "the job pauses: {reason}");
        }
        *has_paused = true;
        self.stop.cancel();
        Ok(())
    }
}

/// The outcome of a step that is not retried.
pub fn exhausted_failure(error: &ampledata_net::Error, tried: u32) -> Failure {
    let mut failure = perform::failure(error);
    if tried > 1 {
        failure.message = format!("{} (tried {tried} times)", failure.message);
    }
    failure
}

/// The failure that a panic becomes: a fault of a provider costs the step, not the job.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    let said = said.map_or_else(String::new, |text| format!(": {text}"));
    tracing::error!("a step panicked{said}");
    Failure {
        kind: FailureKind::BadAnswer,
        code: "step_broke".to_owned(),
        message: format!("the step failed because of a bug{said}"),
    }
}

fn failed_result(plan: &Plan, asked: &[usize], failure: &Failure) -> RowResult {
    let code = ReasonCode::Failure(failure.code.clone());
    let cell = || Cell::empty(CellOutcome::Error, code.clone(), failure.message.clone());
    RowResult {
        stage: Stage::Failed,
        cells: (0..plan.columns.len()).map(|column| asked.contains(&column).then(cell)).collect(),
        attempts: Vec::new(),
        error: Some(failure.message.clone()),
    }
}
