//! Values, and how they are parsed from the texts of real pages.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use std::fmt;

use crate::column::{Column, ColumnType};

mod allowed;
mod boolean;
mod calendars;
mod currency;
pub mod date;
mod date_grammar;
mod digits;
mod duration;
mod fold;
mod format;
mod head;
mod ideographs;
mod json;
mod language;
mod list;
mod locale_data;
mod measure;
mod months;
mod multiplier;
mod number;
mod number_rules;
mod number_words;
mod numeral;
mod numeric_date;
mod opposites;
mod partial_date;
mod phone;
mod plausible;
mod powers;
mod qualifier;
mod quantity;
mod rate;
mod relative;
mod same;
mod scale;
mod statement;
mod text;
mod token;
mod topics;
mod unit;
mod unit_table;

pub(crate) use allowed::{find_allowed as allowed_value_in, is_negated};
pub use boolean::parse_labelled;
pub use date::infer_date_order;
pub use fold::fold;
pub(crate) use fold::same_stem;
pub use json::parse_json;
pub use partial_date::{NoSuchDate, PartialDate};
pub use phone::asks_for_fax;
pub use same::same_value;
pub use scale::{ScalePlace, StatedScale, find_scale, without_scale};
pub use statement::{has_subject, parse_listed, parse_statement};
pub use unit::unit_named_in;

use language::Language;

/// A typed value of a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
pub enum Value {
    /// Text, trimmed, with its whitespace collapsed.
    Text(String),
    /// An exact number, in the column's unit if it has one.
    Number(Decimal),
    /// Yes or no.
    Boolean(bool),
    /// A calendar date of known precision.
    Date(PartialDate),
    /// Several values of one type, in the order of the page, without duplicates.
    List(Vec<Value>),
}

/// Which of two numbers comes first in a date such as `03/04/2020`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 3 April 2020, as in most of the world.
    DayFirst,
    /// March 4, 2020, as in the United States.
    MonthFirst,
}

/// What the surroundings of a text imply about how to read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locale {
    /// The page's language as a BCP 47 tag, such as `de` or `en-US`.
    pub language: Option<String>,
    /// The order shown by unambiguous dates elsewhere on the page or in the column.
    pub date_order: Option<DateOrder>,
    /// The day on which the page was written or read; relative dates count from it.
    pub today: Option<PartialDate>,
    /// The unit that the label or header names ("Height (ft)"), used if the text itself has none.
    pub unit: Option<String>,
    /// Words elsewhere on the page that state in which unit or scale the number counts ("in millions of
    /// euros"), the nearest first.
    pub context: Vec<String>,
}

impl Locale {
    /// The same for a text that is, if so, a number as programs write it: a dot marks decimals, whatever
    /// the page's language.
    #[must_use]
    pub fn of_number(mut self, is_machine_number: bool) -> Self {
        if is_machine_number {
            self.language = Some("en".to_owned());
        }
        self
    }
}

/// How a text bounds or softens its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// `10,000+`, "more than 5".
    AtLeast,
    /// "up to 30", "less than 5".
    AtMost,
    /// "about 300", "c. 1850".
    About,
}

/// A parsed value, with its qualifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The value.
    pub value: Value,
    /// A bound or an approximation stated by the text.
    pub qualifier: Option<Qualifier>,
}

/// Why a text gives no value of the column. The cell stays empty and gives this reason.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unparsed {
    /// Nothing but whitespace, or a placeholder such as `N/A`, `-` or `<nil>`.
    #[error("empty")]
    Empty,
    /// The text has no number, or more than one that could be meant.
    #[error("not a number")]
    NotANumber,
    /// Two bounds where one number is expected.
    #[error("a range from {low} to {high}, where one number is expected")]
    Range {
        /// Lower bound.
        low: Decimal,
        /// Upper bound.
        high: Decimal,
    },
    /// The number has a unit that does not convert to the column's.
    #[error("in {found}, which does not convert to {wanted}")]
    Unit {
        /// The unit in the text.
        found: String,
        /// The unit of the column.
        wanted: String,
    },
    /// The text has no date.
    #[error("not a date")]
    NotADate,
    /// Day and month could be swapped, and nothing shows which is which.
    #[error("an ambiguous date: {day_first} or {month_first}")]
    AmbiguousDate {
        /// The date if the day comes first.
        day_first: PartialDate,
        /// The date if the month comes first.
        month_first: PartialDate,
    },
    /// The text means neither yes nor no.
    #[error("neither yes nor no")]
    NotABoolean,
    /// None of the allowed values.
    #[error("not one of the allowed values")]
    NotAllowed,
    /// Outside the column's minimum and maximum.
    #[error("out of range: {0}")]
    OutOfRange(Decimal),
    /// The text does not match the column's format or pattern.
    #[error("not in the required format")]
    Shape,
}

