use ampledata_core::row::{Cell, CellOutcome, Stage, StoredCell};
use ampledata_core::value::Value;
use ampledata_store::{CellEdit, CellStatus, Job, NewValue, Owner, Retry, RetryRows, Store, View};

use super::{at, complete, job, missing, other, refused, sure, without};

fn set(value: &str) -> CellEdit {
    let value = Some(NewValue::Is(Value::Text(value.to_owned())));
    CellEdit { by: "ada".to_owned(), value, locked: None, at: at(0) }
}

fn lock(locked: bool) -> CellEdit {
    CellEdit { value: None, locked: Some(locked), ..set("") }
}

async fn again(store: &dyn Store, job: &Job) {
    let all = Retry { rows: RetryRows::Chosen(vec![0]), columns: None };
    assert_eq!(store.retry_job(&Owner::local(), &job.id, &all).await.unwrap(), 1);
}

pub(crate) async fn a_cell_shows_all_that_is_known(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A"]).await;
    let open = store.cell(&me, &job.id, 0, 0).await.unwrap();
    assert_eq!((open.stage, open.cell, open.attempts.len()), (Stage::Pending, None, 0));
    complete(store, &job, 0, [sure("x", 0.9), None]).await;
    let cell = store.cell(&me, &job.id, 0, 0).await.unwrap();
    assert_eq!((cell.leader, cell.stage), (0, Stage::Completed));
    assert_eq!((cell.cell, cell.locked, cell.corrected), (sure("x", 0.9), false, false));
    assert_eq!(cell.attempts[0].queries, ["q0"]);
    assert_eq!(store.cell(&me, &job.id, 0, 1).await.unwrap().cell, None);
    missing(store.cell(&me, &job.id, 1, 0).await);
    missing(store.cell(&me, &job.id, 0, 2).await);
    missing(store.cell(&me, &job.id, u64::MAX, 0).await);
}

pub(crate) async fn a_corrected_cell_is_never_overwritten(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B"]).await;
    complete(store, &job, 0, [sure("x", 0.9), without(CellOutcome::Absent)]).await;
    let cell = store.edit_cell(&me, &job.id, 0, 0, &set("right")).await.unwrap();
    assert_eq!((cell.corrected, cell.found), (true, sure("x", 0.9)));
    let shown = cell.cell.unwrap();
    assert_eq!(shown.value, Some(Value::Text("right".to_owned())));
    assert_eq!((shown.outcome, shown.confidence), (CellOutcome::Found, 1.0));
    let label = &cell.corrections[0];
    assert_eq!((label.row, label.column, label.by.as_str(), label.at), (0, 0, "ada", at(0)));
    assert_eq!(label.old, Some(Value::Text("x".to_owned())));
    assert_eq!(label.new, Some(Value::Text("right".to_owned())));
    store.edit_cell(&me, &job.id, 0, 1, &set("second")).await.unwrap();
    assert_eq!(store.progress(&job.id).await.unwrap().cells_found, 2);
    again(store, &job).await;
    complete(store, &job, 0, [sure("machine", 1.0), sure("machine", 1.0)]).await;
    let row = &store.grid(&me, &job.id, &View::All, None, 1).await.unwrap().rows[0];
    assert_eq!(row.row.cells[0].as_ref(), Some(&shown));
    assert_eq!(row.kept, [0, 1]);
    let none = CellEdit { value: Some(NewValue::None), ..set("") };
    let cell = store.edit_cell(&me, &job.id, 0, 0, &none).await.unwrap();
    assert_eq!(cell.found, sure("x", 0.9), "what the program found is kept");
    assert_eq!(cell.cell.unwrap().outcome, CellOutcome::Absent);
    assert_eq!(store.progress(&job.id).await.unwrap().cells_found, 1);
    let missing = View::Cells { column: 0, statuses: CellStatus::MISSING.to_vec() };
    assert_eq!(store.grid(&me, &job.id, &missing, None, 9).await.unwrap().rows, []);
    let weak = Retry { rows: RetryRows::Weak, columns: None };
    assert_eq!(store.retry_job(&me, &job.id, &weak).await.unwrap(), 0);
    let labels = store.corrections(&me, &job.id, 0, 10).await.unwrap();
    assert_eq!(labels.iter().map(|label| label.column).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(store.corrections(&me, &job.id, 2, 10).await.unwrap(), labels[2..]);
    // A cell may be known before its row is processed.
    store.edit_cell(&me, &job.id, 1, 0, &set("known")).await.unwrap();
    complete(store, &job, 1, [sure("machine", 1.0), sure("machine", 1.0)]).await;
    let cell = store.cell(&me, &job.id, 1, 0).await.unwrap().cell.unwrap();
    assert_eq!(cell.value, Some(Value::Text("known".to_owned())));
    assert_eq!(store.progress(&job.id).await.unwrap().cells_found, 3);
}

pub(crate) async fn a_locked_cell_is_never_overwritten(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A"]).await;
    refused(store.edit_cell(&me, &job.id, 0, 0, &lock(true)).await);
    complete(store, &job, 0, [sure("x", 0.5), sure("y", 0.5)]).await;
    assert!(store.edit_cell(&me, &job.id, 0, 0, &lock(true)).await.unwrap().locked);
    again(store, &job).await;
    complete(store, &job, 0, [sure("better", 0.9), sure("better", 0.9)]).await;
    let cells = store.results(&job.id, 0, 1).await.unwrap()[0].cells.clone();
    assert_eq!(cells, [sure("x", 0.5), sure("better", 0.9)]);
    assert!(!store.edit_cell(&me, &job.id, 0, 0, &lock(false)).await.unwrap().locked);
    again(store, &job).await;
    complete(store, &job, 0, [sure("better", 0.9), None]).await;
    let cells = store.results(&job.id, 0, 1).await.unwrap()[0].cells.clone();
    assert_eq!(cells, [sure("better", 0.9), sure("better", 0.9)]);
}

pub(crate) async fn a_cell_of_a_row_that_shares_is_its_leaders(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "a"]).await;
    complete(store, &job, 0, [sure("x", 0.5), None]).await;
    let cell = store.edit_cell(&me, &job.id, 1, 0, &set("right")).await.unwrap();
    assert_eq!(cell.leader, 0);
    let rows = store.results(&job.id, 0, 2).await.unwrap();
    assert_eq!(rows[0].cells, rows[1].cells);
    assert_eq!(rows[0].cells[0], cell.cell);
}

