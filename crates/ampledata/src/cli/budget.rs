//! The cost of a job: estimated, and actual.

use ampledata_store::Usage;

use super::args::Enrich;
use super::{Exit, Failure, json};
use crate::app::enrich::Summary;
use crate::app::pricing::Estimate;
use crate::printer::Printer;

/// An amount as text, from billionths of a US dollar.
pub(super) fn dollars(nano_usd: u64) -> String {
    format!("{:.4} USD", nano_usd as f64 / 1e9)
}

/// Prints the estimate of a job.
pub(super) fn print_estimate(
    printer: &Printer,
    args: &Enrich,
    estimate: &Estimate,
) -> Result<Exit, Failure> {
    if args.writing.json {
        printer.data(&json(estimate)?)?;
        return Ok(Exit::Done);
    }
    let Estimate { rows, own_rows, cells, searches, pages, model_calls, .. } = estimate;
    let mut lines = format!(
        "{rows} rows, {own_rows} of them to be worked on, {cells} cells requested\n\
         {searches} searches, {pages} pages, {model_calls} model calls with {} input and {} output tokens\n\
         about {:.2} USD, {:.2} USD if every row needs every attempt; expected time {}\n",
        estimate.tokens_in,
        estimate.tokens_out,
        estimate.cost_usd,
        estimate.cost_at_most_usd,
        duration(estimate.seconds),
    );
    let from = match estimate.from_rows {
        0 => "estimated from settings; no earlier runs to learn from".to_owned(),
        rows => format!("estimated from {rows} rows of earlier jobs"),
    };
    lines.push_str(&from);
    if !estimate.unknown_prices.is_empty() {
        lines += "\nnot included, because the price is unknown: ";
        lines += &estimate.unknown_prices.join(", ");
    }
    if !estimate.expired_prices.is_empty() {
        lines += "\nincluded at a price that has expired: ";
        lines += &estimate.expired_prices.join(", ");
    }
    printer.data(&lines)?;
    Ok(Exit::Done)
}

fn duration(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7_200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3_600.0)
    }
}

/// Prints the cost of a job, in total and per found cell; nothing if no call was metered.
pub(super) fn print_cost(printer: &Printer, usage: &[Usage], summary: &Summary) {
    let cost: u64 = usage.iter().map(|usage| usage.cost_nano_usd).sum();
    let found: u64 = summary.columns.iter().map(|column| column.found).sum();
    let requested: u64 = summary
        .columns
        .iter()
        .map(|column| {
            column.found + column.absent + column.blocked + column.conflict + column.error
        })
        .sum();
    let metered = |usage: &&Usage| usage.model.is_some() || usage.cost_nano_usd > 0;
    if !usage.iter().any(|usage| metered(&usage)) {
        return;
    }
    let calls: u64 = usage.iter().filter(metered).map(|usage| usage.calls).sum();
    let cached: u64 = usage.iter().filter(metered).map(|usage| usage.cached).sum();
    let per_cell = cost.checked_div(found).map(|cost| format!(", {} a found cell", dollars(cost)));
    let per_cell = per_cell.unwrap_or_default();
    printer.note(&format!(
        "{} for {calls} metered calls ({cached} more were answered from the cache): {found} of \
         {requested} cells found{per_cell}",
        dollars(cost)
    ));
}
