//! The contract that every store keeps. Each part gets a store of its own, empty.
#![allow(clippy::unwrap_used, reason = "what is not as expected ends the test")]

#[macro_use]
pub(crate) mod api;
mod calls;
mod spending;
pub(crate) mod upgrade;

use std::sync::Arc;

use ampledata_core::column::{Column as Asked, ColumnType, Task};
use ampledata_core::page::{Access, ContentHash, Page};
use ampledata_core::row::{
    AttemptSummary, Cell as ResultCell, CellOutcome, Failure, FailureKind, Limits, Outcome, Plan,
    ReasonCode, RowResult, Stage,
};
use ampledata_core::serp::{ResultKind, SearchResult, Serp};
use ampledata_core::value::{PartialDate, Value};
use ampledata_store::intake::create_job;
use ampledata_store::{
    Call, CallKind, Entry, Error, Fetch, Job, JobId, JobStatus, NewJob, NewSource, Owner, ReadPage,
    RowId, Searched, SourceId, SourceRow, StatusChange, Store,
};
use ampledata_table::{Cell, Column};
use jiff::Timestamp;

pub(crate) use calls::*;
pub(crate) use spending::*;

/// Runs each part of the contract on a store that `$open` creates: an async function without arguments that
/// returns the store and what has to live as long.
macro_rules! store_contract {
    ($open:path) => {
        store_contract!(@each $open:
            sources_are_loaded_in_pieces,
            a_source_that_was_cut_off_is_loaded_anew,
            no_one_sees_what_others_have,
            rows_become_a_job,
            duplicates_follow_the_first,
            context_distinguishes_namesakes,
            a_filled_cell_is_not_asked_for,
            a_limit_takes_the_first_rows,
            a_job_is_made_once,
            statuses_change_only_from_where_they_may,
            a_cancelled_job_takes_its_open_rows_along,
            a_text_may_contain_a_nul,
            outcomes_are_kept_until_the_row_is_finished,
            a_journal_can_be_cut,
            results_come_in_the_order_of_the_rows,
            progress_counts_rows_that_share,
            pages_are_stored_once,
            a_fetch_belongs_to_its_crawler,
            the_bytes_of_a_page_can_be_read_again,
            searches_belong_to_their_job,
            calls_are_summed_and_paid_ones_listed,
            answers_of_models_stay,
            searches_serve_other_jobs_for_a_while,
            nothing_is_reserved_beyond_the_bounds,
            parallel_reservations_never_exceed_the_bound,
            a_reservation_that_was_cut_off_counts_in_full,
            experience_is_what_rows_needed,
            experience_is_sorted_by_kind,
            what_is_not_there_is_said,
        );
    };
    (@each $open:path: $($part:ident,)*) => {
        $(
            #[tokio::test]
            async fn $part() {
                let (store, _keep) = $open().await;
                store_contract::$part(&store).await;
            }
        )*
    };
}

pub(crate) fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// A plan that requests a founding date and a number of employees.
pub(crate) fn plan() -> Plan {
    Plan {
        columns: vec![
            Asked::new("founded", ColumnType::Date),
            Asked::new("employees", ColumnType::Number),
        ],
        patterns: vec!["%entity".to_owned()],
        entity_type: None,
        today: PartialDate::full(2026, 3, 14).unwrap(),
        confidence: None,
        limits: Limits::default(),
    }
}

/// A ready source with these columns and rows, named `table`.
pub(crate) async fn source(store: &dyn Store, columns: &[&str], rows: &[&[&str]]) -> SourceId {
    let id = SourceId("table".to_owned());
    store.begin_source(&new_source(&id)).await.unwrap();
    let rows = rows.iter().zip(0..).map(|(cells, index)| SourceRow {
        index,
        line: index + 2,
        cells: cells.iter().map(|cell| text(cell)).collect(),
        problem: (cells.len() != columns.len()).then(|| format!("line {}: ragged", index + 2)),
    });
    store.append_source_rows(&id, rows.collect()).await.unwrap();
    let columns: Vec<_> = columns.iter().map(|name| Column::untyped((*name).to_owned())).collect();
    store.finish_source(&id, &columns).await.unwrap();
    id
}

