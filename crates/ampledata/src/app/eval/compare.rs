//! Compares two evaluations of the same cells.
//!
//! A paired bootstrap over rows: whole rows are drawn with replacement, the same ones from both evaluations,
//! because the cells of a row share their pages and are right or wrong together. The seed is fixed, so that the
//! same two evaluations always give the same intervals. Efron and Tibshirani, *An Introduction to the
//! Bootstrap*, 1993, chapters 8 and 13.

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::KindReport;
use super::scored::{Items, ScoredCell};

/// Samples drawn for an interval.
const SAMPLES: u32 = 2_000;
/// Where the random numbers start.
const SEED: u64 = 0x5eed;
/// The share of samples that lie on each side of an interval.
const TAIL: f64 = 0.025;

/// What changed between two evaluations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Cells that both evaluations scored.
    pub cells: u64,
    /// Cells that only one of them scored; they are left out.
    pub only_one: u64,
    /// All cells: F1.
    pub f1: Change,
    /// All cells: precision.
    pub precision: Change,
    /// All cells: recall.
    pub recall: Change,
    /// F1 by kind.
    pub kinds: BTreeMap<String, Change>,
    /// F1 by kind and column.
    pub columns: BTreeMap<String, BTreeMap<String, Change>>,
}

/// How one figure changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// Rows behind it.
    pub rows: u64,
    /// The figure of the earlier evaluation.
    pub before: f64,
    /// The figure of the later one.
    pub after: f64,
    /// The later figure less the earlier one.
    pub difference: f64,
    /// Lower end of the 95 % interval of the difference.
    pub low: f64,
    /// Upper end of the 95 % interval of the difference.
    pub high: f64,
    /// Two-sided p value: how often chance alone would give such a difference, at most.
    pub p: f64,
    /// What this says.
    pub verdict: Verdict,
}

/// Whether a figure changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval is above 0.
    Better,
    /// The whole interval is below 0.
    Worse,
    /// The interval contains 0: the rows do not show a difference.
    Same,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Same => "same",
        }
    }
}

/// The counts of one row, before and after.
type Pair = (Items, Items);

/// Compares two evaluations; `None` if they have no cell in common.
pub fn compare(before: &[KindReport], after: &[KindReport]) -> Option<Comparison> {
    let (before, after) = (by_place(before), by_place(after));
    let mut all: BTreeMap<(&str, usize), Pair> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, BTreeMap<usize, Pair>> = BTreeMap::new();
    let mut columns: BTreeMap<(&str, &str), BTreeMap<usize, Pair>> = BTreeMap::new();
    let mut cells = 0;
    for (place, new) in &after {
        let Some(old) = before.get(place) else { continue };
        let (kind, row, column) = *place;
        let counts = (old.counts(), new.counts());
        cells += 1;
        add(all.entry((kind, row)).or_default(), counts);
        add(kinds.entry(kind).or_default().entry(row).or_default(), counts);
        add(columns.entry((kind, column)).or_default().entry(row).or_default(), counts);
    }
    let rows: Vec<Pair> = all.into_values().collect();
    let change =
        |rows: &BTreeMap<usize, Pair>| measure(&rows.values().copied().collect::<Vec<_>>(), f1);
    let mut by_column: BTreeMap<String, BTreeMap<String, Change>> = BTreeMap::new();
    for ((kind, column), rows) in &columns {
        by_column.entry((*kind).to_owned()).or_default().insert((*column).to_owned(), change(rows));
    }
    (cells > 0).then(|| Comparison {
        cells,
        only_one: (before.len() + after.len()) as u64 - 2 * cells,
        f1: measure(&rows, f1),
        precision: measure(&rows, |counts| share(counts.correct, counts.predicted)),
        recall: measure(&rows, |counts| share(counts.correct, counts.gold)),
        kinds: kinds.iter().map(|(kind, rows)| ((*kind).to_owned(), change(rows))).collect(),
        columns: by_column,
    })
}

fn by_place(kinds: &[KindReport]) -> BTreeMap<(&str, usize, &str), &ScoredCell> {
    let cells = kinds.iter().flat_map(|kind| kind.cells.iter().map(move |cell| (kind, cell)));
    cells.map(|(kind, cell)| ((kind.name.as_str(), cell.row, cell.column.as_str()), cell)).collect()
}

fn add(pair: &mut Pair, counts: Pair) {
    pair.0.add(counts.0);
    pair.1.add(counts.1);
}

