//! Rows and cells of a job as people view and correct them.

use ampledata_core::value::{Locale, parse_json};
use ampledata_store::{
    CellEdit, CellRecord, ChangeCursor, Job, JobId, NewValue, Owner, RowChange, RowCursor, RowPage,
    View,
};
use jiff::Timestamp;
use serde_json::Value as Json;

use super::lifecycle::column_place;
use super::{Desk, Error};

/// A person's change to a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Another value, or none; if absent, the present value stays.
    pub value: Option<Json>,
    /// Locks or unlocks the cell.
    pub locked: Option<bool>,
}

impl Desk {
    /// A page of a view, with its job.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn rows(
        &self,
        owner: &Owner,
        id: &JobId,
        view: &ViewAsked,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<(Job, RowPage), Error> {
        let job = self.job(owner, id).await?;
        let view = match view {
            ViewAsked::All => View::All,
            ViewAsked::Stage(stage) => View::Stage(*stage),
            ViewAsked::Cells { column, standing } => {
                View::Cells { column: column_place(&job, column)?, statuses: standing.clone() }
            }
            ViewAsked::ByConfidence { column, descending } => {
                View::ByConfidence { column: column_place(&job, column)?, descending: *descending }
            }
        };
        let page = self.store().grid(owner, id, &view, after, limit).await?;
        Ok((job, page))
    }

    /// The headers of a job's table.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn headers(&self, owner: &Owner, job: &Job) -> Result<Vec<String>, Error> {
        let source = self.source(owner, &job.source).await?;
        Ok(source.columns.into_iter().map(|column| column.name).collect())
    }

    /// One cell with all that is known about it, and its job.
    ///
    /// # Errors
    /// There is no such job, row or column.
    pub async fn cell(
        &self,
        owner: &Owner,
        id: &JobId,
        row: u64,
        column: &str,
    ) -> Result<(Job, CellRecord), Error> {
        let job = self.job(owner, id).await?;
        let place = column_place(&job, column)?;
        let record = self.store().cell(owner, id, row, place).await?;
        Ok((job, record))
    }

    /// Corrects or locks a cell: no run overwrites it from now on, and the correction is kept.
    ///
    /// # Errors
    /// See [`Desk::cell`]; or the value does not fit the column.
    pub async fn edit(
        &self,
        owner: &Owner,
        id: &JobId,
        row: u64,
        column: &str,
        edit: Edit,
    ) -> Result<(Job, CellRecord), Error> {
        let job = self.job(owner, id).await?;
        let place = column_place(&job, column)?;
        let value = match edit.value {
            None => None,
            Some(Json::Null) => Some(NewValue::None),
            Some(json) => {
                let asked = &job.plan.columns[place];
                let read = parse_json(&json, asked, &Locale::default());
                let read = read.map_err(|error| {
                    Error::Wrong(format!("value: not a value of the column `{column}`: {error}"))
                })?;
                Some(NewValue::Is(read.value))
            }
        };
        let at = Timestamp::now();
        let edit = CellEdit { by: owner.0.clone(), value, locked: edit.locked, at };
        let record = self.store().edit_cell(owner, id, row, place, &edit).await?;
        Ok((job, record))
    }

    /// Rows that changed after this place in the change log.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn changes(
        &self,
        owner: &Owner,
        id: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, Error> {
        Ok(self.store().changes(owner, id, after, limit).await?)
    }
}

/// A view, with columns by name.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewAsked {
    /// All rows.
    All,
    /// Those in this stage.
    Stage(ampledata_core::row::Stage),
    /// Those whose cell of this column has one of these standings.
    Cells {
        /// The column.
        column: String,
        /// The standings of the cell.
        standing: Vec<ampledata_store::CellStatus>,
    },
    /// Sorted by the confidence of this column's cells.
    ByConfidence {
        /// The column.
        column: String,
        /// Highest confidence first.
        descending: bool,
    },
}
