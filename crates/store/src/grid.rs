//! The rows and cells of a job as people look at them, and what they say about them.

use ampledata_core::row::{AttemptSummary, Cell, CellOutcome, Stage};
use ampledata_core::value::Value;
use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, JobId, Owner, ResultRow};

/// What may be wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Has a value whose confidence does not reach the threshold of the job.
    Weak,
    /// What could be read does not hold it.
    Absent,
    /// A page that may hold it could not be read.
    Blocked,
    /// Sources of equal standing contradict each other.
    Conflict,
    /// Something failed on the way.
    Error,
}

impl Standing {
    /// All that have no value.
    pub const MISSING: [Self; 4] = [Self::Absent, Self::Blocked, Self::Conflict, Self::Error];

    /// As it is stored.
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

/// Which rows, in which order. Views of a column show only rows with a result of their own: those that
/// share it are mended with it (see [`GridRow::shares`]).
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// All, by index.
    All,
    /// Those in a stage, by index. A row that shares another's result follows it into its final stage.
    Stage(Stage),
    /// Those whose cell of this column stands in one of these ways and was not set by a person, by index.
    Cells {
        /// The column of the plan.
        column: usize,
        /// How the cell stands.
        standing: Vec<Standing>,
    },
    /// Those that have a cell of this column, the least sure first or last; no value is less than any.
    ByConfidence {
        /// The column of the plan.
        column: usize,
        /// The surest first.
        descending: bool,
    },
}

/// The place after a row in a view. It stays valid whatever happens to the rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowCursor {
    /// The row's index.
    pub index: u64,
    /// The confidence that it was listed with, -1 where the cell had no value; 0 unless the view is by
    /// confidence.
    pub confidence: f64,
}

/// A row of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct GridRow {
    /// The row.
    pub row: ResultRow,
    /// How many rows have this result, itself included; 1 for those that share another's.
    pub shares: u64,
    /// Columns of the plan whose cells are never overwritten.
    pub kept: Vec<usize>,
}

/// A page of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPage {
    /// The rows.
    pub rows: Vec<GridRow>,
    /// Where the next page begins; none at the end.
    pub next: Option<RowCursor>,
}

/// All that is known of one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRecord {
    /// The row whose result it is: another where the row asked for shares one.
    pub leader: u64,
    /// How far the row is.
    pub stage: Stage,
    /// The cell with its evidence and its other candidates; none where it was not asked for or is not
    /// finished.
    pub cell: Option<Cell>,
    /// Never overwritten, as it is locked.
    pub locked: bool,
    /// Never overwritten, as a person has set it.
    pub corrected: bool,
    /// What the program found, before a person set the cell.
    pub found: Option<Cell>,
    /// Attempts of all runs, the oldest first.
    pub attempts: Vec<AttemptSummary>,
    /// What people have said, the oldest first.
    pub corrections: Vec<Correction>,
}

/// What a person says about a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellEdit {
    /// Who says it.
    pub by: String,
    /// Another value; the present one stays where none is given.
    pub value: Option<NewValue>,
    /// Locks the cell or gives it free; a cell that a person has set stays as it is either way.
    pub locked: Option<bool>,
    /// When.
    pub at: Timestamp,
}

/// A value that a person sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// This is right.
    Is(Value),
    /// There is none.
    None,
}

impl NewValue {
    /// The cell that it makes of this one. What the program had found stays among the other candidates.
    pub(super) fn as_cell(&self, old: Option<&Cell>, by: &str) -> Cell {
        let others = old.map_or_else(Vec::new, |cell| cell.others.clone());
        let (outcome, value, confidence) = match self {
            Self::Is(value) => (CellOutcome::Found, Some(value.clone()), 1.0),
            Self::None => (CellOutcome::Absent, None, 0.0),
        };
        Cell { value, confidence, others, ..Cell::empty(outcome, format!("set by {by}")) }
    }
}

/// A correction: a label for those who measure the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Whose result was corrected.
    pub row: u64,
    /// The column of the plan.
    pub column: usize,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What stood there.
    pub old: Option<Value>,
    /// What is right.
    pub new: Option<Value>,
}

/// The place after a change. Changes of one commit have the same number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeCursor {
    /// The number of the commit, which only grows.
    pub seq: u64,
    /// The row's index.
    pub index: u64,
}

/// The last change of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Its place.
    pub at: ChangeCursor,
    /// The stage that the row is in.
    pub stage: Stage,
    /// Its cells that have a value; 0 for a row that shares another's result.
    pub found: u64,
}

/// Rows and cells by their owner. Where the job is another's, it is as if there were none:
/// [`Error::NotFound`].
#[async_trait]
pub trait Grid {
    /// A page of a view: at most `limit` rows after the cursor. Rows that do not move in the order of
    /// the view are neither left out nor given twice, whatever happens between two pages.
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

    /// Completed rows in their order, the first `start` left out, at most `limit`.
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

    /// Sets or locks a cell: from now on no run overwrites it.
    ///
    /// # Errors
    /// As [`Grid::cell`]. [`Error::Refused`] where a cell is to be locked that does not exist yet.
    async fn edit_cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
        edit: &CellEdit,
    ) -> Result<CellRecord, Error>;

    /// Corrections of a job, the oldest first, the first `offset` left out, at most `limit`.
    async fn corrections(
        &self,
        owner: &Owner,
        job: &JobId,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Correction>, Error>;

    /// Rows that changed their stage, or were corrected, after this place, in the order of their last change, at most
    /// `limit`: whoever goes on from the last one misses no row's present stage. Changes of a row that
    /// were overtaken by a later one are left out.
    async fn changes(
        &self,
        owner: &Owner,
        job: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, Error>;

    /// The place of the last change: what is read after this is at least as new as it. The place before
    /// the first change where nothing has changed yet.
    async fn last_change(&self, owner: &Owner, job: &JobId) -> Result<ChangeCursor, Error>;
}
