//! Existing jobs: list, read, cancel, pause, resume and retry them.

use std::collections::BTreeMap;

use ampledata_core::row::Stage;
use ampledata_store::{
    ChangeCursor, Job, JobId, JobStatus, Listed, ListedJob, Owner, Progress, ResultRow, Retry,
    RetryRows, Slice, SourceId, StatusChange, UploadChange, UploadState,
};
use jiff::Timestamp;

use super::{Jobs, ServiceError};
use crate::app::enrich::{self, ModelChange};
use crate::app::pricing::check_prices;

/// Everything about a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Its progress.
    pub state: JobState,
    /// The job, if it was started.
    pub job: Option<Job>,
    /// The table.
    pub source: SourceId,
    /// The table's headers.
    pub headers: Vec<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// The place of its last change in the change log; everything else here is at least as new.
    pub last_change: ChangeCursor,
}

/// What to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrySelection {
    /// Which rows.
    pub rows: RetryRows,
    /// Only these columns, by name.
    pub columns: Option<Vec<String>>,
}

/// The index of a job's column.
///
/// # Errors
/// The job has no such column.
pub(super) fn find_column(job: &Job, name: &str) -> Result<usize, ServiceError> {
    let place = job.plan.columns.iter().position(|column| column.name == name);
    place.ok_or_else(|| ServiceError::NotFound { what: "column", id: name.to_owned() })
}

/// The progress of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobState {
    /// Its status.
    pub status: JobStatus,
    /// The reason for its status, if there is one.
    pub reason: Option<String>,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// Rows by stage, and the number of cells with a value.
    pub progress: Progress,
}

impl JobState {
    /// Rows by stage.
    pub fn by_stage(&self) -> &BTreeMap<Stage, u64> {
        &self.progress.by_stage
    }
}

