//! Budgets: the maximum cost of a call is reserved before it is made, in one transaction.

use std::time::Duration;

use sqlx::PgConnection;

use super::faults::{Faults, signed};
use super::reader::Reader;
use super::{Error, JobId, Owner, Postgres, RowId};
use crate::decode::{self};
use crate::spending::SpendingState;
use crate::{Caps, Reservation, Reserved, Spending, UsageHistory};

pub(super) async fn set_caps(db: &Postgres, job: &JobId, caps: Caps) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let most = |cap: Option<u64>| cap.map(|cap| signed("budget", cap)).transpose();
    let (of_job, of_row) = (most(caps.job)?, most(caps.row)?);
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE jobs SET max_cost_nano_usd = $1, max_row_cost_nano_usd = $2 WHERE key = $3";
                let query = sqlx::query(sql).bind(of_job).bind(of_row).bind(key);
                query.execute(connection).await.map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

/// Spending, reservations and limits of the job and the row.
const STANDING: &str = "
SELECT max_cost_nano_usd AS job_cap, max_row_cost_nano_usd AS row_cap, spent_nano_usd AS spent,
    (SELECT coalesce(sum(most), 0)::bigint FROM reservations WHERE job_key = $1 AND NOT lost) AS reserved,
    (SELECT coalesce(sum(most), 0)::bigint FROM reservations WHERE job_key = $1 AND lost) AS lost,
    (SELECT coalesce(sum(most), 0)::bigint FROM reservations
        WHERE job_key = $1 AND row_index = $2 AND NOT lost) AS row_reserved,
    (SELECT coalesce(sum(most), 0)::bigint FROM reservations
        WHERE job_key = $1 AND row_index = $2 AND lost) AS row_lost,
    CASE WHEN max_row_cost_nano_usd IS NULL THEN 0 ELSE (SELECT coalesce(sum(cost_nano_usd), 0)
        FROM ledger WHERE job_key = $1 AND row_index = $2) END::bigint AS row_spent
FROM jobs WHERE key = $1";

async fn standing(
    connection: &mut PgConnection,
    key: i64,
    index: i64,
    faults: &Faults,
) -> Result<SpendingState, Error> {
    let row = sqlx::query(STANDING).bind(key).bind(index).fetch_one(connection).await;
    SpendingState::of(&Reader::new(&row.map_err(|error| faults.sql(error))?, faults))
}

pub(super) async fn reserve(db: &Postgres, row: &RowId, most: u64) -> Result<Reserved, Error> {
    let (key, index) = (db.job_key(&row.job).await?, signed("row", row.index)?);
    let amount = signed("amount of money", most)?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                // Concurrent callers of all processes wait here, and then read the new values. A stronger
                // lock would wait for every write that refers to the job, and deadlock.
                let lock =
                    sqlx::query("SELECT 1 FROM jobs WHERE key = $1 FOR NO KEY UPDATE").bind(key);
                lock.execute(&mut *connection).await.map_err(|error| faults.sql(error))?;
                let objection = standing(connection, key, index, &faults).await?.objection(most);
                Ok(if let Some(objection) = objection {
                    objection
                } else {
                    let sql = "INSERT INTO reservations (job_key, row_index, most)
                               VALUES ($1, $2, $3) RETURNING id";
                    let id = sqlx::query_scalar(sql).bind(key).bind(index).bind(amount);
                    let id = id.fetch_one(connection).await.map_err(|error| faults.sql(error))?;
                    Reserved::Granted(Reservation(id))
                })
            })
        })
        .await
}

pub(super) async fn expire_reservations(
    db: &Postgres,
    job: &JobId,
    older_than: Duration,
) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let age = older_than.as_secs_f64();
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let sql = "UPDATE reservations SET lost = true
                           WHERE job_key = $1 AND at <= clock_timestamp() - make_interval(secs => $2)";
                let query = sqlx::query(sql).bind(key).bind(age);
                query.execute(connection).await.map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

pub(super) async fn spending(db: &Postgres, job: &JobId) -> Result<Spending, Error> {
    let key = db.job_key(job).await?;
    let row = sqlx::query(STANDING).bind(key).bind(-1_i64).fetch_one(&db.pool).await;
    Ok(SpendingState::of(&db.read(&row.map_err(|error| db.faults.sql(error))?))?.spending())
}

/// The latest jobs, whose usage the estimate is based on.
const EXPERIENCE: &str = "
WITH past AS (
    SELECT key, (SELECT sum(n)::bigint FROM job_counts WHERE job_key = key AND name IN ('COMPLETED', 'FAILED'))
        AS done
    FROM jobs WHERE owner = $1 AND status IN ('COMPLETED', 'PAUSED', 'CANCELLED', 'RUNNING')
    ORDER BY key DESC LIMIT 20
)
SELECT kind, provider, model, sum(calls)::bigint AS calls, sum(units_in)::bigint AS units_in,
    sum(units_out)::bigint AS units_out, sum(done)::bigint AS rows
FROM usage JOIN past ON past.key = usage.job_key
WHERE done > 0 GROUP BY kind, provider, model HAVING sum(calls) > 0";

pub(super) async fn usage_history(
    db: &Postgres,
    owner: &Owner,
) -> Result<Vec<UsageHistory>, Error> {
    let failed = |error| db.faults.sql(error);
    let rows = sqlx::query(EXPERIENCE).bind(&owner.0).fetch_all(&db.pool).await;
    let rows = rows.map_err(failed)?;
    rows.iter().map(|row| decode::usage_history(&db.read(row))).collect()
}
