//! Counts the outcomes of the cells of rows that this process finished.

use std::sync::atomic::{AtomicU64, Ordering};

use ampledata_core::row::{CellOutcome, RowResult};

/// Number of cells by outcome, updated as their rows finish.
#[derive(Debug, Default)]
pub struct Tally([AtomicU64; CellOutcome::ALL.len()]);

impl Tally {
    /// Counts the cells of a finished and stored row.
    pub fn count(&self, result: &RowResult) {
        for cell in result.cells.iter().flatten() {
            let place = CellOutcome::ALL.iter().position(|outcome| *outcome == cell.outcome);
            if let Some(counter) = place.and_then(|place| self.0.get(place)) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The number of cells of each outcome.
    pub fn cells(&self) -> impl Iterator<Item = (CellOutcome, u64)> {
        CellOutcome::ALL
            .into_iter()
            .zip(self.0.iter().map(|counter| counter.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::row::{Cell, ReasonCode, Stage};

    use super::*;

    #[test]
    fn each_cell_is_counted_once() {
        let tally = Tally::default();
        for outcome in CellOutcome::ALL {
            let cell = Cell::empty(outcome, ReasonCode::NotStated, String::new());
            let cells = vec![Some(cell), None];
            tally.count(&RowResult {
                stage: Stage::Completed,
                cells,
                attempts: Vec::new(),
                error: None,
            });
        }
        assert!(tally.cells().all(|(_, counted)| counted == 1), "{tally:?}");
    }
}
