//! Jobs that are there: listed, looked at, cancelled, paused, resumed and tried again.

use std::collections::BTreeMap;

use ampledata_backend::store::{
    Job, JobId, JobStatus, Listed, ListedJob, Owner, Progress, ResultRow, Slice, SourceId,
    StatusChange, UploadChange, UploadState,
};
use ampledata_core::row::Stage;
use jiff::Timestamp;

use super::{Desk, Error};

/// How far a job is.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// How it stands.
    pub status: JobStatus,
    /// Why it stands so, where there is something to say.
    pub reason: Option<String>,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// Rows by stage, and cells with a value.
    pub progress: Progress,
}

impl Standing {
    /// Rows by stage.
    pub fn by_stage(&self) -> &BTreeMap<Stage, u64> {
        &self.progress.by_stage
    }
}

impl Desk {
    /// The owner's jobs, newest first, those that await their file included.
    ///
    /// # Errors
    /// As the store says.
    pub async fn jobs(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, Error> {
        self.store().expire_uploads(Timestamp::now()).await?;
        Ok(self.store().listed_jobs(owner, source, slice).await?)
    }

    /// The owner's job, once it was started.
    ///
    /// # Errors
    /// There is none, or it was not started.
    pub async fn job(&self, owner: &Owner, id: &JobId) -> Result<Job, Error> {
        match self.store().job(owner, id).await?.filter(|job| job.loaded) {
            Some(job) => Ok(job),
            None => match self.store().upload_of_job(owner, id).await? {
                Some(_) => Err(Error::WrongStatus {
                    id: id.0.clone(),
                    status: JobStatus::Pending,
                    done: "looked into before it is started",
                }),
                None => Err(Error::NotFound { what: "job", id: id.0.clone() }),
            },
        }
    }

    /// How far the owner's job is, also one that awaits its file.
    ///
    /// # Errors
    /// There is none.
    pub async fn standing(&self, owner: &Owner, id: &JobId) -> Result<Standing, Error> {
        if let Some(job) = self.store().job(owner, id).await? {
            let progress = self.store().job_progress(owner, id).await?;
            let (status, reason, started_at) = (job.status, job.reason, job.started_at);
            return Ok(Standing { status, reason, started_at, progress });
        }
        let missing = || Error::NotFound { what: "job", id: id.0.clone() };
        let upload = self.store().upload_of_job(owner, id).await?.ok_or_else(missing)?;
        let overdue =
            upload.state == UploadState::Signed && upload.promised.expires_at < Timestamp::now();
        let (status, reason) = match upload.state {
            UploadState::Cancelled => (JobStatus::Cancelled, None),
            UploadState::Failed => (JobStatus::Failed, upload.problem),
            UploadState::Expired => (JobStatus::Failed, Some("the file did not come".to_owned())),
            _ if overdue => (JobStatus::Failed, Some("the file did not come".to_owned())),
            _ => (JobStatus::Pending, None),
        };
        Ok(Standing { status, reason, started_at: None, progress: Progress::default() })
    }

    /// Completed rows in their order, the first `start` left out, with the job that they are of. A job
    /// that was not started has none.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn results(
        &self,
        owner: &Owner,
        id: &JobId,
        start: u64,
        limit: u32,
    ) -> Result<Option<(Job, Vec<ResultRow>)>, Error> {
        let job = match self.job(owner, id).await {
            Err(Error::WrongStatus { .. }) => return Ok(None),
            job => job?,
        };
        let rows = self.store().completed_rows(owner, id, start, limit).await?;
        Ok(Some((job, rows)))
    }

    /// Cancels a job that is not finished; one that is cancelled stays so.
    ///
    /// # Errors
    /// There is no such job, or it is finished.
    pub async fn cancel(&self, owner: &Owner, id: &JobId) -> Result<(), Error> {
        let _starting = self.starting.lock().await;
        let open = vec![JobStatus::Pending, JobStatus::Running, JobStatus::Paused];
        if self.store().job(owner, id).await?.is_some() {
            return self.change(owner, id, open, JobStatus::Cancelled, "cancelled").await;
        }
        let missing = || Error::NotFound { what: "job", id: id.0.clone() };
        let upload = self.store().upload_of_job(owner, id).await?.ok_or_else(missing)?;
        let change = UploadChange {
            from: vec![UploadState::Signed, UploadState::Receiving, UploadState::Received],
            to: UploadState::Cancelled,
            problem: None,
            unexpired_at: None,
        };
        let source = &upload.promised.source;
        let changed = self.store().change_upload(owner, source, change).await?;
        if changed || upload.state == UploadState::Cancelled {
            return Ok(());
        }
        let (id, status) = (id.0.clone(), JobStatus::Failed);
        Err(Error::WrongStatus { id, status, done: "cancelled" })
    }

    /// Changes the status of a job that stands in one of these ways; one that has the new status
    /// already is left as it is.
    pub(super) async fn change(
        &self,
        owner: &Owner,
        id: &JobId,
        from: Vec<JobStatus>,
        to: JobStatus,
        done: &'static str,
    ) -> Result<(), Error> {
        let change = StatusChange { from, to, reason: None };
        if self.store().change_job(owner, id, change).await? {
            return Ok(());
        }
        let status = self.standing(owner, id).await?.status;
        if status == to {
            return Ok(());
        }
        Err(Error::WrongStatus { id: id.0.clone(), status, done })
    }
}
