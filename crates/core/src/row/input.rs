//! What a row starts from.

use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::value::PartialDate;

/// What all rows of a job have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The columns asked for, in the order of the output.
    pub columns: Vec<Column>,
    /// Query patterns of the first attempt, with the `%entity` placeholder.
    pub patterns: Vec<String>,
    /// What kind of thing the key names, in the user's words, such as "company".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    /// The day on which the job was made: an input, so that a replay sees the same day.
    pub today: PartialDate,
    /// The bounds that every row keeps.
    pub limits: Limits,
}

/// The bounds of one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Attempts, the first included: `MAX_ENRICHMENT_RETRIES` + 1.
    pub attempts: u8,
    /// Confidence under which a cell is weak: `CONFIDENCE_THRESHOLD`.
    pub threshold: f64,
    /// Queries of one attempt.
    pub queries: u8,
    /// Pages read in one attempt.
    pub pages: u8,
    /// Steps of all attempts together.
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
    /// Its text.
    pub value: String,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The columns that name the entity, in the order asked for.
    pub key: Vec<Field>,
    /// The row's other columns, which tell namesakes apart; blanks left out.
    pub context: Vec<Field>,
    /// Indices of the plan's columns that are to be filled; all of them for an enrichment.
    pub asked: Vec<usize>,
}
