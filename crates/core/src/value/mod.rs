//! Values, and how they are read from what pages really hold.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::column::Column;

mod partial_date;

pub use partial_date::{NoSuchDate, PartialDate};

/// A typed value of a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
pub enum Value {
    /// Text, trimmed, with its whitespace collapsed.
    Text(String),
    /// An exact number, in the column's unit where it has one.
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

/// What the surroundings of a text say about how to read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locale {
    /// The page's language as a BCP 47 tag, such as `de` or `en-US`.
    pub language: Option<String>,
    /// The order that unambiguous dates elsewhere on the page or in the column show.
    pub date_order: Option<DateOrder>,
    /// The day on which the page was written or read: relative dates count from it.
    pub today: Option<PartialDate>,
    /// The unit that the label or header names ("Height (ft)"), used where the text itself has none.
    pub unit: Option<String>,
}

/// What a text said about its number besides the number.
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

/// A value that was read, with what the text said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The value.
    pub value: Value,
    /// A bound or an approximation that the text states.
    pub qualifier: Option<Qualifier>,
}

/// Why a text gives no value of the column. The cell stays empty and says so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unparsed {
    /// Nothing but whitespace, or a word that stands for nothing, such as `N/A`, `-` or `<nil>`.
    #[error("empty")]
    Empty,
    /// No number stands there, or more than one that could be meant.
    #[error("not a number")]
    NotANumber,
    /// Two bounds where one number is asked for.
    #[error("a range from {low} to {high}, where one number is asked for")]
    Range {
        /// Lower bound.
        low: Decimal,
        /// Upper bound.
        high: Decimal,
    },
    /// The number has a unit that does not convert to the column's.
    #[error("in {found}, which does not convert to {wanted}")]
    Unit {
        /// As the text has it.
        found: String,
        /// As the column asks for.
        wanted: String,
    },
    /// No date stands there.
    #[error("not a date")]
    NotADate,
    /// Day and month could each be the other, and nothing tells.
    #[error("an ambiguous date: {day_first} or {month_first}")]
    AmbiguousDate {
        /// The date if the day comes first.
        day_first: PartialDate,
        /// The date if the month comes first.
        month_first: PartialDate,
    },
    /// Neither yes nor no.
    #[error("neither yes nor no")]
    NotABoolean,
    /// A value, but none of the allowed ones.
    #[error("not one of the allowed values")]
    NotAllowed,
    /// Outside the column's minimum and maximum.
    #[error("{0} is out of range")]
    OutOfRange(Decimal),
    /// Does not have the shape that the column's format or pattern asks for.
    #[error("does not have the shape asked for")]
    Shape,
}

/// Reads a text as a value of the column.
///
/// # Errors
/// Says why the text gives no value; a text is never cut or coerced into one.
pub fn parse(text: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    let _ = (text, column, locale);
    Err(Unparsed::Empty)
}

/// Meaning-free normalisation.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// Whether two values are the same for the column.
pub fn same(a: &Value, b: &Value, column: &Column) -> bool {
    let _ = column;
    a == b
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}
