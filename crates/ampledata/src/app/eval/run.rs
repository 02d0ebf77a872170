//! Runs an evaluation: each kind of a labelled set is enriched anew and scored.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ampledata_core::row::Cell as ResultCell;
use ampledata_store::{Job, ResultRow};
use ampledata_table::{
    Cell as TableCell, Column, Format, Kind as CellKind, Options, Output, Writer,
};
use tokio_util::sync::CancellationToken;

use super::report::{Cost, KindReport};
use super::scored::{Predicted, score_cells, value_text};
use super::set::Kind;
use crate::app::enrich::{self, Context, Destination, ExtraColumns, Prepared, Request, Watch};
use crate::app::{Error, Services};
use crate::config::Settings;

/// Rows read from the store at a time.
const CHUNK: u32 = 1_000;

/// The job of a kind, ready to run.
///
/// # Errors
/// The kind's table cannot be used, or the store fails.
pub async fn prepare(
    kind: &Kind,
    settings: &Settings,
    services: &Services,
) -> Result<Prepared, Error> {
    let request = Request {
        input: kind.input.clone(),
        options: Options::default(),
        key: vec![kind.key.clone()],
        columns: kind.columns.clone(),
        context: Context::Others,
        entity_type: None,
        fill_blanks: false,
        limit: None,
        fresh: true,
        caps: ampledata_store::Caps::default(),
        models: Vec::new(),
    };
    let destination = Destination { path: None, format: None, extra: ExtraColumns::default() };
    let opened = enrich::open(request, &destination)?;
    enrich::prepare(opened, settings, services).await
}

/// Enriches a kind and scores it. `None` if it was stopped.
///
/// # Errors
/// The engine or the store fails, or the predictions cannot be written.
pub async fn kind(
    kind: &Kind,
    prepared: &Prepared,
    services: &Services,
    out: Option<&Path>,
    watch: &mut dyn Watch,
    stop: &CancellationToken,
) -> Result<Option<KindReport>, Error> {
    let begun = Instant::now();
    match enrich::run(prepared, services, watch, stop).await? {
        enrich::Ended::Complete => {}
        enrich::Ended::Stopped => return Ok(None),
        enrich::Ended::Paused(message) => {
            return Err(Error::Engine { code: "job_paused", message });
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let predicted = predictions(&prepared.job, services).await?;
    if let Some(folder) = out {
        write(folder, kind, &predicted)?;
    }
    let usage = services.store.usage(&prepared.job.id).await?;
    Ok(Some(KindReport {
        name: kind.name.clone(),
        rows: predicted.len() as u64,
        columns: kind.columns.iter().map(|column| column.name.clone()).collect(),
        cells: score_cells(kind, &predicted),
        cost: Cost::of(&usage, seconds),
    }))
}

async fn predictions(job: &Job, services: &Services) -> Result<Vec<Predicted>, Error> {
    let mut predicted = Vec::new();
    let mut from = 0;
    loop {
        let rows = services.store.results(&job.id, from, CHUNK).await?;
        let Some(last) = rows.last() else { return Ok(predicted) };
        from = last.index + 1;
        let key = |row: &ResultRow| {
            let cell = job.key.first().and_then(|at| row.source.get(*at));
            cell.map(|cell| cell.text().into_owned()).unwrap_or_default()
        };
        predicted.extend(rows.into_iter().map(|row| Predicted {
            key: key(&row),
            cells: row.cells,
            attempts: row.attempts,
        }));
    }
}

/// Writes `pred_KIND.csv`: the key, the columns, and the page that most of the cells come from.
fn write(folder: &Path, kind: &Kind, predicted: &[Predicted]) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .map_err(|source| Error::Unpack { path: folder.to_owned(), source })?;
    let path: PathBuf = folder.join(format!("pred_{}.csv", kind.name));
    let names = kind.columns.iter().map(|column| column.name.as_str());
    let names = std::iter::once("key").chain(names).chain(["_source"]);
    let columns: Vec<_> = names.map(|name| Column::new(name, CellKind::Text)).collect();
    let mut writer = Writer::create(Output::Path(path), Format::Csv, &columns)?;
    for predicted in predicted {
        let mut cells = vec![TableCell::Text(predicted.key.clone())];
        for at in 0..kind.columns.len() {
            let value = predicted.cells.get(at).and_then(|cell| value_text(cell.as_ref()?));
            cells.push(value.map_or(TableCell::Empty, TableCell::Text));
        }
        cells.push(source(&predicted.cells).map_or(TableCell::Empty, TableCell::Text));
        writer.write(&cells)?;
    }
    Ok(writer.finish()?)
}

/// The page that most of the cells come from; on a tie, the first by address.
fn source(cells: &[Option<ResultCell>]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for evidence in cells.iter().flatten().filter_map(|cell| cell.evidence.as_ref()) {
        *counts.entry(evidence.url.as_str()).or_default() += 1;
    }
    let best = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    best.map(|(url, _)| (*url).to_owned())
}
