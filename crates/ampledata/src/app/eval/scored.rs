//! Scores the cells of a finished run.

use std::collections::BTreeMap;

use ampledata_core::column::Column;
use ampledata_core::confidence::Support;
use ampledata_core::row::{AttemptSummary, Cell, CellOutcome};
use serde::{Deserialize, Serialize};

use super::cause::{Cause, likely_cause};
use super::score::{folded, is_correct, listed_items};
use super::set::{GoldCell, GoldRow, Kind, Trap};

/// The prediction for one entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Predicted {
    /// The key, as in the input table.
    pub key: String,
    /// Its cells, in the order of the requested columns.
    pub cells: Vec<Option<Cell>>,
    /// What was searched and read for it.
    pub attempts: Vec<AttemptSummary>,
}

/// A cell of which it is known what is right, and the prediction for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoredCell {
    /// Number of the row in the gold table, from 1.
    pub row: usize,
    /// The key of the row.
    pub key: String,
    /// The column.
    pub column: String,
    /// The case that the cell stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The accepted values.
    pub gold: Vec<String>,
    /// The accepted outcomes, if known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<CellOutcome>,
    /// The outcome of the prediction; none if the row has no result.
    pub outcome: Option<CellOutcome>,
    /// The predicted value.
    pub value: Option<String>,
    /// The program's probability that it is right, 0 to 1.
    pub confidence: f64,
    /// Whether it is right.
    pub correct: bool,
    /// Whether a verified quote proves it.
    pub proven: bool,
    /// Why the program chose the value, or none.
    pub reason: String,
    /// The page that shows the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The words that prove the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Pages that state an accepted value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gold_pages: Vec<String>,
    /// The kinds of wrong values that pages state for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared_traps: Vec<Trap>,
    /// The kind of wrong value that was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trap: Option<Trap>,
    /// Its items: one, or those of a list.
    pub items: Items,
    /// What the confidence is computed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<Support>,
    /// Why the cell is wrong, as far as the run shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// Counts of items, cells or rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// Those that are accepted.
    pub gold: u64,
    /// Those that are predicted.
    pub predicted: u64,
    /// Those that are both.
    pub correct: u64,
}

impl Items {
    /// Adds these counts.
    pub fn add(&mut self, other: Self) {
        self.gold += other.gold;
        self.predicted += other.predicted;
        self.correct += other.correct;
    }

    /// F1: harmonic mean of precision and recall; 0 if nothing is right.
    pub fn f1(self) -> f64 {
        let sum = self.gold + self.predicted;
        if sum == 0 { 0.0 } else { 2.0 * self.correct as f64 / sum as f64 }
    }
}

impl ScoredCell {
    /// Whether a value was expected: an accepted one is known, and the cell was not rightly left empty.
    pub fn expects_value(&self) -> bool {
        let may_be_empty = self.expected.iter().any(|outcome| *outcome != CellOutcome::Found);
        !self.gold.is_empty() && (self.value.is_some() || !may_be_empty)
    }

    /// Counts of the cell as one item.
    pub fn counts(&self) -> Items {
        Items {
            gold: u64::from(self.expects_value()),
            predicted: u64::from(self.value.is_some()),
            correct: u64::from(self.correct),
        }
    }

    /// Whether its outcome is accepted, and its value if it has one; `None` if no outcome is known.
    pub fn outcome_is_right(&self) -> Option<bool> {
        let accepted = self.outcome.is_some_and(|outcome| self.expected.contains(&outcome));
        let value_is_right = self.value.is_none() || self.correct || self.gold.is_empty();
        (!self.expected.is_empty()).then_some(accepted && value_is_right)
    }

    /// Whether the cell is not what the labels accept.
    pub fn is_wrong(&self) -> bool {
        let wrong_value = self.value.is_some() && !self.correct;
        let missing = self.value.is_none() && self.expects_value();
        wrong_value || missing || self.outcome_is_right() == Some(false)
    }
}

/// Scores the cells of a kind of which it is known what is right: row by row, in the order of the columns.
pub(super) fn score_cells(kind: &Kind, predicted: &[Predicted]) -> Vec<ScoredCell> {
    let mut scored = Vec::new();
    for (row, (gold, predicted)) in pairs(&kind.gold, predicted).into_iter().enumerate() {
        for (at, column) in kind.columns.iter().enumerate() {
            let cell = &gold.cells[at];
            if !cell.accepted.is_empty() || !cell.expected.is_empty() {
                let place = Place { row: row + 1, key: &gold.key, at, column };
                scored.push(score_cell(place, cell, predicted));
            }
        }
    }
    scored
}

