//! The report of an evaluation, and its JSON, which can be read back.

use std::collections::BTreeMap;
use std::path::Path;

use ampledata_store::{CallKind, Usage};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Error;
use super::scored::{Items, ScoredCell};
use super::tally::{Figures, Tally, count_rows};

/// Totals of the calls of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Queries sent to a search provider; those answered from the store do not count.
    pub searches: u64,
    /// Pages fetched; those read from the store do not count.
    pub pages: u64,
    /// Model calls.
    pub model_calls: u64,
    /// Input tokens of the model calls.
    pub tokens_in: u64,
    /// Output tokens of the model calls.
    pub tokens_out: u64,
    /// Cost in US dollars.
    pub cost_usd: f64,
    /// Duration in seconds.
    pub seconds: f64,
}

impl Cost {
    /// The cost of this usage, which took this many seconds.
    pub fn of(usage: &[Usage], seconds: f64) -> Self {
        let mut cost = Self { seconds, ..Self::default() };
        for used in usage {
            match used.kind {
                CallKind::Search => cost.searches += used.calls,
                CallKind::Crawl => cost.pages += used.calls,
                CallKind::Patterns | CallKind::Decide | CallKind::Extract | CallKind::Key => {
                    if used.model.is_some() {
                        cost.model_calls += used.calls;
                        cost.tokens_in += used.units_in;
                        cost.tokens_out += used.units_out;
                    }
                }
            }
            cost.cost_usd += used.cost_nano_usd as f64 / 1e9;
        }
        cost
    }

    fn add(&mut self, other: &Self) {
        self.searches += other.searches;
        self.pages += other.pages;
        self.model_calls += other.model_calls;
        self.tokens_in += other.tokens_in;
        self.tokens_out += other.tokens_out;
        self.cost_usd += other.cost_usd;
        self.seconds += other.seconds;
    }
}

/// The evaluation of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct KindReport {
    /// The kind.
    pub name: String,
    /// Rows of its table.
    pub rows: u64,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Its scored cells: row by row, in the order of the columns.
    pub cells: Vec<ScoredCell>,
    /// Its cost.
    pub cost: Cost,
}

/// One line of a report: one kind, or all together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Line {
    /// Rows.
    pub rows: u64,
    /// How good the cells are.
    #[serde(flatten)]
    pub figures: Figures,
    /// F1 by rows: a row is right if every cell of it is.
    pub row_f1: f64,
    /// The rows behind it.
    pub row_counts: Items,
    /// Their cost.
    #[serde(flatten)]
    pub cost: Cost,
    /// Cost in US dollars for each right cell; `None` without right cells.
    pub usd_per_right_cell: Option<f64>,
    /// Input and output tokens for each right cell; `None` without right cells.
    pub tokens_per_right_cell: Option<f64>,
}

impl Line {
    fn new(rows: u64, tally: &Tally, row_counts: Items, cost: Cost) -> Self {
        let figures = tally.figures();
        let per_right = |sum: f64| (figures.correct > 0).then(|| sum / figures.correct as f64);
        Self {
            rows,
            figures,
            row_f1: row_counts.f1(),
            row_counts,
            cost,
            usd_per_right_cell: per_right(cost.cost_usd),
            tokens_per_right_cell: per_right((cost.tokens_in + cost.tokens_out) as f64),
        }
    }
}

impl KindReport {
    /// The line of the whole kind.
    pub fn line(&self) -> Line {
        Line::new(self.rows, &Tally::of(&self.cells), count_rows(&self.cells), self.cost)
    }

    /// The figures of each column, in order.
    pub fn by_column(&self) -> Vec<(&str, Figures)> {
        let figures = |column: &String| {
            Tally::of(self.cells.iter().filter(|cell| cell.column == *column)).figures()
        };
        self.columns.iter().map(|column| (column.as_str(), figures(column))).collect()
    }
}

/// All kinds together.
pub fn total(kinds: &[KindReport]) -> Line {
    let (mut cost, mut rows, mut row_counts) = (Cost::default(), 0, Items::default());
    for kind in kinds {
        cost.add(&kind.cost);
        rows += kind.rows;
        row_counts.add(count_rows(&kind.cells));
    }
    let tally = Tally::of(kinds.iter().flat_map(|kind| &kind.cells));
    Line::new(rows, &tally, row_counts, cost)
}

/// The figures of the cells with each tag, sorted by tag.
pub fn by_tag<'a>(cells: impl IntoIterator<Item = &'a ScoredCell>) -> Vec<(&'a str, Figures)> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for cell in cells {
        if let Some(tag) = &cell.tag {
            tallies.entry(tag).or_default().count(cell);
        }
    }
    tallies.into_iter().map(|(tag, tally)| (tag, tally.figures())).collect()
}

