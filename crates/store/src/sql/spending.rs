//! Budgets: the maximum cost of a call is reserved before it is made, in one transaction.

use std::time::Duration;

use async_trait::async_trait;

use super::statement::args;
use super::{Dialect, SqlStore, missing_job};
use crate::decode::Columns as _;
use crate::encoding::signed;
use crate::spending::SpendingState;
use crate::{Budgets, Caps, Error, JobId, Reservation, Reserved, RowId, Spending};

/// Spending, reservations and limits of the job and the row.
const STATE: &str = "
SELECT max_cost_nano_usd AS job_cap, max_row_cost_nano_usd AS row_cap, spent_nano_usd AS spent,
    (SELECT CAST(coalesce(sum(most), 0) AS BIGINT) FROM reservations
        WHERE job_key = $1 AND NOT lost) AS reserved,
    (SELECT CAST(coalesce(sum(most), 0) AS BIGINT) FROM reservations
        WHERE job_key = $1 AND lost) AS lost,
    (SELECT CAST(coalesce(sum(most), 0) AS BIGINT) FROM reservations
        WHERE job_key = $1 AND row_index = $2 AND NOT lost) AS row_reserved,
    (SELECT CAST(coalesce(sum(most), 0) AS BIGINT) FROM reservations
        WHERE job_key = $1 AND row_index = $2 AND lost) AS row_lost,
    CASE WHEN max_row_cost_nano_usd IS NULL THEN 0
        ELSE (SELECT CAST(coalesce(sum(cost_nano_usd), 0) AS BIGINT) FROM ledger
            WHERE job_key = $1 AND row_index = $2) END AS row_spent
FROM jobs WHERE key = $1";

/// Concurrent callers of all processes wait here, and then read the new values. A stronger lock would wait for
/// every write that refers to the job, and deadlock.
const LOCK: &str = "SELECT key FROM jobs WHERE key = $1{postgres: FOR NO KEY UPDATE}";

/// By the clock of the database, which all processes share.
const RESERVE: &str = "INSERT INTO reservations (job_key, row_index, most, at)
    VALUES ($1, $2, $3, {sqlite:CAST(round(unixepoch('subsec') * 1000) AS INTEGER)}
        {postgres:clock_timestamp()}) RETURNING id";
const EXPIRE: &str = "UPDATE reservations SET lost = true WHERE job_key = $1
    AND at <= {sqlite:CAST(round(unixepoch('subsec') * 1000) AS INTEGER) - $2}
        {postgres:clock_timestamp() - $2 * interval '1 millisecond'}";

#[async_trait]
impl<D: Dialect> Budgets for SqlStore<D> {
    async fn set_caps(&self, job: &JobId, caps: Caps) -> Result<(), Error> {
        let key = self.job_key(job).await?;
        let most = |cap: Option<u64>| cap.map(|cap| signed("budget", cap)).transpose();
        let sql =
            "UPDATE jobs SET max_cost_nano_usd = $1, max_row_cost_nano_usd = $2 WHERE key = $3";
        self.execute(sql, args![most(caps.job)?, most(caps.row)?, key]).await?;
        Ok(())
    }

    async fn reserve(&self, row: &RowId, most_nano_usd: u64) -> Result<Reserved, Error> {
        let (key, index) = (self.job_key(&row.job).await?, signed("row", row.index)?);
        let amount = signed("amount of money", most_nano_usd)?;
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        tx.row(LOCK, args![key]).await?;
        let state = tx.row(STATE, args![key, index]).await?;
        let state = SpendingState::decode(&state.ok_or_else(|| missing_job(&row.job))?)?;
        if let Some(objection) = state.objection(most_nano_usd) {
            return Ok(objection);
        }
        let reserved = tx.row(RESERVE, args![key, index, amount]).await?;
        let id = reserved.ok_or_else(|| missing_job(&row.job))?.integer("id")?;
        tx.commit().await?;
        Ok(Reserved::Granted(Reservation(id)))
    }

    async fn expire_reservations(&self, job: &JobId, older_than: Duration) -> Result<(), Error> {
        let key = self.job_key(job).await?;
        // Ages beyond all times are as good as any other age that no reservation has.
        let age = i64::from(u32::try_from(older_than.as_secs()).unwrap_or(u32::MAX)) * 1000
            + i64::from(older_than.subsec_millis());
        self.execute(EXPIRE, args![key, age]).await?;
        Ok(())
    }

    async fn spending(&self, job: &JobId) -> Result<Spending, Error> {
        let key = self.job_key(job).await?;
        let state = self.row(STATE, args![key, -1_i64]).await?;
        Ok(SpendingState::decode(&state.ok_or_else(|| missing_job(job))?)?.spending())
    }
}
