//! The result of a row: each cell has its value, or the reason why it is empty.

use super::state::State;
use super::{Cell, CellOutcome, Failure, FailureKind, Input, Plan, RowResult, Stage};
use crate::confidence::site_of;
use crate::evidence::RejectionReason;

/// The result of a row that performs no further step.
pub(super) fn build_result(plan: &Plan, input: &Input, state: &State) -> RowResult {
    let cells: Vec<Option<Cell>> = (0..plan.columns.len())
        .map(|column| input.requested.contains(&column).then(|| final_cell(state, column)))
        .collect();
    let nothing = cells.iter().flatten().all(|cell| cell.outcome == CellOutcome::Error);
    let error = (!state.alive && nothing)
        .then(|| state.failures.first().map(|(_, failure)| failure.message.clone()))
        .flatten();
    RowResult {
        stage: if error.is_some() { Stage::Failed } else { Stage::Completed },
        cells,
        attempts: state.history.clone(),
        error,
    }
}

fn final_cell(state: &State, column: usize) -> Cell {
    let rejected = state.rejections_of(column).take(Cell::MAX_REJECTED).cloned().collect();
    if let Some(cell) = &state.cells[column] {
        return Cell { rejected, ..cell.clone() };
    }
    let (outcome, reason) = reason_if_empty(state, column);
    Cell { rejected, ..Cell::empty(outcome, reason) }
}

/// Why a cell is empty: an obstacle comes before values that were simply not there.
fn reason_if_empty(state: &State, column: usize) -> (CellOutcome, String) {
    if let Some((url, failure)) = state.failure_of(FailureKind::Blocked) {
        let reason = format!("{} could not be read: {}", site_of(url), failure.message);
        return (CellOutcome::Blocked, reason);
    }
    let failed = [FailureKind::Unavailable, FailureKind::BadAnswer, FailureKind::Budget]
        .into_iter()
        .find_map(|kind| state.failure_of(kind));
    if let Some((what, failure)) = failed {
        return (CellOutcome::Error, error_reason(what, failure));
    }
    (CellOutcome::Absent, absent_reason(state, column))
}

fn error_reason(what: &str, failure: &Failure) -> String {
    if what.contains("://") {
        format!("{}: {}", site_of(what), failure.message)
    } else {
        failure.message.clone()
    }
}

fn absent_reason(state: &State, column: usize) -> String {
    if state.shown.is_empty() {
        return "the search found nothing about this row".to_owned();
    }
    if let Some(rejection) = state.rejections_of(column).next() {
        let site = site_of(&rejection.url);
        return match &rejection.reason {
            RejectionReason::Unparsed(why) => format!("the text on {site} is {why}"),
            RejectionReason::QuoteNotFound => {
                format!("a proposed value was rejected: its quote is not on {site}")
            }
            RejectionReason::NotInQuote => {
                format!("a proposed value was rejected: its quote on {site} does not support it")
            }
            RejectionReason::WrongEntity => {
                format!("wrong entity: {site} is about a different one")
            }
            RejectionReason::NotRequested => {
                "an answer named a column that was not requested".to_owned()
            }
        };
    }
    match state.read.len() {
        0 => "no page about this row was worth reading".to_owned(),
        read if state.other_entities.len() >= read => {
            "wrong entity: every page that was read is about a different one".to_owned()
        }
        1 => "not on the 1 page that was read".to_owned(),
        read => format!("not on the {read} pages that were read"),
    }
}
