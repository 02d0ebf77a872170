//! The ledger of paid calls, and the totals of all calls.

use jiff::Timestamp;
use sqlx::Row as _;

use super::faults::{json, signed, unsigned};
use super::tables::Table;
use super::writer::Rows;
use super::{Call, Error, JobId, Paid, Postgres, Reservation, Totals, Usage, text_enums};
use crate::decode::{self};

/// Adds a call to a write, so that it is stored together with its result or not at all.
pub(super) fn add(write: &mut Rows, job_key: i64, call: &Call) -> Result<(), Error> {
    let kind = call.kind.name();
    let (made, spared) = if call.cached { (0, 1) } else { (1, 0) };
    let failed = i64::from(call.failed);
    let (units_in, units_out) = (signed("units", call.units_in)?, signed("units", call.units_out)?);
    let cost = signed("cost", call.cost_nano_usd)?;
    let model = call.model.as_deref().unwrap_or_default();
    let provider = &call.provider;
    let line = (job_key, kind, provider, model, made, spared, units_in, units_out, cost, failed);
    write.add(Table::Usage, json("usage", &line)?);
    if let Some(Reservation(id)) = call.reservation {
        write.add(Table::ReservationsEnded, json("reservation", &id)?);
    }
    if cost > 0 {
        write.add(Table::Spent, json("cost", &(job_key, cost))?);
    }
    if call.metered {
        let now = Timestamp::now().as_millisecond();
        let index = signed("row", call.row.index)?;
        let (provider, model) = (&call.provider, &call.model);
        let (units, cached) = ((units_in, units_out), i64::from(call.cached));
        let line =
            (job_key, index, kind, provider, model, units.0, units.1, cost, now, cached, failed);
        write.add(Table::Ledger, json("ledger", &line)?);
    }
    Ok(())
}

pub(super) async fn put(db: &Postgres, call: &Call) -> Result<(), Error> {
    let mut write = Rows::default();
    add(&mut write, db.job_key(&call.row.job).await?, call)?;
    db.writer.write(write).await
}

pub(super) async fn usage(db: &Postgres, job: &JobId) -> Result<Vec<Usage>, Error> {
    let rows = sqlx::query("SELECT * FROM usage WHERE job_key = $1 ORDER BY kind, provider, model")
        .bind(db.job_key(job).await?)
        .fetch_all(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    rows.iter().map(|row| decode::usage(&db.read(row))).collect()
}

/// The totals are a few rows per job, never one per row of the job.
pub(super) async fn totals(db: &Postgres) -> Result<Totals, Error> {
    let failed = |error| db.faults.sql(error);
    let calls = sqlx::query(
        "SELECT kind, provider, model, sum(calls)::bigint AS calls, sum(cached)::bigint AS cached,
             sum(failed)::bigint AS failed, sum(units_in)::bigint AS units_in, sum(units_out)::bigint AS units_out,
             sum(cost_nano_usd)::bigint AS cost_nano_usd
         FROM usage GROUP BY kind, provider, model ORDER BY kind, provider, model",
    );
    let calls = calls.fetch_all(&db.pool).await.map_err(failed)?;
    let usage = calls.iter().map(|row| decode::usage(&db.read(row))).collect::<Result<_, _>>()?;
    let mut totals = Totals { usage, ..Totals::default() };
    let counts = sqlx::query("SELECT name, sum(n)::bigint AS n FROM job_counts GROUP BY name");
    for row in counts.fetch_all(&db.pool).await.map_err(failed)? {
        let name: &str = row.try_get("name").map_err(failed)?;
        let count = unsigned("count of rows", row.try_get("n").map_err(failed)?)?;
        if name == "cells_found" {
            totals.cells_found = count;
        } else {
            totals.rows.insert(text_enums::parse_stage(name)?, count);
        }
    }
    Ok(totals)
}

pub(super) async fn ledger(
    db: &Postgres,
    job: &JobId,
    offset: u64,
    limit: u32,
) -> Result<Vec<Paid>, Error> {
    let failed = |error| db.faults.sql(error);
    let rows =
        sqlx::query("SELECT * FROM ledger WHERE job_key = $1 ORDER BY id LIMIT $2 OFFSET $3")
            .bind(db.job_key(job).await?)
            .bind(i64::from(limit))
            .bind(signed("offset", offset)?)
            .fetch_all(&db.pool)
            .await
            .map_err(failed)?;
    rows.iter().map(|row| decode::paid(job, &db.read(row))).collect()
}
