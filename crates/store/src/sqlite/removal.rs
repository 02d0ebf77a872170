//! Deletes sources and jobs: they become invisible at once, and their rows are deleted in small batches, so
//! that other writes can run in between. What a crash leaves is deleted with the next one.

use std::sync::PoisonError;

use sqlx::SqliteConnection;

use super::faults::Faults;
use super::statement::{args, changed, one};
use super::{Error, JobId, Owner, SourceId, Sqlite};
use crate::decode::Columns as _;

/// No owner has this name, and no one can guess it.
const HIDE_JOBS: &str = "UPDATE jobs SET deleted = 1, owner = 'deleted:' || hex(randomblob(16)),
        id = 'deleted:' || hex(randomblob(16))
    WHERE key IN (SELECT jobs.key FROM jobs LEFT JOIN sources ON sources.key = source_key
        WHERE jobs.owner = ?2 AND iif(?3, jobs.id = ?1, sources.id = ?1))";
const HIDE_SOURCE: &str = "UPDATE sources SET deleted = 1,
        owner = 'deleted:' || hex(randomblob(16)), id = 'deleted:' || hex(randomblob(16))
    WHERE id = ? AND owner = ?";

const JOB_PARTS: [&str; 5] = [
    "DELETE FROM journal WHERE (job_key, row_index, turn, step) IN
         (SELECT job_key, row_index, turn, step FROM journal WHERE job_key = ? LIMIT 4000)",
    "DELETE FROM cells WHERE (job_key, row_index, place) IN
         (SELECT job_key, row_index, place FROM cells WHERE job_key = ? LIMIT 4000)",
    "DELETE FROM job_rows WHERE (job_key, row_index) IN
         (SELECT job_key, row_index FROM job_rows WHERE job_key = ? LIMIT 4000)",
    "DELETE FROM searches WHERE (job_key, provider, query) IN
         (SELECT job_key, provider, query FROM searches WHERE job_key = ? LIMIT 4000)",
    "DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE job_key = ? LIMIT 4000)",
];
const SOURCE_PARTS: [&str; 1] = ["DELETE FROM source_rows WHERE (source_key, row_index) IN
     (SELECT source_key, row_index FROM source_rows WHERE source_key = ? LIMIT 4000)"];

pub(super) async fn source(db: &Sqlite, owner: &Owner, id: &SourceId) -> Result<(), Error> {
    let (faults, owner, name) = (db.faults.clone(), owner.clone(), id.0.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let running = "SELECT 1 FROM sources JOIN jobs ON source_key = sources.key
                     WHERE sources.id = ?1 AND sources.owner = ?2 AND status = 'RUNNING' LIMIT 1";
                let reason = "is used by a running job: pause or cancel the job first";
                refuse(connection, running, ("source", &name), (&owner, reason), &faults).await?;
                let jobs = args![&name, &owner.0, false];
                changed(connection, HIDE_JOBS, jobs, &faults).await?;
                let promised = "DELETE FROM uploads WHERE source = ? AND owner = ?";
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

pub(super) async fn job(db: &Sqlite, owner: &Owner, id: &JobId) -> Result<(), Error> {
    let (faults, owner, name) = (db.faults.clone(), owner.clone(), id.0.clone());
    db.writer
        .act_for(move |connection| {
            Box::pin(async move {
                let running =
                    "SELECT 1 FROM jobs WHERE id = ?1 AND owner = ?2 AND status = 'RUNNING'";
                let reason = "is running: pause or cancel it first";
                refuse(connection, running, ("job", &name), (&owner, reason), &faults).await?;
                let promised = "DELETE FROM uploads WHERE job = ? AND owner = ?";
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

async fn refuse(
    connection: &mut SqliteConnection,
    sql: &'static str,
    (what, id): (&'static str, &str),
    (owner, reason): (&Owner, &'static str),
    faults: &Faults,
) -> Result<(), Error> {
    match one(connection, sql, args![id, &owner.0], faults).await? {
        Some(_) => Err(Error::Refused { what, id: id.to_owned(), reason }),
        None => Ok(()),
    }
}

async fn purge(db: &Sqlite) -> Result<(), Error> {
    while let Some(key) = next(db, "SELECT key FROM jobs WHERE deleted = 1 LIMIT 1").await? {
        for part in JOB_PARTS {
            while db.execute(part, args![key]).await? > 0 {}
        }
        db.execute("DELETE FROM jobs WHERE key = ? AND deleted = 1", args![key]).await?;
        // Another job may get the same key.
        db.jobs.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, kept| *kept != key);
        db.thresholds.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
    while let Some(key) = next(db, "SELECT key FROM sources WHERE deleted = 1 LIMIT 1").await? {
        for part in SOURCE_PARTS {
            while db.execute(part, args![key]).await? > 0 {}
        }
        db.execute("DELETE FROM sources WHERE key = ? AND deleted = 1", args![key]).await?;
        db.sources.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, kept| *kept != key);
    }
    Ok(())
}

async fn next(db: &Sqlite, sql: &'static str) -> Result<Option<i64>, Error> {
    let row = db.row(sql, args![]).await?;
    row.map(|row| db.read(&row).integer("key")).transpose()
}
