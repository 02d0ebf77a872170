//! Runs an evaluation: each kind of a labelled set is enriched anew and scored.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ampledata_core::row::Cell;
use ampledata_store::{Job, ResultRow};
use ampledata_table::{
    Cell as TableCell, Column, Format, Kind as CellKind, Options, Output, Writer,
};
use tokio_util::sync::CancellationToken;

use super::report::{Cost, KindReport};
use super::score::{folded, is_correct};
use super::set::{GoldRow, Kind};
use super::tally::{Prediction, Tally};
use crate::app::enrich::{self, Context, Destination, ExtraColumns, Prepared, Request, Watch};
use crate::app::{Error, Services};
use crate::config::Settings;

/// Rows read from the store at a time.
const CHUNK: u32 = 1_000;

/// The prediction for one entity.
struct Predicted {
    key: String,
    cells: Vec<Option<Cell>>,
}

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
        columns: judged(kind, &predicted),
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
        predicted
            .extend(rows.into_iter().map(|row| Predicted { key: key(&row), cells: row.cells }));
    }
}

/// The text of a prediction, if there is one.
fn text(cell: Option<&Option<Cell>>) -> Option<String> {
    let text = cell?.as_ref()?.value.as_ref()?.to_string();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Scores the predictions of each column.
fn judged(kind: &Kind, predicted: &[Predicted]) -> Vec<(String, Tally)> {
    let pairs = pairs(&kind.gold, predicted);
    let columns = kind.columns.iter().enumerate().map(|(at, column)| {
        let mut tally = Tally::default();
        for (gold, predicted) in pairs.iter().filter(|(gold, _)| !gold.accepted[at].is_empty()) {
            let cell = predicted.and_then(|predicted| predicted.cells.get(at));
            tally.count(text(cell).map(|text| Prediction {
                confidence: cell.and_then(Option::as_ref).map_or(0.0, |cell| cell.confidence),
                correct: gold.accepted[at].iter().any(|gold| is_correct(column, &text, gold)),
                proven: cell.and_then(Option::as_ref).is_some_and(|cell| cell.evidence.is_some()),
            }));
        }
        (column.name.clone(), tally)
    });
    columns.collect()
}

/// Gold and predicted rows are matched by their folded keys; among namesakes, the first gold row goes with
/// the first prediction, and so on.
fn pairs<'a>(
    gold: &'a [GoldRow],
    predicted: &'a [Predicted],
) -> Vec<(&'a GoldRow, Option<&'a Predicted>)> {
    let mut by_key: BTreeMap<String, Vec<&Predicted>> = BTreeMap::new();
    for predicted in predicted {
        by_key.entry(folded(&predicted.key)).or_default().push(predicted);
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let pair = |gold: &'a GoldRow| {
        let turn = seen.entry(gold.key.as_str()).or_default();
        let namesakes = by_key.get(&gold.key);
        let found = namesakes.and_then(|all| all.get(*turn).or(all.last()).copied());
        *turn += 1;
        (gold, found)
    };
    gold.iter().map(pair).collect()
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
            cells.push(text(predicted.cells.get(at)).map_or(TableCell::Empty, TableCell::Text));
        }
        cells.push(source(&predicted.cells).map_or(TableCell::Empty, TableCell::Text));
        writer.write(&cells)?;
    }
    Ok(writer.finish()?)
}

/// The page that most of the cells come from; on a tie, the first by address.
fn source(cells: &[Option<Cell>]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for evidence in cells.iter().flatten().filter_map(|cell| cell.evidence.as_ref()) {
        *counts.entry(evidence.url.as_str()).or_default() += 1;
    }
    let best = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    best.map(|(url, _)| (*url).to_owned())
}
