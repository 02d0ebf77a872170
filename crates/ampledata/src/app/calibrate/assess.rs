//! Whether fitted coefficients are better, measured on labels that they were not fitted to.

use std::collections::BTreeMap;

use ampledata_core::confidence::{Coefficients, ConfidenceModel};
use serde::Serialize;

use super::Error;
use super::fit::{Label, N, fit, predict};
use crate::app::eval::tally::Calibration;

/// Labels needed.
const FEWEST: usize = 30;
/// Right ones needed, and wrong ones.
const FEWEST_OF_EACH: usize = 5;
/// Groups needed.
const FEWEST_GROUPS: usize = 10;
/// Parts into which the groups are divided for the test.
const PARTS: usize = 5;

/// What a fit brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    /// Labels.
    pub labels: usize,
    /// How many of them are right.
    pub correct: usize,
    /// Groups of labels, such as rows.
    pub groups: usize,
    /// Parts into which they were divided: each part is tested with coefficients fitted to the others.
    pub parts: usize,
    /// How well the known model is calibrated.
    pub before: Calibration,
    /// How well the fitted one is, on labels that it was not fitted to.
    pub after: Calibration,
    /// The known coefficients.
    pub known: Coefficients,
    /// The coefficients fitted to all labels.
    pub fitted: Coefficients,
}

impl Assessment {
    /// Whether the fitted model predicts labels that it was not fitted to better than the known one.
    pub fn is_better(&self) -> bool {
        self.after.log_loss() < self.before.log_loss()
    }
}

/// Whether the labels are few groups of which each is large, such as kinds, and not many, such as rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Many small groups: five parts.
    Small,
    /// A few large groups: two halves.
    Large,
}

/// Fits coefficients to labels, from those of the known model on, and measures them by cross-validation.
///
/// # Errors
/// There are too few labels, or the fit does not converge.
pub fn assess(
    labels: &[Label],
    known: &ConfidenceModel,
    grouping: Grouping,
) -> Result<Assessment, Error> {
    let mut groups: BTreeMap<&str, usize> =
        labels.iter().map(|one| (one.group.as_str(), 0)).collect();
    let correct = labels.iter().filter(|label| label.correct).count();
    let parts = match grouping {
        Grouping::Small => PARTS,
        Grouping::Large => 2,
    };
    let fewest_groups = if grouping == Grouping::Small { FEWEST_GROUPS } else { parts };
    check_number(labels.len(), correct, groups.len(), fewest_groups)?;
    for (at, part) in groups.values_mut().enumerate() {
        *part = at % parts;
    }
    let part_of = |label: &Label| groups[label.group.as_str()];
    let known = known.coefficients;
    let start = known.to_array();
    let mut of_part: Vec<[f64; N]> = Vec::with_capacity(parts);
    for part in 0..parts {
        let others: Vec<&Label> = labels.iter().filter(|label| part_of(label) != part).collect();
        of_part.push(fit(&others, &start)?);
    }
    let (mut before, mut after) = (Calibration::default(), Calibration::default());
    for label in labels {
        before.count(predict(&start, &label.features), label.correct);
        after.count(predict(&of_part[part_of(label)], &label.features), label.correct);
    }
    Ok(Assessment {
        labels: labels.len(),
        correct,
        groups: groups.len(),
        parts,
        before,
        after,
        known,
        fitted: Coefficients::from_array(fit(&labels.iter().collect::<Vec<_>>(), &start)?),
    })
}

fn check_number(
    labels: usize,
    correct: usize,
    groups: usize,
    fewest_groups: usize,
) -> Result<(), Error> {
    let wrong = labels - correct;
    let enough =
        labels >= FEWEST && correct.min(wrong) >= FEWEST_OF_EACH && groups >= fewest_groups;
    if enough {
        return Ok(());
    }
    Err(Error::TooFewLabels {
        labels,
        correct,
        wrong,
        groups,
        needed: (FEWEST, FEWEST_OF_EACH, fewest_groups),
    })
}

#[cfg(test)]
mod tests {
    use super::super::fit::tests::label;
    use super::*;

    fn model(intercept: f64) -> ConfidenceModel {
        let mut coefficients = [0.0; N];
        coefficients[0] = intercept;
        ConfidenceModel {
            fitted: "for a test".into(),
            coefficients: Coefficients::from_array(coefficients),
        }
    }

    /// Labels of which the strong ones are mostly right and the weak ones mostly wrong.
    fn labels(rows: usize) -> Vec<Label> {
        let one = |row: usize| {
            let strong = row.is_multiple_of(2);
            label(row, if strong { 1.0 } else { 0.0 }, strong != row.is_multiple_of(5))
        };
        (0..rows).map(one).collect()
    }

    #[test]
    fn a_model_that_is_always_sure_becomes_calibrated() {
        let found = assess(&labels(200), &model(4.0), Grouping::Small).unwrap();
        assert!(found.is_better());
        assert!(found.before.ece() > 0.4, "{:?}", found.before);
        assert!(found.after.ece() < 0.1, "{:?}", found.after);
        assert!(found.after.brier() < found.before.brier());
        assert!(found.fitted.best > 1.5, "{:?}", found.fitted);
        assert_eq!((found.labels, found.groups, found.parts), (200, 200, 5));
        let again = assess(&labels(200), &model(4.0), Grouping::Small).unwrap();
        assert_eq!(again, found);
    }

    #[test]
    fn chance_is_not_better() {
        // What is right has nothing to do with the feature, and the known model knows the share.
        let labels: Vec<Label> =
            (0..60).map(|row| label(row, (row % 3) as f64, row % 2 == 0)).collect();
        assert!(!assess(&labels, &model(0.0), Grouping::Small).unwrap().is_better());
    }

    #[test]
    fn too_few_labels_are_refused_with_the_number_needed() {
        let error = |labels: &[Label]| {
            assess(labels, &model(0.0), Grouping::Small).unwrap_err().to_string()
        };
        let few = error(&labels(20));
        assert!(few.contains("20 labelled values") && few.contains("at least 30"), "{few}");
        let all_right: Vec<Label> = (0..50).map(|row| label(row, 1.0, true)).collect();
        let right = error(&all_right);
        assert!(right.contains("50 right, 0 wrong") && right.contains("at least 5"), "{right}");
        let one_row: Vec<Label> =
            labels(50).into_iter().map(|one| Label { group: "row".into(), ..one }).collect();
        assert!(error(&one_row).contains("of 1 row"), "{}", error(&one_row));
    }

    #[test]
    fn large_groups_are_halved() {
        let kinds = |row: usize, one: Label| Label { group: format!("kind {}", row % 4), ..one };
        let labels: Vec<Label> =
            labels(200).into_iter().enumerate().map(|(row, one)| kinds(row, one)).collect();
        let found = assess(&labels, &model(4.0), Grouping::Large).unwrap();
        assert_eq!((found.groups, found.parts), (4, 2));
    }
}
