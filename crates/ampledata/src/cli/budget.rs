//! What a job would cost, and what it did.

use ampledata_store::Usage;

use super::args::Enrich;
use super::{Exit, Failure, json};
use crate::app::enrich::Summary;
use crate::app::estimate::Estimate;
use crate::printer::Printer;

/// Money in words, from billionths of a US dollar.
pub(super) fn dollars(nano_usd: u64) -> String {
    format!("{:.4} USD", nano_usd as f64 / 1e9)
}

/// Shows what a job would need.
pub(super) fn show(printer: &Printer, args: &Enrich, estimate: &Estimate) -> Result<Exit, Failure> {
    if args.writing.json {
        printer.data(&json(estimate)?)?;
        return Ok(Exit::Done);
    }
    let Estimate { rows, own_rows, cells, searches, pages, model_calls, .. } = estimate;
    let mut lines = format!(
        "{rows} rows, {own_rows} of them to be worked on, {cells} cells asked for\n\
         {searches} searches, {pages} pages, {model_calls} calls of models with {} tokens in and {} out\n\
         about {:.2} USD, {:.2} USD if every row needs every attempt; perhaps {}\n",
        estimate.tokens_in,
        estimate.tokens_out,
        estimate.cost_usd,
        estimate.cost_at_most_usd,
        time(estimate.seconds),
    );
    let from = match estimate.from_rows {
        0 => "estimated from the settings alone".to_owned(),
        rows => format!("estimated from what {rows} rows of earlier jobs needed"),
    };
    lines.push_str(&from);
    if !estimate.unknown_prices.is_empty() {
        lines += "\nnot in the cost, since their prices are not known: ";
        lines += &estimate.unknown_prices.join(", ");
    }
    if !estimate.expired_prices.is_empty() {
        lines += "\nin the cost at a price that holds no longer: ";
        lines += &estimate.expired_prices.join(", ");
    }
    printer.data(&lines)?;
    Ok(Exit::Done)
}

fn time(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7_200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3_600.0)
    }
}

/// Tells what a job has cost, and what a found cell has; nothing where nothing was paid.
pub(super) fn tell(printer: &Printer, usage: &[Usage], summary: &Summary) {
    let cost: u64 = usage.iter().map(|usage| usage.cost_nano_usd).sum();
    let found: u64 = summary.columns.iter().map(|column| column.found).sum();
    let asked: u64 = summary
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
    let spared: u64 = usage.iter().filter(metered).map(|usage| usage.cached).sum();
    let of_cell = cost.checked_div(found).map(|cost| format!(", {} a found cell", dollars(cost)));
    let of_cell = of_cell.unwrap_or_default();
    printer.note(&format!(
        "{} for {calls} metered calls ({spared} more were answered from what is stored): {found} of \
         {asked} cells found{of_cell}",
        dollars(cost)
    ));
}
