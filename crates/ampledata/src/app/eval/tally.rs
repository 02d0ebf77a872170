//! Turns scored cells into figures.

use std::collections::BTreeMap;

use ampledata_core::row::CellOutcome;
use serde::{Serialize, Serializer};

use super::scored::{Items, ScoredCell};
use super::set::Trap;

/// Confidence from which a prediction is in the high band.
pub const HIGH: f64 = 0.9;
/// Confidence from which a prediction is in the medium band.
pub const MEDIUM: f64 = 0.75;
/// Number of equal bins over 0 to 1 for measuring calibration.
const BINS: usize = 10;

/// Running totals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    cells: u64,
    counts: Items,
    proven: u64,
    calibration: Calibration,
    empties: Empties,
    outcomes: Band,
    traps: Traps,
    items: Items,
}

/// How well confidences agree with what is right.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Calibration {
    n: u64,
    squared_error: f64,
    surprise: f64,
    bins: [Bin; BINS],
    bands: Bands,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Bin {
    n: u64,
    correct: u64,
    confidence: f64,
}

/// Cells, and how many of them are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Band {
    /// Cells.
    pub n: u64,
    /// How many of them are right.
    pub correct: u64,
}

impl Band {
    /// The share of right ones; `None` without cells.
    pub fn precision(self) -> Option<f64> {
        (self.n > 0).then(|| self.correct as f64 / self.n as f64)
    }
}

impl Serialize for Band {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Band", 3)?;
        fields.serialize_field("n", &self.n)?;
        fields.serialize_field("correct", &self.correct)?;
        fields.serialize_field("precision", &self.precision())?;
        fields.end()
    }
}

/// Cells that must have no value, and how many of them have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Emptiness {
    /// Cells.
    pub n: u64,
    /// Those with a value.
    pub filled: u64,
}

/// Cells that must have no value, by the outcome that the labels expect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Empties {
    /// No page states a value: a predicted one is invented.
    pub absent: Emptiness,
    /// The page that may state it cannot be read.
    pub blocked: Emptiness,
    /// Sources of equal standing contradict each other.
    pub conflict: Emptiness,
}

/// Cells for which pages state a wrong value, and how many have taken it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TrapCount {
    /// Cells for which the labels declare such a value.
    pub declared: u64,
    /// Those whose prediction is such a value.
    pub taken: u64,
}

/// Wrong values that pages state, by why they are wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Traps {
    /// Values of another entity.
    pub other_entity: TrapCount,
    /// Values that were right earlier.
    pub stale: TrapCount,
    /// Claims of less reliable sites.
    pub lesser_source: TrapCount,
}

/// Predictions by confidence: high from [`HIGH`], medium from [`MEDIUM`], low below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Bands {
    /// At or above [`HIGH`].
    pub high: Band,
    /// At or above [`MEDIUM`], below [`HIGH`].
    pub medium: Band,
    /// Below [`MEDIUM`].
    pub low: Band,
}

/// The figures of a tally.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Cells whose gold value is known, without those that were rightly left empty.
    pub gold: u64,
    /// Predictions for cells of which it is known what is right.
    pub predicted: u64,
    /// How many of them are right.
    pub correct: u64,
    /// Precision: right ones per prediction; 0 without predictions.
    pub precision: f64,
    /// Recall: right ones per gold value; 0 without gold values.
    pub recall: f64,
    /// F1: harmonic mean of precision and recall.
    pub f1: f64,
    /// Share of the predictions that a verified quote proves; 1 without predictions.
    pub evidence_rate: f64,
    /// Expected calibration error over ten equal bins, 0 to 1.
    pub ece: f64,
    /// Brier score: mean squared error of the confidence, 0 to 1.
    pub brier: f64,
    /// Predictions by confidence.
    pub bands: Bands,
    /// Cells of which it is known what is right.
    pub scored: u64,
    /// F1 by items: a list counts by its entries.
    pub item_f1: f64,
    /// The items behind it.
    pub items: Items,
    /// Cells that must have no value.
    pub empties: Empties,
    /// Share of the absent cells that have a value.
    pub invented_rate: Option<f64>,
    /// Cells whose accepted outcomes are known.
    pub outcomes: u64,
    /// Share of these with an accepted outcome, and with a right value if they have one.
    pub outcome_accuracy: Option<f64>,
    /// Wrong values that pages state.
    pub traps: Traps,
    /// Share of the cells for which another entity's value is declared that have taken it.
    pub wrong_entity_rate: Option<f64>,
    /// The same of outdated values.
    pub stale_rate: Option<f64>,
    /// The same of claims of less reliable sites.
    pub lesser_source_rate: Option<f64>,
}

