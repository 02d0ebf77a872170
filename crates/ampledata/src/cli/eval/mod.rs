//! `eval`: measures the quality of the results on a labelled set.

use std::path::Path;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::args::{Effort, Eval};
use super::interrupt::Interrupt;
use super::{Common, Exit, Failure, embedded, json, settings};
use crate::app::eval::baseline::{Baseline, Regression};
use crate::app::eval::compare::{Comparison, compare};
use crate::app::eval::report::{self, KindReport, to_json};
use crate::app::eval::set::{self, EmptyGold};
use crate::app::eval::{self, history, html};
use crate::app::{Error, ServiceFactory};
use crate::printer::Printer;

mod tables;

pub(super) async fn run(
    args: Eval,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    // Files that cannot be used are reported before any work is done.
    let earlier = args.compare.as_deref().map(report::read).transpose().map_err(Error::from)?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose().map_err(Error::from)?;
    let reports = if args.dir.is_file() {
        chosen(report::read(&args.dir).map_err(Error::from)?, &args.kind)?
    } else {
        let evaluation = Evaluation {
            folder: &args.dir,
            kinds: &args.kind,
            empty: if args.empty_is_absent { EmptyGold::Absent } else { EmptyGold::Unknown },
            out: args.out.as_deref(),
            effort: &args.effort,
        };
        match evaluation.run(common, printer, factory).await? {
            Some(reports) => reports,
            None => return Ok(Exit::Interrupted),
        }
    };
    let compared = earlier.map(|earlier| compare_with(&earlier, &reports)).transpose()?;
    write_files(&args, &reports)?;
    let mut output =
        to_json(&reports).map_err(|error| Failure::failed("output_failed", error.to_string()))?;
    let regressions = baseline.map_or_else(Vec::new, |known| known.regressions(&output["total"]));
    if args.json {
        if let Some(compared) = &compared {
            output["comparison"] = serde_json::to_value(compared)
                .map_err(|error| Failure::failed("output_failed", error.to_string()))?;
        }
        printer.data(&json(&output)?)?;
    } else {
        tables::print(printer, &reports)?;
        if let Some(compared) = &compared {
            tables::print_comparison(printer, compared)?;
        }
    }
    if regressions.is_empty() { Ok(Exit::Done) } else { Err(regressed(&regressions)) }
}

/// An evaluation of a labelled set.
pub(super) struct Evaluation<'a> {
    /// The folder of the set.
    pub(super) folder: &'a Path,
    /// The requested kinds; all if none is named.
    pub(super) kinds: &'a [String],
    /// What empty gold cells mean.
    pub(super) empty: EmptyGold,
    /// The folder for the predictions.
    pub(super) out: Option<&'a Path>,
    /// Settings of the work.
    pub(super) effort: &'a Effort,
}

impl Evaluation<'_> {
    /// Enriches and scores the kinds. `None` if the user interrupts it.
    pub(super) async fn run(
        &self,
        common: &Common,
        printer: &Printer,
        factory: &dyn ServiceFactory,
    ) -> Result<Option<Vec<KindReport>>, Failure> {
        let mut flags = embedded(self.effort);
        if self.effort.corpus.is_none() {
            flags.push(("CORPUS_DIR", self.folder.to_string_lossy().into_owned()));
            flags.push(("SEARCH_PROVIDER", "corpus".to_owned()));
        }
        let settings = settings(common, flags)?;
        let kinds = set::read(self.folder, self.kinds, self.empty).map_err(Error::from)?;
        // Each evaluation starts with an empty database, so that nothing is cached and everything is measured.
        let scratch = tempfile::tempdir()
            .map_err(|source| Error::Unpack { path: std::env::temp_dir(), source })?;
        let database = Some(scratch.path().join("eval.db"));
        let services = factory.create_services(&settings, database).await?;
        let stop = CancellationToken::new();
        let mut interrupt = Interrupt::listen();
        let mut reports = Vec::new();
        for kind in &kinds {
            let prepared = eval::prepare(kind, &settings, &services).await?;
            printer.note(&format!("{}: {} rows", kind.name, prepared.progress.rows));
            let mut bar = printer.bar(prepared.progress.rows, 0);
            let report = tokio::select! {
                report = eval::kind(kind, &prepared, &services, self.out, &mut bar, &stop) => report?,
                () = interrupt.heed(&stop, printer) => None,
            };
            let Some(report) = report else { return Ok(None) };
            reports.push(report);
        }
        Ok(Some(reports))
    }
}

/// The requested kinds of an earlier evaluation; all if none is named.
fn chosen(reports: Vec<KindReport>, only: &[String]) -> Result<Vec<KindReport>, Failure> {
    let known = |name: &&String| reports.iter().any(|report| report.name == **name);
    if let Some(name) = only.iter().find(|name| !known(name)) {
        let kinds = reports.iter().map(|report| report.name.clone()).collect();
        return Err(Error::from(set::Error::UnknownKind { name: name.clone(), kinds }).into());
    }
    let is_chosen = |report: &KindReport| only.is_empty() || only.contains(&report.name);
    Ok(reports.into_iter().filter(is_chosen).collect())
}

fn compare_with(earlier: &[KindReport], now: &[KindReport]) -> Result<Comparison, Failure> {
    compare(earlier, now).ok_or_else(|| {
        let message = "--compare: the two evaluations have no cell in common";
        Failure::usage("wrong_evaluation", message)
    })
}

fn write_files(args: &Eval, reports: &[KindReport]) -> Result<(), Error> {
    let folder = args.dir.canonicalize().unwrap_or_else(|_| args.dir.clone());
    let set = folder.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into());
    let now = Timestamp::now();
    if let Some(path) = &args.report {
        html::write(path, &set, now, reports)?;
    }
    if let Some(path) = &args.history {
        history::append(path, &set, args.label.as_deref(), now, reports)?;
    }
    Ok(())
}

fn regressed(regressions: &[Regression]) -> Failure {
    let sentence = |one: &Regression| match one.measured {
        Some(measured) => format!("{} is {measured:.3} instead of {:.3}", one.figure, one.expected),
        None => format!("{} is missing instead of {:.3}", one.figure, one.expected),
    };
    let sentences: Vec<String> = regressions.iter().map(sentence).collect();
    let message = format!("worse than the baseline: {}", sentences.join(", "));
    Failure::failed("evaluation_regressed", message)
}
