//! Writes the results in the store to a file.

use ampledata_core::column::{Column as Asked, Task};
use ampledata_core::evidence::Evidence;
use ampledata_core::row::{Cell as ResultCell, CellOutcome, Stage};
use ampledata_store::{Job, ResultRow, Source, Store};
use ampledata_table::{self as table, Cell, Column, Kind, Number, Writer};
use rust_decimal::Decimal;

use super::Error;
use super::request::{EVIDENCE, ExtraColumns, REASONS};
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
    /// Names of the requested columns.
    names: Vec<String>,
    /// For each requested column: the source's column that it fills, if any.
    filled: Vec<Option<usize>>,
    extra: ExtraColumns,
    /// The old service did not record which page proves which value.
    imported: bool,
}

impl Layout {
    /// The original columns, then the new ones, then with evidence five columns for each requested one, then
    /// the reasons.
    pub fn new(source: &[Column], asked: &[Asked], extra: ExtraColumns) -> Self {
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
        if extra.evidence {
            let kinds = [Kind::Number, Kind::Text, Kind::Text, Kind::Text, Kind::Text];
            for asked in asked {
                for (suffix, kind) in EVIDENCE.iter().zip(kinds) {
                    columns.push(Column::new(format!("{}{suffix}", asked.name), kind));
                }
            }
        }
        if extra.reasons {
            columns.push(Column::new(REASONS, Kind::Text));
        }
        let names = asked.iter().map(|asked| asked.name.clone()).collect();
        Self { columns, original: source.len(), names, filled, extra, imported: false }
    }

    /// Headers and types of the output.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The output's cells for a row. An unusable row keeps the cells that have a header.
    pub fn cells(&self, row: &ResultRow) -> Vec<Cell> {
        let mut cells = row.source.clone();
        cells.resize(self.original, Cell::Empty);
        let outcomes: Vec<_> = (0..self.filled.len()).map(|at| self.outcome(row, at)).collect();
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
        if self.extra.evidence {
            for (at, outcome) in outcomes.iter().enumerate() {
                let mut proof = proof(result(at));
                if self.imported && proof[1] == Cell::Empty && proof[0] != Cell::Empty {
                    proof[1] = pages(row);
                }
                cells.extend(proof);
                let (outcome, reason) = outcome.unzip();
                cells
                    .push(outcome.map_or(Cell::Empty, |name| Cell::Text(name.as_str().to_owned())));
                cells.push(reason.map_or(Cell::Empty, web));
            }
        }
        if self.extra.reasons {
            cells.push(self.reasons(&outcomes));
        }
        cells
    }

    /// The outcome of a requested column in this row, and the reason for it; none if the column was not
    /// requested for the row, or the row is not finished. A failed row has failed for all of them.
    fn outcome<'a>(&self, row: &'a ResultRow, at: usize) -> Option<(CellOutcome, &'a str)> {
        if let Some(Some(cell)) = row.cells.get(at) {
            return Some((cell.outcome, &cell.reason));
        }
        let filled = self.filled[at].and_then(|place| row.source.get(place));
        let is_requested = filled.is_none_or(Cell::is_blank);
        let error = || row.error.as_deref().unwrap_or("the row failed without a reason");
        (row.stage == Stage::Failed && is_requested).then(|| (CellOutcome::Error, error()))
    }

    /// Why cells have no value: `founded: absent, not on the 3 pages that were read`. Columns with the same
    /// reason are named together.
    fn reasons(&self, outcomes: &[Option<(CellOutcome, &str)>]) -> Cell {
        let mut columns_by_reason: Vec<(Vec<&str>, (CellOutcome, &str))> = Vec::new();
        for (name, outcome) in self.names.iter().zip(outcomes) {
            let Some(outcome) = outcome.filter(|(outcome, _)| *outcome != CellOutcome::Found)
            else {
                continue;
            };
            match columns_by_reason.iter_mut().find(|(_, other)| *other == outcome) {
                Some((names, _)) => names.push(name),
                None => columns_by_reason.push((vec![name], outcome)),
            }
        }
        let text = columns_by_reason.iter().map(|(names, (outcome, reason))| {
            format!("{}: {}, {reason}", names.join(", "), outcome.as_str())
        });
        let text: Vec<_> = text.collect();
        if text.is_empty() { Cell::Empty } else { web(&text.join("; ")) }
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

/// Text that may contain words of a page.
fn web(text: &str) -> Cell {
    Cell::Web(text.to_owned())
}

/// Confidence, source and quote.
fn proof(cell: Option<&ResultCell>) -> [Cell; 3] {
    let Some(cell) = cell else { return [Cell::Empty, Cell::Empty, Cell::Empty] };
    let confidence = cell.value.as_ref().and_then(|_| confidence(cell.confidence));
    let evidence = cell.evidence.as_ref();
    [
        confidence.map_or(Cell::Empty, Cell::Number),
        evidence.map_or(Cell::Empty, |evidence| web(&evidence.url)),
        evidence.map_or(Cell::Empty, |evidence| web(&quote_with_context(evidence))),
    ]
}

/// The quote, then the words elsewhere on the page that state the unit or the scale of its number:
/// "1,234.5 … in millions of euros".
fn quote_with_context(proof: &Evidence) -> String {
    let stated = proof.context.iter().map(|words| words.quote.as_str());
    let outside = stated.filter(|words| !proof.quote.contains(words));
    std::iter::once(proof.quote.as_str()).chain(outside).collect::<Vec<_>>().join(" … ")
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
    extra: ExtraColumns,
    output: table::Output,
    format: table::Format,
) -> Result<Summary, Error> {
    let layout = Layout::new(&source.columns, &job.plan.columns, extra);
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
