//! Jobs, their statuses and their counts.

use ampledata_core::model::JobModels;
use async_trait::async_trait;
use jiff::Timestamp;

use super::statement::{Arg, args};
use super::{Dialect, SqlStore, missing_source, now};
use crate::decode::{self, Columns as _};
use crate::encoding::{json, signed, unsigned};
use crate::text_enums::{parse_stage, parse_status};
use crate::{Error, Job, JobId, JobStatus, JobTimes, Jobs, NewJob, Owner, Progress, StatusChange};

macro_rules! jobs_where {
    ($which:literal) => {
        concat!(
            "SELECT jobs.*, sources.id AS source FROM jobs
             JOIN sources ON sources.key = jobs.source_key WHERE ",
            $which
        )
    };
}
pub(super) use jobs_where;

/// The source stays until the job exists; if it is deleted later, so is the job.
const READY_SOURCE: &str = "SELECT key FROM sources
    WHERE id = $1 AND owner = $2 AND state = 'ready'{postgres: FOR KEY SHARE}";

/// A job that was created with an upload is as old as that.
const NEW_JOB: &str = "INSERT INTO jobs (id, owner, source_key, fingerprint, plan, key_columns,
        context_columns, row_limit, models, status, created_at{postgres:, columns, threshold})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'PENDING',
        coalesce((SELECT created_at FROM uploads WHERE job = $1 AND owner = $2), $10)
        {postgres:, $11, $12})
    ON CONFLICT DO NOTHING";

/// Links followers to their leader, counts the followers of each leader, and counts all rows. Rows are joined
/// by their primary key: PostgreSQL has no statistics of rows that were just loaded, and could otherwise group
/// all rows anew for each row.
const LOADING_ENDS: [&str; 4] = [
    "UPDATE job_rows SET leader = same.first
     FROM (SELECT row_index, min(row_index) OVER (PARTITION BY identity) AS first FROM job_rows
           WHERE job_key = $1 AND stage = 'PENDING') AS same
     WHERE job_rows.job_key = $1 AND job_rows.row_index = same.row_index
         AND job_rows.row_index <> same.first",
    "UPDATE job_rows SET shares = led.n
     FROM (SELECT leader, count(*) AS n FROM job_rows
           WHERE job_key = $1 GROUP BY leader HAVING count(*) > 1) AS led
     WHERE job_key = $1 AND row_index = led.leader",
    "INSERT INTO job_counts (job_key, name, n)
     SELECT job_key, stage, sum(shares) FROM job_rows
     WHERE job_key = $1 AND leader = row_index GROUP BY job_key, stage",
    "UPDATE jobs SET loaded = true, rows = (SELECT count(*) FROM job_rows WHERE job_key = $1)
     WHERE key = $1",
];

const SET_STATUS: &str = "UPDATE jobs SET status = $1, reason = $2,
        started_at = CASE WHEN $1 = 'RUNNING' THEN coalesce(started_at, $3) ELSE started_at END,
        finished_at = CASE WHEN $4 THEN CAST($3 AS BIGINT) END, seq = $5,
        untold = attended_until IS NOT NULL
    WHERE key = $6 AND status IN {texts $7}";

const CANCEL_ROWS: &str = "UPDATE job_rows SET stage = 'CANCELLED', seq = $1
    WHERE job_key = $2 AND leader = row_index AND stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')";

#[async_trait]
impl<D: Dialect> Jobs for SqlStore<D> {
    async fn begin_job(&self, job: &NewJob) -> Result<(), Error> {
        let NewJob { id, owner, source, .. } = job;
        let models = job.models.as_ref().map(|models| json("models", models)).transpose()?;
        let limit = job.row_limit.map(|limit| signed("row limit", limit)).transpose()?;
        self.job_keys.lock().remove(id);
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let source_key = tx.row(READY_SOURCE, args![&source.0, &owner.0]).await?;
        let source_key = source_key.ok_or_else(|| missing_source(source))?.integer("key")?;
        let unfinished = "DELETE FROM jobs WHERE id = $1 AND owner = $2 AND NOT loaded";
        tx.execute(unfinished, args![&id.0, &owner.0]).await?;
        let mut row = args![
            &id.0,
            &owner.0,
            source_key,
            &job.fingerprint,
            json("plan", &job.plan)?,
            json("key columns", &job.key)?,
            json("context columns", &job.context)?,
            limit,
            models,
            now(),
        ];
        if D::HAS_PLAN_COLUMNS {
            let columns = signed("number of columns", job.plan.columns.len() as u64)?;
            row.extend([Arg::from(columns), Arg::from(job.plan.limits.threshold)]);
        }
        if tx.execute(NEW_JOB, row).await? == 0 {
            return Err(Error::Exists { what: "job", id: id.0.clone() });
        }
        let started = "UPDATE uploads SET state = 'started' WHERE job = $1 AND owner = $2";
        tx.execute(started, args![&id.0, &owner.0]).await?;
        tx.commit().await
    }

