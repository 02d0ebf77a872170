//! The PostgreSQL store: it keeps the contract, also where several processes use it at once.
//!
//! Needs TEST_DATABASE_URL, a server where databases may be made: `scripts/with-postgres` has one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is not as expected ends the test")]

#[macro_use]
mod store_contract;

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use ampledata_backend::store::{Caps, JobStatus, Postgres, Reserved, RowId, StatusChange, Store};
use ampledata_core::row::Stage;
use futures::future::join_all;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};

fn server() -> PgConnectOptions {
    let url = std::env::var("TEST_DATABASE_URL");
    let url = url.expect("TEST_DATABASE_URL is set: run the tests under scripts/with-postgres");
    PgConnectOptions::from_str(&url).unwrap()
}

/// A database that nobody else has.
async fn database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{count}", std::process::id());
    let mut connection = server().connect().await.unwrap();
    let sql = format!("CREATE DATABASE {name}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    server().database(&name).to_url_lossy().to_string()
}

async fn postgres() -> (Postgres, String) {
    let url = database().await;
    (Postgres::open(&url).await.unwrap(), url)
}

store_contract!(postgres);
store_api_contract!(postgres);

#[tokio::test]
async fn several_processes_may_begin_at_once() {
    let url = database().await;
    let opened = join_all((0..4).map(|_| Postgres::open(&url))).await;
    assert!(opened.iter().all(Result::is_ok), "{opened:?}");
}

#[tokio::test]
async fn what_else_is_in_the_database_is_left_alone() {
    let url = database().await;
    let mut connection = PgConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
    let old = "CREATE TABLE public.jobs (job_id text PRIMARY KEY, status text);
               CREATE TABLE public.row_states (id uuid, job_id text, key text);
               INSERT INTO public.jobs VALUES ('old', 'COMPLETED');";
    sqlx::raw_sql(old).execute(&mut connection).await.unwrap();
    let store = Postgres::open(&url).await.unwrap();
    assert_eq!(store.running_jobs().await.unwrap(), []);
    let kept = sqlx::query("SELECT job_id FROM public.jobs").fetch_one(&mut connection).await;
    assert_eq!(kept.unwrap().get::<String, _>(0), "old");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_never_reserve_beyond_the_bound() {
    let (first, url) = postgres().await;
    let second = Postgres::open(&url).await.unwrap();
    let rows: [&[&str]; 4] = [&["a", ""], &["b", ""], &["c", ""], &["d", ""]];
    let job = store_contract::job(&first, &rows).await.id;
    first.set_caps(&job, Caps { job: Some(1_000), row: None }).await.unwrap();
    let asked = (0..40).map(|n| {
        let store = if n % 2 == 0 { &first } else { &second };
        let row = RowId { job: job.clone(), index: n % 4 };
        async move { store.reserve(&row, 90).await.unwrap() }
    });
    let granted = join_all(asked).await;
    let granted = granted.iter().filter(|answer| matches!(answer, Reserved::Granted(_))).count();
    assert_eq!(granted, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_may_do_the_same_row() {
    let (first, url) = postgres().await;
    let second = Postgres::open(&url).await.unwrap();
    let job = store_contract::job(&first, &[&["a", ""], &["b", ""]]).await;
    let (row, entry) = (store_contract::row(&job, 0), store_contract::entry(0, 0));
    let result = store_contract::finished(vec![None, None]);
    let job = job.id;
    let stage = Some(Stage::SerpFetched);
    let written =
        join_all([&first, &second].map(|store| store.journal(&row, entry.clone(), stage))).await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    assert_eq!(second.open_rows(&job, 0, 1).await.unwrap()[0].journal, [entry]);
    let finished = join_all([&first, &second].map(|store| store.finish_row(&row, &result))).await;
    assert!(finished.iter().all(Result::is_ok), "{finished:?}");
    let progress = first.progress(&job).await.unwrap();
    assert_eq!((progress.in_stage(Stage::Completed), progress.in_stage(Stage::Pending)), (1, 1));
    let cancel =
        StatusChange { from: vec![JobStatus::Pending], to: JobStatus::Cancelled, reason: None };
    assert!(second.set_status(&job, cancel).await.unwrap());
    let progress = first.progress(&job).await.unwrap();
    assert_eq!(progress.in_stage(Stage::Cancelled), 1);
}

#[tokio::test]
async fn one_engine_alone_can_claim_a_database() {
    let (first, url) = postgres().await;
    first.claim().await.unwrap();
    let second = Postgres::open(&url).await.unwrap();
    assert_eq!(second.claim().await.unwrap_err().code(), "store_in_use");
    drop(first);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while second.claim().await.is_err() {
        assert!(std::time::Instant::now() < until, "the claim ends with who made it");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_without_the_password() {
    let error = Postgres::open("postgres://me:s3cret@127.0.0.1:1/db").await.unwrap_err();
    assert_eq!(error.code(), "store_unavailable");
    let told = error.to_string();
    assert!(told.contains("postgres://127.0.0.1:1/db"), "{told}");
    assert!(!told.contains("s3cret"), "{told}");
}
