//! `calibrate`: refits the model of confidence from labelled values.

use std::path::Path;

use ampledata_core::confidence::{Coefficients, ConfidenceModel};
use ampledata_store::Owner;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Calibrate, GroupBy};
use super::{Common, Exit, Failure, embedded, eval, json, settings};
use crate::app::calibrate::{self, Assessment, By, Collected, Undone, assess};
use crate::app::eval::report;
use crate::app::eval::set::EmptyGold;
use crate::app::eval::tally::{Band, Calibration};
use crate::app::{Error, ServiceFactory};
use crate::config::Settings;
use crate::printer::{Grid, Printer};

pub(super) async fn run(
    args: Calibrate,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let settings = settings(common, embedded(&args.effort))?;
    if args.show {
        return show(&args, &settings, printer);
    }
    if args.undo {
        return undo(&settings, printer);
    }
    let known = calibrate::load(&settings.data_dir).map_err(Error::from)?;
    let known = known.as_ref().unwrap_or_else(|| ConfidenceModel::shipped());
    let Some(collected) = collect(&args, common, &settings, printer, factory).await? else {
        return Ok(Exit::Interrupted);
    };
    warn(&collected, printer);
    let by = by(args.by);
    let found = assess(&collected.labels, known, by.grouping()).map_err(Error::from)?;
    let model = ConfidenceModel { fitted: description(&args, &found), coefficients: found.fitted };
    if args.json {
        let report = serde_json::json!({ "assessment": found, "model": model });
        printer.data(&json(&report)?)?;
    } else {
        print(printer, &found)?;
    }
    if model.check().is_err() || !found.is_better() {
        let (before, after) = (found.before.log_loss(), found.after.log_loss());
        let message = format!(
            "nothing was changed: on labels that it was not fitted to, the log loss of the fitted model is \
             {after:.4}, that of the present one {before:.4}"
        );
        return Err(Failure::failed("calibration_no_better", message));
    }
    save(&args, &settings, &model, printer)?;
    Ok(Exit::Done)
}

fn save(
    args: &Calibrate,
    settings: &Settings,
    model: &ConfidenceModel,
    printer: &Printer,
) -> Result<(), Error> {
    if let Some(path) = &args.out {
        calibrate::write(path, model)?;
        printer.note(&format!("written to {}", path.display()));
    } else {
        calibrate::save(&settings.data_dir, model)?;
        let path = calibrate::path(&settings.data_dir);
        printer.note(&format!(
            "written to {}: new jobs of this data folder use it, stored results keep their confidence; \
             `ampledata calibrate --undo` goes back",
            path.display()
        ));
    }
    Ok(())
}

