//! Jobs, their statuses and their counts.

use ampledata_core::model::JobModels;
use jiff::Timestamp;
use sqlx::{Row as _, SqliteConnection};

use super::faults::{Faults, json, signed, unsigned};
use super::statement::args;
use super::{
    Error, Job, JobId, JobStatus, JobTimes, NewJob, Owner, Progress, SourceId, Sqlite,
    StatusChange, text_enums,
};
use crate::decode::{self};

pub(super) async fn begin(db: &Sqlite, job: &NewJob) -> Result<(), Error> {
    let plan = json("plan", &job.plan)?;
    let key = json("key columns", &job.key)?;
    let context = json("context columns", &job.context)?;
    let models = job.models.as_ref().map(|models| json("models", models)).transpose()?;
    let limit = job.row_limit.map(|limit| signed("row limit", limit)).transpose()?;
    let NewJob { id, owner, source, fingerprint, .. } = job.clone();
    let faults = db.faults.clone();
    db.jobs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&id);
    db.writer
        .act(Box::new(move |connection| {
            Box::pin(async move {
                let failed = |error| faults.sql(error);
                let source_key = ready_source(connection, &owner, &source, &faults).await?;
                sqlx::query("DELETE FROM jobs WHERE id = ? AND owner = ? AND loaded = 0")
                    .bind(&id.0)
                    .bind(&owner.0)
                    .execute(&mut *connection)
                    .await
                    .map_err(failed)?;
                let made = sqlx::query(
                    "INSERT INTO jobs (id, owner, source_key, fingerprint, plan, key_columns,
                         context_columns, row_limit, status, created_at, models)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'PENDING', ?, ?) ON CONFLICT DO NOTHING",
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
                .bind(models)
                .execute(connection)
                .await
                .map_err(failed)?;
                if made.rows_affected() == 0 {
                    return Err(Error::Exists { what: "job", id: id.0 });
                }
                Ok(true)
            })
        }))
        .await?;
    Ok(())
}

pub(super) async fn set_models(db: &Sqlite, job: &JobId, models: &JobModels) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let models = json("models", models)?;
    let faults = db.faults.clone();
    db.writer
        .act(Box::new(move |connection| {
            Box::pin(async move {
                let query =
                    sqlx::query("UPDATE jobs SET models = ? WHERE key = ?").bind(models).bind(key);
                query.execute(connection).await.map_err(|error| faults.sql(error))?;
                Ok(true)
            })
        }))
        .await?;
    Ok(())
}

async fn ready_source(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &SourceId,
    faults: &Faults,
) -> Result<i64, Error> {
    sqlx::query_scalar("SELECT key FROM sources WHERE id = ? AND owner = ? AND state = 'ready'")
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
           WHERE job_key = ?1 AND stage = 'PENDING' GROUP BY identity HAVING count(*) > 1) AS same
     WHERE job_key = ?1 AND stage = 'PENDING' AND job_rows.identity = same.identity",
    "UPDATE job_rows SET shares = led.n
     FROM (SELECT leader, count(*) AS n FROM job_rows
           WHERE job_key = ?1 GROUP BY leader HAVING count(*) > 1) AS led
     WHERE job_key = ?1 AND row_index = led.leader",
    "INSERT INTO job_counts (job_key, name, n)
     SELECT job_key, stage, sum(shares) FROM job_rows
     WHERE job_key = ?1 AND leader = row_index GROUP BY job_key, stage",
    "UPDATE jobs SET loaded = 1, rows = (SELECT count(*) FROM job_rows WHERE job_key = ?1)
     WHERE key = ?1",
];

pub(super) async fn finish_loading(db: &Sqlite, job: &JobId) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let faults = db.faults.clone();
    db.writer
        .act(Box::new(move |connection| {
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
        }))
        .await?;
    Ok(())
}

pub(super) async fn find(db: &Sqlite, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error> {
    let row = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.id = ? AND jobs.owner = ?",
    )
    .bind(&id.0)
    .bind(&owner.0)
    .fetch_optional(&db.readers)
    .await
    .map_err(|error| db.faults.sql(error))?;
    row.map(|row| decode::job(&db.read(&row))).transpose()
}

pub(super) async fn find_by_fingerprint(
    db: &Sqlite,
    owner: &Owner,
    fingerprint: &str,
) -> Result<Option<Job>, Error> {
    let row = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.owner = ? AND jobs.fingerprint = ? ORDER BY jobs.key DESC LIMIT 1",
    )
    .bind(&owner.0)
    .bind(fingerprint)
    .fetch_optional(&db.readers)
    .await
    .map_err(|error| db.faults.sql(error))?;
    row.map(|row| decode::job(&db.read(&row))).transpose()
}