    async fn finish_loading(&self, job: &JobId) -> Result<(), Error> {
        let key = self.job_key(job).await?;
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        for sql in LOADING_ENDS {
            tx.execute(sql, args![key]).await?;
        }
        tx.commit().await
    }

    async fn job(&self, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error> {
        let sql = jobs_where!("jobs.id = $1 AND jobs.owner = $2");
        let row = self.row(sql, args![&id.0, &owner.0]).await?;
        row.map(|row| decode::job(&row)).transpose()
    }

    async fn job_by_fingerprint(
        &self,
        owner: &Owner,
        fingerprint: &str,
    ) -> Result<Option<Job>, Error> {
        let sql =
            jobs_where!("jobs.owner = $1 AND jobs.fingerprint = $2 ORDER BY jobs.key DESC LIMIT 1");
        let row = self.row(sql, args![&owner.0, fingerprint]).await?;
        row.map(|row| decode::job(&row)).transpose()
    }

    async fn jobs(&self, owner: &Owner, offset: u64, limit: u32) -> Result<(Vec<Job>, u64), Error> {
        let sql = jobs_where!("jobs.owner = $1 ORDER BY jobs.key DESC LIMIT $2 OFFSET $3");
        let rows = self.rows(sql, args![&owner.0, limit, signed("offset", offset)?]).await?;
        let sql = "SELECT count(*) AS n FROM jobs WHERE owner = $1";
        let total = self.row(sql, args![&owner.0]).await?;
        let total = total.map_or(Ok(0), |row| row.count("n"))?;
        Ok((rows.iter().map(decode::job).collect::<Result<_, _>>()?, total))
    }

    async fn running_jobs(&self) -> Result<Vec<Job>, Error> {
        let sql = jobs_where!("jobs.status = 'RUNNING' AND jobs.loaded ORDER BY jobs.key");
        self.rows(sql, args![]).await?.iter().map(decode::job).collect()
    }

    async fn status(&self, job: &JobId) -> Result<JobStatus, Error> {
        let key = self.job_key(job).await?;
        let row = self.row("SELECT status FROM jobs WHERE key = $1", args![key]).await?;
        parse_status(row.ok_or_else(|| super::missing_job(job))?.str("status")?)
    }

    async fn set_status(&self, job: &JobId, change: StatusChange) -> Result<bool, Error> {
        let key = self.job_key(job).await?;
        let from: Vec<_> = change.from.iter().map(|status| status.as_str()).collect();
        let from = json("statuses", &from)?;
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let seq = tx.next_change(key).await?;
        let (to, is_final) = (change.to.as_str(), change.to.is_final());
        let args = args![to, change.reason, now(), is_final, seq, key, from];
        let changed = tx.execute(SET_STATUS, args).await? > 0;
        if changed && change.to == JobStatus::Cancelled {
            tx.execute(CANCEL_ROWS, args![seq, key]).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    async fn date_job(&self, job: &JobId, times: JobTimes) -> Result<(), Error> {
        let key = self.job_key(job).await?;
        let sql =
            "UPDATE jobs SET created_at = $1, started_at = $2, finished_at = $3 WHERE key = $4";
        let started = times.started_at.map(Timestamp::as_millisecond);
        let (created, finished) = (times.created_at, times.finished_at);
        let times = args![created.as_millisecond(), started, finished.as_millisecond(), key];
        self.execute(sql, times).await?;
        Ok(())
    }

    async fn set_models(&self, job: &JobId, models: &JobModels) -> Result<(), Error> {
        let key = self.job_key(job).await?;
        let sql = "UPDATE jobs SET models = $1 WHERE key = $2";
        self.execute(sql, args![json("models", models)?, key]).await?;
        Ok(())
    }

    async fn progress(&self, job: &JobId) -> Result<Progress, Error> {
        let key = self.job_key(job).await?;
        let sql = "SELECT name, n FROM job_counts WHERE job_key = $1 AND n <> 0
                   UNION ALL SELECT 'cost', spent_nano_usd FROM jobs WHERE key = $1";
        let mut progress = Progress::default();
        for row in self.rows(sql, args![key]).await? {
            let count = unsigned("count of rows", row.integer("n")?)?;
            match row.str("name")? {
                "cells_found" => progress.cells_found = count,
                "cost" => progress.cost_nano_usd = count,
                stage => {
                    progress.by_stage.insert(parse_stage(stage)?, count);
                    progress.rows += count;
                }
            }
        }
        Ok(progress)
    }
}
