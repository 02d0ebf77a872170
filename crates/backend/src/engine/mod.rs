//! The embedded engine: drives the rows of a job in this process.
//!
//! It owns concurrency, retries of transport faults, durability and cancellation, and no decision
//! about data. Each outcome is in the journal before the row machine sees it; a run that was cut off
//! makes its rows anew, gives them the journalled outcomes, and performs only what has none. So the
//! results depend neither on the concurrency nor on how often the process was killed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::perform::Performer;
use crate::store::intake::Layout;
use crate::store::{self, Job, JobStatus, StatusChange, Store};

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
    let source = store.source(&job.owner, &job.source).await?;
    let source = source
        .ok_or_else(|| store::Error::NotFound { what: "source", id: job.source.0.clone() })?;
    let shared =
        Arc::new(row::Shared::new(store, performer, job, Layout::of(job, &source)?, &options));
    let begin = change(&[JobStatus::Pending, JobStatus::Running], JobStatus::Running);
    if !shared.store.set_status(&job.id, begin).await? {
        return summary(&shared, started, false).await;
    }
    if job.caps.any() {
        shared.store.lose_reservations(&job.id).await?;
    }
    let before = shared.store.progress(&job.id).await?.finished();
    shared.finished_before(before);
    let watcher = watcher::start(Arc::clone(&shared), started, options.progress.clone());
    let pumped = pump::run(&shared, options.concurrency).await;
    watcher.end().await?;
    pumped?;
    let complete = !shared.stop.is_cancelled() && {
        let complete = change(&[JobStatus::Running], JobStatus::Completed);
        shared.store.set_status(&job.id, complete).await?
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
    let ending = match shared.store.status(&shared.job).await? {
        JobStatus::Completed => Ending::Completed,
        JobStatus::Cancelled => Ending::Cancelled,
        JobStatus::Paused => Ending::Paused,
        JobStatus::Failed => Ending::Failed,
        JobStatus::Pending | JobStatus::Running if complete => Ending::Completed,
        JobStatus::Pending | JobStatus::Running => Ending::Interrupted,
    };
    Ok(JobSummary { ending, progress: shared.progress(started).await? })
}
