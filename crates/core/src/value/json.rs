//! Values as JSON: in answers of models, and in results.

use std::collections::BTreeSet;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{Locale, Parsed, Unparsed, Value, parse, parse_one, same::text_key};
use crate::column::{Column, ColumnType};

impl Value {
    /// The value as JSON: a number as a number, a list as an array, dates as ISO 8601 strings.
    /// Numbers with more digits than a double holds are rounded to one, as JSON readers do.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => Json::from(text.as_str()),
            Self::Number(number) => number_to_json(*number),
            Self::Boolean(boolean) => Json::from(*boolean),
            Self::Date(date) => Json::from(date.to_string()),
            Self::List(values) => values.iter().map(Self::to_json).collect(),
        }
    }
}

fn number_to_json(number: Decimal) -> Json {
    let plain = number.normalize().to_string();
    if let Ok(whole) = plain.parse::<i64>() {
        return Json::from(whole);
    }
    match plain.parse::<f64>() {
        Ok(double) => Json::from(double),
        Err(_) => Json::from(plain),
    }
}

/// Parses a JSON value, such as a property of structured data or a model's answer, as a value of the
/// column. Strings are parsed by [`parse`]. A JSON number is read by the rules of JSON, whatever the
/// page's language, and is in [`Locale::unit`], or else in the column's unit.
///
/// # Errors
/// As [`parse`]; `null`, objects and empty arrays are [`Unparsed::Empty`].
pub fn parse_json(json: &Json, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    match json {
        Json::Null | Json::Object(_) => Err(Unparsed::Empty),
        Json::Bool(boolean) if column.kind == ColumnType::Boolean => {
            Ok(Parsed { value: Value::Boolean(*boolean), qualifier: None })
        }
        Json::Bool(boolean) => parse(&boolean.to_string(), column, locale),
        Json::Number(number) => parse_number(&number.to_string(), column, locale),
        Json::String(text) => parse(text, column, locale),
        Json::Array(entries) => parse_array(entries, column, locale),
    }
}

fn parse_number(digits: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    if column.kind != ColumnType::Number {
        return parse(digits, column, locale);
    }
    let number = Decimal::from_str(digits)
        .or_else(|_| Decimal::from_scientific(digits))
        .map_err(|_| Unparsed::NotANumber)?;
    // Plain digits with a dot have the same meaning in English, whatever the page's language.
    let locale = Locale { language: Some("en".to_owned()), ..locale.clone() };
    parse(&format!("{}", number.normalize()), column, &locale)
}

fn parse_array(entries: &[Json], column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    if let [only] = entries {
        return parse_json(only, column, locale);
    }
    if !column.list {
        return Err(if entries.is_empty() { Unparsed::Empty } else { mismatch(column) });
    }
    let mut values: Vec<Value> = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let parsed = match entry {
            // Entries are already separate: a comma in one belongs to it.
            Json::String(text) => parse_one(text, column, locale),
            other => parse_json(other, &Column { list: false, ..column.clone() }, locale),
        };
        match parsed {
            Ok(Parsed { value, .. }) => {
                if seen.insert(text_key(&value.to_string(), column)) {
                    values.push(value);
                }
            }
            Err(Unparsed::Empty) => {}
            Err(unparsed) => return Err(unparsed),
        }
    }
    if values.is_empty() {
        return Err(Unparsed::Empty);
    }
    Ok(Parsed { value: Value::List(values), qualifier: None })
}

/// Several values where the column takes one.
fn mismatch(column: &Column) -> Unparsed {
    match column.kind {
        ColumnType::String => Unparsed::Shape,
        ColumnType::Number => Unparsed::NotANumber,
        ColumnType::Boolean => Unparsed::NotABoolean,
        ColumnType::Date => Unparsed::NotADate,
    }
}
