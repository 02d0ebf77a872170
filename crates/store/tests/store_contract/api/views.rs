use std::collections::BTreeMap;

use ampledata_core::row::{CellOutcome, Stage};
use ampledata_store::{
    CellStatus, ChangeCursor, Job, Owner, Retry, RetryRows, RowCursor, Store, View,
};

use super::{complete, finish, job, missing, other, sure, without};

/// The indices of all rows of a view, taken in pages of this size.
async fn paged(store: &dyn Store, job: &Job, view: &View, limit: u32) -> Vec<u64> {
    let mut indices = Vec::new();
    let mut after = None;
    loop {
        let page = store.grid(&Owner::local(), &job.id, view, after, limit).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        indices.extend(page.rows.iter().map(|row| row.row.index));
        after = page.next;
        if after.is_none() {
            return indices;
        }
    }
}

pub(crate) async fn pages_of_all_rows_follow_each_other(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B", "a", "C", "D"]).await;
    assert_eq!(paged(store, &job, &View::All, 2).await, [0, 1, 2, 3, 4]);
    assert_eq!(paged(store, &job, &View::All, 10).await, [0, 1, 2, 3, 4]);
    complete(store, &job, 0, [sure("x", 0.9), None]).await;
    let page = store.grid(&me, &job.id, &View::All, None, 3).await.unwrap();
    let shares: Vec<_> = page.rows.iter().map(|row| (row.row.leader, row.shares)).collect();
    assert_eq!(shares, [(0, 2), (1, 1), (0, 1)]);
    let results = store.results(&job.id, 0, 3).await.unwrap();
    let rows: Vec<_> = page.rows.into_iter().map(|row| row.row).collect();
    assert_eq!(rows, results);
    missing(store.grid(&other(), &job.id, &View::All, None, 3).await);
}

pub(crate) async fn rows_are_found_by_stage(store: &dyn Store) {
    let job = job(store, &["A", "B", "a", "C", "D", ""]).await;
    complete(store, &job, 0, [sure("x", 0.9), None]).await;
    finish(store, &job, 3, Stage::Failed, [without(CellOutcome::Error), None]).await;
    let stage = |stage| View::Stage(stage);
    for limit in [1, 2, 10] {
        assert_eq!(paged(store, &job, &stage(Stage::Completed), limit).await, [0, 2]);
        assert_eq!(paged(store, &job, &stage(Stage::Failed), limit).await, [3, 5]);
        assert_eq!(paged(store, &job, &stage(Stage::Pending), limit).await, [1, 4]);
        assert_eq!(paged(store, &job, &stage(Stage::Crawled), limit).await, [0_u64; 0]);
    }
    // A row that moves between two pages costs no other row its place.
    let page = store.grid(&Owner::local(), &job.id, &stage(Stage::Pending), None, 1).await.unwrap();
    complete(store, &job, 1, [sure("x", 0.9), None]).await;
    let next = store.grid(&Owner::local(), &job.id, &stage(Stage::Pending), page.next, 1).await;
    assert_eq!(next.unwrap().rows[0].row.index, 4);
}

async fn mixed(store: &dyn Store) -> Job {
    let job = job(store, &["A", "B", "C", "D", "E", "F", "G"]).await;
    let cells = [
        sure("x", 0.9),
        sure("x", 0.5),
        without(CellOutcome::Absent),
        without(CellOutcome::Blocked),
        without(CellOutcome::Conflict),
        sure("x", 0.5),
    ];
    for (cell, index) in cells.into_iter().zip(0..) {
        complete(store, &job, index, [cell, None]).await;
    }
    job
}

pub(crate) async fn rows_are_found_by_what_is_wrong_with_a_cell(store: &dyn Store) {
    let job = mixed(store).await;
    let view = |statuses: &[CellStatus]| View::Cells { column: 0, statuses: statuses.to_vec() };
    for limit in [1, 2, 10] {
        assert_eq!(paged(store, &job, &view(&CellStatus::MISSING), limit).await, [2, 3, 4]);
        assert_eq!(paged(store, &job, &view(&[CellStatus::Weak]), limit).await, [1, 5]);
        assert_eq!(paged(store, &job, &view(&[CellStatus::Blocked]), limit).await, [3]);
        let both = view(&[CellStatus::Conflict, CellStatus::Weak]);
        assert_eq!(paged(store, &job, &both, limit).await, [1, 4, 5]);
    }
    let second = View::Cells { column: 1, statuses: CellStatus::MISSING.to_vec() };
    assert_eq!(paged(store, &job, &second, 10).await, [0_u64; 0]);
    let none = View::Cells { column: 2, statuses: vec![] };
    missing(store.grid(&Owner::local(), &job.id, &none, None, 1).await);
}

