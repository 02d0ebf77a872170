//! The ledger of paid calls, and the sums of all calls.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::faults::{json, signed, unsigned};
use super::jobs::instant;
use super::tables::Table;
use super::writer::Rows;
use super::{Call, Error, JobId, Paid, Postgres, Reservation, RowId, Totals, Usage, names};
use crate::store::CallKind;

/// Adds a call to a write, so that it is there if and only if what it brought is.
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
    rows.iter().map(|row| usage_of(db, row)).collect()
}

fn usage_of(db: &Postgres, row: &PgRow) -> Result<Usage, Error> {
    let failed = |error| db.faults.sql(error);
    let count = |name: &str| unsigned("usage", row.try_get(name).map_err(failed)?);
    let model: String = row.try_get("model").map_err(failed)?;
    Ok(Usage {
        kind: kind(row.try_get("kind").map_err(failed)?)?,
        provider: row.try_get("provider").map_err(failed)?,
        model: Some(model).filter(|model| !model.is_empty()),
        calls: count("calls")?,
        failed: count("failed")?,
        cached: count("cached")?,
        units_in: count("units_in")?,
        units_out: count("units_out")?,
        cost_nano_usd: count("cost_nano_usd")?,
    })
}

/// A few lines a job, never a row of one.
pub(super) async fn totals(db: &Postgres) -> Result<Totals, Error> {
    let failed = |error| db.faults.sql(error);
    let calls = sqlx::query(
        "SELECT kind, provider, model, sum(calls)::bigint AS calls, sum(cached)::bigint AS cached,
             sum(failed)::bigint AS failed, sum(units_in)::bigint AS units_in, sum(units_out)::bigint AS units_out,
             sum(cost_nano_usd)::bigint AS cost_nano_usd
         FROM usage GROUP BY kind, provider, model ORDER BY kind, provider, model",
    );
    let calls = calls.fetch_all(&db.pool).await.map_err(failed)?;
    let usage = calls.iter().map(|row| usage_of(db, row)).collect::<Result<_, _>>()?;
    let mut totals = Totals { usage, ..Totals::default() };
    let counts = sqlx::query("SELECT name, sum(n)::bigint AS n FROM job_counts GROUP BY name");
    for row in counts.fetch_all(&db.pool).await.map_err(failed)? {
        let name: &str = row.try_get("name").map_err(failed)?;
        let count = unsigned("count of rows", row.try_get("n").map_err(failed)?)?;
        if name == "cells_found" {
            totals.cells_found = count;
        } else {
            totals.rows.insert(names::stage(name)?, count);
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
    let count = |row: &PgRow, name: &str| unsigned("ledger", row.try_get(name).map_err(failed)?);
    rows.iter()
        .map(|row| {
            Ok(Paid {
                call: Call {
                    row: RowId { job: job.clone(), index: count(row, "row_index")? },
                    kind: kind(row.try_get("kind").map_err(failed)?)?,
                    provider: row.try_get("provider").map_err(failed)?,
                    model: row.try_get("model").map_err(failed)?,
                    units_in: count(row, "units_in")?,
                    units_out: count(row, "units_out")?,
                    cost_nano_usd: count(row, "cost_nano_usd")?,
                    cached: row.try_get("cached").map_err(failed)?,
                    failed: row.try_get("failed").map_err(failed)?,
                    metered: true,
                    reservation: None,
                },
                at: instant(row.try_get("at").map_err(failed)?)?,
            })
        })
        .collect()
}

pub(super) fn kind(name: &str) -> Result<CallKind, Error> {
    CallKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| Error::Unreadable {
        what: "kind of a call",
        reason: format!("unknown: {name}"),
    })
}
