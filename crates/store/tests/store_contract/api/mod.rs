//! The part of the contract that the HTTP API relies on.

pub(crate) mod accounts;
pub(crate) mod catalog;
pub(crate) mod cells;
pub(crate) mod reports;
pub(crate) mod retries;
pub(crate) mod uploads;
pub(crate) mod views;
pub(crate) mod webhooks;

use ampledata_core::row::{AttemptSummary, Cell, CellOutcome, ReasonCode, RowResult, Stage};
use ampledata_core::value::Value;
use ampledata_store::intake::create_job;
use ampledata_store::{Error, Job, Owner, Store};
use jiff::Timestamp;

/// Runs each part of the contract of the API, as `store_contract` does.
macro_rules! store_api_contract {
    ($open:path) => {
        store_api_contract!(@each $open:
            uploads::an_upload_is_awaited_and_listed_as_a_pending_job,
            uploads::an_upload_is_sent_once_and_in_time,
            uploads::an_upload_is_its_owners,
            uploads::an_upload_that_was_cut_off_has_failed,
            catalog::sources_and_jobs_are_listed_newest_first,
            catalog::a_source_goes_with_everything_under_it,
            catalog::nothing_is_thrown_away_under_a_running_job,
            catalog::another_owner_finds_nothing,
            retries::failed_rows_begin_anew,
            retries::a_retry_never_makes_a_cell_worse,
            retries::a_finished_row_accepts_no_outcomes,
            retries::only_weak_cells_are_asked_for_again,
            retries::chosen_rows_and_columns_are_asked_for_again,
            retries::a_job_that_runs_or_was_cancelled_is_not_retried,
            views::pages_of_all_rows_follow_each_other,
            views::rows_are_found_by_stage,
            views::rows_are_found_by_what_is_wrong_with_a_cell,
            views::rows_are_sorted_by_confidence,
            views::completed_rows_are_counted_in_their_order,
            views::changes_are_replayed_from_any_place,
            reports::a_job_is_counted_over_all_its_rows,
            reports::rows_that_share_a_result_each_count_it,
            cells::a_cell_shows_all_that_is_known,
            cells::a_corrected_cell_is_never_overwritten,
            cells::a_locked_cell_is_never_overwritten,
            cells::a_cell_of_a_row_that_shares_is_its_leaders,
            cells::a_result_replaces_a_stored_cell_as_core_decides,
            cells::of_two_results_at_once_the_better_cells_are_kept,
            cells::another_owner_finds_no_cell,
            accounts::keys_are_made_listed_and_revoked,
            accounts::templates_are_their_owners,
            accounts::a_request_is_carried_out_once,
            accounts::usage_is_summed_by_month_and_outlives_the_job,
            accounts::calls_without_a_job_are_in_the_usage_of_their_owner,
            webhooks::an_event_reaches_those_who_asked_for_it,
            webhooks::only_a_status_that_still_holds_is_published,
            webhooks::a_job_that_no_one_owns_is_taken_once,
            webhooks::a_delivery_is_claimed_by_one_at_a_time,
            webhooks::webhooks_are_their_owners,
        );
    };
    (@each $open:path: $($room:ident::$part:ident,)*) => {
        $(
            #[tokio::test]
            async fn $part() {
                let (store, _keep) = $open().await;
                store_contract::api::$room::$part(&store).await;
            }
        )*
    };
}

fn other() -> Owner {
    Owner("other".to_owned())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn missing<T: std::fmt::Debug>(answer: Result<T, Error>) {
    assert_eq!(answer.unwrap_err().code(), "store_not_found");
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) {
    assert_eq!(answer.unwrap_err().code(), "store_refused");
}

/// A job of rows with these names.
async fn job(store: &dyn Store, names: &[&str]) -> Job {
    let rows: Vec<[&str; 2]> = names.iter().map(|name| [*name, ""]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
    let source = super::source(store, &["name", "city"], &rows).await;
    create_job(store, &super::new_job(&source)).await.unwrap()
}

#[allow(clippy::unnecessary_wraps, reason = "as the cells of a row have it")]
fn sure(text: &str, confidence: f64) -> Option<Cell> {
    Some(Cell {
        value: Some(Value::Text(text.to_owned())),
        confidence,
        ..Cell::empty(CellOutcome::Found, ReasonCode::Stated, "stands there".to_owned())
    })
}

#[allow(clippy::unnecessary_wraps, reason = "as the cells of a row have it")]
fn without(outcome: CellOutcome) -> Option<Cell> {
    Some(Cell::empty(outcome, ReasonCode::NotStated, "is not there".to_owned()))
}

async fn finish(store: &dyn Store, job: &Job, index: u64, stage: Stage, cells: [Option<Cell>; 2]) {
    let attempt = AttemptSummary { queries: vec![format!("q{index}")], ..Default::default() };
    let error = (stage == Stage::Failed).then(|| "broke".to_owned());
    let result = RowResult { stage, cells: cells.to_vec(), attempts: vec![attempt], error };
    store.finish_row(&super::row(job, index), &result).await.unwrap();
}

async fn complete(store: &dyn Store, job: &Job, index: u64, cells: [Option<Cell>; 2]) {
    finish(store, job, index, Stage::Completed, cells).await;
}
