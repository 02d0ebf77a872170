//! The embedded engine: drives the rows of a job in this process.
//!
//! It owns concurrency, retries of transport faults and cancellation; [`crate::drive`] has the rest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_store::{self as store, Job, JobStatus, StatusChange, Store};
use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::drive::JobRows;
use crate::perform::Performer;

mod attempt;
mod pump;
mod row;
mod watcher;

pub use attempt::Retries;

/// How a job is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Rows in flight, and steps in flight: neither is ever more.
    pub concurrency: usize,
    /// Stops the run: steps in flight are finished and saved, the job can be taken up again.
    pub cancel: CancellationToken,
    /// Told how far the job is, a few times a second.
    pub progress: Option<watch::Sender<Progress>>,
    /// How transport faults are tried again.
    pub retries: Retries,
}

impl Options {
    /// So many rows in flight, everything else as usual.
    pub fn new(concurrency: usize) -> Self {
        Self {
            concurrency: concurrency.max(1),
            cancel: CancellationToken::new(),
            progress: None,
            retries: Retries::default(),
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// The job as a whole, earlier runs included.
    pub job: store::Progress,
    /// Rows that this run finished, rows that share a result included.
    pub rows_done: u64,
    /// Rows of this run by second of this run.
    pub rows_per_second: f64,
    /// How long this run has taken.
    pub elapsed: Duration,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every row has its result.
    Completed,
    /// Stopped from outside; the job can be taken up again.
    Interrupted,
    /// Held by the user; the job can be taken up again when it is released.
    Paused,
    /// Stopped by the user, for good.
    Cancelled,
    /// The job had failed before this run, and was left alone.
    Failed,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct JobSummary {
    /// How it ended.
    pub ending: Ending,
    /// How far the job is now, and what this run did for it.
    pub progress: Progress,
}

/// Why a run broke off. The job stays as it is and can be taken up again.
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// The store failed, so that nothing can be remembered.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The rows of the job have not been loaded: see [`store::intake::create_job`].
    #[error("the rows of job {0} are not loaded")]
    NotLoaded(store::JobId),
}

/// Runs a job to its end, or takes it up where it was.
///
/// # Errors
/// See [`Error`]. A provider that fails is never an error here: it is in the cells that it concerns.
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
    let rows = JobRows::of(store, performer, job, options.cancel.child_token()).await?;
    let shared = Arc::new(row::Shared::new(rows, &options));
    let begin = change(&[JobStatus::Pending, JobStatus::Running], JobStatus::Running);
    if !shared.rows.store.set_status(&job.id, begin).await? {
        return summary(&shared, started, false).await;
    }
    if job.caps.any() {
        // Nobody else works on the job: whatever is still set aside was cut off.
        shared.rows.store.lose_reservations(&job.id, Duration::ZERO).await?;
    }
    let before = shared.rows.store.progress(&job.id).await?.finished();
    shared.finished_before(before);
    let watcher = watcher::start(Arc::clone(&shared), started, options.progress.clone());
    let pumped = pump::run(&shared, options.concurrency).await;
    watcher.end().await?;
    pumped?;
    let complete = !shared.rows.stop.is_cancelled() && {
        let complete = change(&[JobStatus::Running], JobStatus::Completed);
        shared.rows.store.set_status(&job.id, complete).await?
    };
    let summary = summary(&shared, started, complete).await?;
    if let Some(progress) = &options.progress {
        progress.send_replace(summary.progress.clone());
    }
    Ok(summary)
}

fn change(from: &[JobStatus], to: JobStatus) -> StatusChange {
    StatusChange { from: from.to_vec(), to, reason: None }
}

async fn summary(
    shared: &row::Shared,
    started: Instant,
    complete: bool,
) -> Result<JobSummary, Error> {
    let ending = match shared.rows.store.status(&shared.rows.job).await? {
        JobStatus::Completed => Ending::Completed,
        JobStatus::Cancelled => Ending::Cancelled,
        JobStatus::Paused => Ending::Paused,
        JobStatus::Failed => Ending::Failed,
        JobStatus::Pending | JobStatus::Running if complete => Ending::Completed,
        JobStatus::Pending | JobStatus::Running => Ending::Interrupted,
    };
    Ok(JobSummary { ending, progress: shared.progress(started).await? })
}
