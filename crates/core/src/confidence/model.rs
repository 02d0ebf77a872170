//! The model that computes a confidence from the features of a value's support.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Support;

/// No coefficient of a sensible model is larger.
const LARGEST: f64 = 50.0;

/// A logistic model of the probability that a value is right.
///
/// The shipped one is `data/confidence.json`, which says on what it was fitted; docs/adr/0006-confidence.md
/// explains the features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceModel {
    /// On what and when it was fitted, for people.
    pub fitted: String,
    /// What each feature contributes.
    pub coefficients: Coefficients,
}

/// The contribution of each feature to the logit of the probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coefficients {
    /// Independent of all features.
    pub intercept: f64,
    /// Of the weight of the best candidate, 0 to 1.
    pub best: f64,
    /// Of the natural logarithm of the number of independent sites, at most 4.
    pub more_sites: f64,
    /// Of the share that other values have, 0 to 1.
    pub contested: f64,
    /// If the text only says "about".
    pub approximate: f64,
    /// If every quote marks a part of itself as no longer valid.
    pub outdated: f64,
    /// Of the standing of the best source: see [`Support::standing`].
    pub standing: f64,
    /// Of the age of the newest statement, in years: see [`Support::age`].
    pub age: f64,
    /// If the extractor and a model propose it independently.
    pub agreement: f64,
}

/// A stored model that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the confidence model is not usable: {0}")]
pub struct InvalidModel(pub String);

impl Coefficients {
    /// Number of coefficients.
    pub const COUNT: usize = 9;

    /// The names of the coefficients, in the order of [`Support::features`].
    pub const NAMES: [&str; Self::COUNT] = [
        "intercept",
        "best",
        "more_sites",
        "contested",
        "approximate",
        "outdated",
        "standing",
        "age",
        "agreement",
    ];

    /// The coefficients in the order of [`Support::features`].
    pub fn to_array(self) -> [f64; Self::COUNT] {
        [
            self.intercept,
            self.best,
            self.more_sites,
            self.contested,
            self.approximate,
            self.outdated,
            self.standing,
            self.age,
            self.agreement,
        ]
    }

    /// The reverse of [`to_array`](Self::to_array).
    pub fn from_array(values: [f64; Self::COUNT]) -> Self {
        let [
            intercept,
            best,
            more_sites,
            contested,
            approximate,
            outdated,
            standing,
            age,
            agreement,
        ] = values;
        Self {
            intercept,
            best,
            more_sites,
            contested,
            approximate,
            outdated,
            standing,
            age,
            agreement,
        }
    }
}

impl ConfidenceModel {
    /// The model that is shipped.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<ConfidenceModel> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            Self::from_json(include_str!("../../data/confidence.json"))
                .expect("a test reads the shipped model")
        })
    }

    /// Reads a model.
    ///
    /// # Errors
    /// If it is not a model, or a coefficient is not a number of sensible size.
    pub fn from_json(text: &str) -> Result<Self, InvalidModel> {
        let model: Self =
            serde_json::from_str(text).map_err(|error| InvalidModel(error.to_string()))?;
        model.check()?;
        Ok(model)
    }

    /// Whether its coefficients are numbers of sensible size.
    ///
    /// # Errors
    /// If one is not.
    pub fn check(&self) -> Result<(), InvalidModel> {
        let is_sensible = |value: &f64| value.is_finite() && value.abs() <= LARGEST;
        if self.coefficients.to_array().iter().all(is_sensible) {
            return Ok(());
        }
        Err(InvalidModel(format!("a coefficient is not between -{LARGEST} and {LARGEST}")))
    }

    /// Probability that a value is right, 0 to 1.
    pub fn confidence(&self, support: &Support) -> f64 {
        let coefficients = self.coefficients.to_array();
        let terms = coefficients.iter().zip(support.features());
        let logit: f64 = terms.map(|(coefficient, feature)| coefficient * feature).sum();
        1.0 / (1.0 + (-logit).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_read() {
        let model = ConfidenceModel::shipped();
        assert!(model.check().is_ok());
        assert_eq!(Coefficients::from_array(model.coefficients.to_array()), model.coefficients);
    }

    #[test]
    fn a_model_with_a_senseless_number_is_refused() {
        let text = include_str!("../../data/confidence.json");
        let huge = text.replace("\"best\": ", "\"best\": 999");
        assert!(ConfidenceModel::from_json(text).is_ok());
        assert!(ConfidenceModel::from_json(&huge).is_err());
        assert!(ConfidenceModel::from_json("{}").is_err());
    }
}
