//! Rows and cells of a job as people view and correct them.

use ampledata_core::value::{Locale, parse_json};
use ampledata_store::{
    CellEdit, CellRecord, ChangeCursor, Job, JobId, NewValue, Owner, RowChange, RowCursor, RowPage,
    View,
};
use jiff::Timestamp;
use serde_json::Value as Json;

use super::lifecycle::find_column;
use super::{Jobs, ServiceError};

/// A person's change to a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Another value, or none; if absent, the present value stays.
    pub value: Option<Json>,
    /// Locks or unlocks the cell.
    pub locked: Option<bool>,
}

impl Jobs {
    /// A page of a view, with its job.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn list_rows(
        &self,
        owner: &Owner,
        id: &JobId,
        view: &ViewRequest,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<(Job, RowPage), ServiceError> {
        let job = self.find(owner, id).await?;
        let view = match view {
            ViewRequest::All => View::All,
            ViewRequest::Stage(stage) => View::Stage(*stage),
            ViewRequest::Cells { column, standing } => {
                View::Cells { column: find_column(&job, column)?, statuses: standing.clone() }
            }
            ViewRequest::ByConfidence { column, descending } => {
                View::ByConfidence { column: find_column(&job, column)?, descending: *descending }
            }
        };
        let page = self.store.grid(owner, id, &view, after, limit).await?;
        Ok((job, page))
    }

    /// The headers of a job's table.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn headers(&self, owner: &Owner, job: &Job) -> Result<Vec<String>, ServiceError> {
        let source = self.sources.find(owner, &job.source).await?;
        Ok(source.columns.into_iter().map(|column| column.name).collect())
    }

    /// One cell with all that is known about it, and its job.
    ///
    /// # Errors
    /// There is no such job, row or column.
    pub async fn find_cell(
        &self,
        owner: &Owner,
        id: &JobId,
        row: u64,
        column: &str,
    ) -> Result<(Job, CellRecord), ServiceError> {
        let job = self.find(owner, id).await?;
        let place = find_column(&job, column)?;
        let record = self.store.cell(owner, id, row, place).await?;
        Ok((job, record))
    }

    /// Corrects or locks a cell: no run overwrites it from now on, and the correction is kept.
    ///
    /// # Errors
    /// See [`Jobs::find_cell`]; or the value does not fit the column.
    pub async fn edit_cell(
        &self,
        owner: &Owner,
        id: &JobId,
        row: u64,
        column: &str,
        edit: Edit,
    ) -> Result<(Job, CellRecord), ServiceError> {
        let job = self.find(owner, id).await?;
        let place = find_column(&job, column)?;
        let value = match edit.value {
            None => None,
            Some(Json::Null) => Some(NewValue::None),
            Some(json) => {
                let asked = &job.plan.columns[place];
                let read = parse_json(&json, asked, &Locale::default());
                let read = read.map_err(|error| {
                    ServiceError::Wrong(format!(
                        "value: not a value of the column `{column}`: {error}"
                    ))
                })?;
                Some(NewValue::Is(read.value))
            }
        };
        let at = Timestamp::now();
        let edit = CellEdit { by: owner.0.clone(), value, locked: edit.locked, at };
        let record = self.store.edit_cell(owner, id, row, place, &edit).await?;
        Ok((job, record))
    }

    /// Rows that changed after this place in the change log.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn list_changes(
        &self,
        owner: &Owner,
        id: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, ServiceError> {
        Ok(self.store.changes(owner, id, after, limit).await?)
    }
}

/// A view, with columns by name.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewRequest {
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
