//! Workers of two versions side by side, as while one replaces the other.

use std::sync::Arc;

use ampledata_store::JobStatus;
use ampledata_temporal::Version;
use ampledata_test_support::world::{World, companies, open, performer};
use tempfile::TempDir;

use crate::control::{change, drive, ends, until};
use crate::server::{Dev, Working, driver, driver_options, run};

fn build(build_id: &str) -> Version {
    Version { deployment: "ampledata".to_owned(), build_id: build_id.to_owned() }
}

/// As documented in docs/operations.
async fn make_current(dev: &Dev, build_id: &str) {
    until("a current version", async || {
        let words = ["worker", "deployment", "set-current-version", "--yes"];
        let which = ["--deployment-name", "ampledata", "--build-id", build_id];
        dev.cli(&[&words[..], &which[..]].concat()).is_some()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_stays_with_the_build_that_began_it() {
    let dev = Dev::start().await;
    let folders = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (before, after) = (open(folders.0.path()).await, open(folders.1.path()).await);
    let world = Arc::new(World::new());

    let job = companies(&*before, 30).await;
    let old = Working::start_as(
        &dev.server_options,
        &before,
        performer(&world, &before),
        Some(build("1")),
    )
    .await;
    make_current(&dev, "1").await;
    let old_driver = driver(&dev.server_options, &before, driver_options(2, 10));
    let driving = drive(&old_driver, &job);
    until("work", async || world.calls() > 10).await;
    change(&*before, &job, JobStatus::Running, JobStatus::Paused).await;
    ends(driving).await;

    // The new version has a store of its own here, so anything that it did for the old job would fail.
    let new =
        Working::start_as(&dev.server_options, &after, performer(&world, &after), Some(build("2")))
            .await;
    make_current(&dev, "2").await;
    change(&*before, &job, JobStatus::Paused, JobStatus::Running).await;
    assert_eq!(run(&old_driver, &*before, &job).await, JobStatus::Completed);
    assert!(world.log().values().all(|times| *times == 1), "{:?}", world.log());
    old.end().await;

    // New workflows are for the new version, the only one that is left.
    let job = companies(&*after, 10).await;
    let new_driver = driver(&dev.server_options, &after, driver_options(2, 10));
    assert_eq!(run(&new_driver, &*after, &job).await, JobStatus::Completed);
    new.end().await;
}
