//! The embedded engine: bounded, resumable at every point, and always with the same result.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is not as expected ends the test")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ampledata_core::row::{CellOutcome, Failure, FailureKind, Outcome, Stage, Step};
use ampledata_engine::drive::{Attempts, DrivenRow, JobRows};
use ampledata_engine::embedded::{self, Ending, JobSummary};
use ampledata_engine::perform::RowContext;
use ampledata_net::Retry;
use ampledata_store::intake::create_job;
use ampledata_store::{
    CallKind, Entry, Job, JobId, JobStatus, NewJob, ResultRow, RowId, StatusChange, Store,
};
use ampledata_test_support::world::{
    World, companies, error, open, options, performer, plan, results,
};
use async_trait::async_trait;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

async fn run(
    world: &Arc<World>,
    store: &Arc<dyn Store>,
    job: &Job,
    concurrency: usize,
) -> JobSummary {
    embedded::run(Arc::clone(store), performer(world, store), job, options(concurrency))
        .await
        .unwrap()
}

/// The results of an uninterrupted run over so many rows, and the calls that it made.
async fn undisturbed(rows: u64, concurrency: usize) -> (Vec<ResultRow>, BTreeMap<String, u64>) {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, rows).await;
    let world = Arc::new(World::new());
    let summary = run(&world, &store, &job, concurrency).await;
    assert_eq!(summary.ending, Ending::Completed);
    (results(&*store, &job).await, world.log())
}

#[tokio::test]
async fn a_job_ends_with_a_result_for_each_row() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 100).await;
    let world = Arc::new(World::new());
    let summary = run(&world, &store, &job, 10).await;
    assert_eq!(summary.ending, Ending::Completed);
    let progress = &summary.progress;
    assert_eq!((progress.job.rows, progress.rows_done), (100, 98));
    assert_eq!(progress.job.in_stage(Stage::Completed), 98);
    assert_eq!(progress.job.in_stage(Stage::Failed), 2);
    let rows = results(&*store, &job).await;
    let cell = |row: usize, column: usize| rows[row].cells[column].as_ref().unwrap();
    assert_eq!(cell(0, 0).value.as_ref().unwrap().to_string(), "1900");
    assert_eq!(cell(0, 1).value.as_ref().unwrap().to_string(), "10");
    assert_eq!(cell(0, 2).value.as_ref().unwrap().to_string(), "Town 0");
    assert_eq!(cell(2, 1).outcome, CellOutcome::Absent);
    let quote = &cell(0, 0).evidence.as_ref().unwrap();
    let page = store.page(&quote.page).await.unwrap().unwrap();
    assert_eq!(page.text[quote.span.range()], quote.quote);
    let snippet = &cell(0, 2).evidence.as_ref().unwrap();
    let (text, _) = store.serp(&snippet.page).await.unwrap().unwrap().text();
    assert_eq!(text[snippet.span.range()], snippet.quote);
    let found = rows.iter().flat_map(|row| row.cells.iter().flatten());
    let found = found.filter(|cell| cell.outcome == CellOutcome::Found).count();
    assert_eq!(progress.job.cells_found, found as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_calls_than_allowed_are_under_way() {
    for concurrency in [1, 3, 8] {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, 60).await;
        let world = Arc::new(World::slow(20));
        run(&world, &store, &job, concurrency).await;
        assert!(world.most_at_once() <= concurrency, "{} at once", world.most_at_once());
        assert!(world.most_at_once() > concurrency / 2, "{} at once", world.most_at_once());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn results_do_not_depend_on_concurrency() {
    let (alone, _) = undisturbed(120, 1).await;
    let (together, _) = undisturbed(120, 32).await;
    assert_eq!(alone, together);
}

#[tokio::test]
async fn duplicates_cost_nothing_and_share_the_result() {
    let (rows, calls) = undisturbed(20, 4).await;
    assert_eq!(rows[9].leader, 8);
    assert_eq!(rows[9].cells, rows[8].cells);
    assert!(calls.keys().all(|call| !call.contains("COMPANY")), "{calls:?}");
    assert!(calls.values().all(|times| *times == 1), "{calls:?}");
}

/// Stops after each call in turn and resumes: with one step at a time, this covers all prefixes of the
/// journal.
#[tokio::test]
async fn a_run_that_stops_anywhere_goes_on_there() {
    let (expected, calls) = undisturbed(4, 1).await;
    let total: u64 = calls.values().sum();
    assert!(total > 20, "{total} calls");
    for stop_at in 1..=total {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, 4).await;
        let cancel = CancellationToken::new();
        let (stop, seen) = (cancel.clone(), AtomicU64::new(0));
        let world = Arc::new(World::with_hook(move |_| {
            if seen.fetch_add(1, Ordering::SeqCst) + 1 == stop_at {
                stop.cancel();
            }
            Ok(())
        }));
        let mut options = options(1);
        options.cancel = cancel;
        let performer = performer(&world, &store);
        let first = embedded::run(Arc::clone(&store), performer, &job, options).await.unwrap();
        assert_eq!(first.ending, Ending::Interrupted, "stopped at call {stop_at}");
        let after = Arc::new(World::new());
        assert_eq!(run(&after, &store, &job, 1).await.ending, Ending::Completed);
        assert_eq!(results(&*store, &job).await, expected, "stopped at call {stop_at}");
        assert_eq!(world.calls() + after.calls(), total, "stopped at call {stop_at}");
    }
}

#[tokio::test]
async fn a_journal_of_other_steps_is_not_believed() {
    let (expected, _) = undisturbed(3, 1).await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 3).await;
    let failure = Failure { kind: FailureKind::Gone, code: "x".into(), message: "y".into() };
    for turn in 0..2 {
        let outcome = Outcome::Failed(failure.clone());
        let entry = Entry { turn, step: 0, step_mark: "of another step".into(), outcome };
        store.journal(&RowId { job: job.id.clone(), index: 0 }, entry, None).await.unwrap();
    }
    run(&Arc::new(World::new()), &store, &job, 1).await;
    assert_eq!(results(&*store, &job).await, expected);
}

