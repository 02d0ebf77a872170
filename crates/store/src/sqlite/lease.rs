//! Leases: which process runs which job.

use async_trait::async_trait;
use jiff::Timestamp;

use super::faults::json;
use super::reader::Reader;
use super::statement::{all, args, changed};
use super::{Error, Job, JobId, Sqlite};
use crate::decode::{self, Columns as _};
use crate::text_enums;
use crate::{AdvisoryLock, Leases, WebhookEvent};

const TAKE: &str = "UPDATE jobs SET attended_until = ?2
    WHERE status = 'RUNNING' AND loaded AND coalesce(attended_until, 0) <= ?1 RETURNING key";
const TAKEN: &str = "SELECT jobs.*, sources.id AS source FROM jobs
    JOIN sources ON sources.key = jobs.source_key
    WHERE jobs.key IN (SELECT value FROM json_each(?)) ORDER BY jobs.key";
const UNTOLD: &str = "SELECT jobs.*, sources.id AS source FROM jobs
    JOIN sources ON sources.key = jobs.source_key
    WHERE untold AND NOT jobs.deleted ORDER BY jobs.key LIMIT ?";
const TOLD: &str =
    "UPDATE jobs SET untold = 0 WHERE id = ? AND untold AND status = ? AND reason IS ?";
const DELIVER: &str = "INSERT INTO deliveries (webhook_key, event, payload, next_at, created_at)
    SELECT key, ?2, ?3, ?4, ?4 FROM webhooks
    WHERE owner = ?1 AND active AND ?2 IN (SELECT value FROM json_each(events))";

#[async_trait]
impl Leases for Sqlite {
    /// Only one process uses the file, so there is nothing to lock.
    async fn lock_job(&self, _: &JobId) -> Result<AdvisoryLock, Error> {
        Ok(AdvisoryLock::with(None))
    }

    async fn renew_lease(&self, jobs: &[JobId], until: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE jobs SET attended_until = ? WHERE id IN (SELECT value FROM json_each(?))";
        self.execute(sql, args![until.as_millisecond(), json("jobs", &jobs)?]).await?;
        Ok(())
    }

    async fn claim_expired(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Job>, Error> {
        let faults = self.faults.clone();
        let times = args![now.as_millisecond(), until.as_millisecond()];
        self.writer
            .act_for(move |connection| {
                Box::pin(async move {
                    let taken = all(connection, TAKE, times, &faults).await?;
                    let keys: Result<Vec<i64>, Error> =
                        taken.iter().map(|row| Reader::new(row, &faults).integer("key")).collect();
                    let rows =
                        all(connection, TAKEN, args![json("jobs", &keys?)?], &faults).await?;
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
