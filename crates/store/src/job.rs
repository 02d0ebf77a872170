//! Jobs: one enrichment run over a source.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ampledata_core::model::JobModels;
use ampledata_core::row::{Plan, Stage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::source::{Owner, SourceId};
use super::spending::Caps;

/// Names a job; chosen by who makes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub String);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobStatus {
    /// Made, not begun.
    Pending,
    /// Under way, or interrupted and ready to go on.
    Running,
    /// Held by the user.
    Paused,
    /// Stopped by the user, for good.
    Cancelled,
    /// Every row has its result.
    Completed,
    /// Could not be run to its end.
    Failed,
}

impl JobStatus {
    /// Whether nothing more will happen to the job.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Cancelled | Self::Completed | Self::Failed)
    }
}

/// A job that is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Its name in the store.
    pub id: JobId,
    /// Whose it is.
    pub owner: Owner,
    /// The table.
    pub source: SourceId,
    /// Equal for the same table, columns and settings: by it an interrupted run is found again.
    pub fingerprint: String,
    /// What all rows have in common.
    pub plan: Plan,
    /// The source's columns that name the entity, by index, in the order asked for.
    pub key: Vec<usize>,
    /// The source's columns that tell namesakes apart, by index.
    pub context: Vec<usize>,
    /// Rows at most, from the first; all where none is given.
    pub row_limit: Option<u64>,
    /// The models that it asks; those of the process that runs it where none are given.
    pub models: Option<JobModels>,
}

/// A job in the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its name in the store.
    pub id: JobId,
    /// Whose it is.
    pub owner: Owner,
    /// The table.
    pub source: SourceId,
    /// Equal for the same table, columns and settings.
    pub fingerprint: String,
    /// What all rows have in common.
    pub plan: Arc<Plan>,
    /// The source's columns that name the entity, by index.
    pub key: Vec<usize>,
    /// The source's columns that tell namesakes apart, by index.
    pub context: Vec<usize>,
    /// Rows at most.
    pub row_limit: Option<u64>,
    /// What it may cost.
    pub caps: Caps,
    /// The models that it asks; none for jobs that were made before models were stored with them, which
    /// ask those of the process that runs them.
    pub models: Option<Arc<JobModels>>,
    /// Whether all its rows are there.
    pub loaded: bool,
    /// Its rows; 0 until they are loaded.
    pub rows: u64,
    /// How it stands.
    pub status: JobStatus,
    /// Why it stands so, where there is something to say.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// When its status became final.
    pub finished_at: Option<Timestamp>,
}

/// A change of a job's status, which happens only from certain others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The statuses that it may have now.
    pub from: Vec<JobStatus>,
    /// The status that it gets.
    pub to: JobStatus,
    /// Why.
    pub reason: Option<String>,
}

/// The times of a job that was worked on elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobTimes {
    /// When it was made.
    pub created_at: Timestamp,
    /// When it first ran.
    pub started_at: Option<Timestamp>,
    /// When its status became final.
    pub finished_at: Timestamp,
}

/// How far a job is. Rows that share a result each count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows of the job.
    pub rows: u64,
    /// Rows by stage; stages without rows are left out.
    pub by_stage: BTreeMap<Stage, u64>,
    /// Cells that have a value.
    pub cells_found: u64,
    /// What its calls have cost, in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

impl Progress {
    /// Rows that will not change any more.
    pub fn finished(&self) -> u64 {
        [Stage::Completed, Stage::Failed, Stage::Cancelled]
            .iter()
            .map(|stage| self.in_stage(*stage))
            .sum()
    }

    /// Rows in one stage.
    pub fn in_stage(&self, stage: Stage) -> u64 {
        self.by_stage.get(&stage).copied().unwrap_or(0)
    }
}
