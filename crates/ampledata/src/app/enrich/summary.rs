//! The summary of a run.

use ampledata_core::column::Column;
use ampledata_core::row::{CellOutcome, Stage};
use ampledata_store::ResultRow;
use serde::Serialize;

/// Failed rows listed in a summary.
const NAMED: usize = 5;

/// The summary of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// All rows.
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
    /// Cells with a proven value.
    pub found: u64,
    /// Cells whose value is not on any page that could be read.
    pub absent: u64,
    /// Cells whose value may be on a page that could not be read.
    pub blocked: u64,
    /// Cells on which sources of equal standing contradict each other.
    pub conflict: u64,
    /// Cells for which something failed.
    pub error: u64,
}

impl Summary {
    /// An empty count.
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