/// Parses a text as a value of the column.
///
/// A number with a unit is converted to the column's unit; a number without one is in [`Locale::unit`],
/// or else in the column's unit. Of several numbers one is used only if the others state the same amount,
/// or if the text marks it as the one that is meant. Durations such as `PT1H30M` and compounds such as "6
/// ft 5 in" need a column with a unit ([`unit_named_in`] finds the one that a description names).
///
/// # Errors
/// Returns why the text gives no value; a text is never cut or coerced into one.
///
/// # Examples
/// ```
/// use ampledata_core::column::{Column, ColumnType};
/// use ampledata_core::value::{Locale, parse};
///
/// let height = Column { unit: Some("m".into()), ..Column::new("height", ColumnType::Number) };
/// let parsed = parse("4,200 ft", &height, &Locale::default())?;
/// assert_eq!(parsed.value.to_string(), "1280.16");
/// # Ok::<(), ampledata_core::value::Unparsed>(())
/// ```
pub fn parse(text: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    if column.list { parse_list(text, column, locale) } else { parse_one(text, column, locale) }
}

fn parse_list(text: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    let lines = text::clean_lines(text);
    if text::is_no_value(&lines) && !is_allowed(&lines, column) {
        return Err(Unparsed::Empty);
    }
    let entries =
        list::split_entries(&lines, column, Language::from_tag(locale.language.as_deref()));
    let mut values: Vec<Value> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut refused = false;
    for entry in entries {
        match parse_one(&entry, column, locale) {
            Ok(Parsed { value, .. }) => {
                if seen.insert(same::text_key(&value.to_string(), column)) {
                    values.push(value);
                }
            }
            Err(Unparsed::Empty) => {}
            // An entry that is not allowed does not cost the others.
            Err(Unparsed::NotAllowed) => refused = true,
            Err(unparsed) => return Err(unparsed),
        }
    }
    if values.is_empty() {
        return Err(if refused { Unparsed::NotAllowed } else { Unparsed::Empty });
    }
    Ok(Parsed { value: Value::List(values), qualifier: None })
}

fn is_allowed(cleaned: &str, column: &Column) -> bool {
    column.kind == ColumnType::String && allowed::find_allowed(cleaned, &column.allowed).is_some()
}

fn parse_one(text: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    let cleaned = text::clean(text);
    // "None" can be an answer to a yes-or-no column, and one of the allowed values.
    let says_something = match column.kind {
        ColumnType::Boolean => {
            !fold(&cleaned).is_empty() && boolean::parse(&cleaned, column).is_ok()
        }
        ColumnType::String => is_allowed(&cleaned, column),
        ColumnType::Number | ColumnType::Date => false,
    };
    if !says_something && text::is_no_value(&cleaned) {
        return Err(Unparsed::Empty);
    }
    let parsed = match column.kind {
        ColumnType::String => parse_text(&cleaned, column, locale)?,
        ColumnType::Number => number::parse(&cleaned, column, locale)?,
        ColumnType::Boolean => boolean::parse(&cleaned, column)?,
        ColumnType::Date => date::parse(&cleaned, locale)?,
    };
    matches_pattern(&parsed.value, column)?;
    Ok(parsed)
}

fn parse_text(cleaned: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    let value = if !column.allowed.is_empty() {
        let found = allowed::find_allowed(cleaned, &column.allowed).ok_or(Unparsed::NotAllowed)?;
        Value::Text(found.to_owned())
    } else if let Some(format) = column.format {
        format::parse(cleaned, format, column, locale)?
    } else {
        Value::Text(cleaned.to_owned())
    };
    Ok(Parsed { value, qualifier: None })
}

/// An invalid regular expression matches nothing; it is rejected when the column is created.
fn matches_pattern(value: &Value, column: &Column) -> Result<(), Unparsed> {
    let Some(pattern) = &column.pattern else { return Ok(()) };
    let whole = regex::Regex::new(&format!("^(?:{pattern})$")).map_err(|_| Unparsed::Shape)?;
    if whole.is_match(&value.to_string()) { Ok(()) } else { Err(Unparsed::Shape) }
}

/// As written to a cell of a CSV file: numbers in plain decimals without exponent or trailing zeros,
/// dates in ISO 8601 with their precision, `true` and `false`, and the entries of a list separated by `;
/// `.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::List(values) => {
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        f.write_str("; ")?;
                    }
                    write!(f, "{value}")?;
                }
                Ok(())
            }
        }
    }
}