#[tokio::test]
async fn a_fault_that_passes_leaves_no_trace() {
    let (expected, _) = undisturbed(10, 4).await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 10).await;
    let tries = std::sync::Mutex::new(BTreeMap::<String, u32>::new());
    let world = Arc::new(World::with_hook(move |call| {
        let mut tries = tries.lock().unwrap();
        let tried = tries.entry(call.to_owned()).or_default();
        *tried += 1;
        if *tried < 3 { Err(error(Retry::Backoff)) } else { Ok(()) }
    }));
    run(&world, &store, &job, 4).await;
    assert_eq!(results(&*store, &job).await, expected);
}

#[tokio::test]
async fn what_the_user_has_to_fix_pauses_the_job_and_fails_no_row() {
    let (expected, _) = undisturbed(10, 4).await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 10).await;
    let calls = std::sync::atomic::AtomicU32::new(0);
    let world = Arc::new(World::with_hook(move |_| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        if call == 12 { Err(error(Retry::Hold)) } else { Ok(()) }
    }));
    let summary = run(&world, &store, &job, 4).await;
    assert_eq!(summary.ending, Ending::Paused);
    assert!(world.calls() < 30, "the others stop too: {} calls", world.calls());
    let paused = store.job(&job.owner, &job.id).await.unwrap().unwrap();
    assert_eq!(paused.status, JobStatus::Paused);
    assert_eq!(paused.reason.as_deref(), Some("the server is down"));
    assert!(results(&*store, &job).await.iter().all(|row| row.stage != Stage::Failed));
    let resume =
        StatusChange { from: vec![JobStatus::Paused], to: JobStatus::Running, reason: None };
    assert!(store.set_status(&job.id, resume).await.unwrap());
    assert_eq!(run(&world, &store, &job, 4).await.ending, Ending::Completed);
    assert_eq!(results(&*store, &job).await, expected);
}

