//! Logistic regression with a prior: the coefficients that fit the labels best without moving further from the
//! known ones than the labels justify.
//!
//! The penalty is that of a normal distribution around each known coefficient (ridge regression towards a given
//! point; Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 4.4 and 3.4.1). Newton's
//! method finds its only maximum. Nothing is random: the same labels give the same coefficients.

use ampledata_core::confidence::Coefficients;
use thiserror::Error;

/// Number of coefficients.
pub(super) const N: usize = Coefficients::COUNT;

/// Weight of the penalty: a known coefficient counts like labels that are known to within 1.
const PENALTY: f64 = 1.0;
/// Newton's method doubles the digits with each step; more steps mean that something is wrong.
const MOST_STEPS: usize = 100;
/// A change of coefficients that is as good as none.
const CONVERGED: f64 = 1e-9;
/// Near the maximum the objective changes by less than its own rounding errors, a share of it.
const ROUNDING: f64 = 1e-12;

/// A value of which it is known whether it is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// What it belongs to: labels of one group are never both fitted to and tested on.
    pub group: String,
    /// The features of its support.
    pub features: [f64; N],
    /// Whether it is right.
    pub correct: bool,
}

/// Newton's method did not arrive, for example because a feature is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the fit did not converge")]
pub struct NotConverged;

/// The probability that these coefficients give.
pub(super) fn predict(coefficients: &[f64; N], features: &[f64; N]) -> f64 {
    let logit: f64 = coefficients.iter().zip(features).map(|(weight, value)| weight * value).sum();
    1.0 / (1.0 + (-logit).exp())
}

/// Fits coefficients to labels, starting from known ones.
///
/// # Errors
/// A feature is not a finite number.
pub(super) fn fit(labels: &[&Label], known: &[f64; N]) -> Result<[f64; N], NotConverged> {
    let mut current = *known;
    let mut reached = objective(labels, &current, known);
    for _ in 0..MOST_STEPS {
        let step = newton_step(labels, &current, known).ok_or(NotConverged)?;
        if step.iter().all(|change| change.abs() < CONVERGED) {
            return Ok(current);
        }
        // A full step may overshoot; a part of it in the same direction never does.
        let mut share = 1.0;
        loop {
            let next = std::array::from_fn(|at| current[at] + share * step[at]);
            let value = objective(labels, &next, known);
            if value >= reached - ROUNDING * (1.0 + reached.abs()) {
                (current, reached) = (next, value);
                break;
            }
            share /= 2.0;
            if share < CONVERGED {
                return Ok(current);
            }
        }
    }
    Err(NotConverged)
}

/// What is to be maximal: the logarithm of the likelihood less the penalty.
fn objective(labels: &[&Label], coefficients: &[f64; N], known: &[f64; N]) -> f64 {
    let likelihood: f64 = labels
        .iter()
        .map(|label| {
            let logit: f64 = coefficients
                .iter()
                .zip(&label.features)
                .map(|(weight, value)| weight * value)
                .sum();
            let signed = if label.correct { logit } else { -logit };
            // ln(1 / (1 + e^-x)) without overflow.
            signed.min(0.0) - (-signed.abs()).exp().ln_1p()
        })
        .sum();
    let moved: f64 = coefficients.iter().zip(known).map(|(new, old)| (new - old).powi(2)).sum();
    likelihood - PENALTY / 2.0 * moved
}

/// The step to the maximum of the parabola that touches the objective here. `None` if there is none.
fn newton_step(labels: &[&Label], coefficients: &[f64; N], known: &[f64; N]) -> Option<[f64; N]> {
    let mut gradient: [f64; N] = std::array::from_fn(|at| PENALTY * (known[at] - coefficients[at]));
    let mut curvature = [[0.0; N]; N];
    for (at, row) in curvature.iter_mut().enumerate() {
        row[at] = PENALTY;
    }
    for label in labels {
        let probability = predict(coefficients, &label.features);
        let missing = if label.correct { 1.0 - probability } else { -probability };
        for (at, value) in label.features.iter().enumerate() {
            gradient[at] += missing * value;
            for (other, second) in label.features.iter().enumerate() {
                curvature[at][other] += probability * (1.0 - probability) * value * second;
            }
        }
    }
    solve(&curvature, gradient)
}

