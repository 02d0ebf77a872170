//! What an owner has: sources and jobs, listed, shown, taken up again and thrown away.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Error, JobId, JobStatus, Owner, Progress, ResultRow, Source, SourceId, SourceRow, StatusChange,
};

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// Only what comes after the one of this name; nothing where there is none of it.
    pub after: Option<String>,
    /// How many of the rest are left out.
    pub offset: u64,
    /// How many at most.
    pub limit: u32,
}

impl Slice {
    /// The first so many.
    pub fn first(limit: u32) -> Self {
        Self { after: None, offset: 0, limit }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What was asked for.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

/// A job as lists show it; also one that awaits its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedJob {
    /// Its name.
    pub id: JobId,
    /// The table.
    pub source: SourceId,
    /// The table's name for people.
    pub source_name: String,
    /// How it stands: `PENDING` while its file is awaited, `FAILED` where none came.
    pub status: JobStatus,
    /// Why it stands so.
    pub reason: Option<String>,
    /// Its rows; 0 until they are loaded.
    pub rows: u64,
    /// When it was promised or made.
    pub created_at: Timestamp,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// When its status became final.
    pub finished_at: Option<Timestamp>,
}

/// Which cells are to be worked on again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Which rows.
    pub rows: RetryRows,
    /// Of these columns of the plan alone; of all where none are named.
    pub columns: Option<Vec<usize>>,
}

/// Which rows are to be worked on again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryRows {
    /// Those that failed while they were worked on.
    Failed,
    /// Those with a cell that has no value, or a weak one: only such cells.
    Weak,
    /// These, by index. One that shares another's result stands for that one.
    Chosen(Vec<u64>),
}

impl Retry {
    /// Why rows of a job that stands so cannot be tried again; none where they can.
    pub(super) fn refusal(status: JobStatus, loaded: bool) -> Option<&'static str> {
        match status {
            JobStatus::Running => {
                Some("is running: pause it or wait for its end before rows are tried again")
            }
            JobStatus::Cancelled => Some("was cancelled for good: enrich its source again"),
            _ if !loaded => Some("has not been started yet: start it"),
            _ => None,
        }
    }
}

/// Sources and jobs by their owner. Where an id is another's, it is as if there were none:
/// [`Error::NotFound`].
#[async_trait]
pub trait Library {
    /// The owner's sources that are ready or loading, newest first.
    async fn sources(&self, owner: &Owner, slice: &Slice) -> Result<Listed<Source>, Error>;

    /// Rows of a source in their order, from this index on, at most `limit`.
    async fn source_page(
        &self,
        owner: &Owner,
        source: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error>;

    /// Throws a source away with its jobs and their results. Nobody sees them any more when the call
    /// begins to work; it returns when the room is free.
    ///
    /// # Errors
    /// [`Error::Refused`] while one of its jobs is `RUNNING`.
    async fn delete_source(&self, owner: &Owner, source: &SourceId) -> Result<(), Error>;

    /// The owner's jobs, newest first, those that await their file included; of one source alone where
    /// it is given.
    async fn listed_jobs(
        &self,
        owner: &Owner,
        source: Option<&SourceId>,
        slice: &Slice,
    ) -> Result<Listed<ListedJob>, Error>;

    /// As [`Store::progress`](super::Store::progress), by owner.
    async fn job_progress(&self, owner: &Owner, job: &JobId) -> Result<Progress, Error>;

    /// As [`Store::set_status`](super::Store::set_status), by owner.
    async fn change_job(
        &self,
        owner: &Owner,
        job: &JobId,
        change: StatusChange,
    ) -> Result<bool, Error>;

    /// As [`Store::results`](super::Store::results), by owner: for exports, page by page.
    async fn job_results(
        &self,
        owner: &Owner,
        job: &JobId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, Error>;

    /// Rows go back to `PENDING` and keep their cells: what comes replaces a cell only if it is better.
    /// The job becomes `PENDING`. Says how many rows will be worked on, not counting those that share
    /// a result; where there are none the job stays as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] where the job is `RUNNING`, `CANCELLED` or not loaded.
    async fn retry_job(&self, owner: &Owner, job: &JobId, retry: &Retry) -> Result<u64, Error>;

    /// Throws a job away with its results; its source stays.
    ///
    /// # Errors
    /// [`Error::Refused`] while it is `RUNNING`.
    async fn delete_job(&self, owner: &Owner, job: &JobId) -> Result<(), Error>;
}