impl Tally {
    /// The totals of these cells.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a ScoredCell>) -> Self {
        let mut tally = Self::default();
        cells.into_iter().for_each(|cell| tally.count(cell));
        tally
    }

    /// Counts a cell.
    pub fn count(&mut self, cell: &ScoredCell) {
        self.cells += 1;
        self.counts.add(cell.counts());
        self.items.add(cell.items);
        if let Some(right) = cell.outcome_is_right() {
            self.outcomes.n += 1;
            self.outcomes.correct += u64::from(right);
        }
        self.count_empty(cell);
        for (trap, count) in [
            (Trap::OtherEntity, &mut self.traps.other_entity),
            (Trap::Stale, &mut self.traps.stale),
            (Trap::LesserSource, &mut self.traps.lesser_source),
        ] {
            count.declared += u64::from(cell.declared_traps.contains(&trap));
            count.taken += u64::from(cell.trap == Some(trap));
        }
        if cell.value.is_some() {
            self.proven += u64::from(cell.proven);
            self.calibration.count(cell.confidence, cell.correct);
        }
    }

    fn count_empty(&mut self, cell: &ScoredCell) {
        let must_be_empty = cell.gold.is_empty() && !cell.expected.contains(&CellOutcome::Found);
        let empties = match cell.expected.first().filter(|_| must_be_empty) {
            Some(CellOutcome::Absent) => &mut self.empties.absent,
            Some(CellOutcome::Blocked) => &mut self.empties.blocked,
            Some(CellOutcome::Conflict) => &mut self.empties.conflict,
            _ => return,
        };
        empties.n += 1;
        empties.filled += u64::from(cell.value.is_some());
    }

    /// The figures so far.
    pub fn figures(&self) -> Figures {
        let Items { gold, predicted, correct } = self.counts;
        let rate = |part: u64, whole: u64| Band { n: whole, correct: part }.precision();
        let share = |part: u64, whole: u64| rate(part, whole).unwrap_or(0.0);
        let taken = |count: TrapCount| rate(count.taken, count.declared);
        Figures {
            gold,
            predicted,
            correct,
            precision: share(correct, predicted),
            recall: share(correct, gold),
            f1: self.counts.f1(),
            evidence_rate: rate(self.proven, predicted).unwrap_or(1.0),
            ece: self.calibration.ece(),
            brier: self.calibration.brier(),
            bands: self.calibration.bands(),
            scored: self.cells,
            item_f1: self.items.f1(),
            items: self.items,
            empties: self.empties,
            invented_rate: rate(self.empties.absent.filled, self.empties.absent.n),
            outcomes: self.outcomes.n,
            outcome_accuracy: self.outcomes.precision(),
            traps: self.traps,
            wrong_entity_rate: taken(self.traps.other_entity),
            stale_rate: taken(self.traps.stale),
            lesser_source_rate: taken(self.traps.lesser_source),
        }
    }
}

/// A probability is taken for at least this far from 0 and 1, so that one wrong certainty is not infinitely bad.
const LEAST_DOUBT: f64 = 1e-6;

impl Calibration {
    /// Counts a value with this confidence.
    pub fn count(&mut self, confidence: f64, correct: bool) {
        let hit = u64::from(correct);
        self.n += 1;
        self.squared_error += (confidence - f64::from(u8::from(correct))).powi(2);
        let probability = if correct { confidence } else { 1.0 - confidence };
        self.surprise -= probability.clamp(LEAST_DOUBT, 1.0).ln();
        let bin = &mut self.bins[bin_of(confidence)];
        bin.n += 1;
        bin.correct += hit;
        bin.confidence += confidence;
        let band = if confidence >= HIGH {
            &mut self.bands.high
        } else if confidence >= MEDIUM {
            &mut self.bands.medium
        } else {
            &mut self.bands.low
        };
        band.n += 1;
        band.correct += hit;
    }

