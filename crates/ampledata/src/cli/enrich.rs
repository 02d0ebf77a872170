//! `enrich`: fills in columns of the user's table.

use std::io;
use std::time::Instant;

use ampledata_core::column::Column;
use ampledata_core::model::JobModels;
use ampledata_store::Caps;
use ampledata_table::{self as table, Format, Limits, Options, Output};

use super::args::{Enrich, Writing};
use super::interrupt::Interrupt;
use super::{Common, Exit, Failure, budget, embedded, json, seconds, settings, watch};
use crate::app::columns::{from_json, from_spec};
use crate::app::enrich::{
    self, Context, Destination, Ended, ExtraColumns, Prepared, Request, Summary,
};
use crate::app::{self, RequestError, ServiceFactory};
use crate::printer::{Grid, Printer, visible};

pub(super) async fn run(
    args: Enrich,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let settings = settings(common, embedded(&args.effort))?;
    let destination = destination(&args.writing)?;
    let opened = enrich::open(request(&args)?, &destination)?;
    let format = destination.format(opened.format());
    check_terminal(printer, &destination, format)?;
    let services = factory.create_services(&settings, None).await?;
    if args.dry_run {
        let estimate = enrich::estimate(opened, &settings, &services).await?;
        return budget::print_estimate(printer, &args, &estimate);
    }
    let prepared = enrich::prepare(opened, &settings, &services).await?;
    for warning in &prepared.warnings {
        printer.warning(&visible(warning));
    }
    let worked = if prepared.is_finished() {
        printer
            .note("this job has finished already; only its table is written (--fresh starts over)");
        false
    } else {
        let interrupt = Interrupt::listen();
        print_start(printer, &prepared);
        match watch::run(&prepared, &services, printer, interrupt).await? {
            Ended::Complete => {}
            Ended::Stopped => return interrupted(printer, &prepared, &services).await,
            Ended::Paused(reason) => return paused(printer, &prepared, &services, &reason).await,
        }
        true
    };
    let output = match &destination.path {
        Some(path) => Output::Path(path.clone()),
        None => Output::stream(io::stdout()),
    };
    let extra = destination.extra;
    let store = services.store.as_ref();
    let summary = match enrich::export(&prepared, store, extra, output, format).await {
        Err(app::Error::Write(table::WriteError::Io { source, .. }))
            if destination.path.is_none() =>
        {
            return Err(source.into());
        }
        summary => summary?,
    };
    report(printer, &args.writing, &summary, worked.then(|| begun.elapsed()))?;
    let usage = store.usage(&prepared.job.id).await.map_err(app::Error::from)?;
    budget::print_cost(printer, &usage, &summary);
    Ok(if summary.failed > 0 { Exit::Failed } else { Exit::Done })
}

fn destination(writing: &Writing) -> Result<Destination, Failure> {
    let format = writing.format.as_deref().map(str::parse).transpose();
    let format = format
        .map_err(|error| Failure::usage(app::table_code(&error), format!("--format: {error}")))?;
    let extra = ExtraColumns { evidence: writing.evidence, reasons: writing.reasons };
    Ok(Destination { path: writing.output.clone(), format, extra })
}

fn request(args: &Enrich) -> Result<Request, Failure> {
    let context = match args.context.as_deref() {
        None => Context::Others,
        Some([none]) if none == "none" => Context::Named(Vec::new()),
        Some(names) => Context::Named(names.to_vec()),
    };
    Ok(Request {
        input: args.input.clone(),
        options: Options {
            format: None,
            sheet: args.reading.sheet.clone(),
            encoding: args.reading.encoding.clone(),
            header_row: args.reading.header_row,
            expected_headers: args.key.clone(),
            limits: Limits::default(),
        },
        key: args.key.clone(),
        columns: columns(args)?,
        context,
        entity_type: args.entity_type.clone(),
        fill_blanks: args.fill_blanks,
        limit: args.limit,
        fresh: args.fresh,
        caps: Caps { job: args.budget.max_cost, row: args.budget.max_row_cost },
        models: args.model.clone(),
    })
}

