//! `doctor`: shows what is wrong and how to fix it.

use super::args::Doctor;
use super::{Common, Exit, Failure, json, settings};
use crate::app::ServiceFactory;
use crate::app::doctor::{Check, State, checks, settings_failed};
use crate::printer::{Printer, visible};

pub(super) async fn run(
    args: &Doctor,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let checks = match settings(common, Vec::new()) {
        Ok(settings) => checks(&settings, factory).await,
        Err(error) => vec![settings_failed(&error.to_string())],
    };
    let well = checks.iter().all(|check| check.state == State::Well);
    if args.json {
        let report = serde_json::json!({ "well": well, "checks": checks });
        printer.data(&json(&report)?)?;
    } else {
        let lines: String = checks.iter().map(line).collect();
        printer.data(&lines)?;
    }
    Ok(if well { Exit::Done } else { Exit::Failed })
}

fn line(check: &Check) -> String {
    let (mark, colour) = match check.state {
        State::Well => ("ok", "\x1b[32m"),
        State::Skipped => ("--", "\x1b[33m"),
        State::Failed => ("!!", "\x1b[31m"),
    };
    let seen = check.seen.lines().map(visible).collect::<Vec<_>>().join("\n   ");
    let fix = check.fix.as_ref().map(|fix| format!("   fix: {fix}\n")).unwrap_or_default();
    format!("{colour}{mark}\x1b[0m {}: {seen}\n{fix}", check.name)
}
