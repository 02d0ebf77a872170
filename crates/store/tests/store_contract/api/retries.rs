use ampledata_core::row::{CellOutcome, Stage};
use ampledata_store::{JobStatus, Owner, Retry, RetryRows, StatusChange, Store};

use super::super::{entry, row};
use super::{complete, finish, job, missing, other, refused, sure, without};

fn retry(rows: RetryRows) -> Retry {
    Retry { rows, columns: None }
}

pub(crate) async fn failed_rows_begin_anew(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B", "a", ""]).await;
    let error = || without(CellOutcome::Error);
    finish(store, &job, 0, Stage::Failed, [error(), error()]).await;
    complete(store, &job, 1, [sure("x", 0.9), None]).await;
    let change = |from, to| StatusChange { from: vec![from], to, reason: None };
    let (pending, running) = (JobStatus::Pending, JobStatus::Running);
    store.set_status(&job.id, change(pending, running)).await.unwrap();
    store.set_status(&job.id, change(running, JobStatus::Completed)).await.unwrap();
    assert_eq!(store.progress(&job.id).await.unwrap().in_stage(Stage::Failed), 3);
    // The blank key of the last row cannot be fixed by a retry.
    assert_eq!(store.retry_job(&me, &job.id, &retry(RetryRows::Failed)).await.unwrap(), 1);
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.in_stage(Stage::Pending), progress.in_stage(Stage::Failed)), (2, 1));
    let again = store.job(&me, &job.id).await.unwrap().unwrap();
    assert_eq!((again.status, again.finished_at), (pending, None));
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open.iter().map(|row| row.index).collect::<Vec<_>>(), [0]);
    complete(store, &job, 0, [sure("y", 0.8), error()]).await;
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.in_stage(Stage::Completed), progress.cells_found), (3, 3));
    assert_eq!(store.retry_job(&me, &job.id, &retry(RetryRows::Failed)).await.unwrap(), 0);
    assert_eq!(store.cell(&me, &job.id, 0, 0).await.unwrap().attempts.len(), 2);
    missing(store.retry_job(&other(), &job.id, &retry(RetryRows::Failed)).await);
}

pub(crate) async fn a_retry_never_makes_a_cell_worse(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A"]).await;
    complete(store, &job, 0, [sure("old", 0.6), without(CellOutcome::Absent)]).await;
    let all = retry(RetryRows::Chosen(vec![0]));
    assert_eq!(store.retry_job(&me, &job.id, &all).await.unwrap(), 1);
    let waiting = store.results(&job.id, 0, 1).await.unwrap();
    assert_eq!(waiting[0].stage, Stage::Pending);
    assert_eq!(waiting[0].cells[0], sure("old", 0.6), "what was found stays in sight");
    finish(store, &job, 0, Stage::Failed, [without(CellOutcome::Error), sure("new", 0.3)]).await;
    let row = &store.results(&job.id, 0, 1).await.unwrap()[0];
    assert_eq!(row.stage, Stage::Completed, "what has a value has not failed");
    assert_eq!(row.cells, [sure("old", 0.6), sure("new", 0.3)]);
    assert_eq!(store.progress(&job.id).await.unwrap().cells_found, 2);
    store.retry_job(&me, &job.id, &all).await.unwrap();
    complete(store, &job, 0, [sure("less", 0.5), sure("more", 0.4)]).await;
    let row = &store.results(&job.id, 0, 1).await.unwrap()[0];
    assert_eq!(row.cells, [sure("old", 0.6), sure("more", 0.4)]);
    store.retry_job(&me, &job.id, &all).await.unwrap();
    complete(store, &job, 0, [without(CellOutcome::Conflict), without(CellOutcome::Blocked)]).await;
    assert_eq!(store.results(&job.id, 0, 1).await.unwrap()[0].cells, row.cells);
    assert_eq!(store.progress(&job.id).await.unwrap().cells_found, 2);
}

pub(crate) async fn a_finished_row_accepts_no_outcomes(store: &dyn Store) {
    let job = job(store, &["A", "B"]).await;
    complete(store, &job, 0, [sure("x", 0.6), None]).await;
    // A process that lost its lease still works on the row.
    store.journal(&row(&job, 0), entry(0, 0), Some(Stage::Crawled)).await.unwrap();
    assert_eq!(store.results(&job.id, 0, 1).await.unwrap()[0].stage, Stage::Completed);
    let all = retry(RetryRows::Chosen(vec![0]));
    assert_eq!(store.retry_job(&Owner::local(), &job.id, &all).await.unwrap(), 1);
    let open = store.open_rows(&job.id, 0, 1).await.unwrap();
    assert_eq!(open[0].journal, [], "an outcome of the earlier run is not replayed");
    store.journal(&row(&job, 0), entry(0, 1), None).await.unwrap();
    assert_eq!(store.open_rows(&job.id, 0, 1).await.unwrap()[0].journal, [entry(0, 1)]);
}

pub(crate) async fn only_weak_cells_are_asked_for_again(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B", "C"]).await;
    complete(store, &job, 0, [sure("x", 0.9), sure("y", 0.9)]).await;
    complete(store, &job, 1, [sure("x", 0.5), sure("y", 0.9)]).await;
    complete(store, &job, 2, [sure("x", 0.9), without(CellOutcome::Blocked)]).await;
    let first = Retry { rows: RetryRows::Weak, columns: Some(vec![0]) };
    assert_eq!(store.retry_job(&me, &job.id, &first).await.unwrap(), 1);
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!((open[0].index, open[0].only.as_deref()), (1, Some(&[0][..])));
    complete(store, &job, 1, [sure("z", 0.9), None]).await;
    let row = &store.results(&job.id, 1, 1).await.unwrap()[0];
    assert_eq!(row.cells, [sure("z", 0.9), sure("y", 0.9)]);
    assert_eq!(store.retry_job(&me, &job.id, &retry(RetryRows::Weak)).await.unwrap(), 1);
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!((open[0].index, open[0].only.as_deref()), (2, Some(&[1][..])));
}

pub(crate) async fn chosen_rows_and_columns_are_asked_for_again(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B", "a"]).await;
    for index in [0, 1] {
        complete(store, &job, index, [sure("x", 0.9), sure("y", 0.9)]).await;
    }
    // Row 2 shares the result of row 0.
    let chosen = Retry { rows: RetryRows::Chosen(vec![2, 7]), columns: Some(vec![1]) };
    assert_eq!(store.retry_job(&me, &job.id, &chosen).await.unwrap(), 1);
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    let rows: Vec<_> = open.iter().map(|row| (row.index, row.only.clone())).collect();
    assert_eq!(rows, [(0, Some(vec![1]))]);
}

pub(crate) async fn a_job_that_runs_or_was_cancelled_is_not_retried(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B"]).await;
    finish(store, &job, 0, Stage::Failed, [without(CellOutcome::Error), None]).await;
    let mut from = JobStatus::Pending;
    for to in [JobStatus::Running, JobStatus::Cancelled] {
        let change = StatusChange { from: vec![from], to, reason: None };
        assert!(store.set_status(&job.id, change).await.unwrap());
        refused(store.retry_job(&me, &job.id, &retry(RetryRows::Failed)).await);
        from = to;
    }
}