pub(super) async fn list(
    db: &Sqlite,
    owner: &Owner,
    offset: u64,
    limit: u32,
) -> Result<(Vec<Job>, u64), Error> {
    let failed = |error| db.faults.sql(error);
    let rows = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.owner = ? ORDER BY jobs.key DESC LIMIT ? OFFSET ?",
    )
    .bind(&owner.0)
    .bind(limit)
    .bind(signed("offset", offset)?)
    .fetch_all(&db.readers)
    .await
    .map_err(failed)?;
    let all: i64 = sqlx::query_scalar("SELECT count(*) FROM jobs WHERE owner = ?")
        .bind(&owner.0)
        .fetch_one(&db.readers)
        .await
        .map_err(failed)?;
    let jobs = rows.iter().map(|row| decode::job(&db.read(row))).collect::<Result<_, _>>()?;
    Ok((jobs, unsigned("number of jobs", all)?))
}

pub(super) async fn running(db: &Sqlite) -> Result<Vec<Job>, Error> {
    let rows = sqlx::query(
        "SELECT jobs.*, sources.id AS source FROM jobs JOIN sources ON sources.key = jobs.source_key
         WHERE jobs.status = 'RUNNING' AND jobs.loaded = 1 ORDER BY jobs.key",
    )
    .fetch_all(&db.readers)
    .await
    .map_err(|error| db.faults.sql(error))?;
    rows.iter().map(|row| decode::job(&db.read(row))).collect()
}

pub(super) async fn status(db: &Sqlite, job: &JobId) -> Result<JobStatus, Error> {
    let name: String = sqlx::query_scalar("SELECT status FROM jobs WHERE key = ?")
        .bind(db.job_key(job).await?)
        .fetch_one(&db.readers)
        .await
        .map_err(|error| db.faults.sql(error))?;
    text_enums::parse_status(&name)
}

pub(super) async fn set_status(
    db: &Sqlite,
    job: &JobId,
    change: StatusChange,
) -> Result<bool, Error> {
    let key = db.job_key(job).await?;
    let from: Vec<_> = change.from.iter().map(|status| text_enums::status_name(*status)).collect();
    let from = json("statuses", &from)?;
    let (faults, commits) = (db.faults.clone(), db.writer.commits());
    db.writer
        .act(Box::new(move |connection| {
            Box::pin(async move {
                let seq = commits.next();
                let now = Timestamp::now().as_millisecond();
                let changed = sqlx::query(
                    "UPDATE jobs SET status = ?1, reason = ?2,
                         started_at = iif(?1 = 'RUNNING', coalesce(started_at, ?3), started_at),
                         finished_at = iif(?4, ?3, NULL), seq = ?7,
                         untold = attended_until IS NOT NULL
                     WHERE key = ?5 AND status IN (SELECT value FROM json_each(?6))",
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
        }))
        .await
}

async fn cancel_rows(
    connection: &mut SqliteConnection,
    key: i64,
    seq: i64,
    faults: &Faults,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE job_rows SET stage = 'CANCELLED', seq = ?
         WHERE job_key = ? AND leader = row_index AND stage NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')",
    )
    .bind(seq)
    .bind(key)
    .execute(connection)
    .await
    .map_err(|error| faults.sql(error))?;
    Ok(())
}

pub(super) async fn date(db: &Sqlite, job: &JobId, times: JobTimes) -> Result<(), Error> {
    let key = db.job_key(job).await?;
    let sql = "UPDATE jobs SET created_at = ?1, started_at = ?2, finished_at = ?3 WHERE key = ?4";
    let started = times.started_at.map(Timestamp::as_millisecond);
    let (created, finished) = (times.created_at, times.finished_at);
    let times = args![created.as_millisecond(), started, finished.as_millisecond(), key];
    db.execute(sql, times).await?;
    Ok(())
}

pub(super) async fn progress(db: &Sqlite, job: &JobId) -> Result<Progress, Error> {
    let failed = |error| db.faults.sql(error);
    let key = db.job_key(job).await?;
    let sql = "SELECT name, n FROM job_counts WHERE job_key = ?1 AND n <> 0
               UNION ALL SELECT 'cost', spent_nano_usd FROM jobs WHERE key = ?1";
    let rows = sqlx::query(sql).bind(key).fetch_all(&db.readers).await.map_err(failed)?;
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
