//! What travels through Temporal's histories: ids, counts and names of stages; never a page, a row's
//! cells or an answer. Each payload stays far below 100 KB, whatever the table.
//!
//! These shapes are stored in histories that outlive a release: fields are added with a default, never
//! renamed or given another meaning.

use std::collections::BTreeSet;

use ampledata_engine::drive::StepKind;
use serde::{Deserialize, Serialize};

/// Rows by their place in the source: from the first to the last of each pair, both included.
pub type Ranges = Vec<[u64; 2]>;

/// Which job, and whose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobRef {
    /// The job.
    pub job_id: String,
    /// Whose it is.
    pub owner: String,
}

/// How a job is to be worked on: settings arrive here, because workflow code reads no environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Rows in flight.
    pub concurrency: u32,
    /// Rows that one `EnrichmentWorkflow` carries; none: chosen by the size of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_per_workflow: Option<u32>,
    /// Whether the search attributes are registered, so that they can be kept up to date.
    #[serde(default)]
    pub attributes: bool,
    /// Where its crawls and its calls of models are sent.
    #[serde(default, skip_serializing_if = "Queues::is_one")]
    pub queues: Queues,
}

/// Task queues of activities that are limited otherwise than the rest; what is not named stays in the
/// queue of the workflows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queues {
    /// Of `Crawl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crawl: Option<String>,
    /// Of `MakeDecision` and `Extract`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl Queues {
    /// Whether everything is in the queue of the workflows.
    pub fn is_one(&self) -> bool {
        *self == Self::default()
    }

    /// Where this is sent; none: the queue of the workflows.
    pub fn of(&self, activity: Activity) -> Option<&String> {
        match activity {
            Activity::SerpFetch => None,
            Activity::Crawl => self.crawl.as_ref(),
            Activity::MakeDecision | Activity::Extract => self.model.as_ref(),
        }
    }

    /// Those beside the queue of the workflows, each once.
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
    /// How it is worked on.
    pub effort: Effort,
    /// The first row that has not been handed out.
    #[serde(default)]
    pub from: u64,
    /// How the rows are spread, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// What was done before the workflow continued as new.
    #[serde(default)]
    pub tally: Tally,
    /// Whether it was paused when it continued as new.
    #[serde(default)]
    pub paused: bool,
    /// Whether it is found among the paused ones.
    #[serde(default)]
    pub held: bool,
    /// The span that it goes on with (W3C traceparent), where traces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// How a job's rows are spread over workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// `EnrichmentWorkflow`s in flight.
    pub workflows: u32,
    /// Rows that each carries.
    pub rows: u32,
    /// Of these, rows that it works on at the same time.
    pub lanes: u32,
}

impl Spread {
    /// Up to so many open rows, each row is a workflow of its own: everybody can be read in Temporal's
    /// UI. Larger jobs share workflows, at about a fifth of the work for the server.
    pub const SINGLE: u64 = 200;
    /// Rows of a workflow at most.
    pub const MOST_ROWS: u32 = 200;

    /// How `open` rows are spread.
    pub fn of(open: u64, effort: &Effort) -> Self {
        let concurrency = effort.concurrency.max(1);
        let chosen = if open <= Self::SINGLE { 1 } else { Self::MOST_ROWS };
        let rows = effort.rows_per_workflow.unwrap_or(chosen).clamp(1, Self::MOST_ROWS);
        if rows == 1 {
            return Self { workflows: concurrency, rows, lanes: 1 };
        }
        // Two at least: while one waits for its last rows, the other keeps the worker busy.
        let workflows = concurrency.div_ceil(50).max(2).min(concurrency);
        let lanes = concurrency.div_ceil(workflows).clamp(1, rows);
        Self { workflows, rows, lanes }
    }
}

/// What rows came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows that were finished.
    #[serde(default)]
    pub rows: u64,
    /// Rows that stopped with their job.
    #[serde(default)]
    pub skipped: u64,
}

impl Tally {
    /// Counts another tally in.
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.skipped += other.skipped;
    }
}

/// Asks `InitializeJob` for rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// From this row on.
    pub from: u64,
    /// How the job is worked on, where its rows are still to be spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
}

