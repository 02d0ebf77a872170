//! Runs jobs in the background: a bounded number at a time, each to its end. Jobs that were running when the
//! process ended are resumed when it starts again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ampledata_store::{Job, JobId, JobStatus, StatusChange, Store};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::Queue;
use crate::app::{ErrorKind, ServiceError, Services};

/// First and longest pause before a job is retried after a failure of the store.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// Runs jobs in the background.
#[derive(Clone)]
pub(super) struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    services: Services,
    slots: Semaphore,
    /// The jobs of this process; true if one has to run again after its present run.
    owned: Mutex<BTreeMap<JobId, bool>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Runner {
    pub(super) fn new(services: Services, at_a_time: usize, stop: CancellationToken) -> Self {
        let inner = Inner {
            services,
            slots: Semaphore::new(at_a_time),
            owned: Mutex::default(),
            tasks: TaskTracker::new(),
            stop,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Runs the job as soon as a slot is free. A job that is already running runs once more afterwards: it
    /// may have been paused and resumed without the run noticing.
    pub(super) fn enqueue(&self, job: Job) {
        let mut owned = self.inner.owned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(again) = owned.get_mut(&job.id) {
            *again = true;
            return;
        }
        owned.insert(job.id.clone(), false);
        let inner = Arc::clone(&self.inner);
        // Keeps the trace of the request that started the job.
        let span = tracing::info_span!("job", job = %job.id);
        self.inner.tasks.spawn(async move { inner.run_until_done(job).await }.instrument(span));
    }

    /// Takes over a job whose lease has expired, unless this process already has it.
    pub(super) fn take_over(&self, job: Job) {
        let owned = self.inner.owned.lock().unwrap_or_else(PoisonError::into_inner);
        if !owned.contains_key(&job.id) {
            drop(owned);
            self.enqueue(job);
        }
    }

    /// The jobs that this process owns.
    pub(super) fn owned_jobs(&self) -> Vec<JobId> {
        let owned = self.inner.owned.lock().unwrap_or_else(PoisonError::into_inner);
        owned.keys().cloned().collect()
    }

    pub(super) fn queue(&self, at_a_time: usize) -> Queue {
        let owned = self.inner.owned.lock().unwrap_or_else(PoisonError::into_inner).len();
        let running = at_a_time - self.inner.slots.available_permits().min(at_a_time);
        Queue { running, waiting: owned.saturating_sub(running) }
    }

    /// Waits until every run has ended, before the process ends.
    pub(super) async fn drain(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    async fn run_until_done(&self, job: Job) {
        loop {
            let slot = tokio::select! {
                slot = self.slots.acquire() => slot,
                () = self.stop.cancelled() => return,
            };
            self.run(&job).await;
            drop(slot);
            let mut owned = self.owned.lock().unwrap_or_else(PoisonError::into_inner);
            match owned.get_mut(&job.id) {
                Some(again) if *again && !self.stop.is_cancelled() => *again = false,
                _ => {
                    owned.remove(&job.id);
                    return;
                }
            }
        }
    }

    /// Runs the job until it ends or is stopped. After a failure of the store it is retried; any other
    /// failure ends the job with a reason, so that no job stays `RUNNING` without a process.
    async fn run(&self, job: &Job) {
        let mut pause = PAUSES.0;
        while !self.stop.is_cancelled() {
            let Err(error) = self.services.engine.run(job, &self.stop).await else { return };
            let error = ServiceError::from(error);
            tracing::error!(job = %job.id, %error, "a job failed");
            if error.kind() != ErrorKind::Busy && self.fail(job, &error).await {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSES.1),
                () = self.stop.cancelled() => {}
            }
        }
    }

    async fn fail(&self, job: &Job, error: &ServiceError) -> bool {
        let from = vec![JobStatus::Pending, JobStatus::Running];
        let reason = Some(error.to_string());
        let change = StatusChange { from, to: JobStatus::Failed, reason };
        let store: &dyn Store = self.services.store.as_ref();
        match store.set_status(&job.id, change).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(job = %job.id, %error, "the failure of a job could not be stored");
                false
            }
        }
    }
}
