//! Changes by another process between reading a job and changing it.

use ampledata_store::prelude::*;
use ampledata_store::{Error, Job, JobStatus, Owner, Postgres, Retry, RetryRows};
use sqlx::{Connection as _, PgConnection};

use crate::server::database;
use crate::store_contract::{finished, job, row};

/// A finished job, and another process that has restarted it but not committed that yet.
async fn begun_meanwhile() -> (Postgres, Job, PgConnection) {
    let url = database().await;
    let store = Postgres::open(&url).await.unwrap();
    let job = job(&store, &[&["a", ""]]).await;
    store.finish_row(&row(&job, 0), &finished(vec![None, None])).await.unwrap();
    let mut other = PgConnection::connect(&url).await.unwrap();
    let begin = "BEGIN; UPDATE ampledata.jobs SET status = 'RUNNING'";
    sqlx::raw_sql(begin).execute(&mut other).await.unwrap();
    (store, job, other)
}

/// Commits once another session waits for it.
async fn commit(mut other: PgConnection) {
    let sql = "SELECT count(*) FROM pg_locks
         WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    loop {
        let waiting: i64 = sqlx::query_scalar(sql).fetch_one(&mut other).await.unwrap();
        if waiting > 0 {
            break;
        }
    }
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
}

async fn is_refused<T: std::fmt::Debug>(store: &Postgres, job: &Job, done: Result<T, Error>) {
    assert_eq!(done.unwrap_err().code(), "store_refused");
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Running);
    assert!(store.job(&Owner::local(), &job.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_job_that_begins_meanwhile_is_not_thrown_away() {
    let (store, job, other) = begun_meanwhile().await;
    let (done, ()) = tokio::join!(store.delete_job(&job.owner, &job.id), commit(other));
    is_refused(&store, &job, done).await;
}

#[tokio::test]
async fn a_source_whose_job_begins_meanwhile_is_not_thrown_away() {
    let (store, job, other) = begun_meanwhile().await;
    let (done, ()) = tokio::join!(store.delete_source(&job.owner, &job.source), commit(other));
    is_refused(&store, &job, done).await;
}

#[tokio::test]
async fn rows_of_a_job_that_begins_meanwhile_are_not_tried_again() {
    let (store, job, other) = begun_meanwhile().await;
    let retry = Retry { rows: RetryRows::Chosen(vec![0]), columns: None };
    let (done, ()) = tokio::join!(store.retry_job(&job.owner, &job.id, &retry), commit(other));
    is_refused(&store, &job, done).await;
}
