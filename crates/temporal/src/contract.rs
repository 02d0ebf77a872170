//! The payloads in Temporal's histories: ids, counts and names of stages; never a page, a row's cells or an
//! answer. Each payload stays far below 100 KB for any table.
//!
//! Histories outlive a release, so fields are only added, with a default; they are never renamed and never
//! change their meaning.

use std::collections::BTreeSet;

use ampledata_core::row::Stage;
use ampledata_engine::drive::StepKind;
use serde::{Deserialize, Serialize};

/// Ranges of row indexes in the source, both ends included.
pub type Ranges = Vec<[u64; 2]>;

/// A job and its owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobRef {
    /// The job.
    pub job_id: String,
    /// Its owner.
    pub owner: String,
}

/// How a job is run. Settings are passed here because workflow code must not read the environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOptions {
    /// Rows processed at the same time.
    pub concurrency: u32,
    /// Rows per `EnrichmentWorkflow`; chosen by the size of the job if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_per_workflow: Option<u32>,
    /// Whether the search attributes are registered and so can be updated.
    #[serde(default)]
    pub attributes: bool,
    /// The task queues of its crawls and model calls.
    #[serde(default, skip_serializing_if = "Queues::is_one")]
    pub queues: Queues,
}

/// Task queues of activities with limits of their own; activities without one stay in the queue of the
/// workflows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queues {
    /// The queue of `Crawl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crawl: Option<String>,
    /// The queue of `MakeDecision` and `Extract`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl Queues {
    /// Whether all activities are in the queue of the workflows.
    pub fn is_one(&self) -> bool {
        *self == Self::default()
    }

    /// The queue of this kind of step; none for that of the workflows.
    pub fn queue_for(&self, activity: Activity) -> Option<&String> {
        match activity {
            Activity::SerpFetch => None,
            Activity::Crawl => self.crawl.as_ref(),
            Activity::MakeDecision | Activity::Extract => self.model.as_ref(),
        }
    }

    /// The queues other than that of the workflows, without duplicates.
    pub fn others(&self) -> BTreeSet<String> {
        [&self.crawl, &self.model].into_iter().flatten().cloned().collect()
    }
}

/// The input of `JobWorkflow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// How it is run.
    pub effort: RunOptions,
    /// The first row that has not been assigned to a workflow.
    #[serde(default)]
    pub from: u64,
    /// How the rows are partitioned, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Partitioning>,
    /// The rows done before the workflow continued as new.
    #[serde(default)]
    pub tally: Tally,
    /// Whether it was paused when it continued as new.
    #[serde(default)]
    pub paused: bool,
    /// Whether its search attribute shows it as paused.
    #[serde(default)]
    pub held: bool,
    /// The parent span (W3C traceparent), if traces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// How a job's rows are partitioned into workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitioning {
    /// `EnrichmentWorkflow`s running at the same time.
    pub workflows: u32,
    /// Rows per workflow.
    pub rows: u32,
    /// Rows that a workflow processes at the same time.
    pub lanes: u32,
}

impl Partitioning {
    /// Up to this number of open rows, each row is a workflow of its own and can be read in Temporal's UI.
    /// Larger jobs share workflows, which costs the server about a fifth.
    pub const SINGLE: u64 = 200;
    /// Maximum rows per workflow.
    pub const MOST_ROWS: u32 = 200;

    /// The partitioning of `open` rows.
    pub fn for_rows(open: u64, effort: &RunOptions) -> Self {
        let concurrency = effort.concurrency.max(1);
        let chosen = if open <= Self::SINGLE { 1 } else { Self::MOST_ROWS };
        let rows = effort.rows_per_workflow.unwrap_or(chosen).clamp(1, Self::MOST_ROWS);
        if rows == 1 {
            return Self { workflows: concurrency, rows, lanes: 1 };
        }
        // At least two: while one waits for its last rows, the other keeps the worker busy.
        let workflows = concurrency.div_ceil(50).max(2).min(concurrency);
        let lanes = concurrency.div_ceil(workflows).clamp(1, rows);
        Self { workflows, rows, lanes }
    }
}

/// Counts of processed rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows that finished.
    #[serde(default)]
    pub rows: u64,
    /// Rows that stopped with their job.
    #[serde(default)]
    pub skipped: u64,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.skipped += other.skipped;
    }
}