fn new_source(id: &SourceId) -> NewSource {
    NewSource {
        id: id.clone(),
        owner: Owner::local(),
        name: "table.csv".to_owned(),
        content_hash: "00".to_owned(),
    }
}

pub(crate) fn new_job(source: &SourceId) -> NewJob {
    NewJob {
        id: JobId("job".to_owned()),
        owner: Owner::local(),
        source: source.clone(),
        fingerprint: "print".to_owned(),
        plan: plan(),
        key: vec![0],
        context: vec![1],
        row_limit: None,
        models: None,
    }
}

pub(crate) async fn job(store: &dyn Store, rows: &[&[&str]]) -> Job {
    let source = source(store, &["name", "city"], rows).await;
    create_job(store, &new_job(&source)).await.unwrap()
}

pub(crate) fn row(job: &Job, index: u64) -> RowId {
    RowId { job: job.id.clone(), index }
}

pub(crate) fn found(value: Value) -> ResultCell {
    ResultCell {
        value: Some(value),
        confidence: 0.1 + 0.2,
        ..ResultCell::empty(CellOutcome::Found, ReasonCode::Stated, "stands there".to_owned())
    }
}

pub(crate) fn finished(cells: Vec<Option<ResultCell>>) -> RowResult {
    let attempt = AttemptSummary { queries: vec!["q".to_owned()], ..AttemptSummary::default() };
    RowResult { stage: Stage::Completed, cells, attempts: vec![attempt], error: None }
}

fn failure() -> Outcome {
    Outcome::Failed(Failure {
        kind: FailureKind::Unavailable,
        code: "down".to_owned(),
        message: "it's \"down\"\n".to_owned(),
    })
}

pub(crate) fn entry(turn: u32, step: u32) -> Entry {
    Entry { turn, step, step_mark: format!("mark {turn} {step}"), outcome: failure() }
}

pub(crate) async fn sources_are_loaded_in_pieces(store: &dyn Store) {
    let id = SourceId("table".to_owned());
    store.begin_source(&new_source(&id)).await.unwrap();
    let rows: Vec<_> = (0..10)
        .map(|index| SourceRow {
            index,
            line: index + 2,
            cells: vec![text("O'Neil \"x\"\n\u{1f600}"), Cell::Boolean(true), Cell::Empty],
            problem: (index == 3).then(|| "line 5: ragged".to_owned()),
        })
        .collect();
    store.append_source_rows(&id, rows[..4].to_vec()).await.unwrap();
    let loading = store.source(&Owner::local(), &id).await.unwrap().unwrap();
    assert!(!loading.ready);
    store.append_source_rows(&id, rows[4..].to_vec()).await.unwrap();
    let columns = ["a", "b", "c"].map(|name| Column::untyped(name.to_owned()));
    store.finish_source(&id, &columns).await.unwrap();
    let ready = store.source(&Owner::local(), &id).await.unwrap().unwrap();
    assert!(ready.ready);
    assert_eq!((ready.rows, ready.columns), (10, columns.to_vec()));
    assert_eq!(store.source_rows(&id, 0, 100).await.unwrap(), rows);
    assert_eq!(store.source_rows(&id, 7, 2).await.unwrap(), rows[7..9]);
}

pub(crate) async fn a_source_that_was_cut_off_is_loaded_anew(store: &dyn Store) {
    let id = SourceId("table".to_owned());
    store.begin_source(&new_source(&id)).await.unwrap();
    let old = SourceRow { index: 0, line: 2, cells: vec![text("old")], problem: None };
    store.append_source_rows(&id, vec![old.clone()]).await.unwrap();
    store.begin_source(&new_source(&id)).await.unwrap();
    assert_eq!(store.source_rows(&id, 0, 10).await.unwrap(), []);
    let new = SourceRow { cells: vec![text("new")], ..old };
    store.append_source_rows(&id, vec![new.clone()]).await.unwrap();
    store.finish_source(&id, &[Column::untyped("name".to_owned())]).await.unwrap();
    assert_eq!(store.source_rows(&id, 0, 10).await.unwrap(), [new]);
    let again = store.begin_source(&new_source(&id)).await;
    assert!(matches!(again, Err(Error::Exists { .. })), "{again:?}");
}

