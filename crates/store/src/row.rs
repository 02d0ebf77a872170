//! Rows of a job: loaded, processed, and read back.

use ampledata_core::row::{AttemptSummary, Cell as ResultCell, Outcome, Stage};
use ampledata_table::Cell;

use super::job::JobId;

/// A row to be added to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Its index in the source, from 0.
    pub index: u64,
    /// Equal for rows that share a result.
    pub identity: String,
    /// Why the row cannot be processed; it is `FAILED` from the start.
    pub problem: Option<String>,
}

/// The id of a row of a job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// The job.
    pub job: JobId,
    /// The row's index in the source, from 0.
    pub index: u64,
}

/// An unfinished row with its progress so far.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRow {
    /// Its index in the source, from 0.
    pub index: u64,
    /// Its stage.
    pub stage: Stage,
    /// Its cells in the source.
    pub cells: Vec<Cell>,
    /// The columns of the plan to retry; if none, all requested ones.
    pub only: Option<Vec<usize>>,
    /// Journalled outcomes, by turn and step.
    pub journal: Vec<Entry>,
}

/// An outcome in the journal of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The row's turn, that is, its `Do` instruction, from 0.
    pub turn: u32,
    /// The step in the turn, from 0.
    pub step: u32,
    /// The step's hash, which its driver computes.
    pub step_mark: String,
    /// The outcome.
    pub outcome: Outcome,
}

/// A row for display and export: its own cells, and its own or shared result.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultRow {
    /// Its index in the source, from 0.
    pub index: u64,
    /// The row whose result it shares; itself if it has its own.
    pub leader: u64,
    /// Its line in the file, from 1.
    pub line: u64,
    /// Its cells in the source.
    pub source: Vec<Cell>,
    /// Its stage.
    pub stage: Stage,
    /// Why it failed.
    pub error: Option<String>,
    /// What each attempt did.
    pub attempts: Vec<AttemptSummary>,
    /// One entry for each column of the plan; none for columns not requested and rows not finished.
    pub cells: Vec<Option<ResultCell>>,
}
