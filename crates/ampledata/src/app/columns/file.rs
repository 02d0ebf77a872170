//! Columns in a JSON file: an array of objects, or an object that holds it under `columns`.

use std::fmt;

use ampledata_core::column::{Column, ColumnType, Task};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{Fault, check, column_type, format};

/// Columns that cannot be read, and where the fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The place in the document, such as `columns[2].type`; or the line and column, if it is not JSON.
    pub place: String,
    /// What is wrong there.
    pub fault: FileFault,
}

/// What is wrong with a file of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// Not JSON.
    NotJson(String),
    /// Something else is expected there.
    Expected(&'static str),
    /// A field with an unknown name.
    UnknownField,
    /// The column itself is invalid.
    Column(Fault),
}

impl FileError {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match &self.fault {
            FileFault::Column(fault) => fault.code(),
            _ => "wrong_column",
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match &self.fault {
            FileFault::NotJson(reason) => write!(f, "not JSON: {reason}"),
            FileFault::Expected(what) => write!(f, "{what} is expected"),
            FileFault::UnknownField => write!(f, "unknown field; known are {KNOWN}"),
            FileFault::Column(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for FileError {}

const KNOWN: &str = "name, type, description, format, unit, allowed, list, minimum, maximum, \
                     pattern, job_type";

/// The contents of a file of columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The header of the key column, if the file names one.
    pub key: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
}

/// Reads columns from JSON.
///
/// # Errors
/// The first fault, and its place in the document.
pub fn from_json(text: &str) -> Result<Labelled, FileError> {
    let document: Value = serde_json::from_str(text).map_err(|error| FileError {
        place: format!("line {}, column {}", error.line(), error.column()),
        fault: FileFault::NotJson(without_place(&error.to_string())),
    })?;
    let (key, items) = match &document {
        Value::Array(items) => (None, items),
        Value::Object(fields) => {
            let key = fields.get("key").and_then(Value::as_str).map(str::to_owned);
            match fields.get("columns") {
                Some(Value::Array(items)) => (key, items),
                _ => return Err(expected("columns".to_owned(), "an array")),
            }
        }
        _ => return Err(expected("the document".to_owned(), "an array of objects")),
    };
    let columns = items.iter().enumerate().map(|(index, item)| match item {
        Value::Object(fields) => column(index, fields),
        _ => Err(expected(format!("columns[{index}]"), "an object")),
    });
    Ok(Labelled { key, columns: columns.collect::<Result<_, _>>()? })
}

/// The parser's message ends with the place, which is reported separately.
fn without_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

fn expected(place: String, what: &'static str) -> FileError {
    FileError { place, fault: FileFault::Expected(what) }
}

fn column(index: usize, fields: &Map<String, Value>) -> Result<Column, FileError> {
    let mut column = Column::new("", ColumnType::String);
    for (field, value) in fields {
        let place = || format!("columns[{index}].{field}");
        set(&mut column, field, value).map_err(|fault| FileError { place: place(), fault })?;
    }
    check(&column).map_err(|fault| FileError {
        place: format!("columns[{index}]"),
        fault: FileFault::Column(fault),
    })?;
    Ok(column)
}

fn set(column: &mut Column, field: &str, value: &Value) -> Result<(), FileFault> {
    match field {
        "name" => text(value)?.trim().clone_into(&mut column.name),
        "type" => column.kind = column_type(text(value)?).map_err(FileFault::Column)?,
        "description" => column.description = optional_text(value)?,
        "format" => return set_format(column, value),
        "unit" => column.unit = optional_text(value)?,
        "allowed" => {
            let Value::Array(items) = value else {
                return Err(FileFault::Expected("an array of texts"));
            };
            let texts = items.iter().map(|item| text(item).map(str::to_owned));
            column.allowed = texts.collect::<Result<_, _>>()?;
        }
        "list" => {
            column.list = value.as_bool().ok_or(FileFault::Expected("true or false"))?;
        }
        "minimum" => column.minimum = bound(value)?,
        "maximum" => column.maximum = bound(value)?,
        "pattern" => column.pattern = optional_text(value)?,
        "job_type" => {
            column.task = match text(value)? {
                "enrichment" => Task::Enrichment,
                "imputation" => Task::Imputation,
                _ => return Err(FileFault::Expected("`enrichment` or `imputation`")),
            }
        }
        _ => return Err(FileFault::UnknownField),
    }
    Ok(())
}

/// Labelled sets use `format` for some things that are a unit or a list here.
fn set_format(column: &mut Column, value: &Value) -> Result<(), FileFault> {
    match optional_text(value)?.as_deref() {
        None => {}
        Some("list") => column.list = true,
        Some("minutes") => column.unit = Some("min".to_owned()),
        Some("currency_usd") => column.unit = Some("USD".to_owned()),
        Some(name) => column.format = Some(format(name).map_err(FileFault::Column)?),
    }
    Ok(())
}

fn text(value: &Value) -> Result<&str, FileFault> {
    value.as_str().ok_or(FileFault::Expected("a text"))
}

fn optional_text(value: &Value) -> Result<Option<String>, FileFault> {
    match value {
        Value::Null => Ok(None),
        value => text(value).map(|text| Some(text.trim().to_owned()).filter(|t| !t.is_empty())),
    }
}

fn bound(value: &Value) -> Result<Option<Decimal>, FileFault> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => {
            let text = number.to_string();
            let decimal = text.parse().or_else(|_| Decimal::from_scientific(&text));
            decimal.map(Some).map_err(|_| FileFault::Column(Fault::NotANumber(text)))
        }
        _ => Err(FileFault::Expected("a number")),
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::Format;

    use super::*;

    #[test]
    fn reads_both_shapes_and_all_fields() {
        let text = r#"{"key": "key", "columns": [
            {"name": "price", "type": "number", "format": "currency_usd", "minimum": 0, "maximum": 1e6},
            {"name": "time", "type": "number", "format": "minutes", "description": "Total"},
            {"name": "genre", "type": "string", "format": "list", "allowed": ["Drama", "Crime"]},
            {"name": "phone", "type": "string", "format": "phone", "job_type": "imputation"}
        ]}"#;
        let labelled = from_json(text).unwrap();
        assert_eq!(labelled.key.as_deref(), Some("key"));
        let [price, time, genre, phone] = &labelled.columns[..] else { panic!("four columns") };
        assert_eq!(price.unit.as_deref(), Some("USD"));
        assert_eq!(price.maximum, Some(Decimal::from(1_000_000)));
        assert_eq!(
            (time.unit.as_deref(), time.description.as_deref()),
            (Some("min"), Some("Total"))
        );
        assert!(genre.list);
        assert_eq!(phone.format, Some(Format::Phone));
        assert_eq!(phone.task, Task::Imputation);
        assert_eq!(from_json(r#"[{"name": "a"}]"#).unwrap().columns.len(), 1);
    }

    #[test]
    fn errors_name_the_place() {
        let texts = [
            "[{",
            "7",
            "{}",
            "[7]",
            r#"[{"name": "a", "type": "text"}]"#,
            r#"[{"name": "a"}, {"name": "b", "colour": 1}]"#,
            r#"[{"type": "string"}]"#,
            r#"[{"name": "a", "allowed": "x"}]"#,
            r#"[{"name": "a", "format": "fax"}]"#,
            r#"[{"name": "a", "type": "number", "minimum": "low"}]"#,
            r#"[{"name": "a", "type": "date", "unit": "m"}]"#,
            r#"[{"name": "a", "list": 1}]"#,
            r#"[{"name": "a", "job_type": "guess"}]"#,
        ];
        let shown: Vec<_> =
            texts.iter().map(|text| from_json(text).unwrap_err().to_string()).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
