//! `demo`: runs a complete job on the bundled example.

use std::time::Instant;

use ampledata_table::{Format, Output};

use super::args::Demo;
use super::interrupt::Interrupt;
use super::{Common, Exit, Failure, enrich::outcomes, seconds, settings, watch};
use crate::app::enrich::{self, Destination, Ended, ExtraColumns, Shown};
use crate::app::{Error, ServiceFactory, demo};
use crate::printer::{Grid, Printer};

const LEGEND: &str = "\
found     a value, and a sentence on a page that proves it
absent    no page that could be read states the fact
blocked   a page that may state it could not be read: a login, a captcha, a refusal
conflict  pages of equal standing contradict each other, and neither is chosen
error     something failed";

pub(super) async fn run(
    args: Demo,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let scratch = tempfile::tempdir()
        .map_err(|source| Error::Unpack { path: std::env::temp_dir(), source })?;
    let (example, data) = (scratch.path().join("bridges"), scratch.path().join("data"));
    let flags = [
        ("CORPUS_DIR", example.to_string_lossy().into_owned()),
        ("SEARCH_PROVIDER", "corpus".to_owned()),
        ("ENGINE", "embedded".to_owned()),
        ("DATABASE_URL_ENRICH", format!("sqlite://{}", data.join("demo.db").display())),
        ("PATTERN_MODEL", "builtin".to_owned()),
        ("DECISION_MODEL", "builtin".to_owned()),
        ("EXTRACTION_MODEL", "builtin".to_owned()),
    ];
    let private =
        Common { data_dir: Some(data), config: common.config.clone(), quiet: common.quiet };
    let settings = settings(&private, flags.to_vec())?;
    demo::unpack(&example)?;
    let destination =
        Destination { path: Some(args.output), format: None, extra: ExtraColumns::EVIDENCE };
    let opened = enrich::open(demo::request(&example)?, &destination)?;
    let format = destination.format(Format::Csv);
    let services = factory.create_services(&settings, None).await?;
    let prepared = enrich::prepare(opened, &settings, &services).await?;
    printer.note(&format!(
        "enriching {} bridges from the pages of the example",
        prepared.progress.rows
    ));
    if watch::run(&prepared, &services, printer, Interrupt::listen()).await? != Ended::Complete {
        return Ok(Exit::Interrupted);
    }
    let cells = enrich::cells(&prepared, &services).await?;
    printer.data_table(&table(&cells))?;
    printer.data(&format!("\n{LEGEND}\n"))?;
    let extra = destination.extra;
    let path = destination.path.unwrap_or_default();
    let output = Output::Path(path.clone());
    let store = services.store.as_ref();
    let summary = enrich::export(&prepared, store, extra, output, format).await?;
    printer.note_table(&outcomes(&summary));
    printer.note(&format!(
        "{} rows in {}; the table, with the quote behind every value, is in {}",
        summary.rows,
        seconds(begun.elapsed()),
        path.display()
    ));
    Ok(if summary.failed > 0 { Exit::Failed } else { Exit::Done })
}

/// One line per cell; the key is on the first line of its row.
fn table(cells: &[Shown]) -> Grid {
    let mut grid = Grid::new(&["bridge", "column", "value", "confidence", "page"])
        .align_right([3])
        .truncate_at(58);
    let mut key = None;
    for cell in cells {
        let same = key == Some(cell.key.as_str());
        key = Some(cell.key.as_str());
        let found = cell.value.is_some();
        let confidence = if found { format!("{:.2}", cell.confidence) } else { String::new() };
        let value = cell.value.clone();
        grid.add_row(&[
            if same { String::new() } else { cell.key.clone() },
            cell.column.clone(),
            value.unwrap_or_else(|| format!("({})", cell.outcome.as_str())),
            confidence,
            cell.url.clone().unwrap_or_default(),
        ]);
    }
    grid
}
