//! Finished cells, for display one by one.

use ampledata_core::row::{Cell, CellOutcome};
use ampledata_store::ResultRow;

use super::{Error, Prepared, Services};

/// A cell with what a user wants to know about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The row's key, its columns joined by a comma.
    pub key: String,
    /// The column.
    pub column: String,
    /// The value's text, where there is one.
    pub value: Option<String>,
    /// Whether there is a value, and why not otherwise.
    pub outcome: CellOutcome,
    /// Probability that the value is right, 0 to 1.
    pub confidence: f64,
    /// The page that proves it.
    pub url: Option<String>,
    /// Why this value was chosen, or why there is none; one sentence.
    pub reason: String,
}

/// Rows read from the store at a time.
const CHUNK: u32 = 1_000;

/// The cells of all finished rows, in order. For small jobs: all of them are held in memory.
///
/// # Errors
/// The store fails.
pub async fn cells(prepared: &Prepared, services: &Services) -> Result<Vec<Shown>, Error> {
    let mut cells = Vec::new();
    let mut from = 0;
    loop {
        let rows = services.store.results(&prepared.job.id, from, CHUNK).await?;
        let Some(last) = rows.last() else { return Ok(cells) };
        from = last.index + 1;
        cells.extend(rows.iter().flat_map(|row| of_row(prepared, row)));
    }
}

fn of_row(prepared: &Prepared, row: &ResultRow) -> Vec<Shown> {
    let key: Vec<_> =
        prepared.job.key.iter().filter_map(|at| row.source.get(*at)).map(|c| c.text()).collect();
    let key = key.join(", ");
    let columns = prepared.job.plan.columns.iter();
    let cells = columns.zip(&row.cells).filter_map(|(column, cell)| Some((column, cell.as_ref()?)));
    cells.map(|(column, cell)| shown(key.clone(), column.name.clone(), cell)).collect()
}

fn shown(key: String, column: String, cell: &Cell) -> Shown {
    Shown {
        key,
        column,
        value: cell.value.as_ref().map(ToString::to_string),
        outcome: cell.outcome,
        confidence: cell.confidence,
        url: cell.evidence.as_ref().map(|evidence| evidence.url.clone()),
        reason: cell.reason.clone(),
    }
}
