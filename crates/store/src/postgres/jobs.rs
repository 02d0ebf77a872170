//! Jobs, their statuses and their counts.

use ampledata_core::model::JobModels;
use jiff::Timestamp;
use sqlx::{PgConnection, Row as _};

use super::faults::{Faults, json, signed, unsigned};
use super::statement::args;
use super::writer::number;
use super::{
    Error, Job, JobId, JobStatus, JobTimes, NewJob, Owner, Postgres, Progress, SourceId,
    StatusChange, text_enums,
};
use crate::decode::{self};

pub(super) async fn begin(db: &Postgres, job: &NewJob) -> Result<(), Error> {
    let plan = json("plan", &job.plan)?;
    let key = json("key columns", &job.key)?;
    let context = json("context columns", &job.context)?;
    let models = job.models.as_ref().map(|models| json("models", models)).transpose()?;
    let limit = job.row_limit.map(|limit| signed("row limit", limit)).transpose()?;
    let NewJob { id, owner, source, fingerprint, .. } = job.clone();
    let columns = signed("number of columns", job.plan.columns.len() as u64)?;
    let threshold = job.plan.limits.threshold;
    let faults = db.faults.clone();
    db.jobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&id);
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let failed = |error| faults.sql(error);
                let source_key = ready_source(connection, &owner, &source, &faults).await?;
                sqlx::query("DELETE FROM jobs WHERE id = $1 AND owner = $2 AND NOT loaded")
                    .bind(&id.0)
                    .bind(&owner.0)
                    .execute(&mut *connection)
                    .await
                    .map_err(failed)?;
                let made = sqlx::query(
                    "INSERT INTO jobs (id, owner, source_key, fingerprint, plan, key_columns,
                         context_columns, row_limit, status, created_at, columns, threshold,
                         models)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'PENDING',
                         coalesce((SELECT created_at FROM uploads WHERE job = $1 AND owner = $2), $9),
                         $10, $11, $12) ON CONFLICT DO NOTHING",
                )
                .bind(&id.0)
                .bind(&owner.0)
                .bind(source_key)
                .bind(fingerprint)
                .bind(plan)
                .bind(key)
                .bind(context)
                .bind(limit)
                .bind(Timestamp::now().as_millisecond())
                .bind(columns)
                .bind(threshold)
                .bind(models)
                .execute(&mut *connection)
                .await
                .map_err(failed)?;
                if made.rows_affected() == 0 {
                    return Err(Error::Exists { what: "job", id: id.0 });
                }
                // The upload whose job this is becomes `started`.
                sqlx::query("UPDATE uploads SET state = 'started' WHERE job = $1 AND owner = $2")
                    .bind(&id.0)
                    .bind(&owner.0)
                    .execute(connection)
                    .await
                    .map_err(failed)?;
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

pub(super) async fn set_models(
    db: &Postgres,
    job: &JobId,
    models: &JobModels,
) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let models = json("models", models)?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let query = sqlx::query("UPDATE jobs SET models = $1 WHERE key = $2")
                    .bind(models)
                    .bind(key);
                query.execute(connection).await.map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

async fn ready_source(
    connection: &mut PgConnection,
    owner: &Owner,
    id: &SourceId,
    faults: &Faults,
) -> Result<i64, Error> {
    // Keeps the source from being deleted until the job exists; later deletions include the job.
    let sql = "SELECT key FROM sources WHERE id = $1 AND owner = $2 AND state = 'ready'
         FOR KEY SHARE";
    sqlx::query_scalar(sql)
        .bind(&id.0)
        .bind(&owner.0)
        .fetch_optional(connection)
        .await
        .map_err(|error| faults.sql(error))?
        .ok_or_else(|| Error::NotFound { what: "source", id: id.0.clone() })
}

/// Links followers to their leader, counts the followers of each leader, and counts all rows.
const LOADING_ENDS: [&str; 4] = [
    "UPDATE job_rows SET leader = same.first
     FROM (SELECT identity, min(row_index) AS first FROM job_rows
           WHERE job_key = $1 AND stage = 'PENDING' GROUP BY identity HAVING count(*) > 1) AS same
     WHERE job_key = $1 AND stage = 'PENDING' AND job_rows.identity = same.identity",
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

pub(super) async fn finish_loading(db: &Postgres, job: &JobId) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                for sql in LOADING_ENDS {
                    sqlx::query(sql)
                        .bind(key)
                        .execute(&mut *connection)
                        .await
                        .map_err(|error| faults.sql(error))?;
                }
                Ok(true)
            })
        })
        .await?;
    Ok(())
}

pub(super) async fn find(db: &Postgres, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error> {
    let row = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.id = $1 AND jobs.owner = $2",
    )
    .bind(&id.0)
    .bind(&owner.0)
    .fetch_optional(&db.pool)
    .await
    .map_err(|error| db.faults.sql(error))?;
    row.map(|row| decode::job(&db.read(&row))).transpose()
}

