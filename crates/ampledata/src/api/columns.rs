//! Columns in requests.

use ampledata_core::column::Column;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::error::Error;
use crate::app::columns::{check, from_json, repeated_name};

/// A requested column.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ColumnSpec {
    /// Its name, unique in the job.
    pub(super) name: String,
    /// `string`, `number`, `boolean` or `date`.
    #[serde(rename = "type")]
    #[schema(example = "string")]
    pub(super) kind: String,
    /// What it means.
    pub(super) description: Option<String>,
    /// `enrichment` adds the column, `imputation` fills the blanks of an existing one.
    #[schema(example = "enrichment")]
    pub(super) job_type: Option<String>,
    /// A shape of text: `phone`, `digits`, `url`, `email`, `address` or `height`.
    pub(super) format: Option<String>,
    /// The unit that numbers are converted to.
    pub(super) unit: Option<String>,
    /// The only allowed values.
    pub(super) allowed: Option<Vec<String>>,
    /// Whether a cell may hold several values.
    pub(super) list: Option<bool>,
    /// The smallest allowed number.
    pub(super) minimum: Option<f64>,
    /// The largest allowed number.
    pub(super) maximum: Option<f64>,
    /// A regular expression that the whole text must match.
    pub(super) pattern: Option<String>,
}

/// Clients in languages without optional fields send `null` for absent ones.
fn without_nulls(mut given: Value) -> Value {
    let columns = given.as_array_mut().map(|columns| columns.iter_mut());
    for fields in columns.into_iter().flatten().filter_map(Value::as_object_mut) {
        fields.retain(|_, value| !value.is_null());
    }
    given
}

/// Columns in requests and responses, with numeric bounds.
pub(super) fn shown(columns: &[Column]) -> Result<Value, Error> {
    let failed = |error: serde_json::Error| Error::internal(&error);
    let mut shown = serde_json::to_value(columns).map_err(failed)?;
    for column in shown.as_array_mut().into_iter().flatten() {
        for name in ["minimum", "maximum"] {
            let Some(bound) = column.get_mut(name) else { continue };
            if let Some(number) =
                bound.as_str().map(serde_json::from_str).transpose().map_err(failed)?
            {
                *bound = Value::Number(number);
            }
        }
    }
    Ok(shown)
}

/// Parses columns; errors name the place.
pub(super) fn columns(given: &Value) -> Result<Vec<Column>, Error> {
    if !given.is_array() {
        return Err(Error::body("columns_metadata: expected an array of columns"));
    }
    let read = from_json(&without_nulls(given.clone()).to_string()).map_err(|error| {
        let message = error.to_string();
        let place = message.strip_prefix("columns").map(|rest| format!("columns_metadata{rest}"));
        Error::column(error.code(), place.unwrap_or(message))
    })?;
    for column in &read.columns {
        check(column).map_err(|fault| Error::column(fault.code(), fault.to_string()))?;
    }
    if let Some(name) = repeated_name(&read.columns) {
        let message = format!("columns_metadata: `{name}` is named twice");
        return Err(Error::column("column_twice", message));
    }
    Ok(read.columns)
}