/// Rows that are to be worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsPage {
    /// Whether the job is running at all.
    pub running: bool,
    /// The rows.
    pub rows: Ranges,
    /// Where the next page begins; none after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// How the rows are spread, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
}

/// The input of `EnrichmentWorkflow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// Rows that have not been begun here.
    pub rows: Ranges,
    /// Rows that were under way when the workflow continued as new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under_way: Vec<RowAt>,
    /// Rows at the same time.
    pub lanes: u32,
    /// Whether it is the workflow of one row, which continues as new with each attempt.
    #[serde(default)]
    pub single: bool,
    /// Whether search attributes are kept up to date.
    #[serde(default)]
    pub attributes: bool,
    /// Where crawls and calls of models are sent.
    #[serde(default, skip_serializing_if = "Queues::is_one")]
    pub queues: Queues,
    /// What was done before the workflow continued as new.
    #[serde(default)]
    pub tally: Tally,
    /// The queries of the attempt that begins, for whoever reads the history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<String>,
    /// The span that it goes on with (W3C traceparent), where traces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// Where a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAt {
    /// Its place in the source.
    pub row: u64,
    /// What it asks for.
    pub asks: Activity,
    /// Its attempt, from 1.
    pub attempt: u8,
}

impl RowAt {
    /// A row that was not begun.
    pub fn beginning(row: u64) -> Self {
        Self { row, asks: Activity::SerpFetch, attempt: 1 }
    }
}

/// The activities that do a row's steps, by the kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activity {
    /// Searches.
    SerpFetch,
    /// Chooses pages, and takes what their snippets prove.
    MakeDecision,
    /// Reads pages.
    Crawl,
    /// Finds values.
    Extract,
}

impl Activity {
    /// The activity for steps of this kind.
    pub fn of(kind: StepKind) -> Self {
        match kind {
            StepKind::Search => Self::SerpFetch,
            StepKind::Decide => Self::MakeDecision,
            StepKind::Crawl => Self::Crawl,
            StepKind::Extract => Self::Extract,
        }
    }

    /// The stage that a row has while this is done, as it is stored and shown.
    pub fn stage(self) -> &'static str {
        match self {
            Self::SerpFetch => "PENDING",
            Self::MakeDecision => "SERP_FETCHED",
            Self::Crawl => "DECISION_MADE",
            Self::Extract => "CRAWLED",
        }
    }
}

/// The input of a row's activities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnInput {
    /// The job.
    #[serde(flatten)]
    pub job: JobRef,
    /// The row's place in the source.
    pub row: u64,
    /// Its attempt, from 1.
    #[serde(default = "first")]
    pub attempt: u8,
    /// The span that it goes on with (W3C traceparent), where traces are collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

fn first() -> u8 {
    1
}

/// What a turn of a row came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "turn", rename_all = "snake_case")]
pub enum Turn {
    /// The row asks for more.
    Next {
        /// For what.
        asks: Activity,
        /// In which attempt, from 1.
        attempt: u8,
        /// Its queries, where it asks for a search; cut to what one reads at a glance.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        queries: Vec<String>,
    },
    /// The row has its result.
    Done,
    /// The job is paused: the turn is to be tried again when it goes on.
    Held,
    /// The job does not run any more, or the row is not there to be worked on.
    Over,
}

/// The input of `UpdateState`: transitions that have no activity of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "update", rename_all = "snake_case")]
pub enum Update {
    /// The row's present steps are given up: each fails with this reason, and the row goes on.
    GiveUp {
        /// The row.
        #[serde(flatten)]
        turn: TurnInput,
        /// What was asked for.
        asks: Activity,
        /// Why it is given up.
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

/// What `CompleteJob` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// How the job stands, as it is shown.
    pub status: String,
    /// Whether rows are to be worked on that were opened again meanwhile.
    pub again: bool,
}

/// The answer to the query `progress` of `JobWorkflow`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobProgress {
    /// What was done.
    pub tally: Tally,
    /// `EnrichmentWorkflow`s that are under way.
    pub workflows: u32,
    /// Whether it is paused.
    pub paused: bool,
}
