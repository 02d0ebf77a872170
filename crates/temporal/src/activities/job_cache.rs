//! What a worker caches of a job while it processes its rows. It polls the job's status a few times a second
//! to notice that the job was paused or cancelled, by any process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ampledata_engine::drive::JobRows;
use ampledata_engine::perform::Performer;
use ampledata_store::{self as store, JobId, JobStatus, Owner, Store};
use tokio_util::sync::CancellationToken;

use crate::contract::JobRef;

/// How often the status of a job is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// Number of polls without an activity after which a job leaves the cache.
const IDLE_POLLS: u32 = 120;

/// The jobs that this worker processes.
pub(crate) struct JobCache {
    store: Arc<dyn Store>,
    performer: Arc<Performer>,
    open: Arc<Mutex<HashMap<JobRef, Arc<JobRows>>>>,
}

/// Whether a job can be processed.
pub(crate) enum JobState {
    /// It is running.
    Running(Arc<JobRows>),
    /// It is paused.
    Paused,
    /// It is not running, and stays so unless a user restarts it.
    Over,
}

impl JobCache {
    pub(crate) fn new(store: Arc<dyn Store>, performer: Arc<Performer>) -> Self {
        Self { store, performer, open: Arc::default() }
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The job, if it can be processed.
    pub(crate) async fn load(&self, job: &JobRef) -> Result<JobState, store::Error> {
        if let Some(rows) = self.known(job) {
            return Ok(JobState::Running(rows));
        }
        let owner = Owner(job.owner.clone());
        let found = self.store.job(&owner, &JobId(job.job_id.clone())).await?;
        let Some(found) = found.filter(|found| found.loaded) else { return Ok(JobState::Over) };
        match found.status {
            JobStatus::Pending | JobStatus::Running => {}
            JobStatus::Paused => return Ok(JobState::Paused),
            JobStatus::Cancelled | JobStatus::Completed | JobStatus::Failed => {
                return Ok(JobState::Over);
            }
        }
        let stop = CancellationToken::new();
        let (store, performer) = (Arc::clone(&self.store), Arc::clone(&self.performer));
        let rows = Arc::new(JobRows::load(store, performer, &found, stop).await?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get(job).filter(|known| !known.stop.is_cancelled()) {
            return Ok(JobState::Running(Arc::clone(known)));
        }
        open.insert(job.clone(), Arc::clone(&rows));
        drop(open);
        self.watch(job.clone(), &rows);
        Ok(JobState::Running(rows))
    }

    /// The state of a job whose work was stopped.
    pub(crate) async fn load_status(&self, job: &JobRef) -> Result<JobStatus, store::Error> {
        self.store.status(&JobId(job.job_id.clone())).await
    }

    fn known(&self, job: &JobRef) -> Option<Arc<JobRows>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(job).filter(|known| !known.stop.is_cancelled()).map(Arc::clone)
    }

    /// Polls a job until it is stopped or no activity uses it.
    fn watch(&self, job: JobRef, rows: &Arc<JobRows>) {
        let (store, open) = (Arc::clone(&self.store), Arc::clone(&self.open));
        let cached = Arc::clone(rows);
        tokio::spawn(async move {
            let mut empty = 0;
            while !cached.stop.is_cancelled() {
                tokio::time::sleep(POLL_INTERVAL).await;
                match store.status(&cached.job).await {
                    Ok(JobStatus::Running | JobStatus::Pending) => {}
                    Ok(_) => cached.stop.cancel(),
                    // Rows report failures of the store themselves.
                    Err(error) => tracing::debug!(%error, "cannot read the status of a job"),
                }
                // One reference is held by the map and one here.
                empty = if Arc::strong_count(&cached) > 2 { 0 } else { empty + 1 };
                if empty > IDLE_POLLS {
                    break;
                }
            }
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.get(&job).is_some_and(|known| Arc::ptr_eq(known, &cached)) {
                open.remove(&job);
            }
        });
    }
}