/// The input of `InitializeJob`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// The first row to return.
    pub from: u64,
    /// How the job is run, if its rows are still to be partitioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<RunOptions>,
}

/// Rows to process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsPage {
    /// Whether the job is running.
    pub running: bool,
    /// The rows.
    pub rows: Ranges,
    /// Where the next page starts; none after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// How the rows are partitioned, if that was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Partitioning>,
}

/// The input of `EnrichmentWorkflow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// Rows that this workflow has not started.
    pub rows: Ranges,
    /// Rows that were in progress when the workflow continued as new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under_way: Vec<RowAt>,
    /// Rows processed at the same time.
    pub lanes: u32,
    /// Whether it is the workflow of a single row, which continues as new with each attempt.
    #[serde(default)]
    pub single: bool,
    /// Whether search attributes are updated.
    #[serde(default)]
    pub attributes: bool,
    /// The task queues of crawls and model calls.
    #[serde(default, skip_serializing_if = "Queues::is_one")]
    pub queues: Queues,
    /// The rows done before the workflow continued as new.
    #[serde(default)]
    pub tally: Tally,
    /// The queries of the attempt that starts, for readers of the history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<String>,
    /// The parent span (W3C traceparent), if traces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// The position of a row in its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAt {
    /// Its index in the source.
    pub row: u64,
    /// The step that it needs next.
    pub asks: Activity,
    /// Its attempt, from 1.
    pub attempt: u8,
}

impl RowAt {
    /// A row that was not started.
    pub fn beginning(row: u64) -> Self {
        Self { row, asks: Activity::SerpFetch, attempt: 1 }
    }
}

/// The activities that perform a row's steps, by kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activity {
    /// Searches.
    SerpFetch,
    /// Chooses pages, and takes values that their snippets prove.
    MakeDecision,
    /// Fetches pages.
    Crawl,
    /// Extracts values.
    Extract,
}

impl Activity {
    /// The activity for steps of this kind.
    pub fn from_kind(kind: StepKind) -> Self {
        match kind {
            StepKind::Search => Self::SerpFetch,
            StepKind::Decide => Self::MakeDecision,
            StepKind::Crawl => Self::Crawl,
            StepKind::Extract => Self::Extract,
        }
    }

    /// The stage of a row during this activity.
    pub fn stage(self) -> Stage {
        match self {
            Self::SerpFetch => Stage::Pending,
            Self::MakeDecision => Stage::SerpFetched,
            Self::Crawl => Stage::DecisionMade,
            Self::Extract => Stage::Crawled,
        }
    }
}

/// The input of a row's activities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// The row's index in the source.
    pub row: u64,
    /// Its attempt, from 1.
    #[serde(default = "first")]
    pub attempt: u8,
    /// The parent span (W3C traceparent), if traces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

fn first() -> u8 {
    1
}

/// The result of a turn of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "turn", rename_all = "snake_case")]
pub enum RowTurn {
    /// The row needs another activity.
    Next {
        /// Which activity.
        asks: Activity,
        /// The attempt, from 1.
        attempt: u8,
        /// Its queries, if it is a search; shortened for display.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        queries: Vec<String>,
    },
    /// The row has its result.
    Done,
    /// The job is paused: the turn is retried when it resumes.
    Held,
    /// The job is no longer running, or the row is not available for processing.
    Over,
}

/// The input of `UpdateState`: transitions that have no activity of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "update", rename_all = "snake_case")]
pub enum Update {
    /// The row's present steps are abandoned: each fails with this reason, and the row continues.
    GiveUp {
        /// The row.
        #[serde(flatten)]
        turn: TurnInput,
        /// The activity.
        asks: Activity,
        /// The reason.
        reason: String,
    },
    /// The job is cancelled, and its unfinished rows with it.
    Cancel {
        /// The job.
        #[serde(flatten)]
        job: JobRef,
    },
}

/// The input of `CompleteJob`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// Why it failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// The result of `CompleteJob`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// The status of the job, as shown.
    pub status: String,
    /// Whether rows that were reopened meanwhile have to be processed.
    pub again: bool,
}

/// The answer to the query `progress` of `JobWorkflow`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobProgress {
    /// The rows done.
    pub tally: Tally,
    /// Number of running `EnrichmentWorkflow`s.
    pub workflows: u32,
    /// Whether it is paused.
    pub paused: bool,
}