/// The labels of all sources. `None` if the user interrupts an evaluation.
async fn collect(
    args: &Calibrate,
    common: &Common,
    settings: &Settings,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Option<Collected>, Failure> {
    let owner = args.owner.clone().map_or_else(Owner::local, Owner);
    let is_table = |path: &Path| path.extension().is_some_and(|ending| ending == "csv");
    let mut collected = Collected::default();
    let from_store = args.stored || args.labels.iter().any(|path| is_table(path));
    let store = if from_store { Some(factory.open_store(settings).await?) } else { None };
    for path in &args.labels {
        let set = path.to_string_lossy();
        if path.is_dir() {
            let evaluation = eval::Evaluation {
                folder: path,
                kinds: &[],
                empty: EmptyGold::Unknown,
                out: None,
                effort: &args.effort,
            };
            let Some(reports) = evaluation.run(common, printer, factory).await? else {
                return Ok(None);
            };
            collected.add(calibrate::from_reports(&set, &reports, by(args.by)));
        } else if is_table(path)
            && let Some(store) = &store
        {
            collected.add(calibrate::from_corrections(path, store.as_ref(), &owner).await?);
        } else {
            let reports = report::read(path).map_err(Error::from)?;
            collected.add(calibrate::from_reports(&set, &reports, by(args.by)));
        }
    }
    if args.stored
        && let Some(store) = &store
    {
        collected.add(calibrate::from_stored(store.as_ref(), &owner).await?);
    }
    Ok(Some(collected))
}

fn by(group: GroupBy) -> By {
    match group {
        GroupBy::Row => By::Row,
        GroupBy::Kind => By::Kind,
        GroupBy::Site => By::Site,
    }
}

fn warn(collected: &Collected, printer: &Printer) {
    if collected.unmatched > 0 {
        let n = collected.unmatched;
        printer.warning(&format!("{n} corrections are of cells without a stored value"));
    }
    if collected.without_features > 0 {
        let n = collected.without_features;
        printer.warning(&format!(
            "{n} labelled values are left out: they were stored by a version that kept no features"
        ));
    }
}

/// On what and when the model was fitted.
fn description(args: &Calibrate, found: &Assessment) -> String {
    let date = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let name = |path: &std::path::PathBuf| {
        path.file_name().map_or_else(|| "labels".to_owned(), |name| name.to_string_lossy().into())
    };
    let mut names: Vec<String> = args.labels.iter().map(name).collect();
    if args.stored {
        names.push("stored corrections".to_owned());
    }
    format!("{date}, on {} values of {}", found.labels, names.join(", "))
}

fn undo(settings: &Settings, printer: &Printer) -> Result<Exit, Failure> {
    let sentence = match calibrate::undo(&settings.data_dir).map_err(Error::from)? {
        Some(Undone::Previous) => "the model that was fitted before is in use again",
        Some(Undone::Shipped) => "the shipped model is in use again",
        None => "nothing to undo: the shipped model is in use",
    };
    printer.note(sentence);
    Ok(Exit::Done)
}

fn show(args: &Calibrate, settings: &Settings, printer: &Printer) -> Result<Exit, Failure> {
    let fitted = calibrate::load(&settings.data_dir).map_err(Error::from)?;
    let shipped = ConfidenceModel::shipped();
    let current = fitted.as_ref().unwrap_or(shipped);
    if args.json {
        let report = serde_json::json!({ "is_fitted": fitted.is_some(), "model": current });
        printer.data(&json(&report)?)?;
        return Ok(Exit::Done);
    }
    let name = if fitted.is_some() { "fitted" } else { "shipped" };
    printer.data(&format!("{name} model: {}\n", current.fitted))?;
    print_coefficients(printer, ("shipped", shipped.coefficients), (name, current.coefficients))?;
    Ok(Exit::Done)
}

fn print(printer: &Printer, found: &Assessment) -> std::io::Result<()> {
    printer.data(&format!(
        "{} labelled values in {} groups, {} right, {} wrong\n",
        found.labels,
        found.groups,
        found.correct,
        found.labels - found.correct
    ))?;
    let headers = ["", "ECE", "Brier", "log loss", "high", "medium", "low"];
    let mut grid = Grid::new(&headers).align_right(1..headers.len());
    grid.add_row(&calibration_cells("before", &found.before));
    grid.add_row(&calibration_cells("after", &found.after));
    printer.data_table(&grid)?;
    printer.data(&format!(
        "\nafter: on labels that it was not fitted to, in {} parts; high, medium, low: right/all values by \
         confidence (from 0.9, from 0.75, below)\n",
        found.parts
    ))?;
    print_coefficients(printer, ("before", found.known), ("after", found.fitted))
}

fn calibration_cells(name: &str, calibration: &Calibration) -> Vec<String> {
    let band = |band: Band| match band.precision() {
        Some(share) => format!("{}/{} = {share:.2}", band.correct, band.n),
        None => "–".to_owned(),
    };
    let bands = calibration.bands();
    let figures = [calibration.ece(), calibration.brier(), calibration.log_loss()];
    std::iter::once(name.to_owned())
        .chain(figures.map(|figure| format!("{figure:.3}")))
        .chain([bands.high, bands.medium, bands.low].map(band))
        .collect()
}

fn print_coefficients(
    printer: &Printer,
    before: (&str, Coefficients),
    after: (&str, Coefficients),
) -> std::io::Result<()> {
    let mut grid = Grid::new(&["coefficient", before.0, after.0]).align_right(1..3);
    let values = before.1.to_array().into_iter().zip(after.1.to_array());
    for (name, (before, after)) in Coefficients::NAMES.iter().zip(values) {
        grid.add_row(&[(*name).to_owned(), format!("{before:.3}"), format!("{after:.3}")]);
    }
    printer.data_table(&grid)
}
