//! The report of an evaluation.

use ampledata_store::{CallKind, Usage};
use serde::Serialize;
use serde_json::{Map, Value};

use super::tally::{Figures, Tally};

/// Totals of the calls of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
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
    /// The results of its columns, in order.
    pub columns: Vec<(String, Tally)>,
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
    /// Their cost.
    #[serde(flatten)]
    pub cost: Cost,
}

impl KindReport {
    fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.columns.iter().for_each(|(_, column)| tally.add(column));
        tally
    }

    /// The line of the whole kind.
    pub fn line(&self) -> Line {
        Line { rows: self.rows, figures: self.tally().figures(), cost: self.cost }
    }
}

/// All kinds together.
pub fn total(kinds: &[KindReport]) -> Line {
    let (mut tally, mut cost, mut rows) = (Tally::default(), Cost::default(), 0);
    for kind in kinds {
        tally.add(&kind.tally());
        cost.add(&kind.cost);
        rows += kind.rows;
    }
    Line { rows, figures: tally.figures(), cost }
}

/// The report as JSON: `{"kinds": {KIND: {…, "columns": {NAME: {…}}}}, "total": {…}}`.
///
/// # Errors
/// Never in practice: the figures are numbers.
pub fn to_json(kinds: &[KindReport]) -> Result<Value, serde_json::Error> {
    let mut by_name = Map::new();
    for kind in kinds {
        let mut entry = serde_json::to_value(kind.line())?;
        let mut columns = Map::new();
        for (name, tally) in &kind.columns {
            columns.insert(name.clone(), serde_json::to_value(tally.figures())?);
        }
        entry["columns"] = Value::Object(columns);
        by_name.insert(kind.name.clone(), entry);
    }
    Ok(serde_json::json!({ "kinds": by_name, "total": total(kinds) }))
}

#[cfg(test)]
mod tests {
    use super::super::tally::Prediction;
    use super::*;

    #[test]
    fn json_has_the_documented_shape() {
        let mut tally = Tally::default();
        tally.count(Some(Prediction { confidence: 0.5, correct: true, proven: true }));
        tally.count(None);
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
        let kind = KindReport {
            name: "book".into(),
            rows: 2,
            columns: vec![("b".into(), tally), ("a".into(), tally)],
            cost: Cost::of(&usage, 1.5),
        };
        insta::assert_json_snapshot!(to_json(&[kind.clone(), kind]).unwrap()["total"]);
    }
}
