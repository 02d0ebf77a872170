//! The SQLite store keeps the contract, and reports clearly what is wrong with its file.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is not as expected ends the test")]

#[macro_use]
mod store_contract;

use std::time::Duration;

use ampledata_core::row::{Failure, FailureKind, Outcome};
use ampledata_store::prelude::*;
use ampledata_store::sqlite::Settings;
use ampledata_store::{Entry, Error, RowId, SourceRow, Sqlite};
use futures::future::join_all;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store_contract::upgrade;
use tempfile::TempDir;

async fn sqlite() -> (Sqlite, TempDir) {
    let folder = TempDir::new().unwrap();
    let store = Sqlite::open(folder.path().join("data/store.sqlite")).await.unwrap();
    (store, folder)
}

store_contract!(sqlite);
store_api_contract!(sqlite);

#[tokio::test]
async fn the_bytes_of_old_pages_make_room_for_new_ones() {
    let folder = TempDir::new().unwrap();
    let settings = Settings { kept_bytes: 200_000, ..Settings::default() };
    let store = Sqlite::open_with(folder.path().join("store.sqlite"), &settings).await.unwrap();
    store_contract::only_the_newest_bytes_are_kept(&store, 200_000).await;
}

#[tokio::test]
async fn a_database_of_the_version_before_keeps_its_pages() {
    const MIGRATIONS: [(i64, &str, &str); 7] = [
        (1, "first", include_str!("../migrations/sqlite/0001_first.sql")),
        (2, "spending", include_str!("../migrations/sqlite/0002_spending.sql")),
        (3, "api", include_str!("../migrations/sqlite/0003_api.sql")),
        (4, "followers", include_str!("../migrations/sqlite/0004_followers.sql")),
        (5, "processes", include_str!("../migrations/sqlite/0005_processes.sql")),
        (6, "sites", include_str!("../migrations/sqlite/0006_sites.sql")),
        (7, "models", include_str!("../migrations/sqlite/0007_models.sql")),
    ];
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("store.sqlite");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut old = options.connect().await.unwrap();
    upgrade::migrate(&mut old, &MIGRATIONS).await;
    let page =
        "INSERT INTO pages (hash, title, bytes, page, stored_at) VALUES (?, 'Acme', 9, ?, 1)";
    let page = sqlx::query(page).bind(upgrade::page().hash.0).bind(upgrade::encoded());
    page.execute(&mut old).await.unwrap();
    let fetch = "INSERT INTO fetches (url, final_url, hash, fetched_at, etag) VALUES (?1, ?1, ?2, 1, '\"v1\"')";
    let fetch = sqlx::query(fetch).bind(upgrade::URL).bind(upgrade::page().hash.0);
    fetch.execute(&mut old).await.unwrap();
    old.close().await.unwrap();
    let store = Sqlite::open(&path).await.unwrap();
    upgrade::old_pages_stay_readable(&store).await;
}

#[tokio::test]
async fn a_second_process_learns_who_has_the_file() {
    let (first, folder) = sqlite().await;
    let path = folder.path().join("data/store.sqlite");
    let error = Sqlite::open(&path).await.unwrap_err();
    assert_eq!(error.code(), "store_in_use");
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    first.close().await.unwrap();
    assert!(Sqlite::open(&path).await.is_ok());
}

#[tokio::test]
async fn what_was_written_is_there_when_opened_again() {
    let (store, folder) = sqlite().await;
    let source = store_contract::source(&store, &["name", "city"], &[&["Acme", "Berlin"]]).await;
    store.close().await.unwrap();
    let store = Sqlite::open(folder.path().join("data/store.sqlite")).await.unwrap();
    assert_eq!(store.source_rows(&source, 0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing_that_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let settings = Settings { max_bytes: Some(400_000), ..Settings::default() };
    let path = folder.path().join("store.sqlite");
    let store = Sqlite::open_with(&path, &settings).await.unwrap();
    let source = store_contract::source(&store, &["name", "city"], &[&["Acme", "Berlin"]]).await;
    let rows = |from: u64| {
        (from..from + 100).map(|index| SourceRow {
            index,
            line: index + 2,
            cells: vec![store_contract::text(&"x".repeat(500))],
            problem: None,
        })
    };
    let mut written = 1;
    let error = loop {
        match store.append_source_rows(&source, rows(written).collect()).await {
            Ok(()) => written += 100,
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "store_disk_full");
    assert!(error.to_string().contains("store.sqlite"), "{error}");
    let kept = store.source_rows(&source, 0, 100_000).await.unwrap();
    assert_eq!(kept.len() as u64, written);
}

#[tokio::test]
async fn a_database_that_another_program_locks_is_said() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("store.sqlite");
    let settings = Settings { busy_timeout: Duration::from_millis(1), ..Settings::default() };
    let store = Sqlite::open_with(&path, &settings).await.unwrap();
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let new = ampledata_store::NewSource {
        id: ampledata_store::SourceId("table".to_owned()),
        owner: ampledata_store::Owner::local(),
        name: "table".to_owned(),
        content_hash: "00".to_owned(),
    };
    let error = store.begin_source(&new).await.unwrap_err();
    assert_eq!(error.code(), "store_locked");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    store.begin_source(&new).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("store.sqlite");
    let letter = "Dear diary, this is not a database.\n".repeat(100);
    std::fs::write(&path, &letter).unwrap();
    let error = Sqlite::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
}

#[tokio::test]
async fn one_bad_write_does_not_spoil_its_group() {
    let (store, _folder) = sqlite().await;
    let source = store_contract::source(&store, &["name", "city"], &[&["Acme", "Berlin"]]).await;
    let row = |index| SourceRow { index, line: 2, cells: vec![], problem: None };
    // Row 0 already exists.
    let writes = (0..300).map(|index| store.append_source_rows(&source, vec![row(index)]));
    let results = join_all(writes).await;
    let failed: Vec<_> =
        results.iter().map(Result::is_err).enumerate().filter(|(_, bad)| *bad).collect();
    assert_eq!(failed, [(0, true)]);
    assert_eq!(store.source_rows(&source, 0, 1_000).await.unwrap().len(), 300);
}

#[tokio::test]
async fn many_writers_at_once_are_all_acknowledged() {
    let (store, _folder) = sqlite().await;
    let names: Vec<String> = (0..500).map(|n| format!("Company {n}")).collect();
    let rows: Vec<[&str; 2]> = names.iter().map(|name| [name.as_str(), ""]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
    let source = store_contract::source(&store, &["name", "city"], &rows).await;
    let new = store_contract::new_job(&source);
    let job = ampledata_store::intake::create_job(&store, &new).await.unwrap();
    let writes =
        (0..500).flat_map(|index| (0..4).map(move |step| (index, step))).map(|(index, step)| {
            let row = RowId { job: job.id.clone(), index };
            let failure =
                Failure { kind: FailureKind::Gone, code: "x".into(), message: "y".into() };
            let entry = Entry {
                turn: 0,
                step,
                step_mark: String::new(),
                outcome: Outcome::Failed(failure),
            };
            let store = &store;
            async move { store.journal(&row, entry, None).await }
        });
    assert!(join_all(writes).await.iter().all(Result::is_ok));
    let open = store.open_rows(&job.id, 0, 1_000).await.unwrap();
    assert_eq!(open.len(), 500);
    assert!(open.iter().all(|row| row.journal.len() == 4));
}
