//! Leases: which process runs which job.

use async_trait::async_trait;
use jiff::Timestamp;

use super::faults::json;
use super::reader::Reader;
use super::statement::{all, args, changed};
use super::{Error, Job, JobId, Postgres};
use crate::decode;
use crate::text_enums;
use crate::{AdvisoryLock, Leases, WebhookEvent};

const UNATTENDED: &str = "WITH taken AS (
        UPDATE jobs SET attended_until = $2 WHERE key IN (
            SELECT key FROM jobs WHERE status = 'RUNNING' AND loaded AND coalesce(attended_until, 0) <= $1
            ORDER BY key FOR NO KEY UPDATE SKIP LOCKED)
        RETURNING *)
    SELECT taken.*, sources.id AS source FROM taken JOIN sources ON sources.key = taken.source_key
    ORDER BY taken.key";
const UNTOLD: &str = "SELECT jobs.*, sources.id AS source FROM jobs
    JOIN sources ON sources.key = jobs.source_key
    WHERE untold AND NOT jobs.deleted ORDER BY jobs.key LIMIT $1";
const TOLD: &str = "UPDATE jobs SET untold = false
    WHERE id = $1 AND untold AND status = $2 AND reason IS NOT DISTINCT FROM $3";
const DELIVER: &str = "INSERT INTO deliveries (webhook_key, event, payload, next_at, created_at)
    SELECT key, $2, $3, $4, $4 FROM webhooks
    WHERE owner = $1 AND active AND $2 IN (SELECT json_array_elements_text(events::json))";

#[async_trait]
impl Leases for Postgres {
    async fn lock_job(&self, job: &JobId) -> Result<AdvisoryLock, Error> {
        let failed = |error| self.faults.sql(error);
        let mut held = self.pool.acquire().await.map_err(failed)?;
        // The lock ends with its connection, in whatever way that ends.
        held.close_on_drop();
        sqlx::query("SELECT pg_advisory_lock(hashtextextended('ampledata: make ' || $1, 0))")
            .bind(&job.0)
            .execute(&mut *held)
            .await
            .map_err(failed)?;
        Ok(AdvisoryLock::with(Some(Box::new(held))))
    }

    async fn renew_lease(&self, jobs: &[JobId], until: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE jobs SET attended_until = $1
             WHERE id IN (SELECT json_array_elements_text($2::json))";
        self.execute(sql, args![until.as_millisecond(), json("jobs", &jobs)?]).await?;
        Ok(())
    }

    async fn claim_expired(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Job>, Error> {
        let faults = self.faults.clone();
        let times = args![now.as_millisecond(), until.as_millisecond()];
        self.writer
            .act_for(move |connection| {
                Box::pin(async move {
                    let rows = all(connection, UNATTENDED, times, &faults).await?;
                    rows.iter().map(|row| decode::job(&Reader::new(row, &faults))).collect()
                })
            })
            .await
    }

    async fn unpublished_jobs(&self, limit: u32) -> Result<Vec<Job>, Error> {
        let rows = self.rows(UNTOLD, args![limit]).await?;
        rows.iter().map(|row| decode::job(&self.read(row))).collect()
    }

    async fn publish(
        &self,
        job: &Job,
        event: Option<WebhookEvent<'_>>,
        at: Timestamp,
    ) -> Result<bool, Error> {
        let faults = self.faults.clone();
        let told = args![&job.id.0, text_enums::status_name(job.status), job.reason.clone()];
        let delivery =
            event.map(|event| args![&job.owner.0, event.event, event.payload, at.as_millisecond()]);
        self.writer
            .act_for(move |connection| {
                Box::pin(async move {
                    if changed(connection, TOLD, told, &faults).await? == 0 {
                        return Ok(false);
                    }
                    if let Some(delivery) = delivery {
                        changed(connection, DELIVER, delivery, &faults).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }
}
