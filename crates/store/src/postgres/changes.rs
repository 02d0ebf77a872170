//! The last changes of rows, in the order in which they were committed.

use super::faults::signed;
use super::statement::args;
use super::{Error, JobId, Owner, Postgres};
use crate::decode::{self, Columns as _};
use crate::{ChangeCursor, RowChange};

pub(super) const AFTER: &str = "SELECT seq, row_index, stage, found FROM job_rows
    WHERE job_key = $1 AND seq > 0 AND (seq, row_index) > ($2, $3) ORDER BY seq, row_index LIMIT $4";

pub(super) const LAST: &str = "SELECT seq, row_index FROM job_rows
    WHERE job_key = $1 AND seq > 0 ORDER BY seq DESC, row_index DESC LIMIT 1";

pub(super) async fn last(db: &Postgres, owner: &Owner, job: &JobId) -> Result<ChangeCursor, Error> {
    let key = db.owned_job(owner, job).await?;
    let rows = db.rows(LAST, args![key]).await?;
    let Some(row) = rows.first() else { return Ok(ChangeCursor::default()) };
    let read = db.read(row);
    Ok(ChangeCursor { seq: read.count("seq")?, index: read.count("row_index")? })
}

pub(super) async fn after(
    db: &Postgres,
    owner: &Owner,
    job: &JobId,
    after: ChangeCursor,
    limit: u32,
) -> Result<Vec<RowChange>, Error> {
    let key = db.owned_job(owner, job).await?;
    let seq = signed("number of a change", after.seq)?;
    // Without any change, the place before the first row.
    let index = if after == ChangeCursor::default() { -1 } else { signed("row", after.index)? };
    let rows = db.rows(AFTER, args![key, seq, index, limit]).await?;
    rows.iter().map(|row| decode::row_change(&db.read(row))).collect()
}
