//! Deletes sources and jobs: they become invisible at once, and their rows are deleted in small batches, so
//! that other writes can run in between. What a crash leaves is deleted with the next one.

use super::statement::args;
use super::{Dialect, SqlStore, Tx, missing_job, missing_source};
use crate::decode::Columns as _;
use crate::{Error, JobId, Owner, SourceId};

/// No owner has this name, and no one can guess it.
const HIDE_JOBS: &str = "UPDATE jobs SET deleted = true,
        owner = 'deleted:' || {sqlite:hex(randomblob(16))}{postgres:gen_random_uuid()},
        id = 'deleted:' || {sqlite:hex(randomblob(16))}{postgres:gen_random_uuid()}
    WHERE key IN (SELECT jobs.key FROM jobs LEFT JOIN sources ON sources.key = source_key
        WHERE jobs.owner = $2 AND CASE WHEN $3 THEN jobs.id = $1 ELSE sources.id = $1 END)";
const HIDE_SOURCE: &str = "UPDATE sources SET deleted = true,
        owner = 'deleted:' || {sqlite:hex(randomblob(16))}{postgres:gen_random_uuid()},
        id = 'deleted:' || {sqlite:hex(randomblob(16))}{postgres:gen_random_uuid()}
    WHERE id = $1 AND owner = $2";

/// A concurrent call that creates a job from the source either comes first or finds the source gone.
const LOCK_SOURCE: &str =
    "SELECT key FROM sources WHERE id = $1 AND owner = $2{postgres: FOR UPDATE}";
const LOCK_JOB: &str = "SELECT status FROM jobs WHERE key = $1{postgres: FOR NO KEY UPDATE}";

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

impl<D: Dialect> SqlStore<D> {
    pub(super) async fn remove_source(&self, owner: &Owner, id: &SourceId) -> Result<(), Error> {
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        tx.row(LOCK_SOURCE, args![&id.0, &owner.0]).await?;
        let jobs = "SELECT jobs.key FROM sources JOIN jobs ON source_key = sources.key
             WHERE sources.id = $1 AND sources.owner = $2 ORDER BY jobs.key";
        if lock_jobs(&mut tx, jobs, (&id.0, owner)).await? {
            let reason = "is used by a running job: pause or cancel the job first";
            return Err(Error::Refused { what: "source", id: id.0.clone(), reason });
        }
        tx.execute(HIDE_JOBS, args![&id.0, &owner.0, false]).await?;
        let promised = "DELETE FROM uploads WHERE source = $1 AND owner = $2";
        let gone = tx.execute(promised, args![&id.0, &owner.0]).await?
            + tx.execute(HIDE_SOURCE, args![&id.0, &owner.0]).await?;
        if gone == 0 {
            return Err(missing_source(id));
        }
        tx.commit().await?;
        drop(session);
        self.source_keys.lock().remove(id);
        self.purge().await
    }

    pub(super) async fn remove_job(&self, owner: &Owner, id: &JobId) -> Result<(), Error> {
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        let jobs = "SELECT key FROM jobs WHERE id = $1 AND owner = $2";
        if lock_jobs(&mut tx, jobs, (&id.0, owner)).await? {
            let reason = "is running: pause or cancel it first";
            return Err(Error::Refused { what: "job", id: id.0.clone(), reason });
        }
        let promised = "DELETE FROM uploads WHERE job = $1 AND owner = $2";
        let gone = tx.execute(promised, args![&id.0, &owner.0]).await?
            + tx.execute(HIDE_JOBS, args![&id.0, &owner.0, true]).await?;
        if gone == 0 {
            return Err(missing_job(id));
        }
        tx.commit().await?;
        drop(session);
        self.job_keys.lock().remove(id);
        self.purge().await
    }

    /// Deletes the rows of everything that is hidden.
    async fn purge(&self) -> Result<(), Error> {
        let next = "SELECT key FROM jobs WHERE deleted LIMIT 1";
        while let Some(job) = self.row(next, args![]).await? {
            let key = job.integer("key")?;
            for part in JOB_PARTS {
                while self.execute(part, args![key]).await? > 0 {}
            }
            self.execute("DELETE FROM jobs WHERE key = $1 AND deleted", args![key]).await?;
            // Another job may get the same key.
            self.job_keys.lock().retain(|_, kept| *kept != key);
            self.plans.lock().remove(&key);
        }
        let next = "SELECT key FROM sources WHERE deleted LIMIT 1";
        while let Some(source) = self.row(next, args![]).await? {
            let key = source.integer("key")?;
            for part in SOURCE_PARTS {
                while self.execute(part, args![key]).await? > 0 {}
            }
            self.execute("DELETE FROM sources WHERE key = $1 AND deleted", args![key]).await?;
            self.source_keys.lock().retain(|_, kept| *kept != key);
        }
        Ok(())
    }
}

/// Waits for other processes that are changing one of these jobs, and locks the jobs until the end of the
/// transaction. Returns whether one of them is running.
async fn lock_jobs<D: Dialect>(
    tx: &mut Tx<'_, D>,
    jobs: &'static str,
    (name, owner): (&str, &Owner),
) -> Result<bool, Error> {
    let mut running = false;
    for job in tx.rows(jobs, args![name, &owner.0]).await? {
        let key = job.integer("key")?;
        // Locks are taken in the same order as in changes of a status, to avoid deadlocks.
        tx.next_change(key).await?;
        if let Some(job) = tx.row(LOCK_JOB, args![key]).await? {
            running |= job.str("status")? == "RUNNING";
        }
    }
    Ok(running)
}
