//! Views of a job's rows. An index alone determines which rows are on a page; then they are read.

use async_trait::async_trait;

use super::statement::args;
use super::{Dialect, Row, SqlStore};
use crate::decode::{self, Columns as _};
use crate::encoding::signed;
use crate::{
    CellEdit, CellRecord, CellStatus, ChangeCursor, Correction, Error, Grid, JobId, Owner,
    ResultRow, RowChange, RowCursor, RowPage, View,
};

#[async_trait]
impl<D: Dialect> Grid for SqlStore<D> {
    async fn grid(
        &self,
        owner: &Owner,
        job: &JobId,
        view: &View,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<RowPage, Error> {
        let key = self.owned_job(owner, job).await?;
        let index = after.map_or(Ok(-1), |after| signed("row", after.index))?;
        let places = match view {
            View::All => return self.all_rows(key, index, limit).await,
            View::Stage(stage) => {
                let wanted = args![key, stage.as_str(), index, limit];
                cursors(&self.rows(IN_STAGE, wanted).await?)?
            }
            View::Cells { column, statuses } => {
                let place = self.column_place(key, *column).await?;
                self.merged(IN_STATUS, (key, place), statuses, index, limit).await?
            }
            View::ByConfidence { column, descending } => {
                let place = self.column_place(key, *column).await?;
                self.by_confidence((key, place), *descending, after, limit).await?
            }
        };
        let indices: Vec<u64> = places.iter().map(|place| place.index).collect();
        let mut rows = self.results_at(key, &indices).await?;
        let full = places.len() >= limit as usize;
        Ok(RowPage {
            rows: indices.iter().filter_map(|index| rows.remove(index)).collect(),
            next: places.last().copied().filter(|_| full),
        })
    }

    async fn completed_rows(
        &self,
        owner: &Owner,
        job: &JobId,
        start: u64,
        limit: u32,
    ) -> Result<Vec<ResultRow>, Error> {
        let key = self.owned_job(owner, job).await?;
        let rows = self.rows(COMPLETED, args![key, signed("start", start)?, limit]).await?;
        let indices: Vec<u64> =
            rows.iter().map(|row| row.count("row_index")).collect::<Result<_, _>>()?;
        let rows = self.results_at(key, &indices).await?;
        Ok(rows.into_values().map(|row| row.row).collect())
    }

    async fn cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
    ) -> Result<CellRecord, Error> {
        self.cell_record(owner, job, row, column).await
    }

