//! Jobs that are paused, resumed, cancelled and retried.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ampledata_core::row::Stage;
use ampledata_net::Retry;
use ampledata_store::{Job, JobStatus, Retry as Again, RetryRows, StatusChange, Store};
use ampledata_temporal::Driver;
use ampledata_test_support::world::{World, companies, error, open, performer, results};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::server::{Dev, Working, driver, driver_options, run};

/// A driver at work on a job.
pub(crate) fn drive(driver: &Arc<Driver>, job: &Job) -> JoinHandle<()> {
    let (driver, job) = (Arc::clone(driver), job.clone());
    tokio::spawn(async move { driver.run(&job, &CancellationToken::new()).await.unwrap() })
}

pub(crate) async fn ends(driving: JoinHandle<()>) {
    tokio::time::timeout(Duration::from_mins(2), driving).await.expect("it ends").unwrap();
}

pub(crate) async fn until(what: &str, mut is: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !is().await {
        assert!(started.elapsed() < Duration::from_mins(1), "{what} does not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn change(store: &dyn Store, job: &Job, from: JobStatus, to: JobStatus) {
    let change = StatusChange { from: vec![from], to, reason: None };
    assert!(store.set_status(&job.id, change).await.unwrap(), "{from:?} to {to:?}");
}

/// Waits until no call has been made for a while, and returns the number of calls.
async fn quiet(world: &World) -> u64 {
    loop {
        let before = world.calls();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        if world.calls() == before {
            return before;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_job_rests_and_goes_on() {
    let dev = Dev::start().await;
    for rows_per_workflow in [1, 40] {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, 80).await;
        let world = Arc::new(World::new());
        let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
        let driver = driver(&dev.server_options, &store, driver_options(4, rows_per_workflow));
        let driving = drive(&driver, &job);
        until("work", async || world.calls() > 20).await;
        change(&*store, &job, JobStatus::Running, JobStatus::Paused).await;
        ends(driving).await;
        let rested = quiet(&world).await;
        let done = store.progress(&job.id).await.unwrap();
        assert!(done.in_stage(Stage::Completed) < 79, "{done:?} after {rested} calls");
        change(&*store, &job, JobStatus::Paused, JobStatus::Running).await;
        assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
        assert_eq!(store.progress(&job.id).await.unwrap().in_stage(Stage::Completed), 79);
        assert!(world.log().values().all(|times| *times == 1), "{:?}", world.log());
        working.end().await;
    }
}

/// Simulates that the process that was asked to resume dies before it sends the signal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_goes_on_without_a_signal() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 40).await;
    let world = Arc::new(World::new());
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driving = drive(&driver(&dev.server_options, &store, driver_options(4, 40)), &job);
    until("work", async || world.calls() > 20).await;
    change(&*store, &job, JobStatus::Running, JobStatus::Paused).await;
    ends(driving).await;
    quiet(&world).await;
    change(&*store, &job, JobStatus::Paused, JobStatus::Running).await;
    until("the end", async || store.progress(&job.id).await.unwrap().finished() == 40).await;
    working.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_job_stops_within_two_seconds_and_stays_cancelled() {
    let dev = Dev::start().await;
    for rows_per_workflow in [1, 40] {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, 80).await;
        let world = Arc::new(World::new());
        let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
        let driver = driver(&dev.server_options, &store, driver_options(4, rows_per_workflow));
        let driving = drive(&driver, &job);
        until("a row", async || {
            store.progress(&job.id).await.unwrap().in_stage(Stage::Completed) > 2
        })
        .await;
        change(&*store, &job, JobStatus::Running, JobStatus::Cancelled).await;
        let cancelled = Instant::now();
        let mut last = (world.calls(), cancelled);
        while cancelled.elapsed() < Duration::from_secs(4) {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if world.calls() > last.0 {
                last = (world.calls(), Instant::now());
            }
        }
        assert!(last.1 - cancelled < Duration::from_secs(2), "{:?}", last.1 - cancelled);
        ends(driving).await;
        assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Cancelled);
        let progress = store.progress(&job.id).await.unwrap();
        assert!(progress.in_stage(Stage::Completed) > 2, "what was done is kept");
        assert!(progress.in_stage(Stage::Cancelled) > 0, "{progress:?}");
        working.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_held_by_a_provider_pauses_with_its_reason() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 30).await;
    let refusing = Arc::new(AtomicBool::new(true));
    let refused = Arc::clone(&refusing);
    let world = Arc::new(World::with_hook(move |words| {
        let refuse = refused.load(Ordering::SeqCst) && words.contains("Company 11");
        if refuse { Err(error(Retry::Hold)) } else { Ok(()) }
    }));
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(4, 10));
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Paused);
    let found = store.job(&job.owner, &job.id).await.unwrap().unwrap();
    assert_eq!(found.reason.as_deref(), Some("the server is down"));
    refusing.store(false, Ordering::SeqCst);
    change(&*store, &job, JobStatus::Paused, JobStatus::Running).await;
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
    assert!(results(&*store, &job).await.iter().all(|row| row.stage != Stage::Pending));
    working.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_are_tried_three_times_and_cost_the_step_alone() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 4).await;
    let world = Arc::new(World::with_hook(|words| {
        let broken = words.starts_with("crawl") && words.contains("/2");
        if broken { Err(error(Retry::Backoff)) } else { Ok(()) }
    }));
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(4, 4));
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
    let rows = results(&*store, &job).await;
    assert!(rows.iter().all(|row| row.stage == Stage::Completed), "{rows:?}");
    working.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_one_run_however_often_it_is_started_and_can_be_tried_again() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 40).await;
    let world = Arc::new(World::new());
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let drivers: Vec<_> =
        (0..3).map(|_| driver(&dev.server_options, &store, driver_options(4, 1))).collect();
    let driving: Vec<_> = drivers.iter().map(|driver| drive(driver, &job)).collect();
    for driving in driving {
        ends(driving).await;
    }
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Completed);
    assert!(world.log().values().all(|times| *times == 1), "{:?}", world.log());
    let again = Again { rows: RetryRows::Chosen(vec![3, 4]), columns: None };
    assert_eq!(store.retry_job(&job.owner, &job.id, &again).await.unwrap(), 2);
    assert_eq!(run(&drivers[0], &*store, &job).await, JobStatus::Completed);
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!(progress.in_stage(Stage::Completed), 40, "{progress:?}");
    working.end().await;
}
