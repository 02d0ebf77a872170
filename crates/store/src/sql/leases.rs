//! Leases: which process runs which job.

use async_trait::async_trait;
use jiff::Timestamp;

use super::jobs::jobs_where;
use super::statement::args;
use super::{Dialect, SqlStore};
use crate::decode::{self, Columns as _};
use crate::encoding::json;
use crate::{AdvisoryLock, Error, Job, JobId, Leases, WebhookEvent};

const CLAIM: &str = "UPDATE jobs SET attended_until = $2
    WHERE key IN (SELECT key FROM jobs
        WHERE status = 'RUNNING' AND loaded AND coalesce(attended_until, 0) <= $1
        ORDER BY key{postgres: FOR NO KEY UPDATE SKIP LOCKED}) RETURNING key";
const PUBLISHED: &str = "UPDATE jobs SET untold = false
    WHERE id = $1 AND untold AND status = $2 AND reason IS NOT DISTINCT FROM $3";
const DELIVER: &str = "INSERT INTO deliveries (webhook_key, event, payload, next_at, created_at)
    SELECT key, $2, $3, $4, $4 FROM webhooks
    WHERE owner = $1 AND active AND $2 IN {texts events}";

#[async_trait]
impl<D: Dialect> Leases for SqlStore<D> {
    async fn lock_job(&self, job: &JobId) -> Result<AdvisoryLock, Error> {
        self.dialect.lock_job(job).await
    }

    async fn renew_lease(&self, jobs: &[JobId], until: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE jobs SET attended_until = $1 WHERE id IN {texts $2}";
        self.execute(sql, args![until.as_millisecond(), json("jobs", &jobs)?]).await?;
        Ok(())
    }

    async fn claim_expired(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Job>, Error> {
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let claimed = tx.rows(CLAIM, args![now.as_millisecond(), until.as_millisecond()]).await?;
        let keys = claimed.iter().map(|row| row.integer("key")).collect::<Result<Vec<_>, _>>()?;
        let sql = jobs_where!("jobs.key IN {integers $1} ORDER BY jobs.key");
        let jobs = tx.rows(sql, args![json("jobs", &keys)?]).await?;
        let jobs = jobs.iter().map(decode::job).collect::<Result<_, _>>()?;
        tx.commit().await?;
        Ok(jobs)
    }

    async fn unpublished_jobs(&self, limit: u32) -> Result<Vec<Job>, Error> {
        let sql = jobs_where!("untold AND NOT jobs.deleted ORDER BY jobs.key LIMIT $1");
        self.rows(sql, args![limit]).await?.iter().map(decode::job).collect()
    }

    async fn publish(
        &self,
        job: &Job,
        event: Option<WebhookEvent<'_>>,
        at: Timestamp,
    ) -> Result<bool, Error> {
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let published = args![&job.id.0, job.status.as_str(), job.reason.clone()];
        if tx.execute(PUBLISHED, published).await? == 0 {
            return Ok(false);
        }
        if let Some(event) = event {
            let delivery = args![&job.owner.0, event.event, event.payload, at.as_millisecond()];
            tx.execute(DELIVER, delivery).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