    /// Expected calibration error over ten equal bins, 0 to 1; 0 without values.
    pub fn ece(&self) -> f64 {
        let gap = |bin: &Bin| (bin.confidence - bin.correct as f64).abs();
        self.mean(self.bins.iter().map(gap).sum())
    }

    /// Brier score: mean squared error of the confidence, 0 to 1; 0 without values.
    pub fn brier(&self) -> f64 {
        self.mean(self.squared_error)
    }

    /// Mean negative logarithm of the probability of what is right, at least 0; 0 without values.
    pub fn log_loss(&self) -> f64 {
        self.mean(self.surprise)
    }

    /// Values by confidence.
    pub fn bands(&self) -> Bands {
        self.bands
    }

    fn mean(&self, sum: f64) -> f64 {
        sum / self.n.max(1) as f64
    }
}

impl Serialize for Calibration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Calibration", 5)?;
        fields.serialize_field("n", &self.n)?;
        fields.serialize_field("ece", &self.ece())?;
        fields.serialize_field("brier", &self.brier())?;
        fields.serialize_field("log_loss", &self.log_loss())?;
        fields.serialize_field("bands", &self.bands)?;
        fields.end()
    }
}

/// The rows of these cells as items: a row is right if every cell of it is.
pub fn count_rows<'a>(cells: impl IntoIterator<Item = &'a ScoredCell>) -> Items {
    let mut rows: BTreeMap<usize, (Items, bool)> = BTreeMap::new();
    for cell in cells {
        let (counts, right) = rows.entry(cell.row).or_insert((Items::default(), true));
        counts.add(cell.counts());
        *right &= cell.correct || (cell.value.is_none() && !cell.expects_value());
    }
    let count = |(counts, right): &(Items, bool)| Items {
        gold: u64::from(counts.gold > 0),
        predicted: u64::from(counts.predicted > 0),
        correct: u64::from(*right && counts.gold > 0),
    };
    rows.values().map(count).fold(Items::default(), |mut sum, row| {
        sum.add(row);
        sum
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a confidence lies within 0 and 1, and what does not is clamped into the bins"
)]
fn bin_of(confidence: f64) -> usize {
    ((confidence.clamp(0.0, 1.0) * BINS as f64) as usize).min(BINS - 1)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A cell of row 1 with the gold value `yes`, and this prediction.
    pub(crate) fn cell(prediction: Option<(f64, bool)>) -> ScoredCell {
        let value = prediction.map(|(_, correct)| if correct { "yes" } else { "no" }.to_owned());
        let mut cell = ScoredCell {
            row: 1,
            key: "k".into(),
            column: "c".into(),
            tag: None,
            gold: vec!["yes".into()],
            expected: Vec::new(),
            outcome: Some(if value.is_some() { CellOutcome::Found } else { CellOutcome::Absent }),
            confidence: prediction.map_or(0.0, |(confidence, _)| confidence),
            correct: prediction.is_some_and(|(_, correct)| correct),
            proven: prediction.is_some_and(|(_, correct)| correct),
            reason: String::new(),
            source: None,
            quote: None,
            gold_pages: Vec::new(),
            declared_traps: Vec::new(),
            trap: None,
            items: Items::default(),
            support: None,
            value,
            cause: None,
        };
        cell.items = cell.counts();
        cell
    }

    /// The same for a cell that must have no value.
    pub(crate) fn empty_cell(expected: CellOutcome, prediction: Option<f64>) -> ScoredCell {
        let mut cell = cell(prediction.map(|confidence| (confidence, false)));
        cell.gold.clear();
        cell.expected.push(expected);
        cell.items = cell.counts();
        cell
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn figures_follow_from_counts() {
        let predictions =
            [Some((0.95, true)), Some((0.95, false)), Some((0.8, true)), Some((0.2, false)), None];
        let figures = Tally::of(&predictions.map(cell)).figures();
        assert_eq!((figures.gold, figures.predicted, figures.correct), (5, 4, 2));
        near(figures.precision, 0.5);
        near(figures.recall, 0.4);
        near(figures.f1, 2.0 * 0.5 * 0.4 / 0.9);
        near(figures.item_f1, figures.f1);
        near(figures.evidence_rate, 0.5);
        near(figures.brier, (0.05_f64.powi(2) + 0.95_f64.powi(2) + 0.04 + 0.04) / 4.0);
        near(figures.ece, ((1.9_f64 - 1.0).abs() + 0.2 + 0.2) / 4.0);
        assert_eq!(figures.bands.high, Band { n: 2, correct: 1 });
        assert_eq!(figures.bands.medium, Band { n: 1, correct: 1 });
        assert_eq!(figures.bands.low, Band { n: 1, correct: 0 });
        assert_eq!(figures.outcome_accuracy, None);
    }

    #[test]
    fn the_logarithmic_loss_is_that_of_the_right_answer() {
        let mut calibration = Calibration::default();
        calibration.count(0.8, true);
        calibration.count(0.4, false);
        near(calibration.log_loss(), -(0.8_f64.ln() + 0.6_f64.ln()) / 2.0);
        calibration.count(1.0, false);
        assert!(calibration.log_loss() < 10.0);
        near(Calibration::default().log_loss(), 0.0);
    }

    #[test]
    fn values_in_cells_that_must_be_empty_are_wrong() {
        use CellOutcome::{Absent, Blocked, Conflict};
        let cells = [
            cell(Some((0.9, true))),
            empty_cell(Absent, None),
            empty_cell(Absent, Some(0.9)),
            empty_cell(Blocked, None),
            empty_cell(Conflict, Some(0.6)),
        ];
        let figures = Tally::of(&cells).figures();
        assert_eq!((figures.gold, figures.predicted, figures.correct), (1, 3, 1));
        assert_eq!(figures.empties.absent, Emptiness { n: 2, filled: 1 });
        assert_eq!(figures.empties.blocked, Emptiness { n: 1, filled: 0 });
        assert_eq!(figures.empties.conflict, Emptiness { n: 1, filled: 1 });
        assert_eq!(figures.invented_rate, Some(0.5));
        // The cell that should be blocked is absent.
        assert_eq!((figures.outcomes, figures.outcome_accuracy), (4, Some(0.25)));
        assert_eq!(figures.bands.high, Band { n: 2, correct: 1 });
        assert_eq!(figures.bands.high.precision(), Some(0.5));
    }

    #[test]
    fn traps_are_counted_where_they_are_declared() {
        let trapped = |trap| ScoredCell {
            declared_traps: vec![Trap::OtherEntity, Trap::Stale],
            trap,
            ..cell(Some((0.9, trap.is_none())))
        };
        let cells = [trapped(Some(Trap::Stale)), trapped(None), cell(None)];
        let figures = Tally::of(&cells).figures();
        assert_eq!(figures.traps.stale, TrapCount { declared: 2, taken: 1 });
        assert_eq!((figures.stale_rate, figures.wrong_entity_rate), (Some(0.5), Some(0.0)));
        assert_eq!(figures.lesser_source_rate, None);
    }

    #[test]
    fn a_row_is_right_if_all_its_cells_are() {
        let at = |row, cell| ScoredCell { row, ..cell };
        let right = || cell(Some((0.9, true)));
        let cells = [
            at(1, right()),
            at(1, empty_cell(CellOutcome::Absent, None)),
            at(2, right()),
            at(2, cell(None)),
            at(3, right()),
            at(3, empty_cell(CellOutcome::Absent, Some(0.2))),
            at(4, cell(None)),
            at(5, empty_cell(CellOutcome::Absent, None)),
        ];
        assert_eq!(count_rows(&cells), Items { gold: 4, predicted: 3, correct: 1 });
    }

    #[test]
    fn nothing_counted_is_no_division_by_zero() {
        let figures = Tally::default().figures();
        near(figures.precision + figures.recall + figures.f1 + figures.ece + figures.brier, 0.0);
        near(figures.evidence_rate, 1.0);
        assert_eq!(figures.invented_rate, None);
        assert_eq!(count_rows(&[]), Items::default());
    }
}
