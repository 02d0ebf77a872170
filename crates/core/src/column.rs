//! Columns: the values that a job looks for.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod compiled;
mod volatility;

pub use compiled::CompiledColumn;
pub(crate) use volatility::Volatility;

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Text, or one of the allowed values.
    String,
    /// An exact decimal number, in the column's unit if it has one.
    Number,
    /// Yes or no.
    Boolean,
    /// A calendar date with the precision that the page gives.
    Date,
}

/// The expected shape of a text. It guides reading and comparison; it is not a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A telephone number.
    Phone,
    /// An identifier of digits with optional separators, such as an ISBN.
    Digits,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
    /// A postal address.
    Address,
    /// A body height as feet and inches, such as `6-5`.
    Height,
}

/// What a job does with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Adds a column that the table does not have.
    #[default]
    Enrichment,
    /// Fills only the blanks of a column that the table has.
    Imputation,
}

/// A requested column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, unique in the job; the header of the column in the output.
    pub name: String,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Its meaning, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The expected shape of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The unit that numbers are converted to: `m`, `kg`, `USD`, `min`, `%`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The only accepted values, as they should be written. Empty: any value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Whether a cell may hold several values.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub list: bool,
    /// The smallest accepted number, in the column's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Decimal>,
    /// The largest accepted number, in the column's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Decimal>,
    /// A regular expression that the whole text of a value must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Whether the column is new or has its blanks filled.
    #[serde(default, rename = "job_type")]
    pub task: Task,
}

impl Column {
    /// A column with this name and type, and no other settings.
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self {
            name: name.into(),
            kind,
            description: None,
            format: None,
            unit: None,
            allowed: Vec::new(),
            list: false,
            minimum: None,
            maximum: None,
            pattern: None,
            task: Task::Enrichment,
        }
    }
}
