//! The last changes of rows, in the order in which they were committed.

use super::statement::args;
use super::{Dialect, SqlStore};
use crate::decode::{self, Columns as _};
use crate::encoding::signed;
use crate::{ChangeCursor, Error, JobId, Owner, RowChange};

/// SQLite takes the first bound of `seq` for its index: with `seq > 0` it would read all earlier changes.
pub(super) const AFTER: &str = "SELECT seq, row_index, stage, found FROM job_rows
    WHERE job_key = $1 AND (seq, row_index) > ($2, $3) AND seq > 0 ORDER BY seq, row_index LIMIT $4";

pub(super) const LAST: &str = "SELECT seq, row_index FROM job_rows
    WHERE job_key = $1 AND seq > 0 ORDER BY seq DESC, row_index DESC LIMIT 1";

impl<D: Dialect> SqlStore<D> {
    pub(super) async fn read_last_change(
        &self,
        owner: &Owner,
        job: &JobId,
    ) -> Result<ChangeCursor, Error> {
        let key = self.owned_job(owner, job).await?;
        let last = self.row(LAST, args![key]).await?;
        let Some(row) = last else { return Ok(ChangeCursor::default()) };
        Ok(ChangeCursor { seq: row.count("seq")?, index: row.count("row_index")? })
    }

    pub(super) async fn read_changes(
        &self,
        owner: &Owner,
        job: &JobId,
        after: ChangeCursor,
        limit: u32,
    ) -> Result<Vec<RowChange>, Error> {
        let key = self.owned_job(owner, job).await?;
        let seq = signed("number of a change", after.seq)?;
        // Without any change, the place before the first row.
        let index = if after == ChangeCursor::default() { -1 } else { signed("row", after.index)? };
        let rows = self.rows(AFTER, args![key, seq, index, limit]).await?;
        rows.iter().map(decode::row_change).collect()
    }
}
