//! Rows of a job: loaded, processed, and read back.

use ampledata_core::row::{AttemptSummary, Cell as ResultCell, Outcome, RowResult, Stage};
use ampledata_table::Cell;
use async_trait::async_trait;

use super::Error;
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

/// Stores rows of jobs while they are processed, and their results.
#[async_trait]
pub trait Rows {
    /// Adds rows to a job whose rows are being loaded.
    async fn append_job_rows(&self, job: &JobId, rows: Vec<NewRow>) -> Result<(), Error>;

    /// Unfinished rows in order from this index, at most `limit`, each with its journal; rows that follow
    /// another are omitted.
    async fn open_rows(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<OpenRow>, Error>;

    /// Writes an outcome to the journal of a row, and the stage that the row reaches with it.
    async fn journal(&self, row: &RowId, entry: Entry, stage: Option<Stage>) -> Result<(), Error>;

    /// Deletes the journal of a row from this turn on.
    async fn cut_journal(&self, row: &RowId, from_turn: u32) -> Result<(), Error>;

    /// Writes the result of a row with its cells and deletes its journal, all or nothing.
    async fn finish_row(&self, row: &RowId, result: &RowResult) -> Result<(), Error>;

    /// Rows of a job in order from this index, at most `limit`, finished or not, each with its own or shared
    /// result.
    async fn results(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<ResultRow>, Error>;
}
