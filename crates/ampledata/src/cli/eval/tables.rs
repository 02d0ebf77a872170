//! The report of an evaluation on a terminal.

use std::io;

use crate::app::eval::compare::{Change, Comparison};
use crate::app::eval::report::{KindReport, Line, by_tag, total};
use crate::app::eval::tally::{Band, Figures};
use crate::printer::{Grid, Printer};

/// Prints the figures of the kinds, and of the cases if the set has them.
pub(super) fn print(printer: &Printer, kinds: &[KindReport]) -> io::Result<()> {
    let quality = [
        "kind",
        "rows",
        "gold",
        "predicted",
        "correct",
        "precision",
        "recall",
        "f1",
        "item f1",
        "row f1",
        "evidence",
        "ece",
        "brier",
        "high",
        "medium",
        "low",
    ];
    let cost = [
        "kind",
        "searches",
        "pages",
        "model calls",
        "tokens in",
        "tokens out",
        "USD",
        "s",
        "tokens/correct",
        "USD/correct",
    ];
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
    print_outcomes(printer, kinds)?;
    printer.data_table(&by_cost)
}

/// Prints what the labels allow to measure beyond values: by kind and by case.
fn print_outcomes(printer: &Printer, kinds: &[KindReport]) -> io::Result<()> {
    let labelled = |figures: &Figures| {
        let traps = figures.traps;
        let declared = [traps.other_entity, traps.stale, traps.lesser_source];
        figures.outcomes > 0 || declared.iter().any(|trap| trap.declared > 0)
    };
    if !labelled(&total(kinds).figures) {
        return Ok(());
    }
    let headers = |first| {
        let rest = [
            "cells",
            "correct",
            "precision",
            "recall",
            "f1",
            "outcomes",
            "invented",
            "other entity",
            "outdated",
            "lesser site",
        ];
        let headers: Vec<&str> = std::iter::once(first).chain(rest).collect();
        Grid::new(&headers).align_right(1..headers.len())
    };
    let mut by_kind = headers("kind");
    for kind in kinds {
        by_kind.add_row(&outcome_cells(&kind.name, &kind.line().figures));
    }
    by_kind.add_row(&outcome_cells("total", &total(kinds).figures));
    printer.data_table(&by_kind)?;
    let tags = by_tag(kinds.iter().flat_map(|kind| &kind.cells));
    if !tags.is_empty() {
        let mut by_case = headers("case");
        for (tag, figures) in &tags {
            by_case.add_row(&outcome_cells(tag, figures));
        }
        printer.data("")?;
        printer.data_table(&by_case)?;
    }
    printer.data(
        "\noutcomes: share of accepted outcomes, with the right value if there is one; invented: cells \
         without a value\non any page that have one; other entity, outdated, lesser site: such values/cells for \
         which pages state one\n\n",
    )
}

fn outcome_cells(name: &str, figures: &Figures) -> Vec<String> {
    let share =
        |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"));
    let empty = figures.empties.absent;
    let traps = figures.traps;
    let of = |part: u64, whole: u64| {
        if whole == 0 { "–".to_owned() } else { format!("{part}/{whole}") }
    };
    let counts = [figures.scored, figures.correct].map(|count| count.to_string());
    let shares = [
        (figures.predicted > 0).then_some(figures.precision),
        (figures.gold > 0).then_some(figures.recall),
        (figures.gold > 0).then_some(figures.f1),
        figures.outcome_accuracy,
    ];
    std::iter::once(name.to_owned())
        .chain(counts)
        .chain(shares.map(share))
        .chain([
            of(empty.filled, empty.n),
            of(traps.other_entity.taken, traps.other_entity.declared),
            of(traps.stale.taken, traps.stale.declared),
            of(traps.lesser_source.taken, traps.lesser_source.declared),
        ])
        .collect()
}

fn quality_cells(name: &str, line: &Line) -> Vec<String> {
    let figures = &line.figures;
    let counts = [line.rows, figures.gold, figures.predicted, figures.correct];
    let shares = [
        figures.precision,
        figures.recall,
        figures.f1,
        figures.item_f1,
        line.row_f1,
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
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    std::iter::once(name.to_owned())
        .chain(counts.iter().map(ToString::to_string))
        .chain([format!("{:.4}", cost.cost_usd), format!("{:.1}", cost.seconds)])
        .chain([
            or_dash(line.tokens_per_right_cell.map(|tokens| format!("{tokens:.0}"))),
            or_dash(line.usd_per_right_cell.map(|dollars| format!("{dollars:.6}"))),
        ])
        .collect()
}

/// Prints what changed: all cells, then kinds and columns by F1.
pub(super) fn print_comparison(printer: &Printer, compared: &Comparison) -> io::Result<()> {
    let headers = ["compared", "rows", "before", "after", "difference", "95 % interval", "p", ""];
    let mut grid = Grid::new(&headers).align_right(1..7);
    for (name, change) in
        [("F1", &compared.f1), ("precision", &compared.precision), ("recall", &compared.recall)]
    {
        grid.add_row(&change_cells(name, change));
    }
    for (kind, change) in &compared.kinds {
        grid.add_row(&change_cells(&format!("F1 of {kind}"), change));
        for (column, change) in compared.columns.get(kind).into_iter().flatten() {
            grid.add_row(&change_cells(&format!("F1 of {kind}: {column}"), change));
        }
    }
    printer.data("")?;
    printer.data_table(&grid)?;
    let left_out = match compared.only_one {
        0 => String::new(),
        n => format!("; {n} cells of only one of them are left out"),
    };
    printer.data(&format!(
        "\nbetter, worse: the interval of a paired bootstrap over rows does not contain 0; {} cells of both \
         evaluations{left_out}",
        compared.cells
    ))
}

fn change_cells(name: &str, change: &Change) -> Vec<String> {
    vec![
        name.to_owned(),
        change.rows.to_string(),
        format!("{:.3}", change.before),
        format!("{:.3}", change.after),
        format!("{:+.3}", change.difference),
        format!("{:+.3} to {:+.3}", change.low, change.high),
        format!("{:.3}", change.p),
        change.verdict.as_str().to_owned(),
    ]
}