pub(crate) async fn no_one_sees_what_others_have(store: &dyn Store) {
    let job = job(store, &[&["Acme", "Berlin"]]).await;
    let other = Owner("other".to_owned());
    assert_eq!(store.source(&other, &job.source).await.unwrap(), None);
    assert_eq!(store.job(&other, &job.id).await.unwrap(), None);
    assert_eq!(store.job_by_fingerprint(&other, &job.fingerprint).await.unwrap(), None);
    assert_eq!(store.jobs(&other, 0, 10).await.unwrap(), (vec![], 0));
    let theirs = NewJob { owner: other, ..new_job(&job.source) };
    assert!(create_job(store, &theirs).await.is_err());
}

pub(crate) async fn rows_become_a_job(store: &dyn Store) {
    let job = job(store, &[&["Acme", "Berlin"], &["  ", "Paris"], &["only one"]]).await;
    assert!(job.loaded);
    assert_eq!((job.rows, job.status), (3, JobStatus::Pending));
    assert_eq!(*job.plan, plan());
    let results = store.results(&job.id, 0, 10).await.unwrap();
    let errors: Vec<_> = results.iter().map(|row| row.error.as_deref()).collect();
    let blank = "line 3: the key column \"name\" is blank";
    assert_eq!(errors, [None, Some(blank), Some("line 4: ragged")]);
    let stages: Vec<_> = results.iter().map(|row| row.stage).collect();
    assert_eq!(stages, [Stage::Pending, Stage::Failed, Stage::Failed]);
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open.iter().map(|row| row.index).collect::<Vec<_>>(), [0]);
    assert_eq!(open[0].cells, [text("Acme"), text("Berlin")]);
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.rows, progress.finished(), progress.in_stage(Stage::Pending)), (3, 2, 1));
}

pub(crate) async fn duplicates_follow_the_first(store: &dyn Store) {
    let rows: [&[&str]; 6] = [
        &["Acme", "Berlin"],
        &["Zeta", "Rome"],
        &[" ACME ", "berlin"],
        &["C++", ""],
        &["C#", ""],
        &["acme", "Berlin."],
    ];
    let job = job(store, &rows).await;
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open.iter().map(|row| row.index).collect::<Vec<_>>(), [0, 1, 3, 4]);
    let results = store.results(&job.id, 0, 10).await.unwrap();
    let leaders: Vec<_> = results.iter().map(|row| row.leader).collect();
    assert_eq!(leaders, [0, 1, 0, 3, 4, 0]);
}

pub(crate) async fn context_distinguishes_namesakes(store: &dyn Store) {
    let rows: [&[&str]; 3] = [
        &["Victoria Bridge", "Montreal"],
        &["Victoria Bridge", "Brisbane"],
        &["Victoria Bridge", ""],
    ];
    let job = job(store, &rows).await;
    assert_eq!(store.open_rows(&job.id, 0, 10).await.unwrap().len(), 3);
}

pub(crate) async fn a_filled_cell_is_not_asked_for(store: &dyn Store) {
    let rows: [&[&str]; 2] = [&["Acme", "Berlin"], &["Acme", ""]];
    let source = source(store, &["name", "city"], &rows).await;
    let city = Asked { task: Task::Imputation, ..Asked::new("city", ColumnType::String) };
    let plan = Plan { columns: vec![city, Asked::new("founded", ColumnType::Date)], ..plan() };
    let job = NewJob { plan, context: vec![], ..new_job(&source) };
    let job = create_job(store, &job).await.unwrap();
    let source = store.source(&Owner::local(), &source).await.unwrap().unwrap();
    let layout = ampledata_store::intake::Layout::of(&job, &source).unwrap();
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    let asked: Vec<_> = open.iter().map(|row| layout.input(&row.cells).requested).collect();
    assert_eq!(asked, [vec![1], vec![0, 1]]);
}