/// The columns of the file, then those of the command line.
fn columns(args: &Enrich) -> Result<Vec<Column>, app::Error> {
    let mut columns = Vec::new();
    if let Some(path) = &args.columns {
        let text = std::fs::read_to_string(path)
            .map_err(|source| app::Error::Open { path: path.clone(), source })?;
        let labelled = from_json(&text)
            .map_err(|source| app::Error::Columns { path: path.clone(), source })?;
        columns = labelled.columns;
    }
    for spec in &args.column {
        columns.push(from_spec(spec)?);
    }
    Ok(columns)
}

fn check_terminal(
    printer: &Printer,
    destination: &Destination,
    format: Format,
) -> Result<(), app::Error> {
    let bytes = matches!(format, Format::Xlsx | Format::Parquet);
    if bytes && destination.path.is_none() && printer.stdout_is_terminal() {
        return Err(RequestError::BinaryToTerminal(format).into());
    }
    Ok(())
}

fn print_start(printer: &Printer, prepared: &Prepared) {
    let (done, rows) = (prepared.progress.finished(), prepared.progress.rows);
    if prepared.job.started_at.is_some() {
        printer.note(&format!("resuming an interrupted run: {done} of {rows} rows are done"));
    } else {
        let columns = prepared.job.plan.columns.len();
        printer.note(&format!("{rows} rows, {columns} columns requested"));
    }
    if let Some(models) = prepared.job.models.as_deref()
        && !models.hosted().is_empty()
    {
        let JobModels { patterns, decisions, values } = models;
        printer
            .note(&format!("models: patterns {patterns}, decisions {decisions}, values {values}"));
    }
}

async fn paused(
    printer: &Printer,
    prepared: &Prepared,
    services: &app::Services,
    reason: &str,
) -> Result<Exit, Failure> {
    let progress = enrich::progress(prepared, services).await?;
    let (done, rows) = (progress.finished(), progress.rows);
    printer.error("job_paused", &visible(reason));
    if let Some(hint) = enrich::replacement_hint(prepared, services).await {
        printer.diagnostic(&format!("`--model {hint}` resumes it with another model"));
    }
    printer.diagnostic(&format!(
        "{done} of {rows} rows are done and saved, for {}; run the same command again to resume",
        budget::dollars(progress.cost_nano_usd)
    ));
    Ok(Exit::Failed)
}

async fn interrupted(
    printer: &Printer,
    prepared: &Prepared,
    services: &app::Services,
) -> Result<Exit, Failure> {
    let progress = enrich::progress(prepared, services).await?;
    let (done, rows) = (progress.finished(), progress.rows);
    printer.diagnostic(&format!(
        "interrupted: {done} of {rows} rows are done and saved; run the same command again to resume"
    ));
    Ok(Exit::Interrupted)
}

fn report(
    printer: &Printer,
    writing: &Writing,
    summary: &Summary,
    worked: Option<std::time::Duration>,
) -> Result<(), Failure> {
    if writing.json {
        let mut report = serde_json::json!(summary);
        report["seconds"] = worked.map(|worked| worked.as_secs_f64()).into();
        report["output"] = writing.output.as_ref().map(|path| path.to_string_lossy()).into();
        printer.data(&json(&report)?)?;
    }
    let time = worked.map(|worked| format!(" in {}", seconds(worked))).unwrap_or_default();
    let into = writing.output.as_ref().map(|path| format!(", written to {}", path.display()));
    printer.note(&format!(
        "{} rows, {} failed{time}{}",
        summary.rows,
        summary.failed,
        into.unwrap_or_default()
    ));
    for failure in &summary.failures {
        printer.warning(&visible(failure));
    }
    let unnamed = summary.failed.saturating_sub(summary.failures.len() as u64);
    if unnamed > 0 {
        printer.warning(&format!("{unnamed} more rows failed"));
    }
    printer.note_table(&outcomes(summary));
    if !writing.evidence {
        printer.note("add --evidence to include confidence, source, quote and reason");
    }
    Ok(())
}

/// A table of the outcomes of each column's cells.
pub(super) fn outcomes(summary: &Summary) -> Grid {
    let headers = ["column", "found", "absent", "blocked", "conflict", "error"];
    let mut grid = Grid::new(&headers).align_right(1..6).truncate_at(40);
    for column in &summary.columns {
        let counts = [column.found, column.absent, column.blocked, column.conflict, column.error];
        let counts = counts.iter().map(ToString::to_string);
        let cells: Vec<_> = std::iter::once(column.name.clone()).chain(counts).collect();
        grid.add_row(&cells);
    }
    grid
}
