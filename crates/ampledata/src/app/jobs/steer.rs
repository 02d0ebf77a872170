//! Jobs that are there: listed, looked at, cancelled, paused, resumed and tried again.

use std::collections::BTreeMap;

use ampledata_core::row::Stage;
use ampledata_store::{
    ChangeCursor, Job, JobId, JobStatus, Listed, ListedJob, Owner, Progress, ResultRow, Retry,
    RetryRows, Slice, SourceId, StatusChange, UploadChange, UploadState,
};
use jiff::Timestamp;

use super::{Desk, Error};
use crate::app::enrich::{self, ModelChange};

/// All about a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// How far it is.
    pub standing: Standing,
    /// The job, once it was started.
    pub job: Option<Job>,
    /// The table.
    pub source: SourceId,
    /// The table's headers.
    pub headers: Vec<String>,
    /// When it was promised or made.
    pub created_at: Timestamp,
    /// The place of its last change; what else is here is no older.
    pub last_change: ChangeCursor,
}

/// What is to be worked on again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// Which rows.
    pub rows: RetryRows,
    /// Of these columns alone, by name.
    pub columns: Option<Vec<String>>,
}

/// The place of a job's column.
///
/// # Errors
/// The job has no such column.
pub(super) fn column_place(job: &Job, name: &str) -> Result<usize, Error> {
    let place = job.plan.columns.iter().position(|column| column.name == name);
    place.ok_or_else(|| Error::NotFound { what: "column", id: name.to_owned() })
}

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

    /// All about a job, also one that awaits its file.
    ///
    /// # Errors
    /// There is none.
    pub async fn detail(&self, owner: &Owner, id: &JobId) -> Result<Detail, Error> {
        let job = self.store().job(owner, id).await?.filter(|job| job.loaded);
        // First the place, then what is shown: whoever goes on from it misses nothing.
        let last_change = match &job {
            Some(_) => self.store().last_change(owner, id).await?,
            None => ChangeCursor::default(),
        };
        let standing = self.standing(owner, id).await?;
        let Some(job) = job else {
            let missing = || Error::NotFound { what: "job", id: id.0.clone() };
            let upload = self.store().upload_of_job(owner, id).await?.ok_or_else(missing)?;
            let (source, created_at) = (upload.promised.source, upload.created_at);
            let headers = Vec::new();
            return Ok(Detail { standing, job: None, source, headers, created_at, last_change });
        };
        let source = self.store().source(owner, &job.source).await?;
        let columns = source.map(|source| source.columns).unwrap_or_default();
        let headers = columns.into_iter().map(|column| column.name).collect();
        let (source, created_at) = (job.source.clone(), job.created_at);
        Ok(Detail { standing, job: Some(job), source, headers, created_at, last_change })
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
        let _alone = self.store().make_alone(id).await?;
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
            self.drop_from_bucket(&upload).await;
            return Ok(());
        }
        let (id, status) = (id.0.clone(), JobStatus::Failed);
        Err(Error::WrongStatus { id, status, done: "cancelled" })
    }

    /// Holds a running job: its steps in flight are finished and saved.
    ///
    /// # Errors
    /// There is no such job, or it does not run.
    pub async fn pause(&self, owner: &Owner, id: &JobId) -> Result<(), Error> {
        self.change(owner, id, vec![JobStatus::Running], JobStatus::Paused, "paused").await
    }

    /// Resumes a paused job, with other models where some are given.
    ///
    /// # Errors
    /// There is no such job, it is not paused, or a model that is given cannot be asked.
    pub async fn resume(
        &self,
        owner: &Owner,
        id: &JobId,
        models: &[ModelChange],
    ) -> Result<(), Error> {
        if !models.is_empty() {
            self.replace_models(owner, id, models).await?;
        }
        let from = vec![JobStatus::Paused];
        self.change(owner, id, from, JobStatus::Running, "resumed").await?;
        self.runner.take_on(self.job(owner, id).await?);
        Ok(())
    }

    /// Has a paused job ask other models from now on.
    async fn replace_models(
        &self,
        owner: &Owner,
        id: &JobId,
        changes: &[ModelChange],
    ) -> Result<(), Error> {
        let job = self.job(owner, id).await?;
        if job.status != JobStatus::Paused {
            let (id, status) = (id.0.clone(), job.status);
            return Err(Error::WrongStatus { id, status, done: "resumed with other models" });
        }
        let chosen = enrich::for_job(&self.workshop, job.models.as_deref(), changes).await?;
        enrich::check_prices(job.caps, &self.workshop.tariff(&chosen.models))?;
        Ok(self.store().set_models(id, &chosen.models).await?)
    }

    /// Works on rows or cells again, and says on how many rows. What comes replaces a cell only if it
    /// is better, and never one that a person has set or locked.
    ///
    /// # Errors
    /// There is no such job, it has no such column, or it does not stand so that it could be done.
    pub async fn retry(&self, owner: &Owner, id: &JobId, what: &Again) -> Result<u64, Error> {
        let job = self.job(owner, id).await?;
        let columns = what.columns.as_ref().map(|names| {
            names.iter().map(|name| column_place(&job, name)).collect::<Result<Vec<_>, _>>()
        });
        let retry = Retry { rows: what.rows.clone(), columns: columns.transpose()? };
        let rows = self.store().retry_job(owner, id, &retry).await?;
        if rows > 0 {
            self.set_running(owner, &job).await?;
        }
        Ok(rows)
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