impl Jobs {
    /// The owner's jobs, newest first, including those that wait for their file.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, ServiceError> {
        self.store.expire_uploads(Timestamp::now()).await?;
        Ok(self.store.listed_jobs(owner, source, slice).await?)
    }

    /// The owner's job, if it was started.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn find(&self, owner: &Owner, id: &JobId) -> Result<Job, ServiceError> {
        match self.store.job(owner, id).await?.filter(|job| job.loaded) {
            Some(job) => Ok(job),
            None => match self.store.upload_of_job(owner, id).await? {
                Some(_) => Err(ServiceError::WrongStatus {
                    id: id.0.clone(),
                    status: JobStatus::Pending,
                    done: "read before it is started",
                }),
                None => Err(ServiceError::NotFound { what: "job", id: id.0.clone() }),
            },
        }
    }

    /// The progress of the owner's job, which may still wait for its file.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn state(&self, owner: &Owner, id: &JobId) -> Result<JobState, ServiceError> {
        if let Some(job) = self.store.job(owner, id).await? {
            let progress = self.store.job_progress(owner, id).await?;
            let (status, reason, started_at) = (job.status, job.reason, job.started_at);
            return Ok(JobState { status, reason, started_at, progress });
        }
        let missing = || ServiceError::NotFound { what: "job", id: id.0.clone() };
        let upload = self.store.upload_of_job(owner, id).await?.ok_or_else(missing)?;
        let overdue =
            upload.state == UploadState::Signed && upload.promised.expires_at < Timestamp::now();
        let (status, reason) = match upload.state {
            UploadState::Cancelled => (JobStatus::Cancelled, None),
            UploadState::Failed => (JobStatus::Failed, upload.problem),
            UploadState::Expired => (JobStatus::Failed, Some("the file did not come".to_owned())),
            _ if overdue => (JobStatus::Failed, Some("the file did not come".to_owned())),
            _ => (JobStatus::Pending, None),
        };
        Ok(JobState { status, reason, started_at: None, progress: Progress::default() })
    }

    /// Everything about a job, which may still wait for its file.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn describe(&self, owner: &Owner, id: &JobId) -> Result<Detail, ServiceError> {
        let job = self.store.job(owner, id).await?.filter(|job| job.loaded);
        // The place is read first, so that a client that continues from it misses nothing.
        let last_change = match &job {
            Some(_) => self.store.last_change(owner, id).await?,
            None => ChangeCursor::default(),
        };
        let state = self.state(owner, id).await?;
        let Some(job) = job else {
            let missing = || ServiceError::NotFound { what: "job", id: id.0.clone() };
            let upload = self.store.upload_of_job(owner, id).await?.ok_or_else(missing)?;
            let (source, created_at) = (upload.promised.source, upload.created_at);
            let headers = Vec::new();
            return Ok(Detail { state, job: None, source, headers, created_at, last_change });
        };
        let source = self.store.source(owner, &job.source).await?;
        let columns = source.map(|source| source.columns).unwrap_or_default();
        let headers = columns.into_iter().map(|column| column.name).collect();
        let (source, created_at) = (job.source.clone(), job.created_at);
        Ok(Detail { state, job: Some(job), source, headers, created_at, last_change })
    }

    /// Completed rows in order after the first `start`, with their job. A job that was not started has none.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn results(
        &self,
        owner: &Owner,
        id: &JobId,
        start: u64,
        limit: u32,
    ) -> Result<Option<(Job, Vec<ResultRow>)>, ServiceError> {
        let job = match self.find(owner, id).await {
            Err(ServiceError::WrongStatus { .. }) => return Ok(None),
            job => job?,
        };
        let rows = self.store.completed_rows(owner, id, start, limit).await?;
        Ok(Some((job, rows)))
    }

    /// Cancels a job that is not finished. Cancelling a cancelled job does nothing.
    ///
    /// # Errors
    /// There is no such job, or it is finished.
    pub async fn cancel(&self, owner: &Owner, id: &JobId) -> Result<(), ServiceError> {
        let _starting = self.starting.lock().await;
        let _lock = self.store.lock_job(id).await?;
        let open = vec![JobStatus::Pending, JobStatus::Running, JobStatus::Paused];
        if self.store.job(owner, id).await?.is_some() {
            return self.change(owner, id, open, JobStatus::Cancelled, "cancelled").await;
        }
        let missing = || ServiceError::NotFound { what: "job", id: id.0.clone() };
        let upload = self.store.upload_of_job(owner, id).await?.ok_or_else(missing)?;
        let change = UploadChange {
            from: vec![UploadState::Signed, UploadState::Receiving, UploadState::Received],
            to: UploadState::Cancelled,
            problem: None,
            unexpired_at: None,
        };
        let source = &upload.promised.source;
        let changed = self.store.change_upload(owner, source, change).await?;
        if changed || upload.state == UploadState::Cancelled {
            self.sources.delete_from_bucket(&upload).await;
            return Ok(());
        }
        let (id, status) = (id.0.clone(), JobStatus::Failed);
        Err(ServiceError::WrongStatus { id, status, done: "cancelled" })
    }

    /// Pauses a running job: its steps in flight are finished and saved.
    ///
    /// # Errors
    /// There is no such job, or it is not running.
    pub async fn pause(&self, owner: &Owner, id: &JobId) -> Result<(), ServiceError> {
        self.change(owner, id, vec![JobStatus::Running], JobStatus::Paused, "paused").await
    }

    /// Resumes a paused job, with other models if some are given.
    ///
    /// # Errors
    /// There is no such job, it is not paused, or a given model is not available.
    pub async fn resume(
        &self,
        owner: &Owner,
        id: &JobId,
        models: &[ModelChange],
    ) -> Result<(), ServiceError> {
        if !models.is_empty() {
            self.replace_models(owner, id, models).await?;
        }
        let from = vec![JobStatus::Paused];
        self.change(owner, id, from, JobStatus::Running, "resumed").await?;
        self.scheduler.enqueue(self.find(owner, id).await?);
        Ok(())
    }

    /// Makes a paused job use other models from now on.
    async fn replace_models(
        &self,
        owner: &Owner,
        id: &JobId,
        changes: &[ModelChange],
    ) -> Result<(), ServiceError> {
        let job = self.find(owner, id).await?;
        if job.status != JobStatus::Paused {
            let (id, status) = (id.0.clone(), job.status);
            return Err(ServiceError::WrongStatus {
                id,
                status,
                done: "resumed with other models",
            });
        }
        let chosen = enrich::for_job(&self.services, job.models.as_deref(), changes).await?;
        check_prices(job.caps, &self.services.price_list(&chosen.models))?;
        Ok(self.store.set_models(id, &chosen.models).await?)
    }

    /// Retries rows or cells, and returns the number of rows. A new value replaces a cell only if it is
    /// better, and never a cell that a person has set or locked.
    ///
    /// # Errors
    /// There is no such job, it has no such column, or its status does not allow a retry.
    pub async fn retry(
        &self,
        owner: &Owner,
        id: &JobId,
        what: &RetrySelection,
    ) -> Result<u64, ServiceError> {
        let job = self.find(owner, id).await?;
        let columns = what.columns.as_ref().map(|names| {
            names.iter().map(|name| find_column(&job, name)).collect::<Result<Vec<_>, _>>()
        });
        let retry = Retry { rows: what.rows.clone(), columns: columns.transpose()? };
        let rows = self.store.retry_job(owner, id, &retry).await?;
        if rows > 0 {
            self.set_running(owner, &job).await?;
        }
        Ok(rows)
    }

    /// Changes the status of a job that has one of these statuses. A job that already has the new one stays
    /// as it is.
    pub(super) async fn change(
        &self,
        owner: &Owner,
        id: &JobId,
        from: Vec<JobStatus>,
        to: JobStatus,
        done: &'static str,
    ) -> Result<(), ServiceError> {
        let change = StatusChange { from, to, reason: None };
        if self.store.change_job(owner, id, change).await? {
            return Ok(());
        }
        let status = self.state(owner, id).await?.status;
        if status == to {
            return Ok(());
        }
        Err(ServiceError::WrongStatus { id: id.0.clone(), status, done })
    }
}
