//! The ledger of paid calls, and the totals of all calls.

use async_trait::async_trait;

use super::batch::{Batch, Table};
use super::statement::args;
use super::{Dialect, SqlStore, now};
use crate::decode::{self, Columns as _};
use crate::encoding::{json, signed, unsigned};
use crate::text_enums::parse_stage;
use crate::{Call, Calls, Error, JobId, Owner, Paid, Reservation, Totals, Usage, UsageHistory};

const TOTALS: &str = "SELECT kind, provider, model, CAST(sum(calls) AS BIGINT) AS calls,
        CAST(sum(cached) AS BIGINT) AS cached, CAST(sum(failed) AS BIGINT) AS failed,
        CAST(sum(units_in) AS BIGINT) AS units_in, CAST(sum(units_out) AS BIGINT) AS units_out,
        CAST(sum(cost_nano_usd) AS BIGINT) AS cost_nano_usd
    FROM usage GROUP BY kind, provider, model ORDER BY kind, provider, model";

/// The latest jobs, whose usage the estimate is based on.
const USAGE_HISTORY: &str = "
WITH past AS (
    SELECT key, (SELECT CAST(sum(n) AS BIGINT) FROM job_counts
            WHERE job_key = key AND name IN ('COMPLETED', 'FAILED')) AS done
    FROM jobs WHERE owner = $1 AND status IN ('COMPLETED', 'PAUSED', 'CANCELLED', 'RUNNING')
    ORDER BY key DESC LIMIT 20
)
SELECT kind, provider, model, CAST(sum(calls) AS BIGINT) AS calls,
    CAST(sum(units_in) AS BIGINT) AS units_in, CAST(sum(units_out) AS BIGINT) AS units_out,
    CAST(sum(done) AS BIGINT) AS rows
FROM usage JOIN past ON past.key = usage.job_key
WHERE done > 0 GROUP BY kind, provider, model HAVING sum(calls) > 0
ORDER BY kind, provider, model";

#[async_trait]
impl<D: Dialect> Calls for SqlStore<D> {
    async fn put_call(&self, call: Call) -> Result<(), Error> {
        let mut batch = Batch::default();
        add_call(&mut batch, self.job_key(&call.row.job).await?, &call)?;
        self.writer.write(batch).await
    }

    async fn usage(&self, job: &JobId) -> Result<Vec<Usage>, Error> {
        let sql = "SELECT * FROM usage WHERE job_key = $1 ORDER BY kind, provider, model";
        let rows = self.rows(sql, args![self.job_key(job).await?]).await?;
        rows.iter().map(decode::usage).collect()
    }

    /// The totals are a few rows per job, never one per row of the job.
    async fn totals(&self) -> Result<Totals, Error> {
        let usage = self.rows(TOTALS, args![]).await?;
        let usage = usage.iter().map(decode::usage).collect::<Result<_, _>>()?;
        let mut totals = Totals { usage, ..Totals::default() };
        let counts = "SELECT name, CAST(sum(n) AS BIGINT) AS n FROM job_counts GROUP BY name";
        for row in self.rows(counts, args![]).await? {
            let count = unsigned("count of rows", row.integer("n")?)?;
            match row.str("name")? {
                "cells_found" => totals.cells_found = count,
                stage => {
                    totals.rows.insert(parse_stage(stage)?, count);
                }
            }
        }
        Ok(totals)
    }

    async fn ledger(&self, job: &JobId, offset: u64, limit: u32) -> Result<Vec<Paid>, Error> {
        let sql = "SELECT * FROM ledger WHERE job_key = $1 ORDER BY id LIMIT $2 OFFSET $3";
        let key = self.job_key(job).await?;
        let rows = self.rows(sql, args![key, limit, signed("offset", offset)?]).await?;
        rows.iter().map(|row| decode::paid(job, row)).collect()
    }

    async fn usage_history(&self, owner: &Owner) -> Result<Vec<UsageHistory>, Error> {
        let rows = self.rows(USAGE_HISTORY, args![&owner.0]).await?;
        rows.iter().map(decode::usage_history).collect()
    }
}

/// Adds a call to a batch, so that it is stored together with its result or not at all.
pub(super) fn add_call(batch: &mut Batch, job_key: i64, call: &Call) -> Result<(), Error> {
    let (kind, provider) = (call.kind.name(), &call.provider);
    let (made, cached) = if call.cached { (0, 1) } else { (1, 0) };
    let (units_in, units_out) = (signed("units", call.units_in)?, signed("units", call.units_out)?);
    let cost = signed("cost", call.cost_nano_usd)?;
    let model = call.model.as_deref().unwrap_or_default();
    let failed = i64::from(call.failed);
    let line = (job_key, kind, provider, model, made, cached, units_in, units_out, cost, failed);
    batch.add(Table::Usage, json("usage", &line)?);
    if let Some(Reservation(id)) = call.reservation {
        batch.add(Table::ReservationsEnded, json("reservation", &id)?);
    }
    if cost > 0 {
        batch.add(Table::Spent, json("cost", &(job_key, cost))?);
    }
    if call.metered {
        let index = signed("row", call.row.index)?;
        let (model, units) = (&call.model, (units_in, units_out));
        let line =
            (job_key, index, kind, provider, model, units.0, units.1, cost, now(), cached, failed);
        batch.add(Table::Ledger, json("ledger", &line)?);
    }
    Ok(())
}