/// The solution of a system of linear equations whose matrix is symmetric and positive definite, by Cholesky's
/// factors. `None` if it is not.
fn solve(matrix: &[[f64; N]; N], right: [f64; N]) -> Option<[f64; N]> {
    let mut lower = [[0.0; N]; N];
    for row in 0..N {
        for column in 0..=row {
            let known: f64 = (0..column).map(|at| lower[row][at] * lower[column][at]).sum();
            let rest = matrix[row][column] - known;
            lower[row][column] = if row == column {
                if !(rest > 0.0 && rest.is_finite()) {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / lower[column][column]
            };
        }
    }
    let mut solution = right;
    for row in 0..N {
        let known: f64 = (0..row).map(|at| lower[row][at] * solution[at]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|at| lower[at][row] * solution[at]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A label with a constant and one feature.
    pub(crate) fn label(group: usize, value: f64, correct: bool) -> Label {
        let mut features = [0.0; N];
        features[0] = 1.0;
        features[1] = value;
        Label { group: format!("row {group}"), features, correct }
    }

    #[test]
    fn equations_are_solved() {
        let mut matrix = [[0.0; N]; N];
        for (at, row) in matrix.iter_mut().enumerate() {
            row[at] = 2.0;
        }
        matrix[0][1] = 1.0;
        matrix[1][0] = 1.0;
        let mut right = [0.0; N];
        (right[0], right[1], right[2]) = (4.0, 5.0, 6.0);
        let solution = solve(&matrix, right).unwrap();
        for (at, expected) in [1.0, 2.0, 3.0].into_iter().enumerate() {
            assert!((solution[at] - expected).abs() < 1e-12, "{solution:?}");
        }
        matrix[0][0] = -1.0;
        assert_eq!(solve(&matrix, right), None);
    }

    #[test]
    fn without_labels_nothing_moves() {
        let known: [f64; N] = std::array::from_fn(|at| at as f64 - 2.0);
        assert_eq!(fit(&[], &known), Ok(known));
    }

    #[test]
    fn a_constant_becomes_the_share_of_right_values() {
        // Of 4,000 labels without any other feature 75 % are right: the logit is ln 3, less a little for the
        // penalty of 1 against a curvature of 4,000 * .75 * .25 = 750.
        let labels: Vec<Label> = (0..4_000).map(|at| label(at, 0.0, at % 4 != 0)).collect();
        let fitted = fit(&labels.iter().collect::<Vec<_>>(), &[0.0; N]).unwrap();
        assert!((fitted[0] - 3_f64.ln()).abs() < 2e-3, "{fitted:?}");
        assert!(fitted[1..].iter().all(|weight| weight.abs() < 1e-9));
    }

    #[test]
    fn a_known_slope_is_found_again() {
        // At each of these values the share of right labels is that of the logit -1 + 2 x.
        let known = [-1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let mut labels = Vec::new();
        for value in [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5] {
            let right = (predict(&known, &label(0, value, true).features) * 10_000.0).round();
            for at in 0..10_000 {
                labels.push(label(at, value, (at as f64) < right));
            }
        }
        let fitted = fit(&labels.iter().collect::<Vec<_>>(), &[0.0; N]).unwrap();
        assert!((fitted[0] + 1.0).abs() < 0.01 && (fitted[1] - 2.0).abs() < 0.01, "{fitted:?}");
    }

    #[test]
    fn labels_that_one_feature_separates_do_not_run_away() {
        let labels: Vec<Label> = (0..200)
            .map(|at| label(at, if at % 2 == 0 { 1.0 } else { -1.0 }, at % 2 == 0))
            .collect();
        let fitted = fit(&labels.iter().collect::<Vec<_>>(), &[0.0; N]).unwrap();
        assert!(fitted[1] > 2.0 && fitted[1] < 10.0, "{fitted:?}");
    }

    #[test]
    fn a_feature_that_is_no_number_is_refused() {
        let labels = [label(0, f64::NAN, true), label(1, f64::INFINITY, false)];
        assert_eq!(fit(&labels.iter().collect::<Vec<_>>(), &[0.0; N]), Err(NotConverged));
    }
}
