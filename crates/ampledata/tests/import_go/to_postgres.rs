//! Into the schema beside the old tables, which stay as they are.

use ampledata::import_go::{Old, import, waiting};
use ampledata_core::row::Stage;
use ampledata_store::prelude::*;
use ampledata_store::{JobId, Owner, Postgres, Slice};
use ampledata_test_support::postgres::Database;

use crate::{FIRST, FIRST_ROWS, ROW_STATES};

#[tokio::test]
async fn the_old_tables_and_ours_stand_in_one_database() {
    let database = Database::new().await;
    for sql in [FIRST, ROW_STATES, FIRST_ROWS] {
        database.run(sql).await;
    }
    let store = Postgres::open(&database.url()).await.unwrap();
    assert_eq!(waiting(&database.url()).await.unwrap(), 2);
    let mut old = Old::open(&database.url()).await.unwrap();
    let report = import(&mut old, &store, Some(&Owner::local())).await.unwrap();
    assert_eq!((report.jobs, report.rows, report.values), (2, 4, 1));
    assert_eq!(waiting(&database.url()).await.unwrap(), 0);

    let jobs = store.listed_jobs(&Owner::local(), None, &Slice::first(10)).await.unwrap();
    let names: Vec<_> = jobs.items.iter().map(|job| job.id.0.as_str()).collect();
    assert_eq!(names, ["old-2", "old-1"], "newest first");
    let progress = store.progress(&JobId("old-1".to_owned())).await.unwrap();
    assert_eq!((progress.in_stage(Stage::Completed), progress.in_stage(Stage::Failed)), (1, 2));
    store.close().await.unwrap();
    database.drop().await;
}

#[tokio::test]
async fn nothing_waits_where_there_is_no_old_service() {
    let database = Database::new().await;
    let store = Postgres::open(&database.url()).await.unwrap();
    assert_eq!(waiting(&database.url()).await.unwrap(), 0);
    store.close().await.unwrap();
    database.drop().await;
}
