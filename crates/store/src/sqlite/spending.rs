//! Budgets: the maximum cost of a call is reserved before it is made, in one transaction.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::faults::{Faults, signed};
use super::reader::Reader;
use super::{Error, JobId, Owner, RowId, Sqlite};
use crate::decode::{self};
use crate::spending::SpendingState;
use crate::{Caps, Reservation, Reserved, Spending, UsageHistory};

pub(super) async fn set_caps(db: &Sqlite, job: &JobId, caps: Caps) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let most = |cap: Option<u64>| cap.map(|cap| signed("budget", cap)).transpose();
    let (of_job, of_row) = (most(caps.job)?, most(caps.row)?);
    let faults = db.faults.clone();
    db.writer
        .act(Box::new(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE jobs SET max_cost_nano_usd = ?, max_row_cost_nano_usd = ? WHERE key = ?";
                let query = sqlx::query(sql).bind(of_job).bind(of_row).bind(key);
                query.execute(connection).await.map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        }))
        .await?;
    Ok(())
}

/// Spending, reservations and limits of the job and the row.
const STANDING: &str = "
SELECT max_cost_nano_usd AS job_cap, max_row_cost_nano_usd AS row_cap, spent_nano_usd AS spent,
    (SELECT coalesce(sum(most), 0) FROM reservations WHERE job_key = ?1 AND lost = 0) AS reserved,
    (SELECT coalesce(sum(most), 0) FROM reservations WHERE job_key = ?1 AND lost = 1) AS lost,
    (SELECT coalesce(sum(most), 0) FROM reservations
        WHERE job_key = ?1 AND row_index = ?2 AND lost = 0) AS row_reserved,
    (SELECT coalesce(sum(most), 0) FROM reservations
        WHERE job_key = ?1 AND row_index = ?2 AND lost = 1) AS row_lost,
    iif(max_row_cost_nano_usd IS NULL, 0, (SELECT coalesce(sum(cost_nano_usd), 0) FROM ledger
        WHERE job_key = ?1 AND row_index = ?2)) AS row_spent
FROM jobs WHERE key = ?1";

async fn standing(
    connection: &mut SqliteConnection,
    key: i64,
    index: i64,
    faults: &Faults,
) -> Result<SpendingState, Error> {
    let row = sqlx::query(STANDING).bind(key).bind(index).fetch_one(connection).await;
    SpendingState::of(&Reader::new(&row.map_err(|error| faults.sql(error))?, faults))
}

pub(super) async fn reserve(db: &Sqlite, row: &RowId, most: u64) -> Result<Reserved, Error> {
    let (key, index) = (db.job_key(&row.job).await?, signed("row", row.index)?);
    let amount = signed("amount of money", most)?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let objection = standing(connection, key, index, &faults).await?.objection(most);
                if let Some(objection) = objection {
                    return Ok(objection);
                }
                let sql = "INSERT INTO reservations (job_key, row_index, most, at)
                           VALUES (?, ?, ?, ?) RETURNING id";
                let now = Timestamp::now().as_millisecond();
                let id = sqlx::query_scalar(sql).bind(key).bind(index).bind(amount).bind(now);
                let id = id.fetch_one(connection).await.map_err(|error| faults.sql(error))?;
                Ok(Reserved::Granted(Reservation(id)))
            })
        })
        .await
}

pub(super) async fn expire_reservations(
    db: &Sqlite,
    job: &JobId,
    older_than: Duration,
) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let age = SignedDuration::try_from(older_than).unwrap_or(SignedDuration::MAX);
    let since = Timestamp::now().saturating_sub(age).unwrap_or(Timestamp::MIN);
    let faults = db.faults.clone();
    db.writer
        .act(Box::new(move |connection| {
            Box::pin(async move {
                let query =
                    sqlx::query("UPDATE reservations SET lost = 1 WHERE job_key = ? AND at <= ?");
                let query = query.bind(key).bind(since.as_millisecond());
                query.execute(connection).await.map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        }))
        .await?;
    Ok(())
}

pub(super) async fn spending(db: &Sqlite, job: &JobId) -> Result<Spending, Error> {
    let key = db.job_key(job).await?;
    let row = sqlx::query(STANDING).bind(key).bind(-1).fetch_one(&db.readers).await;
    Ok(SpendingState::of(&db.read(&row.map_err(|error| db.faults.sql(error))?))?.spending())
}

/// The latest jobs, whose usage the estimate is based on.
const EXPERIENCE: &str = "
WITH past AS (
    SELECT key, (SELECT sum(n) FROM job_counts WHERE job_key = key AND name IN ('COMPLETED', 'FAILED'))
        AS done
    FROM jobs WHERE owner = ? AND status IN ('COMPLETED', 'PAUSED', 'CANCELLED', 'RUNNING')
    ORDER BY key DESC LIMIT 20
)
SELECT kind, provider, model, sum(calls) AS calls, sum(units_in) AS units_in,
    sum(units_out) AS units_out, sum(done) AS rows
FROM usage JOIN past ON past.key = usage.job_key
WHERE done > 0 GROUP BY kind, provider, model HAVING sum(calls) > 0";

pub(super) async fn usage_history(db: &Sqlite, owner: &Owner) -> Result<Vec<UsageHistory>, Error> {
    let failed = |error| db.faults.sql(error);
    let rows = sqlx::query(EXPERIENCE).bind(&owner.0).fetch_all(&db.readers).await;
    let rows = rows.map_err(failed)?;
    rows.iter().map(|row| decode::usage_history(&db.read(row))).collect()
}
