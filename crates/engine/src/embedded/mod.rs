//! The embedded engine: drives the rows of a job in this process.
//!
//! It owns concurrency, retries of transport faults and cancellation; [`crate::drive`] does the rest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_store::{self as store, Job, JobStatus, StatusChange, Store};
use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::drive::JobRows;
use crate::perform::Performer;

mod attempt;
mod row;
mod scheduler;
mod status_poller;

pub use attempt::Retries;

use status_poller::StatusPoller;

/// How a job is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Maximum number of rows in flight, and of steps in flight.
    pub concurrency: usize,
    /// Stops the run: steps in flight are finished and saved, and the job can be resumed.
    pub cancel: CancellationToken,
    /// Receives the progress of the job a few times per second.
    pub progress: Option<watch::Sender<Progress>>,
    /// How transport faults are retried.
    pub retries: Retries,
}

impl Options {
    /// This many rows in flight, and the defaults for everything else.
    pub fn new(concurrency: usize) -> Self {
        Self {
            concurrency: concurrency.max(1),
            cancel: CancellationToken::new(),
            progress: None,
            retries: Retries::default(),
        }
    }
}

/// The progress of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// The progress of the whole job, including earlier runs.
    pub job: store::Progress,
    /// Rows that this run finished, including rows that share a result.
    pub rows_done: u64,
    /// Rows of this run per second of this run.
    pub rows_per_second: f64,
    /// How long this run has taken.
    pub elapsed: Duration,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every row has its result.
    Completed,
    /// Stopped from outside; the job can be resumed.
    Interrupted,
    /// Paused by the user; the job can be resumed.
    Paused,
    /// Cancelled by the user; this is final.
    Cancelled,
    /// The job had failed before this run, and was not touched.
    Failed,
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct JobSummary {
    /// How it ended.
    pub ending: Ending,
    /// The progress of the job now, and what this run contributed.
    pub progress: Progress,
}

/// Why a run stopped early. The job stays as it is and can be resumed.
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// The store failed, so that nothing can be saved.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The rows of the job have not been loaded: see [`store::intake::create_job`].
    #[error("the rows of job {0} are not loaded")]
    NotLoaded(store::JobId),
}

/// Runs a job to its end, or resumes it where it stopped.
///
/// # Errors
/// See [`enum@Error`]. A provider's failure is never an error here; the affected cells report it.
pub async fn run(
    store: Arc<dyn Store>,
    performer: Arc<Performer>,
    job: &Job,
    options: Options,
) -> Result<JobSummary, Error> {
    if !job.loaded {
        return Err(Error::NotLoaded(job.id.clone()));
    }
    let started = Instant::now();
    let rows = JobRows::load(store, performer, job, options.cancel.child_token()).await?;
    let run = Arc::new(row::Run::new(rows, &options));
    let begin = change(&[JobStatus::Pending, JobStatus::Running], JobStatus::Running);
    if !run.rows.store.set_status(&job.id, begin).await? {
        return summary(&run, started, false).await;
    }
    if job.caps.any() {
        // No other process works on the job, so remaining reservations belong to interrupted calls.
        run.rows.store.expire_reservations(&job.id, Duration::ZERO).await?;
    }
    let before = run.rows.store.progress(&job.id).await?.finished();
    run.finished_before(before);
    let poller = StatusPoller::start(Arc::clone(&run), started, options.progress.clone());
    let worked = scheduler::run_rows(&run, options.concurrency).await;
    poller.end().await?;
    worked?;
    let complete = !run.rows.stop.is_cancelled() && {
        let complete = change(&[JobStatus::Running], JobStatus::Completed);
        run.rows.store.set_status(&job.id, complete).await?
    };
    let summary = summary(&run, started, complete).await?;
    if let Some(progress) = &options.progress {
        progress.send_replace(summary.progress.clone());
    }
    Ok(summary)
}

fn change(from: &[JobStatus], to: JobStatus) -> StatusChange {
    StatusChange { from: from.to_vec(), to, reason: None }
}

async fn summary(run: &row::Run, started: Instant, complete: bool) -> Result<JobSummary, Error> {
    let ending = match run.rows.store.status(&run.rows.job).await? {
        JobStatus::Completed => Ending::Completed,
        JobStatus::Cancelled => Ending::Cancelled,
        JobStatus::Paused => Ending::Paused,
        JobStatus::Failed => Ending::Failed,
        JobStatus::Pending | JobStatus::Running if complete => Ending::Completed,
        JobStatus::Pending | JobStatus::Running => Ending::Interrupted,
    };
    Ok(JobSummary { ending, progress: run.progress(started).await? })
}