pub(crate) async fn a_limit_takes_the_first_rows(store: &dyn Store) {
    let source = source(store, &["name", "city"], &[&["A", ""], &["B", ""], &["C", ""]]).await;
    let job = NewJob { row_limit: Some(2), ..new_job(&source) };
    let job = create_job(store, &job).await.unwrap();
    assert_eq!(job.rows, 2);
    assert_eq!(store.results(&job.id, 0, 10).await.unwrap().len(), 2);
}

pub(crate) async fn a_job_is_made_once(store: &dyn Store) {
    let source = source(store, &["name", "city"], &[&["A", ""], &["B", ""]]).await;
    let new = new_job(&source);
    store.begin_job(&new).await.unwrap();
    let half = store.job(&new.owner, &new.id).await.unwrap().unwrap();
    assert!(!half.loaded);
    let job = create_job(store, &new).await.unwrap();
    assert_eq!((job.loaded, job.rows), (true, 2));
    assert_eq!(create_job(store, &new).await.unwrap(), job);
    assert_eq!(store.job_by_fingerprint(&new.owner, "print").await.unwrap(), Some(job.clone()));
    assert_eq!(store.jobs(&new.owner, 0, 10).await.unwrap(), (vec![job], 1));
    let other = NewJob { fingerprint: "other".to_owned(), ..new };
    let error = create_job(store, &other).await.unwrap_err();
    assert!(matches!(error, Error::Exists { .. }), "{error}");
}

fn change(from: &[JobStatus], to: JobStatus) -> StatusChange {
    StatusChange { from: from.to_vec(), to, reason: Some("because".to_owned()) }
}

pub(crate) async fn statuses_change_only_from_where_they_may(store: &dyn Store) {
    use JobStatus::{Cancelled, Completed, Pending, Running};
    let job = job(store, &[&["Acme", "Berlin"]]).await;
    let change =
        async |from: &[JobStatus], to| store.set_status(&job.id, change(from, to)).await.unwrap();
    assert!(change(&[Pending, Running], Running).await);
    assert!(change(&[Running], Cancelled).await);
    assert!(!change(&[Running], Completed).await);
    assert_eq!(store.status(&job.id).await.unwrap(), Cancelled);
    let job = store.job(&job.owner, &job.id).await.unwrap().unwrap();
    assert_eq!(job.reason.as_deref(), Some("because"));
    assert!(job.started_at.is_some() && job.finished_at.is_some());
}

pub(crate) async fn a_cancelled_job_takes_its_open_rows_along(store: &dyn Store) {
    let job = job(store, &[&["A", ""], &["B", ""], &["B", ""]]).await;
    store.finish_row(&row(&job, 0), &finished(vec![None, None])).await.unwrap();
    store.set_status(&job.id, change(&[JobStatus::Pending], JobStatus::Cancelled)).await.unwrap();
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.in_stage(Stage::Completed), progress.in_stage(Stage::Cancelled)), (1, 2));
    assert_eq!(store.open_rows(&job.id, 0, 10).await.unwrap(), []);
    store.journal(&row(&job, 1), entry(0, 0), Some(Stage::Crawled)).await.unwrap();
    assert_eq!(store.progress(&job.id).await.unwrap(), progress);
    // A row that was in flight when its job was cancelled stays cancelled.
    store.finish_row(&row(&job, 1), &finished(vec![None, None])).await.unwrap();
    assert_eq!(store.progress(&job.id).await.unwrap(), progress);
}

/// PostgreSQL cannot store the character and keeps U+FFFD in its place; no store refuses the text.
pub(crate) async fn a_text_may_contain_a_nul(store: &dyn Store) {
    let job = job(store, &[&["Acme", "Berlin"]]).await;
    let reason = Some("page \"a\0b\" failed".to_owned());
    let change = StatusChange { from: vec![JobStatus::Pending], to: JobStatus::Failed, reason };
    assert!(store.set_status(&job.id, change).await.unwrap());
    let stored = store.job(&job.owner, &job.id).await.unwrap().unwrap().reason.unwrap();
    assert_eq!(stored.replace('\0', "\u{fffd}"), "page \"a\u{fffd}b\" failed");
    assert_eq!(store.job_by_fingerprint(&job.owner, "a\0b").await.unwrap(), None);
}