pub(crate) async fn rows_are_sorted_by_confidence(store: &dyn Store) {
    let job = mixed(store).await;
    let view = |descending| View::ByConfidence { column: 0, descending };
    for limit in [1, 2, 3, 4, 10] {
        assert_eq!(paged(store, &job, &view(false), limit).await, [2, 3, 4, 1, 5, 0], "{limit}");
        assert_eq!(paged(store, &job, &view(true), limit).await, [0, 5, 1, 2, 3, 4], "{limit}");
    }
    let after = Some(RowCursor { index: 1, confidence: 0.5 });
    let page = store.grid(&Owner::local(), &job.id, &view(false), after, 1).await.unwrap();
    assert_eq!(page.rows[0].row.index, 5);
}

pub(crate) async fn completed_rows_are_counted_in_their_order(store: &dyn Store) {
    let me = Owner::local();
    let names: Vec<String> = (0..2_500).map(|n| format!("Company {n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let job = job(store, &names).await;
    let done: Vec<u64> = (0..2_500).filter(|index| index % 7 == 3 && *index != 1_600).collect();
    for index in &done {
        complete(store, &job, *index, [sure("x", 0.9), None]).await;
    }
    for start in [0, 1, 145, 146, 147, 290, 292, 355, 356, 357, 1_000] {
        let rows = store.completed_rows(&me, &job.id, start, 3).await.unwrap();
        let indices: Vec<u64> = rows.iter().map(|row| row.index).collect();
        let from = usize::try_from(start).unwrap().min(done.len());
        assert_eq!(indices, done[from..(from + 3).min(done.len())], "{start}");
    }
    let chosen = Retry { rows: RetryRows::Chosen(vec![done[0]]), columns: None };
    store.retry_job(&me, &job.id, &chosen).await.unwrap();
    let rows = store.completed_rows(&me, &job.id, 200, 1).await.unwrap();
    assert_eq!(rows[0].index, done[201]);
    missing(store.completed_rows(&other(), &job.id, 0, 1).await);
}

pub(crate) async fn changes_are_replayed_from_any_place(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "B", "a", "C"]).await;
    assert_eq!(store.changes(&me, &job.id, ChangeCursor::default(), 10).await.unwrap(), []);
    assert_eq!(store.last_change(&me, &job.id).await.unwrap(), ChangeCursor::default());
    let entry = crate::store_contract::entry(0, 0);
    let row = crate::store_contract::row(&job, 1);
    store.journal(&row, entry, Some(Stage::Crawled)).await.unwrap();
    complete(store, &job, 0, [sure("x", 0.9), None]).await;
    complete(store, &job, 1, [None, None]).await;
    let all = store.changes(&me, &job.id, ChangeCursor::default(), 10).await.unwrap();
    let last: BTreeMap<_, _> = all.iter().map(|c| (c.at.index, (c.stage, c.found))).collect();
    let done = Stage::Completed;
    assert_eq!(last, BTreeMap::from([(0, (done, 1)), (1, (done, 0)), (2, (done, 0))]));
    assert!(all.is_sorted_by_key(|change| change.at));
    let mut one_by_one = Vec::new();
    let mut after = ChangeCursor::default();
    while let [change] = &store.changes(&me, &job.id, after, 1).await.unwrap()[..] {
        after = change.at;
        one_by_one.push(change.clone());
    }
    assert_eq!(one_by_one, all);
    assert_eq!(store.last_change(&me, &job.id).await.unwrap(), after);
    complete(store, &job, 3, [sure("x", 0.9), None]).await;
    let new = store.changes(&me, &job.id, after, 10).await.unwrap();
    assert_eq!(new.iter().map(|change| change.at.index).collect::<Vec<_>>(), [3]);
    missing(store.changes(&other(), &job.id, after, 1).await);
    missing(store.last_change(&other(), &job.id).await);
}
