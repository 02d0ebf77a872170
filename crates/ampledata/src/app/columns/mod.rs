//! Requested columns, as users write them.

use std::collections::BTreeSet;

use ampledata_core::column::{Column, ColumnType, Format};
use thiserror::Error;

mod file;
mod spec;
mod suggest;

pub use file::{FileError, Labelled, from_json};
pub use spec::{SpecError, from_spec};
pub use suggest::suggest;

/// The names of the types, as errors and help texts list them.
pub const TYPES: &str = "string, number, boolean, date";
/// The names of the formats, as errors and help texts list them.
pub const FORMATS: &str = "phone, digits, url, email, address, height";

/// What makes a column invalid, in whichever form it was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// The name is empty or blank.
    #[error("the column has no name")]
    NoName,
    /// No such type.
    #[error("unknown column type `{0}`; allowed: {TYPES}")]
    UnknownType(String),
    /// No such format.
    #[error("unknown format `{0}`; allowed: {FORMATS}")]
    UnknownFormat(String),
    /// An option that needs another type.
    #[error("{what} goes with {wants} columns, but the column is of the type {kind}")]
    NotWith {
        /// The option.
        what: &'static str,
        /// The type that it needs.
        wants: &'static str,
        /// The column's type.
        kind: &'static str,
    },
    /// A bound that is not a number.
    #[error("`{0}` is not a number")]
    NotANumber(String),
    /// The minimum lies above the maximum.
    #[error("the minimum {minimum} is above the maximum {maximum}")]
    EmptyRange {
        /// The minimum.
        minimum: String,
        /// The maximum.
        maximum: String,
    },
    /// An allowed value that is blank or repeated.
    #[error("the allowed values hold {0}")]
    Allowed(String),
    /// Not a regular expression.
    #[error("`{pattern}` is not a regular expression: {reason}")]
    Pattern {
        /// The expression as the user wrote it.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Fault {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownType(_) => "unknown_column_type",
            _ => "wrong_column",
        }
    }
}

/// Reads the name of a type.
pub(super) fn column_type(name: &str) -> Result<ColumnType, Fault> {
    match name.to_ascii_lowercase().as_str() {
        "string" => Ok(ColumnType::String),
        "number" => Ok(ColumnType::Number),
        "boolean" => Ok(ColumnType::Boolean),
        "date" => Ok(ColumnType::Date),
        _ => Err(Fault::UnknownType(name.to_owned())),
    }
}

/// The name of a type.
pub fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::String => "string",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
    }
}

/// Reads the name of a format.
pub(super) fn format(name: &str) -> Result<Format, Fault> {
    match name {
        "phone" => Ok(Format::Phone),
        "digits" => Ok(Format::Digits),
        "url" => Ok(Format::Url),
        "email" => Ok(Format::Email),
        "address" => Ok(Format::Address),
        "height" => Ok(Format::Height),
        _ => Err(Fault::UnknownFormat(name.to_owned())),
    }
}

/// Checks that the options of a column fit together.
///
/// # Errors
/// The first one that does not fit.
pub fn check(column: &Column) -> Result<(), Fault> {
    if column.name.trim().is_empty() {
        return Err(Fault::NoName);
    }
    let goes_with = |given: bool, what, wanted: ColumnType| {
        if given && column.kind != wanted {
            let (wants, kind) = (type_name(wanted), type_name(column.kind));
            return Err(Fault::NotWith { what, wants, kind });
        }
        Ok(())
    };
    goes_with(column.unit.is_some(), "a unit", ColumnType::Number)?;
    let ranged = column.minimum.is_some() || column.maximum.is_some();
    goes_with(ranged, "a range", ColumnType::Number)?;
    goes_with(column.format.is_some(), "a format", ColumnType::String)?;
    goes_with(column.pattern.is_some(), "a pattern", ColumnType::String)?;
    goes_with(!column.allowed.is_empty(), "a list of allowed values", ColumnType::String)?;
    check_range(column)?;
    check_allowed(&column.allowed)?;
    match &column.pattern {
        Some(pattern) => regex::Regex::new(pattern).map(drop).map_err(|error| Fault::Pattern {
            pattern: pattern.clone(),
            reason: last_line(&error.to_string()),
        }),
        None => Ok(()),
    }
}

fn check_range(column: &Column) -> Result<(), Fault> {
    match column.minimum.zip(column.maximum) {
        Some((minimum, maximum)) if minimum > maximum => {
            Err(Fault::EmptyRange { minimum: minimum.to_string(), maximum: maximum.to_string() })
        }
        _ => Ok(()),
    }
}

fn check_allowed(allowed: &[String]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for value in allowed {
        if value.trim().is_empty() {
            return Err(Fault::Allowed("a blank".to_owned()));
        }
        if !seen.insert(value.to_lowercase()) {
            return Err(Fault::Allowed(format!("`{value}` twice")));
        }
    }
    Ok(())
}

/// The regex crate spreads its errors over several lines; the last one states the cause.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or(text);
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// The first name that two of the columns have, ignoring case.
pub fn repeated_name(columns: &[Column]) -> Option<&str> {
    let mut seen = BTreeSet::new();
    columns.iter().map(|column| column.name.as_str()).find(|name| !seen.insert(name.to_lowercase()))
}
