//! Rows of a job: as they are loaded, worked on, and read again.

use ampledata_core::row::{AttemptSummary, Cell as ResultCell, Outcome, Stage};
use ampledata_table::Cell;

use super::job::JobId;

/// A row that is added to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Its place in the source, from 0.
    pub index: u64,
    /// Equal for rows that are to share a result.
    pub identity: String,
    /// Why nothing can be done for the row: it is `FAILED` from the beginning.
    pub problem: Option<String>,
}

/// Names a row of a job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    /// The job.
    pub job: JobId,
    /// The row's place in the source, from 0.
    pub index: u64,
}

/// A row that is not finished, with what is known of its work so far.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRow {
    /// Its place in the source, from 0.
    pub index: u64,
    /// How far it is.
    pub stage: Stage,
    /// Its cells in the source.
    pub cells: Vec<Cell>,
    /// The columns of the plan that are worked on again; none where all are that are asked for.
    pub only: Option<Vec<usize>>,
    /// Outcomes that were journalled, by turn and step.
    pub journal: Vec<Entry>,
}

/// An outcome in the journal of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Which `Do` of the row, from 0.
    pub turn: u32,
    /// Which step of it, from 0.
    pub step: u32,
    /// Names what the step asked for: the hash that its driver gives it.
    pub step_mark: String,
    /// What happened.
    pub outcome: Outcome,
}

/// A row as it is shown and written out: its own cells, and the result that it has or shares.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultRow {
    /// Its place in the source, from 0.
    pub index: u64,
    /// The row whose result it shares; itself if it has its own.
    pub leader: u64,
    /// Its line in the file, from 1.
    pub line: u64,
    /// Its cells in the source.
    pub source: Vec<Cell>,
    /// How far it is.
    pub stage: Stage,
    /// Why it failed.
    pub error: Option<String>,
    /// What each attempt did.
    pub attempts: Vec<AttemptSummary>,
    /// One place for each column of the plan; none for columns not asked for and rows not finished.
    pub cells: Vec<Option<ResultCell>>,
}
