//! The sources and jobs of an owner: list, read, retry and delete them.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Error, JobId, JobStatus, Owner, Progress, ResultRow, Source, SourceId, SourceRow, StatusChange,
};

/// A part of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// Only items after the one with this id; empty if there is no such item.
    pub after: Option<String>,
    /// How many of the rest are skipped.
    pub offset: u64,
    /// Maximum number of items.
    pub limit: u32,
}

impl Slice {
    /// The first items.
    pub fn first(limit: u32) -> Self {
        Self { after: None, offset: 0, limit }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The requested items.
    pub items: Vec<T>,
    /// The total number of items.
    pub total: u64,
}

/// A job in a list, which may still wait for its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedJob {
    /// Its id.
    pub id: JobId,
    /// The table.
    pub source: SourceId,
    /// The table's display name.
    pub source_name: String,
    /// Its status: `PENDING` while it waits for its file, `FAILED` if none came.
    pub status: JobStatus,
    /// The reason for its status.
    pub reason: Option<String>,
    /// Its number of rows; 0 until they are loaded.
    pub rows: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// When its status became final.
    pub finished_at: Option<Timestamp>,
}

/// Which cells to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Which rows.
    pub rows: RetryRows,
    /// Only these columns of the plan; all if empty.
    pub columns: Option<Vec<usize>>,
}

/// Which rows to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryRows {
    /// Rows that failed while they were processed.
    Failed,
    /// Rows with a cell that has no value or a weak one; only such cells are retried.
    Weak,
    /// Rows by index. A row that shares another's result stands for that row.
    Chosen(Vec<u64>),
}

impl Retry {
    /// Why rows of a job with this status cannot be retried; none if they can.
    pub(super) fn refusal(status: JobStatus, loaded: bool) -> Option<&'static str> {
        match status {
            JobStatus::Running => {
                Some("is running: pause it or wait until it ends before retrying rows")
            }
            JobStatus::Cancelled => Some("was cancelled for good: enrich its source again"),
            _ if !loaded => Some("has not been started yet: start it"),
            _ => None,
        }
    }
}

/// Sources and jobs by owner. Another owner's id is treated as missing: [`Error::NotFound`].
#[async_trait]
pub trait Catalog {
    /// The owner's sources that are ready or loading, newest first.
    async fn sources(&self, owner: &Owner, slice: &Slice) -> Result<Listed<Source>, Error>;

    /// Rows of a source in order from this index, at most `limit`.
    async fn source_page(
        &self,
        owner: &Owner,
        source: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error>;

    /// Deletes a source with its jobs and their results. They become invisible at once; the call returns when
    /// they are deleted from the database.
    ///
    /// # Errors
    /// [`Error::Refused`] while one of its jobs is `RUNNING`.
    async fn delete_source(&self, owner: &Owner, source: &SourceId) -> Result<(), Error>;

    /// The owner's jobs, newest first, including those that wait for their file; only those of one source if
    /// it is given.
    async fn listed_jobs(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, Error>;

    /// As [`Jobs::progress`](super::Jobs::progress), by owner.
    async fn job_progress(&self, owner: &Owner, job: &JobId) -> Result<Progress, Error>;

    /// As [`Jobs::set_status`](super::Jobs::set_status), by owner.
    async fn change_job(
        &self,
        owner: &Owner,
        job: &JobId,
        change: StatusChange,
    ) -> Result<bool, Error>;

    /// As [`Rows::results`](super::Rows::results), by owner: for exports, page by page.
    async fn job_results(
        &self,
        owner: &Owner,
        job: &JobId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, Error>;

    /// Sets rows back to `PENDING`. They keep their cells: a new value replaces a cell only if it is better.
    /// The job becomes `PENDING`. Returns the number of rows to process, not counting those that share a
    /// result; if it is 0, the job stays as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] if the job is `RUNNING`, `CANCELLED` or not loaded.
    async fn retry_job(&self, owner: &Owner, job: &JobId, retry: &Retry) -> Result<u64, Error>;

    /// Deletes a job with its results; its source stays.
    ///
    /// # Errors
    /// [`Error::Refused`] while it is `RUNNING`.
    async fn delete_job(&self, owner: &Owner, job: &JobId) -> Result<(), Error>;
}
