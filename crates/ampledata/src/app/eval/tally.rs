//! Turns scored cells into figures.

use serde::Serialize;

/// Confidence from which a prediction is in the high band.
pub const HIGH: f64 = 0.9;
/// Confidence from which a prediction is in the medium band.
pub const MEDIUM: f64 = 0.75;
/// Number of equal bins over 0 to 1 for measuring calibration.
const BINS: usize = 10;

/// One prediction for a cell whose gold value is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The program's probability that it is right, 0 to 1.
    pub confidence: f64,
    /// Whether it is right.
    pub correct: bool,
    /// Whether a verified quote proves it.
    pub proven: bool,
}

/// Running totals.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    gold: u64,
    predicted: u64,
    correct: u64,
    proven: u64,
    squared_error: f64,
    bins: [Bin; BINS],
    bands: Bands,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Bin {
    n: u64,
    correct: u64,
    confidence: f64,
}

/// Predictions in one band of confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Band {
    /// Predictions.
    pub n: u64,
    /// How many of them are right.
    pub correct: u64,
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
    /// Cells whose gold value is known.
    pub gold: u64,
    /// Predictions for them.
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
}

impl Tally {
    /// Counts a cell whose gold value is known, and the prediction for it, if there is one.
    pub fn count(&mut self, prediction: Option<Prediction>) {
        self.gold += 1;
        let Some(Prediction { confidence, correct, proven }) = prediction else { return };
        let hit = u64::from(correct);
        self.predicted += 1;
        self.correct += hit;
        self.proven += u64::from(proven);
        self.squared_error += (confidence - f64::from(u8::from(correct))).powi(2);
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

    /// Adds the totals of another tally.
    pub fn add(&mut self, other: &Self) {
        self.gold += other.gold;
        self.predicted += other.predicted;
        self.correct += other.correct;
        self.proven += other.proven;
        self.squared_error += other.squared_error;
        for (mine, theirs) in self.bins.iter_mut().zip(&other.bins) {
            mine.n += theirs.n;
            mine.correct += theirs.correct;
            mine.confidence += theirs.confidence;
        }
        let pairs = [
            (&mut self.bands.high, other.bands.high),
            (&mut self.bands.medium, other.bands.medium),
            (&mut self.bands.low, other.bands.low),
        ];
        for (mine, theirs) in pairs {
            mine.n += theirs.n;
            mine.correct += theirs.correct;
        }
    }

    /// The figures so far.
    pub fn figures(&self) -> Figures {
        let share =
            |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let (precision, recall) =
            (share(self.correct, self.predicted), share(self.correct, self.gold));
        let sum = precision + recall;
        let n = self.predicted.max(1) as f64;
        let gap = |bin: &Bin| (bin.confidence - bin.correct as f64).abs();
        Figures {
            gold: self.gold,
            predicted: self.predicted,
            correct: self.correct,
            precision,
            recall,
            f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 },
            evidence_rate: if self.predicted == 0 {
                1.0
            } else {
                share(self.proven, self.predicted)
            },
            ece: self.bins.iter().map(gap).sum::<f64>() / n,
            brier: self.squared_error / n,
            bands: self.bands,
        }
    }
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
mod tests {
    use super::*;

    fn prediction(confidence: f64, correct: bool) -> Prediction {
        Prediction { confidence, correct, proven: correct }
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn figures_follow_from_counts() {
        let mut tally = Tally::default();
        for one in [
            Some(prediction(0.95, true)),
            Some(prediction(0.95, false)),
            Some(prediction(0.8, true)),
            Some(prediction(0.2, false)),
            None,
        ] {
            tally.count(one);
        }
        let figures = tally.figures();
        assert_eq!((figures.gold, figures.predicted, figures.correct), (5, 4, 2));
        near(figures.precision, 0.5);
        near(figures.recall, 0.4);
        near(figures.f1, 2.0 * 0.5 * 0.4 / 0.9);
        near(figures.evidence_rate, 0.5);
        near(figures.brier, (0.05_f64.powi(2) + 0.95_f64.powi(2) + 0.04 + 0.04) / 4.0);
        near(figures.ece, ((1.9_f64 - 1.0).abs() + 0.2 + 0.2) / 4.0);
        assert_eq!(figures.bands.high, Band { n: 2, correct: 1 });
        assert_eq!(figures.bands.medium, Band { n: 1, correct: 1 });
        assert_eq!(figures.bands.low, Band { n: 1, correct: 0 });
    }

    #[test]
    fn nothing_counted_is_no_division_by_zero() {
        let figures = Tally::default().figures();
        near(figures.precision + figures.recall + figures.f1 + figures.ece + figures.brier, 0.0);
        near(figures.evidence_rate, 1.0);
    }

    #[test]
    fn adding_is_counting_together() {
        let cells = [Some((1.0, true)), None, Some((0.0, false)), Some((0.89, true))];
        let cells =
            cells.map(|cell| cell.map(|(confidence, correct)| prediction(confidence, correct)));
        let (mut left, mut right, mut both) =
            (Tally::default(), Tally::default(), Tally::default());
        for (index, cell) in cells.into_iter().enumerate() {
            if index % 2 == 0 {
                left.count(cell);
            } else {
                right.count(cell);
            }
            both.count(cell);
        }
        left.add(&right);
        assert_eq!(left.figures(), both.figures());
    }
}
