//! Drives one row to its end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ampledata_store::{self as store, OpenRow};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::attempt::Retries;
use super::{Options, Progress};
use crate::drive::{DrivenRow, JobRows, Pending};

/// What all rows of a run share.
pub(super) struct Run {
    /// Their stop token is this run's: cancelled by its caller, by the job's status, or because the store
    /// failed.
    pub(super) rows: JobRows,
    pub(super) retries: Retries,
    steps: Semaphore,
    finished_before: AtomicU64,
}

impl Run {
    pub(super) fn new(rows: JobRows, options: &Options) -> Self {
        Self {
            rows,
            retries: options.retries,
            steps: Semaphore::new(options.concurrency.max(1)),
            finished_before: AtomicU64::new(0),
        }
    }

    pub(super) fn finished_before(&self, rows: u64) {
        self.finished_before.store(rows, Ordering::Relaxed);
    }

    /// A permit to perform a step; `None` if the run was stopped.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        let permit = self.steps.acquire().await.ok()?;
        (!self.rows.stop.is_cancelled()).then_some(permit)
    }

    pub(super) async fn progress(&self, started: Instant) -> Result<Progress, store::Error> {
        let job = self.rows.store.progress(&self.rows.job).await?;
        let rows_done = job.finished().saturating_sub(self.finished_before.load(Ordering::Relaxed));
        let elapsed = started.elapsed();
        let rows_per_second = rows_done as f64 / elapsed.as_secs_f64().max(f64::EPSILON);
        Ok(Progress { job, rows_done, rows_per_second, elapsed })
    }
}

/// Drives the row until it is finished or the run is stopped.
pub(super) async fn drive(run: &Run, open: OpenRow) -> Result<(), store::Error> {
    let to_its_end = async |mut row: DrivenRow<'_>| {
        while matches!(row.pending(), Pending::Steps(..)) {
            if !row.run_turn(run).await? {
                return Ok(());
            }
        }
        row.finish().await.map(drop)
    };
    DrivenRow::catch_panics(&run.rows, open, to_its_end, ()).await
}
