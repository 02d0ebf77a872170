//! Views of a job's rows. An index alone determines which rows are on a page; then they are read.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;

use super::faults::signed;
use super::statement::args;
use super::{Error, JobId, Owner, ResultRow, Sqlite, cells, changes, results, text_enums};
use crate::decode::{self, Columns as _};
use crate::{
    CellEdit, CellRecord, CellStatus, ChangeCursor, Correction, Grid, RowChange, RowCursor,
    RowPage, View,
};

#[async_trait]
impl Grid for Sqlite {
    async fn grid(
        &self,
        owner: &Owner,
        job: &JobId,
        view: &View,
        after: Option<RowCursor>,
        limit: u32,
    ) -> Result<RowPage, Error> {
        let key = self.owned_job(owner, job).await?;
        let Some(places) = places(self, key, view, after, limit).await? else {
            return all(self, key, after, limit).await;
        };
        let indices: Vec<u64> = places.iter().map(|place| place.index).collect();
        let mut rows = results::chosen(self, key, &indices).await?;
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
            rows.iter().map(|row| self.read(row).count("row_index")).collect::<Result<_, _>>()?;
        let rows = results::chosen(self, key, &indices).await?;
        Ok(rows.into_values().map(|row| row.row).collect())
    }

    async fn cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
    ) -> Result<CellRecord, Error> {
        cells::record(self, owner, job, row, column).await
    }

    async fn edit_cell(
        &self,
        owner: &Owner,
        job: &JobId,
        row: u64,
        column: usize,
        edit: &CellEdit,
    ) -> Result<CellRecord, Error> {
        cells::edit(self, owner, job, row, column, edit).await?;
        cells::record(self, owner, job, row, column).await
    }

    async fn corrections(
        &self,
        owner: &Owner,
        job: &JobId,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Correction>, Error> {
        let key = self.owned_job(owner, job).await?;
        cells::corrections(self, key, offset, limit).await
    }

    async fn changes(
        &self,
        owner: &Owner,
        job: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, Error> {
        changes::after(self, owner, job, after, limit).await
    }

    async fn last_change(&self, owner: &Owner, job: &JobId) -> Result<ChangeCursor, Error> {
        changes::last(self, owner, job).await
    }
}

/// The counts of the blocks determine the block of the row; only rows of that block are skipped one by one.
pub(super) const COMPLETED: &str = "
    WITH at AS (
        SELECT block, before FROM (
            SELECT block, sum(completed) OVER (ORDER BY block) - completed AS before
            FROM job_blocks WHERE job_key = ?1)
        WHERE before <= ?2 ORDER BY block DESC LIMIT 1)
    SELECT row_index FROM job_rows
    WHERE job_key = ?1 AND stage = 'COMPLETED'
        AND row_index >= coalesce((SELECT block << 10 FROM at), 0)
    ORDER BY row_index LIMIT ?3 OFFSET coalesce(?2 - (SELECT before FROM at), 0)";

pub(super) const IN_STAGE: &str = "SELECT row_index, 0.0 AS confidence FROM job_rows
    WHERE job_key = ? AND stage = ? AND row_index > ? ORDER BY row_index LIMIT ?";
pub(super) const STANDING: &str =
    "SELECT row_index, 0.0 AS confidence FROM cells INDEXED BY cells_by_standing
    WHERE job_key = ? AND place = ? AND standing = ? AND standing <> 'sure' AND NOT corrected
        AND row_index > ? ORDER BY row_index LIMIT ?";
pub(super) const WITHOUT_VALUE: &str =
    "SELECT row_index, -1.0 AS confidence FROM cells INDEXED BY cells_by_standing
    WHERE job_key = ? AND place = ? AND standing = ? AND standing <> 'sure'
        AND row_index > ? ORDER BY row_index LIMIT ?";
pub(super) const SUREST_LAST: &str =
    "SELECT row_index, confidence FROM cells INDEXED BY cells_by_confidence
    WHERE job_key = ? AND place = ? AND outcome = 'found' AND (confidence, row_index) > (?, ?)
    ORDER BY confidence, row_index LIMIT ?";
pub(super) const SUREST_FIRST: &str =
    "SELECT row_index, confidence FROM cells INDEXED BY cells_by_confidence
    WHERE job_key = ? AND place = ? AND outcome = 'found' AND (confidence, row_index) < (?, ?)
    ORDER BY confidence DESC, row_index DESC LIMIT ?";

async fn places(
    db: &Sqlite,
    key: i64,
    view: &View,
    after: Option<RowCursor>,
    limit: u32,
) -> Result<Option<Vec<RowCursor>>, Error> {
    let index = after.map_or(Ok(-1), |after| signed("row", after.index))?;
    let places = match view {
        View::All => return Ok(None),
        View::Stage(stage) => {
            let stage = text_enums::stage_name(*stage);
            cursors(db, &db.rows(IN_STAGE, args![key, stage, index, limit]).await?)
        }
        View::Cells { column, statuses } => {
            let place = column_of(db, key, *column).await?;
            merged(db, STANDING, (key, place), statuses, index, limit).await
        }
        View::ByConfidence { column, descending } => {
            let place = column_of(db, key, *column).await?;
            by_confidence(db, (key, place), *descending, after, limit).await
        }
    };
    places.map(Some)
}

/// A page of all rows, in the order in which they are stored.
async fn all(
    db: &Sqlite,
    key: i64,
    after: Option<RowCursor>,
    limit: u32,
) -> Result<RowPage, Error> {
    let index = after.map_or(Ok(-1), |after| signed("row", after.index))?;
    let rows = results::from_on(db, key, index.saturating_add(1), limit).await?;
    let full = rows.len() >= limit as usize;
    let last = rows.last().filter(|_| full);
    let next = last.map(|row| RowCursor { index: row.row.index, confidence: 0.0 });
    Ok(RowPage { rows, next })
}

/// Each status is a range of the index, in row order.
async fn merged(
    db: &Sqlite,
    sql: &'static str,
    (key, place): (i64, i64),
    statuses: &[CellStatus],
    index: i64,
    limit: u32,
) -> Result<Vec<RowCursor>, Error> {
    let mut places = Vec::new();
    for status in statuses {
        let rows = db.rows(sql, args![key, place, status.name(), index, limit]).await?;
        places.extend(cursors(db, &rows)?);
    }
    places.sort_by_key(|place| place.index);
    places.dedup_by_key(|place| place.index);
    places.truncate(limit as usize);
    Ok(places)
}

/// Cells without a value come before the lowest confidence or after it, by index.
async fn by_confidence(
    db: &Sqlite,
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
            places.extend(merged(db, WITHOUT_VALUE, column, statuses, index, left).await?);
        } else {
            places.extend(found(db, column, descending, in_found, left).await?);
        }
    }
    Ok(places)
}

async fn found(
    db: &Sqlite,
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
    cursors(db, &db.rows(sql, after).await?)
}

async fn column_of(db: &Sqlite, key: i64, column: usize) -> Result<i64, Error> {
    let missing = || Error::NotFound { what: "column", id: column.to_string() };
    let place = i64::try_from(column).map_err(|_| missing())?;
    let sql = "SELECT 1 FROM jobs WHERE key = ? AND ? < json_array_length(plan, '$.columns')";
    db.row(sql, args![key, place]).await?.map(|_| place).ok_or_else(missing)
}

fn cursors(db: &Sqlite, rows: &[SqliteRow]) -> Result<Vec<RowCursor>, Error> {
    rows.iter().map(|row| decode::row_cursor(&db.read(row))).collect()
}