/// Attempts each step once, and then stops.
struct OneAttempt<'a>(&'a JobRows);

#[async_trait]
impl Attempts for OneAttempt<'_> {
    type Error = ampledata_store::Error;

    async fn outcome(
        &self,
        context: &RowContext,
        step: &Step,
    ) -> Result<Option<Outcome>, Self::Error> {
        self.0.attempt_step(context, step).await.map(|_| None)
    }
}

/// Two rows of a run meet the same fault. Before the second one reports it, the job is resumed.
#[tokio::test]
async fn a_late_fault_of_a_paused_run_does_not_pause_the_resumed_job() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 2).await;
    let world = Arc::new(World::with_hook(|_| Err(error(Retry::Hold))));
    let set_running = async |from| {
        let change = StatusChange { from: vec![from], to: JobStatus::Running, reason: None };
        assert!(store.set_status(&job.id, change).await.unwrap());
    };
    set_running(JobStatus::Pending).await;
    let performer = performer(&world, &store);
    let stop = CancellationToken::new();
    let rows = JobRows::load(Arc::clone(&store), performer, &job, stop).await.unwrap();
    let mut open = store.open_rows(&job.id, 0, 2).await.unwrap().into_iter();
    let mut first = DrivenRow::new(&rows, open.next().unwrap());
    assert!(!first.run_turn(&OneAttempt(&rows)).await.unwrap());
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Paused);
    set_running(JobStatus::Paused).await;
    let mut second = DrivenRow::new(&rows, open.next().unwrap());
    assert!(!second.run_turn(&OneAttempt(&rows)).await.unwrap());
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Running);
}

#[tokio::test]
async fn a_fault_that_stays_is_in_the_cells_after_the_last_try() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 1).await;
    let world = Arc::new(World::with_hook(|call| {
        if call.starts_with("search") { Err(error(Retry::Backoff)) } else { Ok(()) }
    }));
    let summary = run(&world, &store, &job, 4).await;
    assert_eq!((summary.ending, world.calls()), (Ending::Completed, 10));
    let row = &results(&*store, &job).await[0];
    assert_eq!(row.stage, Stage::Failed);
    assert_eq!(row.error.as_deref(), Some("the server is down (tried 5 times)"));
    assert!(row.cells.iter().flatten().all(|cell| cell.outcome == CellOutcome::Error));
}

#[tokio::test]
async fn a_provider_that_panics_costs_its_row_not_the_job() {
    let (expected, _) = undisturbed(10, 4).await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 10).await;
    let world = Arc::new(World::with_hook(|call| {
        assert!(!call.starts_with("extract Company 4 "), "out of cheese");
        Ok(())
    }));
    assert_eq!(run(&world, &store, &job, 4).await.ending, Ending::Completed);
    let rows = results(&*store, &job).await;
    let error = rows[4].cells[0].as_ref().unwrap();
    assert_eq!(error.outcome, CellOutcome::Error);
    assert!(error.reason.contains("out of cheese"), "{}", error.reason);
    for (row, expected) in rows.iter().zip(&expected).filter(|(row, _)| row.index != 4) {
        assert_eq!(row, expected);
    }
}