/// Cells of all kinds, each with this reason.
fn cells_of_all_kinds(reason: &str) -> Vec<Cell> {
    use CellOutcome::{Absent, Blocked, Conflict, Error};
    let found = [sure("low", 0.3), sure("high", 0.6), sure("other", 0.6)];
    let empty = [Conflict, Absent, Blocked, Error].map(without);
    let cells = found.into_iter().chain(empty).flatten();
    cells.map(|cell| Cell { reason: reason.to_owned(), ..cell }).collect()
}

pub(crate) async fn a_result_replaces_a_stored_cell_as_core_decides(store: &dyn Store) {
    let me = Owner::local();
    let pairs: Vec<(Cell, Cell)> = cells_of_all_kinds("old")
        .into_iter()
        .flat_map(|old| cells_of_all_kinds("new").into_iter().map(move |new| (old.clone(), new)))
        .collect();
    let names: Vec<String> = (0..pairs.len()).map(|n| format!("Company {n}")).collect();
    let job = job(store, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (index, (old, _)) in (0..).zip(&pairs) {
        complete(store, &job, index, [Some(old.clone()), Some(old.clone())]).await;
        store.edit_cell(&me, &job.id, index, 1, &lock(true)).await.unwrap();
    }
    let all = Retry { rows: RetryRows::Chosen((0..job.rows).collect()), columns: None };
    assert_eq!(store.retry_job(&me, &job.id, &all).await.unwrap(), job.rows);
    for (index, (_, new)) in (0..).zip(&pairs) {
        complete(store, &job, index, [Some(new.clone()), Some(new.clone())]).await;
    }
    let rows = store.results(&job.id, 0, 1_000).await.unwrap();
    assert_eq!(rows.len(), pairs.len());
    for (row, (old, new)) in rows.iter().zip(&pairs) {
        let replaces = new.rank().replaces(StoredCell { rank: old.rank(), is_kept: false });
        let expected = if replaces { new } else { old };
        assert_eq!(row.cells, [Some(expected.clone()), Some(old.clone())], "{old:?} {new:?}");
    }
}

pub(crate) async fn of_two_results_at_once_the_better_cells_are_kept(store: &dyn Store) {
    let job = job(store, &["A", "B"]).await;
    // From now on nothing is looked up before the results are written, so that one commit has both.
    complete(store, &job, 1, [sure("x", 0.9), None]).await;
    let better = complete(store, &job, 0, [sure("x", 0.9), without(CellOutcome::Absent)]);
    let worse = complete(store, &job, 0, [sure("y", 0.5), sure("z", 0.5)]);
    futures::future::join(better, worse).await;
    let cells = store.results(&job.id, 0, 1).await.unwrap()[0].cells.clone();
    assert_eq!(cells, [sure("x", 0.9), sure("z", 0.5)]);
}

pub(crate) async fn another_owner_finds_no_cell(store: &dyn Store) {
    let job = job(store, &["A"]).await;
    complete(store, &job, 0, [sure("x", 0.5), None]).await;
    missing(store.cell(&other(), &job.id, 0, 0).await);
    missing(store.edit_cell(&other(), &job.id, 0, 0, &set("wrong")).await);
    missing(store.corrections(&other(), &job.id, 0, 1).await);
    let cells = store.results(&job.id, 0, 1).await.unwrap()[0].cells.clone();
    assert_eq!(cells[0], sure("x", 0.5));
}
