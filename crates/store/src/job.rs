//! Jobs: one enrichment run over a source.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ampledata_core::model::JobModels;
use ampledata_core::row::{Plan, Stage};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Error;
use super::source::{Owner, SourceId};
use super::spending::Caps;

/// The id of a job; chosen by its creator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub String);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The status of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobStatus {
    /// Created, not started.
    Pending,
    /// Running, or interrupted and ready to resume.
    Running,
    /// Paused.
    Paused,
    /// Cancelled by the user, for good.
    Cancelled,
    /// Every row has its result.
    Completed,
    /// It could not be completed.
    Failed,
}

impl JobStatus {
    /// All statuses.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Running,
        Self::Paused,
        Self::Cancelled,
        Self::Completed,
        Self::Failed,
    ];

    /// Its name in databases, Temporal and the API, as in its JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Paused => "PAUSED",
            Self::Cancelled => "CANCELLED",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }

    /// Whether the status is final.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Cancelled | Self::Completed | Self::Failed)
    }
}

/// A job to be created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Its owner.
    pub owner: Owner,
    /// The table.
    pub source: SourceId,
    /// Equal for the same table, columns and settings; used to find an interrupted run again.
    pub fingerprint: String,
    /// What all rows have in common.
    pub plan: Plan,
    /// Indexes of the source's columns that name the entity, in the requested order.
    pub key: Vec<usize>,
    /// Indexes of the source's columns that distinguish namesakes.
    pub context: Vec<usize>,
    /// Maximum number of rows, from the first; all if none.
    pub row_limit: Option<u64>,
    /// The models that it uses; if none, those of the process that runs it.
    pub models: Option<JobModels>,
}

/// A job in the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its owner.
    pub owner: Owner,
    /// The table.
    pub source: SourceId,
    /// Equal for the same table, columns and settings.
    pub fingerprint: String,
    /// What all rows have in common.
    pub plan: Arc<Plan>,
    /// Indexes of the source's columns that name the entity.
    pub key: Vec<usize>,
    /// Indexes of the source's columns that distinguish namesakes.
    pub context: Vec<usize>,
    /// Maximum number of rows.
    pub row_limit: Option<u64>,
    /// Its cost limits.
    pub caps: Caps,
    /// The models that it uses; none for jobs created before models were stored with them, which use those of
    /// the process that runs them.
    pub models: Option<Arc<JobModels>>,
    /// Whether all its rows are loaded.
    pub loaded: bool,
    /// Its number of rows; 0 until they are loaded.
    pub rows: u64,
    /// Its status.
    pub status: JobStatus,
    /// The reason for its status, if there is one.
    pub reason: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// When its status became final.
    pub finished_at: Option<Timestamp>,
}

/// A change of a job's status, allowed only from certain statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The statuses from which it is allowed.
    pub from: Vec<JobStatus>,
    /// The new status.
    pub to: JobStatus,
    /// The reason.
    pub reason: Option<String>,
}

/// The times of an imported job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobTimes {
    /// When it was created.
    pub created_at: Timestamp,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// When its status became final.
    pub finished_at: Timestamp,
}

/// The progress of a job. Rows that share a result each count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Number of rows.
    pub rows: u64,
    /// Rows by stage; stages without rows are omitted.
    pub by_stage: BTreeMap<Stage, u64>,
    /// Number of cells with a value.
    pub cells_found: u64,
    /// Cost of its calls so far in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

impl Progress {
    /// Number of rows that are finished.
    pub fn finished(&self) -> u64 {
        [Stage::Completed, Stage::Failed, Stage::Cancelled]
            .iter()
            .map(|stage| self.in_stage(*stage))
            .sum()
    }

    /// Number of rows in one stage.
    pub fn in_stage(&self, stage: Stage) -> u64 {
        self.by_stage.get(&stage).copied().unwrap_or(0)
    }
}

/// Stores jobs, their statuses and their progress.
///
/// Jobs are looked up by owner. Functions that take only a [`JobId`] are for callers that have already done so.
#[async_trait]
pub trait Jobs {
    /// Starts creating a job. Rows from an interrupted load are deleted. Use [`intake::create_job`](super::intake::create_job), which
    /// also loads the rows.
    ///
    /// # Errors
    /// [`Error::Exists`] if it is already loaded; [`Error::NotFound`] if its source is not ready.
    async fn begin_job(&self, job: &NewJob) -> Result<(), Error>;

    /// Finishes loading a job's rows: each valid row with the identity of an earlier row follows that one.
    async fn finish_loading(&self, job: &JobId) -> Result<(), Error>;

    /// The job with this id, if this owner has it.
    async fn job(&self, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error>;

    /// The owner's newest job with this fingerprint.
    async fn job_by_fingerprint(
        &self,
        owner: &Owner,
        fingerprint: &str,
    ) -> Result<Option<Job>, Error>;

    /// The owner's jobs, newest first, and their total number.
    async fn jobs(&self, owner: &Owner, offset: u64, limit: u32) -> Result<(Vec<Job>, u64), Error>;

    /// All `RUNNING` jobs of all owners, oldest first; to resume them.
    async fn running_jobs(&self) -> Result<Vec<Job>, Error>;

    /// The status of the job.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn status(&self, job: &JobId) -> Result<JobStatus, Error>;

    /// Changes the status if the present one is among `from`, and returns whether it did. Cancelling a job
    /// also cancels its unfinished rows.
    async fn set_status(&self, job: &JobId, change: StatusChange) -> Result<bool, Error>;

    /// Replaces the times of an imported job by the original ones.
    async fn date_job(&self, job: &JobId, times: JobTimes) -> Result<(), Error>;

    /// Makes the job use these models from now on; calls in progress are not affected.
    async fn set_models(&self, job: &JobId, models: &JobModels) -> Result<(), Error>;

    /// The progress of the job. Cheap for any number of rows.
    async fn progress(&self, job: &JobId) -> Result<Progress, Error>;
}
