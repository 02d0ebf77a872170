//! Scheduling: which process runs which job, and how many jobs run at a time.

use std::sync::Arc;

use ampledata_store::{Job, JobId, Store};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{ServiceError, Services};
use crate::config::{Database, Driver, Settings};

mod lease;
mod runner;

use runner::Runner;

/// Numbers of running and waiting jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// Running jobs.
    pub running: usize,
    /// Jobs that wait for a slot.
    pub waiting: usize,
}

/// Runs the jobs of this process, and takes over those of processes that disappeared.
#[derive(Clone)]
pub struct Scheduler {
    store: Arc<dyn Store>,
    runner: Runner,
    /// Whether no other process uses the store.
    is_exclusive: bool,
    running_jobs: usize,
}

impl Scheduler {
    /// A scheduler whose runs end when `stop` is cancelled.
    pub(super) fn new(services: Services, settings: &Settings, stop: CancellationToken) -> Self {
        let running_jobs = settings.server.running_jobs;
        Self {
            store: Arc::clone(&services.store),
            runner: Runner::new(services, running_jobs, stop),
            is_exclusive: settings.engine == Driver::Embedded
                || matches!(settings.database, Database::Sqlite(_)),
            running_jobs,
        }
    }

    /// Resumes the jobs that were running when the process ended, and marks interrupted uploads as failed.
    /// Returns the number of jobs.
    ///
    /// # Errors
    /// The store fails.
    pub async fn resume_all(&self) -> Result<usize, ServiceError> {
        let over_at = (!self.is_exclusive).then(Timestamp::now);
        let interrupted = self.store.abandon_uploads(over_at).await?;
        if interrupted > 0 {
            tracing::warn!("{interrupted} uploads were interrupted when the process ended");
        }
        let jobs = self.store.running_jobs().await?;
        let number = jobs.len();
        for job in jobs {
            self.runner.enqueue(job);
        }
        Ok(number)
    }

    /// Runs the job as soon as a slot is free. A job that is already running runs once more afterwards.
    pub(super) fn enqueue(&self, job: Job) {
        self.runner.enqueue(job);
    }

    /// Makes this process the owner of a job that is about to run.
    pub(super) async fn lease(&self, job: &JobId) -> Result<(), ServiceError> {
        let until = Timestamp::now() + lease::DURATION;
        Ok(self.store.renew_lease(std::slice::from_ref(job), until).await?)
    }

    /// Waits until every run has saved its work and ended.
    pub async fn drain(&self) {
        self.runner.drain().await;
    }

    /// Numbers of running and waiting jobs.
    pub fn queue(&self) -> Queue {
        self.runner.queue(self.running_jobs)
    }
}