    async fn edit_cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
        edit: &CellEdit,
    ) -> Result<CellRecord, Error> {
        self.apply_edit(owner, job, row, column, edit).await?;
        self.cell_record(owner, job, row, column).await
    }

    async fn corrections(
        &self,
        owner: &Owner,
        job: &JobId,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Correction>, Error> {
        let key = self.owned_job(owner, job).await?;
        let sql = "SELECT * FROM corrections WHERE job_key = $1 ORDER BY id LIMIT $2 OFFSET $3";
        let rows = self.rows(sql, args![key, limit, signed("offset", offset)?]).await?;
        rows.iter().map(decode::correction).collect()
    }

    async fn changes(
        &self,
        owner: &Owner,
        job: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, Error> {
        self.read_changes(owner, job, after, limit).await
    }

    async fn last_change(&self, owner: &Owner, job: &JobId) -> Result<ChangeCursor, Error> {
        self.read_last_change(owner, job).await
    }
}

/// The counts of the blocks determine the block of the row; only rows of that block are skipped one by one.
pub(super) const COMPLETED: &str = "
    WITH at AS (
        SELECT block, before FROM (
            SELECT block, CAST(sum(completed) OVER (ORDER BY block) - completed AS BIGINT) AS before
            FROM job_blocks WHERE job_key = $1) AS counted
        WHERE before <= $2 ORDER BY block DESC LIMIT 1)
    SELECT row_index FROM job_rows
    WHERE job_key = $1 AND stage = 'COMPLETED'
        AND row_index >= coalesce((SELECT block << 10 FROM at), 0)
    ORDER BY row_index LIMIT $3 OFFSET coalesce($2 - (SELECT before FROM at), 0)";

pub(super) const IN_STAGE: &str = "
    SELECT row_index, CAST(0 AS DOUBLE PRECISION) AS confidence FROM job_rows
    WHERE job_key = $1 AND stage = $2 AND row_index > $3 ORDER BY row_index LIMIT $4";
pub(super) const IN_STATUS: &str = "
    SELECT row_index, CAST(0 AS DOUBLE PRECISION) AS confidence
    FROM cells {sqlite:INDEXED BY cells_by_standing}
    WHERE job_key = $1 AND place = $2 AND standing = $3 AND standing <> 'sure' AND NOT corrected
        AND row_index > $4 ORDER BY row_index LIMIT $5";
pub(super) const WITHOUT_VALUE: &str = "
    SELECT row_index, CAST(-1 AS DOUBLE PRECISION) AS confidence
    FROM cells {sqlite:INDEXED BY cells_by_standing}
    WHERE job_key = $1 AND place = $2 AND standing = $3 AND standing <> 'sure'
        AND row_index > $4 ORDER BY row_index LIMIT $5";
pub(super) const SUREST_LAST: &str = "
    SELECT row_index, confidence FROM cells {sqlite:INDEXED BY cells_by_confidence}
    WHERE job_key = $1 AND place = $2 AND outcome = 'found' AND (confidence, row_index) > ($3, $4)
    ORDER BY confidence, row_index LIMIT $5";
pub(super) const SUREST_FIRST: &str = "
    SELECT row_index, confidence FROM cells {sqlite:INDEXED BY cells_by_confidence}
    WHERE job_key = $1 AND place = $2 AND outcome = 'found' AND (confidence, row_index) < ($3, $4)
    ORDER BY confidence DESC, row_index DESC LIMIT $5";

impl<D: Dialect> SqlStore<D> {
    /// A page of all rows, in the order in which they are stored.
    async fn all_rows(&self, key: i64, after: i64, limit: u32) -> Result<RowPage, Error> {
        let rows = self.results_from(key, after.saturating_add(1), limit).await?;
        let full = rows.len() >= limit as usize;
        let last = rows.last().filter(|_| full);
        let next = last.map(|row| RowCursor { index: row.row.index, confidence: 0.0 });
        Ok(RowPage { rows, next })
    }

    /// Each status is a range of the index, in row order.
    async fn merged(
        &self,
        sql: &'static str,
        (key, place): (i64, i64),
        statuses: &[CellStatus],
        index: i64,
        limit: u32,
    ) -> Result<Vec<RowCursor>, Error> {
        let mut places = Vec::new();
        for status in statuses {
            let rows = self.rows(sql, args![key, place, status.name(), index, limit]).await?;
            places.extend(cursors(&rows)?);
        }
        places.sort_by_key(|place| place.index);
        places.dedup_by_key(|place| place.index);
        places.truncate(limit as usize);
        Ok(places)
    }

    /// Cells without a value come before the lowest confidence or after it, by index.
    async fn by_confidence(
        &self,
        column: (i64, i64),
        descending: bool,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<Vec<RowCursor>, Error> {
        let (in_missing, in_found) = match after {
            None => (None, None),
            Some(after) if after.confidence < 0.0 => (Some(after), None),
            Some(after) => (None, Some(after)),
        };
        let mut places = Vec::new();
        for of_missing in if descending { [false, true] } else { [true, false] } {
            let left = limit - u32::try_from(places.len()).unwrap_or(limit).min(limit);
            let passed = if descending { in_missing.is_some() } else { in_found.is_some() };
            let first_part = places.is_empty() && of_missing != descending;
            if left == 0 || (first_part && passed) {
                continue;
            }
            if of_missing {
                let index = in_missing.map_or(Ok(-1), |after| signed("row", after.index))?;
                let statuses = &CellStatus::MISSING;
                places.extend(self.merged(WITHOUT_VALUE, column, statuses, index, left).await?);
            } else {
                places.extend(self.found(column, descending, in_found, left).await?);
            }
        }
        Ok(places)
    }

    async fn found(
        &self,
        (key, place): (i64, i64),
        descending: bool,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<Vec<RowCursor>, Error> {
        let (sql, start) = if descending {
            (SUREST_FIRST, RowCursor { index: i64::MAX.unsigned_abs(), confidence: f64::INFINITY })
        } else {
            (SUREST_LAST, RowCursor { index: 0, confidence: -1.0 })
        };
        let after = after.unwrap_or(start);
        let after = args![key, place, after.confidence, signed("row", after.index)?, limit];
        cursors(&self.rows(sql, after).await?)
    }

    async fn column_place(&self, key: i64, column: usize) -> Result<i64, Error> {
        let missing = || Error::NotFound { what: "column", id: column.to_string() };
        if column >= self.plan_facts(key).await?.columns {
            return Err(missing());
        }
        i64::try_from(column).map_err(|_| missing())
    }
}

fn cursors<D: Dialect>(rows: &[Row<D>]) -> Result<Vec<RowCursor>, Error> {
    rows.iter().map(decode::row_cursor).collect()
}