/// The report as JSON: `{"kinds": {KIND: {…, "columns": {NAME: {…}}, "tags": {TAG: {…}}, "cells": […]}},
/// "total": {…, "tags": {…}}}`.
///
/// # Errors
/// Never in practice: the figures are numbers.
pub fn to_json(kinds: &[KindReport]) -> Result<Value, serde_json::Error> {
    let mut by_name = Map::new();
    for kind in kinds {
        let mut entry = serde_json::to_value(kind.line())?;
        entry["columns"] = named(kind.by_column())?;
        entry["tags"] = named(by_tag(&kind.cells))?;
        entry["cells"] = serde_json::to_value(&kind.cells)?;
        by_name.insert(kind.name.clone(), entry);
    }
    let mut total = serde_json::to_value(total(kinds))?;
    total["tags"] = named(by_tag(kinds.iter().flat_map(|kind| &kind.cells)))?;
    Ok(serde_json::json!({ "kinds": by_name, "total": total }))
}

fn named(figures: Vec<(&str, Figures)>) -> Result<Value, serde_json::Error> {
    let entry =
        |(name, figures): (&str, Figures)| Ok((name.to_owned(), serde_json::to_value(figures)?));
    figures.into_iter().map(entry).collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

/// The parts of a report's JSON from which the rest follows.
#[derive(Deserialize)]
struct SavedReport {
    kinds: Map<String, Value>,
}

#[derive(Deserialize)]
struct SavedKind {
    rows: u64,
    #[serde(flatten)]
    cost: Cost,
    columns: Map<String, Value>,
    cells: Vec<ScoredCell>,
}

/// Reads a report back from the JSON that [`to_json`] gives.
///
/// # Errors
/// The file cannot be read, or is not such a report.
pub fn read(path: &Path) -> Result<Vec<KindReport>, Error> {
    let text = super::read_text(path)?;
    let wrong = |error: &serde_json::Error| {
        Error::wrong_file(path, format!("it is not a report of an evaluation: {error}"))
    };
    let saved: SavedReport = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let kind = |(name, value): (String, Value)| {
        let saved: SavedKind = serde_json::from_value(value).map_err(|error| wrong(&error))?;
        let columns = saved.columns.into_iter().map(|(name, _)| name).collect();
        Ok(KindReport { name, rows: saved.rows, columns, cells: saved.cells, cost: saved.cost })
    };
    saved.kinds.into_iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tally::tests::cell;
    use super::*;

    fn kind(name: &str) -> KindReport {
        let usage = |kind, model: Option<&str>| Usage {
            kind,
            provider: "p".into(),
            model: model.map(str::to_owned),
            calls: 3,
            failed: 0,
            cached: 9,
            units_in: 100,
            units_out: 10,
            cost_nano_usd: 500_000_000,
        };
        let usage = [
            usage(CallKind::Search, None),
            usage(CallKind::Crawl, None),
            usage(CallKind::Extract, Some("m")),
            usage(CallKind::Decide, None),
        ];
        let in_column = |column: &str, cell| ScoredCell { column: column.into(), ..cell };
        let tagged = ScoredCell { tag: Some("prose".into()), row: 2, ..cell(None) };
        KindReport {
            name: name.into(),
            rows: 2,
            columns: vec!["b".into(), "a".into()],
            cells: vec![
                in_column("b", cell(Some((0.5, true)))),
                in_column("a", cell(Some((0.95, true)))),
                in_column("b", tagged.clone()),
                in_column("a", tagged),
            ],
            cost: Cost::of(&usage, 1.5),
        }
    }

    #[test]
    fn json_has_the_documented_shape() {
        let kinds = [kind("book"), kind("film")];
        let json = to_json(&kinds).unwrap();
        insta::assert_json_snapshot!(json["total"]);
        let columns: Vec<_> =
            json["kinds"]["book"]["columns"].as_object().unwrap().keys().collect();
        assert_eq!(columns, ["b", "a"]);
        assert_eq!(json["kinds"]["book"]["tags"]["prose"]["gold"], 2);
    }

    #[test]
    fn json_is_read_back() {
        let kinds = [kind("film"), kind("book")];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, to_json(&kinds).unwrap().to_string()).unwrap();
        assert_eq!(read(&path).unwrap(), kinds);
        for text in ["", "{}", r#"{"kinds": {"a": {"rows": 1}}}"#] {
            std::fs::write(&path, text).unwrap();
            let error = read(&path).unwrap_err();
            assert!(error.to_string().contains("is not a report"), "{error}");
        }
    }
}
