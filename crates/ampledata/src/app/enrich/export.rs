//! Writes the results in the store to a file.

use ampledata_core::column::{Column as Asked, Task};
use ampledata_core::row::Cell as ResultCell;
use ampledata_store::{Job, ResultRow, Source, Store};
use ampledata_table::{self as table, Cell, Column, Kind, Number, Writer};
use rust_decimal::Decimal;

use super::Error;
use super::request::EVIDENCE;
use super::summary::Summary;
use crate::app::imported::is_imported;

/// Rows read from the store at a time.
const CHUNK: u32 = 1_000;

/// How the columns of the output are made.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Headers and types of the output.
    columns: Vec<Column>,
    /// Columns of the source.
    original: usize,
    /// For each requested column: the source's column that it fills, if any.
    filled: Vec<Option<usize>>,
    evidence: bool,
    /// The old service did not record which page proves which value.
    imported: bool,
}

impl Layout {
    /// The original columns, then the new ones, then with evidence four columns for each requested one.
    pub fn new(source: &[Column], asked: &[Asked], evidence: bool) -> Self {
        let filled: Vec<_> = asked
            .iter()
            .map(|asked| {
                let place = source.iter().position(|column| column.name == asked.name);
                place.filter(|_| asked.task == Task::Imputation)
            })
            .collect();
        let mut columns = source.to_vec();
        for (asked, place) in asked.iter().zip(&filled) {
            let found = Column::from(asked);
            match place {
                Some(place) => columns[*place].kind = wider(columns[*place].kind, found.kind),
                None => columns.push(found),
            }
        }
        if evidence {
            for asked in asked {
                for (suffix, kind) in
                    EVIDENCE.iter().zip([Kind::Number, Kind::Text, Kind::Text, Kind::Text])
                {
                    columns.push(Column::new(format!("{}{suffix}", asked.name), kind));
                }
            }
        }
        Self { columns, original: source.len(), filled, evidence, imported: false }
    }

    /// Headers and types of the output.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The output's cells for a row. An unusable row keeps the cells that have a header.
    pub fn cells(&self, row: &ResultRow) -> Vec<Cell> {
        let mut cells = row.source.clone();
        cells.resize(self.original, Cell::Empty);
        let result = |at: usize| row.cells.get(at).and_then(Option::as_ref);
        for (at, place) in self.filled.iter().enumerate() {
            let value = result(at).and_then(|cell| cell.value.as_ref()).map(Cell::from);
            match place {
                Some(place) => {
                    if let Some(value) = value {
                        cells[*place] = value;
                    }
                }
                None => cells.push(value.unwrap_or_default()),
            }
        }
        if self.evidence {
            for at in 0..self.filled.len() {
                let mut proof = evidence(result(at));
                if self.imported && proof[1] == Cell::Empty && proof[0] != Cell::Empty {
                    proof[1] = pages(row);
                }
                cells.extend(proof);
            }
        }
        cells
    }
}

/// The type that can hold the cells of both.
fn wider(have: Kind, found: Kind) -> Kind {
    match (have, found) {
        (Kind::Any, _) => Kind::Any,
        (have, found) if have == found => have,
        (Kind::Integer | Kind::Decimal { .. }, Kind::Number) => Kind::Number,
        _ => Kind::Text,
    }
}

/// The addresses of all pages read for the row.
fn pages(row: &ResultRow) -> Cell {
    let pages: Vec<_> = row.attempts.iter().flat_map(|attempt| &attempt.pages).cloned().collect();
    if pages.is_empty() { Cell::Empty } else { Cell::Web(pages.join(" ")) }
}

fn evidence(cell: Option<&ResultCell>) -> [Cell; 4] {
    let Some(cell) = cell else { return [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty] };
    let confidence = cell.value.as_ref().and_then(|_| confidence(cell.confidence));
    let proof = cell.evidence.as_ref();
    let web = |text: &String| Cell::Web(text.clone());
    [
        confidence.map_or(Cell::Empty, Cell::Number),
        proof.map_or(Cell::Empty, |proof| web(&proof.url)),
        proof.map_or(Cell::Empty, |proof| web(&proof.quote)),
        Cell::Text(cell.outcome.as_str().to_owned()),
    ]
}

/// Rounds to three decimals: the confidence is not more precise than that.
fn confidence(probability: f64) -> Option<Number> {
    Decimal::from_f64_retain(probability).map(|exact| Number::from(exact.round_dp(3)))
}

/// Writes all rows of a job and counts them for the summary.
pub(super) async fn export(
    store: &dyn Store,
    job: &Job,
    source: &Source,
    evidence: bool,
    output: table::Output,
    format: table::Format,
) -> Result<Summary, Error> {
    let layout = Layout::new(&source.columns, &job.plan.columns, evidence);
    let layout = Layout { imported: is_imported(job), ..layout };
    let mut summary = Summary::new(&job.plan.columns);
    let mut writer = Writer::create(output, format, layout.columns())?;
    let mut from = 0;
    loop {
        let rows = store.results(&job.id, from, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        from = last.index + 1;
        for row in &rows {
            summary.count(row);
        }
        let layout = layout.clone();
        // Writing blocks, so the writer moves to a blocking thread and back.
        writer = tokio::task::spawn_blocking(move || {
            rows.iter().try_for_each(|row| writer.write(&layout.cells(row)))?;
            Ok::<_, table::WriteError>(writer)
        })
        .await??;
    }
    tokio::task::spawn_blocking(move || writer.finish()).await??;
    Ok(summary)
}