fn f1(counts: Items) -> f64 {
    counts.f1()
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How a figure of these rows changed.
fn measure(rows: &[Pair], figure: impl Fn(Items) -> f64) -> Change {
    let difference = |pair: Pair| figure(pair.1) - figure(pair.0);
    let sum = |rows: &mut dyn Iterator<Item = Pair>| {
        rows.fold(Pair::default(), |mut sum, row| {
            add(&mut sum, row);
            sum
        })
    };
    let whole = sum(&mut rows.iter().copied());
    let mut random = SplitMix64(SEED);
    let sample = |_| difference(sum(&mut (0..rows.len()).map(|_| rows[random.below(rows.len())])));
    let mut samples: Vec<f64> = (0..SAMPLES).map(sample).collect();
    samples.sort_by(f64::total_cmp);
    let (low, high) = (samples[rank(TAIL)], samples[rank(1.0 - TAIL)]);
    let beyond = |is_beyond: fn(&&f64) -> bool| {
        (samples.iter().filter(is_beyond).count() + 1) as f64 / (f64::from(SAMPLES) + 1.0)
    };
    let verdict = match (low, high) {
        (low, _) if low > 0.0 => Verdict::Better,
        (_, high) if high < 0.0 => Verdict::Worse,
        _ => Verdict::Same,
    };
    Change {
        rows: rows.len() as u64,
        before: figure(whole.0),
        after: figure(whole.1),
        difference: difference(whole),
        low,
        high,
        p: (2.0 * beyond(|d| **d <= 0.0).min(beyond(|d| **d >= 0.0))).min(1.0),
        verdict,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of the number of samples is an index into them"
)]
fn rank(share: f64) -> usize {
    (share * f64::from(SAMPLES - 1)).round() as usize
}

/// A small generator of random numbers: Steele, Lea and Flood, *Fast Splittable Pseudorandom Number
/// Generators*, 2014. Its numbers are the same on every machine and in every version.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to the limit; the bias of the remainder is below one in 2^50 for any table.
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below a usize")]
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::super::report::Cost;
    use super::super::tally::tests::cell;
    use super::*;

    /// A kind with a column `c`, in which these rows are right (`r`), wrong (`w`) or empty (`e`).
    fn kind(name: &str, rows: &str) -> KindReport {
        let prediction = |row: char| match row {
            'r' => Some((0.9, true)),
            'w' => Some((0.9, false)),
            _ => None,
        };
        let cells = rows.chars().zip(1..);
        let cells = cells.map(|(row, at)| ScoredCell { row: at, ..cell(prediction(row)) });
        KindReport {
            name: name.into(),
            rows: rows.len() as u64,
            columns: vec!["c".into()],
            cells: cells.collect(),
            cost: Cost::default(),
        }
    }

    #[test]
    fn the_generator_gives_the_published_numbers() {
        let mut random = SplitMix64(1_234_567);
        assert_eq!(
            [random.next(), random.next(), random.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn no_difference_is_the_same() {
        let one = [kind("a", "rrrwwee")];
        let same = compare(&one, &one).unwrap();
        assert_eq!((same.cells, same.only_one), (7, 0));
        assert_eq!(
            (same.f1.verdict, same.columns["a"]["c"].verdict),
            (Verdict::Same, Verdict::Same)
        );
        assert!(same.f1.difference.abs() < 1e-12 && (same.f1.p - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_difference_in_most_rows_is_better_or_worse_and_in_one_row_is_chance() {
        let few = kind("a", "rreeeeeeeeeeeeeeeeee");
        let many = kind("a", "rrrrrrrrrrrrrrrrrree");
        let one_more = kind("a", "rrreeeeeeeeeeeeeeeee");
        let better = compare(from_ref(&few), from_ref(&many)).unwrap();
        assert_eq!(better.f1.verdict, Verdict::Better);
        assert!(better.f1.low > 0.4 && better.f1.high < 1.0 && better.f1.p < 0.01, "{better:?}");
        assert_eq!(compare(from_ref(&many), from_ref(&few)).unwrap().f1.verdict, Verdict::Worse);
        let same = compare(&[few], &[one_more]).unwrap();
        assert_eq!(same.f1.verdict, Verdict::Same);
        assert!(same.f1.difference > 0.05 && same.f1.p > 0.1, "{same:?}");
    }

    #[test]
    fn intervals_are_those_of_the_binomial_distribution() {
        // Recall of 40 rows, of which 20 were found later: its standard error is sqrt(.5 * .5 / 40) = .079.
        let (none, half) = (kind("a", &"e".repeat(40)), kind("a", &"re".repeat(20)));
        let recall = compare(&[none], &[half]).unwrap().recall;
        assert!((recall.difference - 0.5).abs() < 1e-12);
        assert!((recall.low - (0.5 - 1.96 * 0.079)).abs() < 0.03, "{recall:?}");
        assert!((recall.high - (0.5 + 1.96 * 0.079)).abs() < 0.03, "{recall:?}");
    }

    #[test]
    fn only_cells_of_both_are_compared() {
        let old = [kind("a", "rr"), kind("b", "r")];
        let new = [kind("a", "rrw")];
        let change = compare(&old, &new).unwrap();
        assert_eq!((change.cells, change.only_one), (2, 2));
        assert!((change.precision.after - 1.0).abs() < 1e-12);
        assert_eq!(compare(&old[1..], &new), None);
    }
}