#[tokio::test]
async fn a_cancelled_job_stays_cancelled() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 200).await;
    let (again, id) = (Arc::clone(&store), job.id.clone());
    let runtime = tokio::runtime::Handle::current();
    let seen = AtomicU64::new(0);
    let world = Arc::new(World::with_hook(move |_| {
        if seen.fetch_add(1, Ordering::SeqCst) == 20 {
            let (store, id) = (Arc::clone(&again), id.clone());
            let to = JobStatus::Cancelled;
            let change = StatusChange { from: vec![JobStatus::Running], to, reason: None };
            runtime.spawn(async move { store.set_status(&id, change).await });
        }
        Ok(())
    }));
    let summary = run(&world, &store, &job, 2).await;
    assert_eq!(summary.ending, Ending::Cancelled);
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Cancelled);
    let calls = world.calls();
    assert_eq!(run(&world, &store, &job, 2).await.ending, Ending::Cancelled);
    assert_eq!(world.calls(), calls, "a cancelled job is not taken up again");
}

#[tokio::test]
async fn a_store_that_fails_ends_the_run_and_not_the_job() {
    let (expected, _) = undisturbed(120, 4).await;
    let folder = TempDir::new().unwrap();
    let settings = ampledata_store::sqlite::Settings {
        max_bytes: Some(400_000),
        ..ampledata_store::sqlite::Settings::default()
    };
    let path = folder.path().join("store.sqlite");
    let small = ampledata_store::Sqlite::open_with(&path, &settings).await.unwrap();
    let small: Arc<dyn Store> = Arc::new(small);
    let job = companies(&*small, 120).await;
    let world = Arc::new(World::new());
    let broke =
        embedded::run(Arc::clone(&small), performer(&world, &small), &job, options(4)).await;
    let error = broke.unwrap_err().to_string();
    assert!(error.contains("is full"), "{error}");
    drop(small);
    let store = reopened(&path).await;
    assert_eq!(run(&world, &store, &job, 4).await.ending, Ending::Completed);
    assert_eq!(results(&*store, &job).await, expected);
}

/// The file of a dropped store is released when its tasks have ended.
async fn reopened(path: &std::path::Path) -> Arc<dyn Store> {
    loop {
        match ampledata_store::Sqlite::open(path).await {
            Ok(store) => return Arc::new(store),
            Err(error) if error.code() == "store_in_use" => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn what_was_read_for_one_job_serves_the_next() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 5).await;
    let world = Arc::new(World::new());
    run(&world, &store, &job, 2).await;
    let crawled = world.log().keys().filter(|call| call.starts_with("crawl")).count() as u64;
    assert_eq!(crawls(&*store, &job).await, (crawled, 0));
    let second = NewJob {
        id: JobId("second".to_owned()),
        owner: job.owner.clone(),
        source: job.source.clone(),
        fingerprint: "second".to_owned(),
        plan: plan(),
        key: job.key.clone(),
        context: job.context.clone(),
        row_limit: None,
        models: None,
    };
    let second = create_job(&*store, &second).await.unwrap();
    let after = Arc::new(World::new());
    run(&after, &store, &second, 2).await;
    assert_eq!(results(&*store, &second).await, results(&*store, &job).await);
    let refused = after.log().keys().filter(|call| call.starts_with("crawl")).count() as u64;
    assert_eq!(crawls(&*store, &second).await, (refused, crawled - refused));
    assert!(refused < crawled / 2, "{refused} of {crawled}");
}

async fn crawls(store: &dyn Store, job: &Job) -> (u64, u64) {
    let usage = store.usage(&job.id).await.unwrap();
    let crawls = usage.iter().find(|sum| sum.kind == CallKind::Crawl);
    crawls.map_or((0, 0), |sum| (sum.calls, sum.cached))
}

#[tokio::test]
async fn progress_is_reported() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 50).await;
    let (sender, receiver) = tokio::sync::watch::channel(embedded::Progress::default());
    let mut options = options(4);
    options.progress = Some(sender);
    let world = Arc::new(World::new());
    let performer = performer(&world, &store);
    let summary = embedded::run(Arc::clone(&store), performer, &job, options).await.unwrap();
    assert_eq!(*receiver.borrow(), summary.progress);
    assert_eq!(summary.progress.job.finished(), 50);
    assert!(summary.progress.rows_per_second > 0.0);
}
