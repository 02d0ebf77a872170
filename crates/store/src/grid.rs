//! Rows and cells of a job as people view them, and their corrections.

use ampledata_core::row::{AttemptSummary, Cell, CellOutcome, ReasonCode, Stage};
use ampledata_core::value::Value;
use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, JobId, Owner, ResultRow};

/// What may be wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellStatus {
    /// It has a value whose confidence is below the job's threshold.
    Weak,
    /// No page that could be read has a value.
    Absent,
    /// A page that may have a value could not be read.
    Blocked,
    /// Sources of equal standing contradict each other.
    Conflict,
    /// Something failed.
    Error,
}

impl CellStatus {
    /// All statuses of cells without a value.
    pub const MISSING: [Self; 4] = [Self::Absent, Self::Blocked, Self::Conflict, Self::Error];

    /// What is wrong with a cell of a job with this threshold of confidence; none if nothing is.
    pub(super) fn classify(cell: &Cell, threshold: f64) -> Option<Self> {
        match cell.outcome {
            CellOutcome::Found => (cell.confidence < threshold).then_some(Self::Weak),
            CellOutcome::Absent => Some(Self::Absent),
            CellOutcome::Blocked => Some(Self::Blocked),
            CellOutcome::Conflict => Some(Self::Conflict),
            CellOutcome::Error => Some(Self::Error),
        }
    }

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Absent => "absent",
            Self::Blocked => "blocked",
            Self::Conflict => "conflict",
            Self::Error => "error",
        }
    }
}

/// Which rows, in which order. Views of a column contain only rows with a result of their own: correcting
/// such a row also corrects the rows that share its result (see [`GridRow::shares`]).
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// All rows, by index.
    All,
    /// Rows in a stage, by index. A row that shares another's result has that row's final stage.
    Stage(Stage),
    /// Rows whose cell of this column has one of these statuses and was not set by a person, by index.
    Cells {
        /// The column of the plan.
        column: usize,
        /// The statuses of the cell.
        statuses: Vec<CellStatus>,
    },
    /// Rows with a cell of this column, by confidence; a missing value counts as the lowest confidence.
    ByConfidence {
        /// The column of the plan.
        column: usize,
        /// Highest confidence first.
        descending: bool,
    },
}

/// The place after a row in a view. It stays valid when rows change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowCursor {
    /// The row's index.
    pub index: u64,
    /// The confidence of the row when it was listed, -1 if the cell had no value; 0 unless the view is sorted
    /// by confidence.
    pub confidence: f64,
}

/// A row of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct GridRow {
    /// The row.
    pub row: ResultRow,
    /// How many rows have this result, including this one; 1 for rows that share another's result.
    pub shares: u64,
    /// Columns of the plan whose cells are never overwritten.
    pub kept: Vec<usize>,
}

/// A page of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPage {
    /// The rows.
    pub rows: Vec<GridRow>,
    /// Where the next page starts; none at the end.
    pub next: Option<RowCursor>,
}

/// Everything that is known about one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRecord {
    /// The row that has the result; differs from the requested row if that one shares a result.
    pub leader: u64,
    /// The row's stage.
    pub stage: Stage,
    /// The cell with its evidence and its other candidates; none if it was not requested or is not finished.
    pub cell: Option<Cell>,
    /// Whether it is locked, and so never overwritten.
    pub locked: bool,
    /// Whether a person has set it, so that it is never overwritten.
    pub corrected: bool,
    /// The program's result before a person set the cell.
    pub found: Option<Cell>,
    /// Attempts of all runs, oldest first.
    pub attempts: Vec<AttemptSummary>,
    /// Corrections by people, oldest first.
    pub corrections: Vec<Correction>,
}

/// A person's change to a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellEdit {
    /// The person.
    pub by: String,
    /// Another value; if none, the present one stays.
    pub value: Option<NewValue>,
    /// Locks or unlocks the cell; a cell that a person has set is never overwritten in either case.
    pub locked: Option<bool>,
    /// The time of the change.
    pub at: Timestamp,
}

/// A value set by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// This value is right.
    Is(Value),
    /// No value is right.
    None,
}

impl NewValue {
    /// The cell with this correction. The program's result stays among the other candidates.
    pub(super) fn as_cell(&self, old: Option<&Cell>, by: &str) -> Cell {
        let others = old.map_or_else(Vec::new, |cell| cell.others.clone());
        let (outcome, value, confidence) = match self {
            Self::Is(value) => (CellOutcome::Found, Some(value.clone()), 1.0),
            Self::None => (CellOutcome::Absent, None, 0.0),
        };
        let empty = Cell::empty(outcome, ReasonCode::SetByPerson, format!("set by {by}"));
        Cell { value, confidence, others, ..empty }
    }
}

/// A correction, which can serve as a label for evaluations.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The corrected row.
    pub row: u64,
    /// The column of the plan.
    pub column: usize,
    /// The person.
    pub by: String,
    /// The time.
    pub at: Timestamp,
    /// The value before.
    pub old: Option<Value>,
    /// The value after.
    pub new: Option<Value>,
}

/// The place of a change in the change log. Changes of one commit have the same number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeCursor {
    /// The number of the commit; it only grows.
    pub seq: u64,
    /// The row's index.
    pub index: u64,
}

/// The last change of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Its place.
    pub at: ChangeCursor,
    /// The row's stage.
    pub stage: Stage,
    /// The number of its cells with a value; 0 for a row that shares another's result.
    pub found: u64,
}

/// Rows and cells by owner. Another owner's job is treated as missing: [`Error::NotFound`].
#[async_trait]
pub trait Grid {
    /// A page of a view: at most `limit` rows after the cursor. Rows whose position in the view does not
    /// change are neither skipped nor repeated, whatever else changes between two pages.
    ///
    /// # Errors
    /// [`Error::NotFound`] also for a column that the plan does not have.
    async fn grid(
        &self,
        owner: &Owner,
        job: &JobId,
        view: &View,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<RowPage, Error>;

    /// Completed rows in order after the first `start`, at most `limit`.
    async fn completed_rows(
        &self,
        owner: &Owner,
        job: &JobId,
        start: u64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, Error>;

    /// One cell.
    ///
    /// # Errors
    /// [`Error::NotFound`] also for a row or a column that the job does not have.
    async fn cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
    ) -> Result<CellRecord, Error>;

    /// Sets or locks a cell, which no run overwrites from now on.
    ///
    /// # Errors
    /// As [`Grid::cell`]. [`Error::Refused`] if a cell is to be locked that does not exist yet.
    async fn edit_cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
        edit: &CellEdit,
    ) -> Result<CellRecord, Error>;

    /// Corrections of a job, oldest first, after the first `offset`, at most `limit`.
    async fn corrections(
        &self,
        owner: &Owner,
        job: &JobId,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Correction>, Error>;

    /// Rows whose stage changed or that were corrected after this place, by their last change, at most
    /// `limit`. A caller that continues from the last one misses no row's present stage; a change followed by
    /// a later one of the same row is omitted.
    async fn changes(
        &self,
        owner: &Owner,
        job: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, Error>;

    /// The place of the last change: data that is read afterwards is at least as new. The place before the
    /// first change if nothing has changed yet.
    async fn last_change(&self, owner: &Owner, job: &JobId) -> Result<ChangeCursor, Error>;
}
