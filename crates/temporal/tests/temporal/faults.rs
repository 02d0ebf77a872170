//! Servers and workers that disappear during a run and come back.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::row::Stage;
use ampledata_store::JobStatus;
use ampledata_test_support::world::{World, companies, open, performer, results};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::server::{Dev, Working, driver, driver_options, run};

/// Rows of the jobs: 60 of which one has a blank key.
const ROWS: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_and_comes_back_loses_no_row_and_no_call() {
    let mut dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, ROWS).await;
    let world = Arc::new(World::new());
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driving = tokio::spawn({
        let (driver, job) =
            (driver(&dev.server_options, &store, driver_options(4, 20)), job.clone());
        async move {
            let stop = CancellationToken::new();
            // Failed runs are retried, as in the API.
            while driver.run(&job, &stop).await.is_err() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    });
    while world.calls() < 40 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    dev.kill();
    tokio::time::sleep(Duration::from_secs(2)).await;
    dev.restart().await;
    tokio::time::timeout(Duration::from_mins(3), driving).await.expect("it ends").unwrap();
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Completed);
    assert!(world.log().values().all(|times| *times == 1), "{:?}", world.log());
    working.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_without_a_worker_waits_for_one() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, ROWS).await;
    let world = Arc::new(World::new());
    let first = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(4, 20));
    let driving = tokio::spawn({
        let (store, job) = (Arc::clone(&store), job.clone());
        async move { run(&driver, &*store, &job).await }
    });
    while world.calls() < 40 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    first.end().await;
    let rested = world.calls();
    let second = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    assert_eq!(driving.await.unwrap(), JobStatus::Completed);
    assert!(world.calls() > rested);
    let rows = results(&*store, &job).await;
    assert!(rows.iter().filter(|row| row.stage == Stage::Completed).count() as u64 == ROWS - 1);
    assert!(world.log().values().all(|times| *times == 1), "{:?}", world.log());
    second.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_temporal_does_not_know_is_started_anew() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, ROWS).await;
    let world = Arc::new(World::new());
    // The store has it as running, as after a server lost all its data.
    let change = ampledata_store::StatusChange {
        from: vec![JobStatus::Pending],
        to: JobStatus::Running,
        reason: None,
    };
    assert!(store.set_status(&job.id, change).await.unwrap());
    let dev = Dev::start().await;
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(4, 20));
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
    working.end().await;
}
