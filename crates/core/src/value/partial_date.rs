//! A date that is as precise as its source.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A date as precise as its source: a year stays a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

/// The text is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or not a day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a calendar date")]
pub struct NoSuchDate;

impl PartialDate {
    /// A year and nothing more.
    pub fn year_only(year: i16) -> Option<Self> {
        (1..=9999).contains(&year).then_some(Self { year, month: None, day: None })
    }

    /// A month of a year.
    pub fn year_month(year: i16, month: u8) -> Option<Self> {
        let whole = Self::year_only(year)?;
        (1..=12).contains(&month).then_some(Self { month: Some(month), ..whole })
    }

    /// A day of the Gregorian calendar; `None` if the month has no such day.
    pub fn full(year: i16, month: u8, day: u8) -> Option<Self> {
        let whole = Self::year_month(year, month)?;
        let (month, day_i) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        jiff::civil::Date::new(year, month, day_i).ok()?;
        Some(Self { day: Some(day), ..whole })
    }

    /// Year of the Gregorian calendar, 1 to 9999.
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 to 12, if known.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// 1 to 31, if known; never without a month.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Whether both can be true: they agree as far as the less precise one goes.
    pub fn agrees_with(self, other: Self) -> bool {
        fn same(a: Option<u8>, b: Option<u8>) -> bool {
            a.zip(b).is_none_or(|(a, b)| a == b)
        }
        self.year == other.year && same(self.month, other.month) && same(self.day, other.day)
    }

    /// 1 for a year, 2 for a month, 3 for a day.
    pub fn precision(self) -> u8 {
        1 + u8::from(self.month.is_some()) + u8::from(self.day.is_some())
    }
}

/// ISO 8601, with the precision of the date: `1937`, `1937-05`, `1937-05-27`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = NoSuchDate;

    fn from_str(text: &str) -> Result<Self, NoSuchDate> {
        fn digits<N: FromStr>(part: &str, length: usize) -> Option<N> {
            (part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        }
        let parts: Vec<&str> = text.split('-').collect();
        match parts[..] {
            [year] => digits(year, 4).and_then(Self::year_only),
            [year, month] => digits(year, 4)
                .zip(digits(month, 2))
                .and_then(|(year, month)| Self::year_month(year, month)),
            [year, month, day] => digits(year, 4)
                .zip(digits(month, 2))
                .zip(digits(day, 2))
                .and_then(|((year, month), day)| Self::full(year, month, day)),
            _ => None,
        }
        .ok_or(NoSuchDate)
    }
}

impl TryFrom<String> for PartialDate {
    type Error = NoSuchDate;

    fn try_from(text: String) -> Result<Self, NoSuchDate> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}
