//! The result of a row: each cell has its value, or the reason why it is empty.

use super::explanation::Explanation;
use super::reason::Reason;
use super::state::State;
use super::{Cell, CellOutcome, Input, Plan, RowResult, Stage};

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
    let (outcome, Reason { code, sentence }) = Explanation::new(state, column).explain();
    Cell { rejected, ..Cell::empty(outcome, code, sentence) }
}