#[derive(Clone, Copy)]
struct Place<'a> {
    row: usize,
    key: &'a str,
    at: usize,
    column: &'a Column,
}

fn score_cell(place: Place<'_>, gold: &GoldCell, predicted: Option<&Predicted>) -> ScoredCell {
    let column = place.column;
    let cell = predicted.and_then(|row| row.cells.get(place.at)?.as_ref());
    let value = cell.and_then(value_text);
    let matches =
        |accepted: &str| value.as_ref().is_some_and(|value| is_correct(column, value, accepted));
    let correct = gold.accepted.iter().any(|accepted| matches(accepted));
    let taken = gold.traps.iter().find(|trap| !correct && matches(&trap.value));
    let evidence = cell.and_then(|cell| cell.evidence.as_ref()).filter(|_| value.is_some());
    let mut declared: Vec<Trap> = gold.traps.iter().map(|trap| trap.trap).collect();
    declared.sort_unstable();
    declared.dedup();
    let mut scored = ScoredCell {
        row: place.row,
        key: predicted.map_or(place.key, |row| row.key.as_str()).to_owned(),
        column: column.name.clone(),
        tag: gold.tag.clone(),
        gold: gold.accepted.clone(),
        expected: gold.expected.clone(),
        outcome: cell.map(|cell| cell.outcome),
        confidence: value.as_ref().and(cell).map_or(0.0, |cell| cell.confidence),
        correct,
        proven: evidence.is_some(),
        reason: cell.map(|cell| cell.reason.clone()).unwrap_or_default(),
        source: evidence.map(|evidence| evidence.url.clone()),
        quote: evidence.map(|evidence| evidence.quote.clone()),
        gold_pages: gold.pages.clone(),
        declared_traps: declared,
        trap: taken.map(|trap| trap.trap),
        items: Items::default(),
        support: cell.and_then(|cell| cell.support),
        value,
        cause: None,
    };
    scored.items = count_items(column, &scored);
    if scored.is_wrong() {
        let attempts = predicted.map_or(&[][..], |row| &row.attempts);
        scored.cause = Some(likely_cause(&scored, column, cell, attempts));
    }
    scored
}

/// The items of a list against those of the accepted list that agrees best; a cell of one value is one item.
fn count_items(column: &Column, cell: &ScoredCell) -> Items {
    if !column.list {
        return cell.counts();
    }
    let predicted = cell.value.as_deref().map(listed_items).unwrap_or_default();
    let count = |gold: &String| {
        let gold = listed_items(gold);
        let correct = gold.intersection(&predicted).count() as u64;
        Items { gold: gold.len() as u64, predicted: predicted.len() as u64, correct }
    };
    let none = Items { predicted: predicted.len() as u64, ..Items::default() };
    // Of equal ones `max_by` takes the last, and the first is meant.
    let counted = cell.gold.iter().rev().map(count).max_by(|a, b| a.f1().total_cmp(&b.f1()));
    counted.filter(|_| cell.expects_value()).unwrap_or(none)
}

