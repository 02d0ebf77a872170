//! A file of figures below which an evaluation must not fall.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::Error;

/// Figures of which a smaller one is better.
const SMALLER_IS_BETTER: [&str; 6] =
    ["brier", "ece", "invented_rate", "lesser_source_rate", "stale_rate", "wrong_entity_rate"];
/// Figures of which a greater one is better.
const GREATER_IS_BETTER: [&str; 7] =
    ["evidence_rate", "f1", "item_f1", "outcome_accuracy", "precision", "recall", "row_f1"];

/// The figures of an earlier evaluation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// How much worse a figure may be.
    tolerance: f64,
    /// Figures of the total, by their names in the report.
    total: BTreeMap<String, f64>,
}

/// A figure that fell below the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// Its name in the report.
    pub figure: String,
    /// Its value in the baseline.
    pub expected: f64,
    /// Its value now; `None` if the report has none.
    pub measured: Option<f64>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// The file cannot be read, is not a baseline, or names an unknown figure.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = super::read_text(path)?;
        let wrong = |reason: String| Error::wrong_file(path, reason);
        let baseline: Self = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("it is not a baseline: {error}")))?;
        if !(0.0..1.0).contains(&baseline.tolerance) {
            return Err(wrong("its tolerance is not a number from 0 up to 1".to_owned()));
        }
        let known = [&SMALLER_IS_BETTER[..], &GREATER_IS_BETTER[..]].concat();
        match baseline.total.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                let names = known.join(", ");
                Err(wrong(format!("`{name}` is not a figure that can be compared: {names}")))
            }
            None => Ok(baseline),
        }
    }

    /// The figures of this total that are worse than those of the baseline by more than the tolerance.
    pub fn regressions(&self, total: &Value) -> Vec<Regression> {
        let is_worse = |(name, expected): &(&String, &f64)| match total[name.as_str()].as_f64() {
            Some(measured) if SMALLER_IS_BETTER.contains(&name.as_str()) => {
                measured > *expected + self.tolerance
            }
            Some(measured) => measured < *expected - self.tolerance,
            None => true,
        };
        let worse = self.total.iter().filter(is_worse);
        worse
            .map(|(name, expected)| Regression {
                figure: name.clone(),
                expected: *expected,
                measured: total[name.as_str()].as_f64(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Baseline, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.json");
        std::fs::write(&path, text).unwrap();
        Baseline::read(&path)
    }

    #[test]
    fn a_figure_regresses_beyond_the_tolerance() {
        let baseline =
            read(r#"{"tolerance": 0.01, "total": {"f1": 0.9, "ece": 0.05, "recall": 0.8}}"#)
                .unwrap();
        let names = |total: Value| -> Vec<String> {
            baseline.regressions(&total).into_iter().map(|one| one.figure).collect()
        };
        let total = |f1: f64, ece: f64| serde_json::json!({"f1": f1, "ece": ece, "recall": 0.8});
        assert!(names(total(0.895, 0.055)).is_empty());
        assert!(names(total(1.0, 0.0)).is_empty());
        assert_eq!(names(total(0.88, 0.07)), ["ece", "f1"]);
        assert_eq!(names(serde_json::json!({"f1": 0.9, "ece": null})), ["ece", "recall"]);
    }

    #[test]
    fn a_baseline_is_checked() {
        for (text, message) in [
            ("[]", "is not a baseline"),
            (r#"{"tolerance": 0.01, "total": {"beauty": 1}}"#, "`beauty` is not a figure"),
            (r#"{"tolerance": -1, "total": {}}"#, "tolerance"),
            (r#"{"tolerance": 0, "total": {}, "more": 1}"#, "more"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
