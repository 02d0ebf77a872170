//! Deletes sources and jobs: they become invisible at once, and their rows are deleted in small batches, so
//! that other writes can run in between. What a crash leaves is deleted with the next one.

use std::sync::PoisonError;

use sqlx::PgConnection;

use super::faults::Faults;
use super::reader::Reader;
use super::statement::{all, args, changed, one};
use super::writer::number;
use super::{Error, JobId, Owner, Postgres, SourceId};
use crate::decode::Columns as _;

/// No owner has this name, and no one can guess it.
const HIDE_JOBS: &str = "UPDATE jobs SET deleted = true, owner = 'deleted:' || gen_random_uuid(),
        id = 'deleted:' || gen_random_uuid()
    WHERE key IN (SELECT jobs.key FROM jobs LEFT JOIN sources ON sources.key = source_key
        WHERE jobs.owner = $2 AND CASE WHEN $3 THEN jobs.id = $1 ELSE sources.id = $1 END)";
const HIDE_SOURCE: &str = "UPDATE sources SET deleted = true,
        owner = 'deleted:' || gen_random_uuid(), id = 'deleted:' || gen_random_uuid()
    WHERE id = $1 AND owner = $2";

const JOB_PARTS: [&str; 5] = [
    "DELETE FROM journal WHERE (job_key, row_index, turn, step) IN
         (SELECT job_key, row_index, turn, step FROM journal WHERE job_key = $1 LIMIT 4000)",
    "DELETE FROM cells WHERE (job_key, row_index, place) IN
         (SELECT job_key, row_index, place FROM cells WHERE job_key = $1 LIMIT 4000)",
    "DELETE FROM job_rows WHERE (job_key, row_index) IN
         (SELECT job_key, row_index FROM job_rows WHERE job_key = $1 LIMIT 4000)",
    "DELETE FROM searches WHERE (job_key, provider, query) IN
         (SELECT job_key, provider, query FROM searches WHERE job_key = $1 LIMIT 4000)",
    "DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE job_key = $1 LIMIT 4000)",
];
const SOURCE_PARTS: [&str; 1] = ["DELETE FROM source_rows WHERE (source_key, row_index) IN
     (SELECT source_key, row_index FROM source_rows WHERE source_key = $1 LIMIT 4000)"];

pub(super) async fn source(db: &Postgres, owner: &Owner, id: &SourceId) -> Result<(), Error> {
    let (faults, owner, name) = (db.faults.clone(), owner.clone(), id.0.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                // A concurrent call that creates a job from the source either comes first or finds the source
                // gone.
                let lock = "SELECT key FROM sources WHERE id = $1 AND owner = $2 FOR UPDATE";
                one(connection, lock, args![&name, &owner.0], &faults).await?;
                let jobs = "SELECT jobs.key FROM sources JOIN jobs ON source_key = sources.key
                     WHERE sources.id = $1 AND sources.owner = $2 ORDER BY jobs.key";
                if hold(connection, jobs, (&name, &owner), &faults).await? {
                    let reason = "is used by a running job: pause or cancel the job first";
                    return Err(Error::Refused { what: "source", id: name, reason });
                }
                let jobs = args![&name, &owner.0, false];
                changed(connection, HIDE_JOBS, jobs, &faults).await?;
                let promised = "DELETE FROM uploads WHERE source = $1 AND owner = $2";
                let gone = changed(connection, promised, args![&name, &owner.0], &faults).await?
                    + changed(connection, HIDE_SOURCE, args![&name, &owner.0], &faults).await?;
                if gone == 0 {
                    return Err(Error::NotFound { what: "source", id: name });
                }
                Ok(())
            })
        })
        .await?;
    db.sources.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    purge(db).await
}

pub(super) async fn job(db: &Postgres, owner: &Owner, id: &JobId) -> Result<(), Error> {
    let (faults, owner, name) = (db.faults.clone(), owner.clone(), id.0.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let jobs = "SELECT key FROM jobs WHERE id = $1 AND owner = $2";
                if hold(connection, jobs, (&name, &owner), &faults).await? {
                    let reason = "is running: pause or cancel it first";
                    return Err(Error::Refused { what: "job", id: name, reason });
                }
                let promised = "DELETE FROM uploads WHERE job = $1 AND owner = $2";
                let gone = changed(connection, promised, args![&name, &owner.0], &faults).await?
                    + changed(connection, HIDE_JOBS, args![&name, &owner.0, true], &faults).await?;
                if gone == 0 {
                    return Err(Error::NotFound { what: "job", id: name });
                }
                Ok(())
            })
        })
        .await?;
    db.jobs.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    purge(db).await
}

/// Waits for other processes that are changing one of these jobs, and locks the jobs until the end of the
/// transaction. Returns whether one of them is running.
async fn hold(
    connection: &mut PgConnection,
    jobs: &'static str,
    (name, owner): (&str, &Owner),
    faults: &Faults,
) -> Result<bool, Error> {
    const LOOK: &str = "SELECT status FROM jobs WHERE key = $1 FOR NO KEY UPDATE";
    let found = all(connection, jobs, args![name, &owner.0], faults).await?;
    let keys = found.iter().map(|job| Reader::new(job, faults).integer("key"));
    let mut running = false;
    for key in keys.collect::<Result<Vec<_>, _>>()? {
        // Locks are taken in the same order as in changes of a status, to avoid deadlocks.
        number(connection, [key], faults).await?;
        if let Some(job) = one(connection, LOOK, args![key], faults).await? {
            running |= Reader::new(&job, faults).str("status")? == "RUNNING";
        }
    }
    Ok(running)
}

async fn purge(db: &Postgres) -> Result<(), Error> {
    while let Some(key) = next(db, "SELECT key FROM jobs WHERE deleted LIMIT 1").await? {
        for part in JOB_PARTS {
            while db.execute(part, args![key]).await? > 0 {}
        }
        db.execute("DELETE FROM jobs WHERE key = $1 AND deleted", args![key]).await?;
        // Another job may get the same key.
        db.jobs.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, kept| *kept != key);
        db.thresholds.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
    while let Some(key) = next(db, "SELECT key FROM sources WHERE deleted LIMIT 1").await? {
        for part in SOURCE_PARTS {
            while db.execute(part, args![key]).await? > 0 {}
        }
        db.execute("DELETE FROM sources WHERE key = $1 AND deleted", args![key]).await?;
        db.sources.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, kept| *kept != key);
    }
    Ok(())
}

async fn next(db: &Postgres, sql: &'static str) -> Result<Option<i64>, Error> {
    let row = db.row(sql, args![]).await?;
    row.map(|row| db.read(&row).integer("key")).transpose()
}