pub(super) async fn find_by_fingerprint(
    db: &Postgres,
    owner: &Owner,
    fingerprint: &str,
) -> Result<Option<Job>, Error> {
    let row = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.owner = $1 AND jobs.fingerprint = $2 ORDER BY jobs.key DESC LIMIT 1",
    )
    .bind(&owner.0)
    .bind(fingerprint)
    .fetch_optional(&db.pool)
    .await
    .map_err(|error| db.faults.sql(error))?;
    row.map(|row| decode::job(&db.read(&row))).transpose()
}

pub(super) async fn list(
    db: &Postgres,
    owner: &Owner,
    offset: u64,
    limit: u32,
) -> Result<(Vec<Job>, u64), Error> {
    let failed = |error| db.faults.sql(error);
    let rows = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.owner = $1 ORDER BY jobs.key DESC LIMIT $2 OFFSET $3",
    )
    .bind(&owner.0)
    .bind(i64::from(limit))
    .bind(signed("offset", offset)?)
    .fetch_all(&db.pool)
    .await
    .map_err(failed)?;
    let all: i64 = sqlx::query_scalar("SELECT count(*) FROM jobs WHERE owner = $1")
        .bind(&owner.0)
        .fetch_one(&db.pool)
        .await
        .map_err(failed)?;
    let jobs = rows.iter().map(|row| decode::job(&db.read(row))).collect::<Result<_, _>>()?;
    Ok((jobs, unsigned("number of jobs", all)?))
}

pub(super) async fn running(db: &Postgres) -> Result<Vec<Job>, Error> {
    let rows = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.status = 'RUNNING' AND jobs.loaded ORDER BY jobs.key",
    )
    .fetch_all(&db.pool)
    .await
    .map_err(|error| db.faults.sql(error))?;
    rows.iter().map(|row| decode::job(&db.read(row))).collect()
}

pub(super) async fn status(db: &Postgres, job: &JobId) -> Result<JobStatus, Error> {
    let name: String = sqlx::query_scalar("SELECT status FROM jobs WHERE key = $1")
        .bind(db.job_key(job).await?)
        .fetch_one(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    text_enums::parse_status(&name)
}

pub(super) async fn set_status(
    db: &Postgres,
    job: &JobId,
    change: StatusChange,
) -> Result<bool, Error> {
    let key = db.job_key(job).await?;
    let from: Vec<_> = change.from.iter().map(|status| text_enums::status_name(*status)).collect();
    let from = json("statuses", &from)?;
    let faults = db.faults.clone();
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let seq = number(connection, [key], &faults).await?;
                let now = Timestamp::now().as_millisecond();
                let changed = sqlx::query(
                    "UPDATE jobs SET status = $1, reason = $2,
                         started_at = CASE WHEN $1 = 'RUNNING' THEN coalesce(started_at, $3) ELSE started_at END,
                         finished_at = CASE WHEN $4 THEN $3::bigint END, seq = $7,
                         untold = attended_until IS NOT NULL
                     WHERE key = $5 AND status IN (SELECT json_array_elements_text($6::json))",
                )
                .bind(text_enums::status_name(change.to))
                .bind(change.reason)
                .bind(now)
                .bind(change.to.is_final())
                .bind(key)
                .bind(from)
                .bind(seq)
                .execute(&mut *connection)
                .await
                .map_err(|error| faults.sql(error))?;
                let changed = changed.rows_affected() > 0;
                if changed && change.to == JobStatus::Cancelled {
                    cancel_rows(connection, key, seq, &faults).await?;
                }
                Ok(changed)
            })
        })
        .await
}

async fn cancel_rows(
    connection: &mut PgConnection,
    key: i64,
    seq: i64,
    faults: &Faults,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE job_rows SET stage = 'CANCELLED', seq = $1
         WHERE job_key = $2 AND leader = row_index AND stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')",
    )
    .bind(seq)
    .bind(key)
    .execute(connection)
    .await
    .map_err(|error| faults.sql(error))?;
    Ok(())
}

pub(super) async fn date(db: &Postgres, job: &JobId, times: JobTimes) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let sql = "UPDATE jobs SET created_at = $1, started_at = $2, finished_at = $3 WHERE key = $4";
    let started = times.started_at.map(Timestamp::as_millisecond);
    let (created, finished) = (times.created_at, times.finished_at);
    let times = args![created.as_millisecond(), started, finished.as_millisecond(), key];
    db.execute(sql, times).await?;
    Ok(())
}

pub(super) async fn progress(db: &Postgres, job: &JobId) -> Result<Progress, Error> {
    let failed = |error| db.faults.sql(error);
    let key = db.job_key(job).await?;
    let sql = "SELECT name, n FROM job_counts WHERE job_key = $1 AND n <> 0
               UNION ALL SELECT 'cost', spent_nano_usd FROM jobs WHERE key = $1";
    let rows = sqlx::query(sql).bind(key).fetch_all(&db.pool).await.map_err(failed)?;
    let mut progress = Progress::default();
    for row in rows {
        let name: &str = row.try_get("name").map_err(failed)?;
        let count = unsigned("count of rows", row.try_get("n").map_err(failed)?)?;
        match name {
            "cells_found" => progress.cells_found = count,
            "cost" => progress.cost_nano_usd = count,
            stage => {
                progress.by_stage.insert(text_enums::parse_stage(stage)?, count);
                progress.rows += count;
            }
        }
    }
    Ok(progress)
}
