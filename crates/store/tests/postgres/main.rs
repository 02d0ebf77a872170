//! The PostgreSQL store keeps the contract, also when several processes use it at once.
//!
//! Needs TEST_DATABASE_URL, a server where databases may be created: `scripts/with-postgres` provides one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is not as expected ends the test")]

#[macro_use]
#[path = "../store_contract/mod.rs"]
mod store_contract;
mod faults;
mod races;
mod server;

use std::str::FromStr as _;

use ampledata_core::row::Stage;
use ampledata_store::postgres::Settings;
use ampledata_store::prelude::*;
use ampledata_store::{JobStatus, Postgres, StatusChange};
use futures::future::join_all;
use server::database;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};
use store_contract::upgrade;

async fn postgres() -> (Postgres, String) {
    let url = database().await;
    (Postgres::open(&url).await.unwrap(), url)
}

store_contract!(postgres);
store_api_contract!(postgres);

#[tokio::test]
async fn the_bytes_of_old_pages_make_room_for_new_ones() {
    let url = database().await;
    let settings = Settings { kept_bytes: 200_000, ..Settings::default() };
    let store = Postgres::open_with(&url, &settings).await.unwrap();
    store_contract::only_the_newest_bytes_are_kept(&store, 200_000).await;
}

#[tokio::test]
async fn a_database_of_the_version_before_keeps_its_pages() {
    const MIGRATIONS: [(i64, &str, &str); 4] = [
        (1, "first", include_str!("../../migrations/postgres/0001_first.sql")),
        (2, "processes", include_str!("../../migrations/postgres/0002_processes.sql")),
        (6, "sites", include_str!("../../migrations/postgres/0006_sites.sql")),
        (7, "models", include_str!("../../migrations/postgres/0007_models.sql")),
    ];
    let url = database().await;
    let options = PgConnectOptions::from_str(&url).unwrap().options([("search_path", "ampledata")]);
    let mut old = options.connect().await.unwrap();
    sqlx::raw_sql("CREATE SCHEMA ampledata").execute(&mut old).await.unwrap();
    upgrade::migrate(&mut old, &MIGRATIONS).await;
    let page =
        "INSERT INTO pages (hash, title, bytes, page, stored_at) VALUES ($1, 'Acme', 9, $2, 1)";
    let page = sqlx::query(page).bind(upgrade::page().hash.0).bind(upgrade::encoded());
    page.execute(&mut old).await.unwrap();
    let fetch = "INSERT INTO fetches (url, final_url, hash, fetched_at, etag) VALUES ($1, $1, $2, 1, '\"v1\"')";
    let fetch = sqlx::query(fetch).bind(upgrade::URL).bind(upgrade::page().hash.0);
    fetch.execute(&mut old).await.unwrap();
    let store = Postgres::open(&url).await.unwrap();
    upgrade::old_pages_stay_readable(&store).await;
}

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
async fn a_server_that_is_not_there_is_reported_without_the_password() {
    let error = Postgres::open("postgres://me:s3cret@127.0.0.1:1/db").await.unwrap_err();
    assert_eq!(error.code(), "store_unavailable");
    let message = error.to_string();
    assert!(message.contains("postgres://127.0.0.1:1/db"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}
