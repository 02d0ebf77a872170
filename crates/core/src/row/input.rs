//! The input of a row.

use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::confidence::ConfidenceModel;
use crate::value::PartialDate;

/// What all rows of a job share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The requested columns, in the order of the output.
    pub columns: Vec<Column>,
    /// Query patterns of the first attempt, with the `%entity` placeholder.
    pub patterns: Vec<String>,
    /// What kind of thing the key names, in the user's words, such as "company".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    /// The day on which the job was created: an input, so that a replay uses the same day.
    pub today: PartialDate,
    /// The limits of every row.
    pub limits: Limits,
    /// The model of confidence that the owner has fitted; none: the shipped one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<ConfidenceModel>,
}

impl Plan {
    /// The model that computes confidences.
    pub fn confidence_model(&self) -> &ConfidenceModel {
        self.confidence.as_ref().unwrap_or_else(|| ConfidenceModel::shipped())
    }
}

/// The limits of one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Maximum number of attempts, including the first: `MAX_ENRICHMENT_RETRIES` + 1.
    pub attempts: u8,
    /// A cell with a lower confidence is weak, 0 to 1: `CONFIDENCE_THRESHOLD`.
    pub threshold: f64,
    /// Maximum number of queries of one attempt.
    pub queries: u8,
    /// Maximum number of pages read in one attempt.
    pub pages: u8,
    /// Maximum number of steps of all attempts together.
    pub steps: u16,
}

impl Default for Limits {
    /// The documented defaults of the settings.
    fn default() -> Self {
        Self { attempts: 3, threshold: 0.75, queries: 3, pages: 4, steps: 60 }
    }
}

/// A named field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The header of its column.
    pub name: String,
    /// The text of its cell.
    pub value: String,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The fields that name the entity, in the requested order.
    pub key: Vec<Field>,
    /// The row's other fields, which distinguish namesakes; blank ones are left out.
    pub context: Vec<Field>,
    /// Indices of the plan's columns to fill; all of them for an enrichment.
    #[serde(rename = "asked")]
    pub requested: Vec<usize>,
}
