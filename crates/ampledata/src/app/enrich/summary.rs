//! What a run came to.

use ampledata_core::column::Column;
use ampledata_core::row::{CellOutcome, Stage};
use ampledata_store::ResultRow;
use serde::Serialize;

/// Failed rows that a summary names.
const NAMED: usize = 5;

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Rows in all.
    pub rows: u64,
    /// Rows with a result.
    pub completed: u64,
    /// Rows that failed.
    pub failed: u64,
    /// Rows that are not finished.
    pub unfinished: u64,
    /// The first failed rows, and why.
    pub failures: Vec<String>,
    /// Outcomes of each column's cells.
    pub columns: Vec<ColumnSummary>,
}

/// Outcomes of one column's cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnSummary {
    /// The column.
    pub name: String,
    /// Cells with a value and its proof.
    pub found: u64,
    /// Cells whose value stands on no page that could be read.
    pub absent: u64,
    /// Cells that a page which could not be read may hold.
    pub blocked: u64,
    /// Cells about which sources of equal standing contradict each other.
    pub conflict: u64,
    /// Cells where something failed on the way.
    pub error: u64,
}

impl Summary {
    /// Nothing counted yet.
    pub fn new(columns: &[Column]) -> Self {
        let columns = columns.iter().map(|column| ColumnSummary {
            name: column.name.clone(),
            found: 0,
            absent: 0,
            blocked: 0,
            conflict: 0,
            error: 0,
        });
        Self {
            rows: 0,
            completed: 0,
            failed: 0,
            unfinished: 0,
            failures: Vec::new(),
            columns: columns.collect(),
        }
    }

    /// Counts a row.
    pub fn count(&mut self, row: &ResultRow) {
        self.rows += 1;
        match row.stage {
            Stage::Completed => self.completed += 1,
            Stage::Failed => {
                self.failed += 1;
                if self.failures.len() < NAMED {
                    let unsaid = || format!("line {}: failed without a reason", row.line);
                    self.failures.push(row.error.clone().unwrap_or_else(unsaid));
                }
            }
            _ => self.unfinished += 1,
        }
        for (column, cell) in self.columns.iter_mut().zip(&row.cells) {
            let Some(cell) = cell else { continue };
            match cell.outcome {
                CellOutcome::Found => column.found += 1,
                CellOutcome::Absent => column.absent += 1,
                CellOutcome::Blocked => column.blocked += 1,
                CellOutcome::Conflict => column.conflict += 1,
                CellOutcome::Error => column.error += 1,
            }
        }
    }
}

/// The name of an outcome, as it is written and shown.
pub fn outcome_name(outcome: CellOutcome) -> &'static str {
    match outcome {
        CellOutcome::Found => "found",
        CellOutcome::Absent => "absent",
        CellOutcome::Blocked => "blocked",
        CellOutcome::Conflict => "conflict",
        CellOutcome::Error => "error",
    }
}
