//! `eval`: measures the quality of the results on a labelled set.

use std::io;

use tokio_util::sync::CancellationToken;

use super::args::Eval;
use super::interrupt::Interrupt;
use super::{Common, Exit, Failure, embedded, json, settings};
use crate::app::eval::report::{KindReport, Line, to_json, total};
use crate::app::eval::tally::Band;
use crate::app::eval::{self, set};
use crate::app::{Error, ServiceFactory};
use crate::printer::{Grid, Printer};

pub(super) async fn run(
    args: Eval,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let mut flags = embedded(&args.effort);
    if args.effort.corpus.is_none() {
        flags.push(("CORPUS_DIR", args.dir.to_string_lossy().into_owned()));
        flags.push(("SEARCH_PROVIDER", "corpus".to_owned()));
    }
    let settings = settings(common, flags)?;
    let kinds = set::read(&args.dir, &args.kind).map_err(Error::from)?;
    // Each evaluation starts with an empty database, so that nothing is cached and everything is measured.
    let scratch = tempfile::tempdir()
        .map_err(|source| Error::Unpack { path: std::env::temp_dir(), source })?;
    let services = factory.create_services(&settings, Some(scratch.path().join("eval.db"))).await?;
    let stop = CancellationToken::new();
    let mut interrupt = Interrupt::listen();
    let mut reports = Vec::new();
    for kind in &kinds {
        let prepared = eval::prepare(kind, &settings, &services).await?;
        printer.note(&format!("{}: {} rows", kind.name, prepared.progress.rows));
        let mut bar = printer.bar(prepared.progress.rows, 0);
        let out = args.out.as_deref();
        let report = tokio::select! {
            report = eval::kind(kind, &prepared, &services, out, &mut bar, &stop) => report?,
            () = interrupt.heed(&stop, printer) => None,
        };
        let Some(report) = report else { return Ok(Exit::Interrupted) };
        reports.push(report);
    }
    if args.json {
        let report = to_json(&reports)
            .map_err(|error| Failure::failed("output_failed", error.to_string()))?;
        printer.data(&json(&report)?)?;
    } else {
        print(printer, &reports)?;
    }
    Ok(Exit::Done)
}

fn print(printer: &Printer, kinds: &[KindReport]) -> io::Result<()> {
    let quality = [
        "kind",
        "rows",
        "gold",
        "predicted",
        "correct",
        "precision",
        "recall",
        "f1",
        "evidence",
        "ece",
        "brier",
        "high",
        "medium",
        "low",
    ];
    let cost = ["kind", "searches", "pages", "model calls", "tokens in", "tokens out", "USD", "s"];
    let mut by_quality = Grid::new(&quality).align_right(1..quality.len());
    let mut by_cost = Grid::new(&cost).align_right(1..cost.len());
    let lines = kinds.iter().map(|kind| (kind.name.as_str(), kind.line()));
    for (name, line) in lines.chain([("total", total(kinds))]) {
        by_quality.add_row(&quality_cells(name, &line));
        by_cost.add_row(&cost_cells(name, &line));
    }
    printer.data_table(&by_quality)?;
    printer.data(
        "\nhigh, medium, low: correct/predicted by confidence (from 0.9, from 0.75, below)\n\n",
    )?;
    printer.data_table(&by_cost)
}

fn quality_cells(name: &str, line: &Line) -> Vec<String> {
    let figures = &line.figures;
    let counts = [line.rows, figures.gold, figures.predicted, figures.correct];
    let shares = [
        figures.precision,
        figures.recall,
        figures.f1,
        figures.evidence_rate,
        figures.ece,
        figures.brier,
    ];
    let bands = [figures.bands.high, figures.bands.medium, figures.bands.low];
    let band = |band: Band| format!("{}/{}", band.correct, band.n);
    std::iter::once(name.to_owned())
        .chain(counts.iter().map(ToString::to_string))
        .chain(shares.iter().map(|share| format!("{share:.3}")))
        .chain(bands.map(band))
        .collect()
}

fn cost_cells(name: &str, line: &Line) -> Vec<String> {
    let cost = &line.cost;
    let counts = [cost.searches, cost.pages, cost.model_calls, cost.tokens_in, cost.tokens_out];
    std::iter::once(name.to_owned())
        .chain(counts.iter().map(ToString::to_string))
        .chain([format!("{:.4}", cost.cost_usd), format!("{:.1}", cost.seconds)])
        .collect()
}