/// The text of a cell's value, if it has one.
pub(super) fn value_text(cell: &Cell) -> Option<String> {
    let text = cell.value.as_ref()?.to_string();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Gold and predicted rows are matched by their folded keys; among namesakes, the first gold row goes with
/// the first prediction, and so on.
fn pairs<'a>(
    gold: &'a [GoldRow],
    predicted: &'a [Predicted],
) -> Vec<(&'a GoldRow, Option<&'a Predicted>)> {
    let mut by_key: BTreeMap<String, Vec<&Predicted>> = BTreeMap::new();
    for predicted in predicted {
        by_key.entry(folded(&predicted.key)).or_default().push(predicted);
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let pair = |gold: &'a GoldRow| {
        let turn = seen.entry(gold.key.as_str()).or_default();
        let namesakes = by_key.get(&gold.key);
        let found = namesakes.and_then(|all| all.get(*turn).or(all.last()).copied());
        *turn += 1;
        (gold, found)
    };
    gold.iter().map(pair).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use ampledata_core::column::ColumnType;
    use ampledata_core::row::ReasonCode;
    use ampledata_core::value::Value;

    use super::super::set::TrapValue;
    use super::*;

    /// A found cell without evidence.
    pub(crate) fn found(value: Value, confidence: f64) -> Cell {
        let empty =
            Cell::empty(CellOutcome::Found, ReasonCode::Stated, "stated by a.example".into());
        Cell { value: Some(value), confidence, ..empty }
    }

    pub(crate) fn empty(outcome: CellOutcome) -> Cell {
        Cell::empty(outcome, ReasonCode::Stated, "it is not there".into())
    }

    pub(crate) fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    pub(crate) fn gold(accepted: &[&str], expected: &[CellOutcome]) -> GoldCell {
        let accepted = accepted.iter().map(|text| (*text).to_owned()).collect();
        GoldCell { accepted, expected: expected.to_vec(), ..GoldCell::default() }
    }

    fn score(column: &Column, gold: &GoldCell, cell: Option<Cell>) -> ScoredCell {
        let predicted = Predicted { key: "k".into(), cells: vec![cell], attempts: Vec::new() };
        score_cell(Place { row: 1, key: "k", at: 0, column }, gold, Some(&predicted))
    }

    #[test]
    fn empty_cells_are_right_or_wrong_too() {
        use CellOutcome::{Absent, Blocked, Found};
        let column = Column::new("c", ColumnType::String);
        let value = || Some(found(text("blue"), 0.9));
        // gold, predicted: expects a value, outcome is right, is wrong
        for (gold, cell, expects, outcome, wrong) in [
            (gold(&["Blue"], &[]), value(), true, None, false),
            (gold(&["red"], &[]), value(), true, None, true),
            (gold(&["red"], &[]), Some(empty(Absent)), true, None, true),
            (gold(&["red"], &[]), None, true, None, true),
            (gold(&["red"], &[Found]), value(), true, Some(false), true),
            (gold(&["red"], &[Found, Absent]), Some(empty(Absent)), false, Some(true), false),
            (gold(&["red"], &[Found, Absent]), Some(empty(Blocked)), false, Some(false), true),
            (gold(&["blue"], &[Found, Absent]), value(), true, Some(true), false),
            (gold(&[], &[Absent]), Some(empty(Absent)), false, Some(true), false),
            (gold(&[], &[Absent]), value(), false, Some(false), true),
            (gold(&[], &[Blocked]), Some(empty(Absent)), false, Some(false), true),
            (gold(&[], &[Blocked]), None, false, Some(false), true),
        ] {
            let scored = score(&column, &gold, cell);
            assert_eq!(
                (scored.expects_value(), scored.outcome_is_right(), scored.is_wrong()),
                (expects, outcome, wrong),
                "{gold:?} {scored:?}"
            );
            assert_eq!(scored.cause.is_some(), wrong);
        }
    }

    #[test]
    fn a_wrong_value_is_the_trap_that_it_matches() {
        let column = Column::new("c", ColumnType::Number);
        let traps = [(Trap::Stale, "40"), (Trap::OtherEntity, "90")];
        let traps = traps.map(|(trap, value)| TrapValue { trap, value: value.into() });
        let gold = GoldCell { traps: traps.to_vec(), ..gold(&["50"], &[]) };
        for (value, trap) in [("90", Some(Trap::OtherEntity)), ("50", None), ("51", None)] {
            let value = Value::Number(value.parse().unwrap());
            let scored = score(&column, &gold, Some(found(value, 0.5)));
            assert_eq!(scored.trap, trap);
            assert_eq!(scored.declared_traps, [Trap::OtherEntity, Trap::Stale]);
        }
    }

    #[test]
    fn lists_are_counted_by_items() {
        let column = Column { list: true, ..Column::new("c", ColumnType::String) };
        let list = |items: &[&str]| {
            Some(found(Value::List(items.iter().map(|item| text(item)).collect()), 0.5))
        };
        let items = |gold, predicted, correct| Items { gold, predicted, correct };
        let accepted = gold(&["drama, crime", "Drama, crime, war"], &[]);
        let scored = score(&column, &accepted, list(&["War", "drama", "noir"]));
        assert_eq!((scored.items, scored.correct), (items(3, 3, 2), false));
        assert_eq!(score(&column, &accepted, None).items, items(2, 0, 0));
        let absent = gold(&[], &[CellOutcome::Absent]);
        assert_eq!(score(&column, &absent, list(&["war", "noir"])).items, items(0, 2, 0));
    }

    #[test]
    fn f1_is_the_harmonic_mean() {
        let f1 = Items { gold: 4, predicted: 2, correct: 1 }.f1();
        assert!((f1 - 2.0 * 0.5 * 0.25 / 0.75).abs() < 1e-12);
        assert!(Items::default().f1().abs() < 1e-12);
    }
}