pub(crate) async fn outcomes_are_kept_until_the_row_is_finished(store: &dyn Store) {
    let job = job(store, &[&["A", ""], &["B", ""]]).await;
    store.journal(&row(&job, 1), entry(0, 1), None).await.unwrap();
    store.journal(&row(&job, 1), entry(0, 0), Some(Stage::SerpFetched)).await.unwrap();
    store.journal(&row(&job, 1), entry(1, 0), Some(Stage::DecisionMade)).await.unwrap();
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open[0].journal, []);
    assert_eq!(open[1].journal, [entry(0, 0), entry(0, 1), entry(1, 0)]);
    assert_eq!(open[1].stage, Stage::DecisionMade);
    store.finish_row(&row(&job, 1), &finished(vec![None, None])).await.unwrap();
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open.iter().map(|row| row.index).collect::<Vec<_>>(), [0]);
}

pub(crate) async fn a_journal_can_be_cut(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    for turn in 0..3 {
        store.journal(&row(&job, 0), entry(turn, 0), None).await.unwrap();
    }
    store.cut_journal(&row(&job, 0), 1).await.unwrap();
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open[0].journal, [entry(0, 0)]);
}

pub(crate) async fn results_come_in_the_order_of_the_rows(store: &dyn Store) {
    let job = job(store, &[&["A", ""], &["B", ""], &["a", ""], &["C", ""]]).await;
    let year = found(Value::Date(PartialDate::year_only(1950).unwrap()));
    let cells = vec![Some(year), None];
    store.finish_row(&row(&job, 3), &finished(vec![None, None])).await.unwrap();
    store.finish_row(&row(&job, 0), &finished(cells.clone())).await.unwrap();
    let results = store.results(&job.id, 0, 10).await.unwrap();
    let order: Vec<_> = results.iter().map(|row| (row.index, row.leader, row.stage)).collect();
    let (done, open) = (Stage::Completed, Stage::Pending);
    assert_eq!(order, [(0, 0, done), (1, 1, open), (2, 0, done), (3, 3, done)]);
    assert_eq!(results[0].cells, cells);
    assert_eq!(results[2].cells, cells, "a duplicate shows what its leader found");
    assert_eq!(results[2].source, [text("a"), text("")]);
    assert_eq!(results[2].attempts, finished(vec![]).attempts);
    assert_eq!(results[1].cells, [None, None]);
    assert_eq!(store.results(&job.id, 2, 1).await.unwrap(), results[2..3]);
}

pub(crate) async fn progress_counts_rows_that_share(store: &dyn Store) {
    let job = job(store, &[&["A", ""], &["a", ""], &["B", ""], &["", ""]]).await;
    store.journal(&row(&job, 0), entry(0, 0), Some(Stage::SerpFetched)).await.unwrap();
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!(progress.in_stage(Stage::SerpFetched), 2);
    let cells = vec![Some(found(Value::Boolean(true))), None];
    store.finish_row(&row(&job, 0), &finished(cells.clone())).await.unwrap();
    store.finish_row(&row(&job, 0), &finished(cells)).await.unwrap();
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.rows, progress.finished(), progress.cells_found), (4, 3, 2));
    assert_eq!(progress.in_stage(Stage::Pending), 1);
}

pub(crate) async fn what_is_not_there_is_said(store: &dyn Store) {
    let job = JobId("none".to_owned());
    let missing = |error: Error| assert_eq!(error.code(), "store_not_found");
    missing(store.status(&job).await.unwrap_err());
    missing(store.progress(&job).await.unwrap_err());
    missing(store.open_rows(&job, 0, 1).await.unwrap_err());
    let nowhere = RowId { job, index: 0 };
    missing(store.finish_row(&nowhere, &finished(vec![])).await.unwrap_err());
    let source = SourceId("none".to_owned());
    missing(store.source_rows(&source, 0, 1).await.unwrap_err());
    missing(create_job(store, &new_job(&source)).await.unwrap_err());
}
