//! Cells: the content of one place of a table, with the type that its file gives it.

use std::borrow::Cow;
use std::fmt;

use ampledata_core::value::Value;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The content of one place of a table.
///
/// Cells keep the type from the file, so that a table written again in its own format has the same types
/// as before. A CSV file only has [`Cell::Text`] and [`Cell::Empty`].
///
/// The two kinds of text differ in their origin: [`Cell::Text`] is the user's own and is written byte for
/// byte; [`Cell::Web`] came from a page or a model and is prevented from becoming a formula in a
/// spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cell {
    /// Nothing: a blank field, `null`, or a missing key.
    #[default]
    Empty,
    /// Text from the user's table.
    Text(String),
    /// Text from the web, which is not trusted.
    Web(String),
    /// A number, digit for digit.
    Number(Number),
    /// A number of a workbook with its number format.
    Formatted(Box<FormattedNumber>),
    /// Yes or no.
    Boolean(bool),
    /// A day of the Gregorian calendar.
    Date(Date),
    /// A day and a time without a time zone.
    DateTime(DateTime),
    /// An instant.
    Timestamp(Timestamp),
    /// An array or an object, as JSON on one line.
    Json(String),
}

impl Cell {
    /// The cell as text: used for keys and for the context of a row, and written to CSV files.
    ///
    /// Dates are in ISO 8601; an empty cell is the empty string.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Web(text) | Self::Json(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Borrowed(number.as_str()),
            Self::Formatted(number) => Cow::Borrowed(&number.text),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::DateTime(at) => Cow::Owned(at.to_string()),
            Self::Timestamp(at) => Cow::Owned(at.to_string()),
        }
    }

    /// Whether the cell is empty or only whitespace.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) | Self::Web(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// A number of a workbook that its format shows in another way, such as the code `00417`.
///
/// It is written to a workbook as it was read, and to other files as its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormattedNumber {
    /// The number.
    pub number: Number,
    /// The number format, as workbooks write it.
    pub format: String,
    /// The text: what a person sees, unless that is only another notation of the number.
    pub text: String,
}

/// A value found on the web. Its text becomes [`Cell::Web`]; a date that is not a whole day becomes text
/// (`1937`); a list becomes a JSON array.
impl From<&Value> for Cell {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Web(text.clone()),
            Value::Number(number) => Self::Number(Number::from(*number)),
            Value::Boolean(yes) => Self::Boolean(*yes),
            Value::Date(date) => {
                let text = date.to_string();
                text.parse::<Date>()
                    .ok()
                    .filter(|_| date.day().is_some())
                    .map_or(Self::Web(text), Self::Date)
            }
            Value::List(values) => {
                let items = values.iter().map(json_of).collect();
                Self::Json(serde_json::Value::Array(items).to_string())
            }
        }
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Boolean(yes) => (*yes).into(),
        Value::List(values) => values.iter().map(json_of).collect(),
        Value::Text(text) => text.as_str().into(),
        Value::Date(date) => date.to_string().into(),
        // A JSON number would lose digits if converted to a float; one that converts without loss is
        // kept.
        Value::Number(number) => {
            let text = number.normalize().to_string();
            let json = serde_json::from_str::<serde_json::Value>(&text).ok();
            let exact = json.filter(|json| json.as_number().is_some_and(|n| n.to_string() == text));
            exact.unwrap_or_else(|| text.into())
        }
    }
}

/// The text is not a number in JSON's notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a number")]
pub struct NotANumber;

/// A number as written in its file, in the grammar of JSON (RFC 8259, section 6): no digit is lost
/// between reading and writing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(String);

impl Number {
    /// The digits, as in the file.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number of a spreadsheet or a Parquet file; `None` for NaN and the infinities, which are not
    /// numbers. A whole number has no decimal point: `5`, not `5.0`.
    pub fn from_f64(number: f64) -> Option<Self> {
        // Up to this limit, a double represents every whole number exactly.
        const WHOLE: f64 = 9_007_199_254_740_992.0;
        if number.fract() == 0.0 && number.abs() <= WHOLE {
            return Some(Self(format!("{number:.0}")));
        }
        let number = serde_json::Number::from_f64(number)?;
        Some(Self(number.to_string().replace("e+", "e")))
    }

    /// The number as a double, if that is exactly the same number: reading it back gives the same digits
    /// (true for `0.1`, false for a whole number of 20 digits).
    pub fn as_exact_f64(&self) -> Option<f64> {
        let double: f64 = self.0.parse().ok()?;
        let back = Self::from_f64(double)?;
        (digits(&back.0) == digits(&self.0)).then_some(double)
    }
}

/// Sign, significant digits, and the power of ten of the last digit: equal for equal numbers.
fn digits(number: &str) -> (bool, String, i64) {
    let (negative, rest) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let zeros = all.len() - all.trim_end_matches('0').len();
    // An exponent too large for an i64 is outside the range of doubles, so any different value will do.
    let exponent = exponent.trim_start_matches('+').parse::<i64>().unwrap_or(i64::MAX / 2);
    let shift = i64::try_from(zeros).unwrap_or(0) - i64::try_from(fraction.len()).unwrap_or(0);
    (negative, significant.to_owned(), exponent.saturating_add(shift))
}

impl TryFrom<String> for Number {
    type Error = NotANumber;

    fn try_from(text: String) -> Result<Self, NotANumber> {
        if is_json_number(&text) { Ok(Self(text)) } else { Err(NotANumber) }
    }
}

fn is_json_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
        && exponent.is_none_or(|part| all_digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

/// The shortest form, without trailing zeros of the fraction.
impl From<Decimal> for Number {
    fn from(number: Decimal) -> Self {
        Self(number.normalize().to_string())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ampledata_core::value::PartialDate;

    #[test]
    fn only_json_numbers_are_numbers() {
        for text in ["0", "-0", "1", "-12.50", "1e5", "1E+5", "2.5e-3", "12345678901234567890"] {
            assert!(Number::try_from(text.to_owned()).is_ok(), "{text}");
        }
        for text in ["", "-", "+1", "01", "1.", ".5", "1e", "NaN", "1,000", " 1", "1e+", "0x10"] {
            assert_eq!(Number::try_from(text.to_owned()), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn a_double_stands_only_for_the_number_that_it_is() {
        for (text, exact) in [
            ("0.1", true),
            ("-0", true),
            ("0.10", true),
            ("1e3", true),
            ("1000", true),
            ("123456789012345", true),
            ("1e300", true),
            ("12345678901234567890", false),
            ("9007199254740993", false),
            ("0.12345678901234567890123", false),
            ("1e400", false),
            ("1e99999999999999999999", false),
        ] {
            let number = Number::try_from(text.to_owned()).unwrap();
            assert_eq!(number.as_exact_f64().is_some(), exact, "{text}");
        }
    }

    #[test]
    fn doubles_are_written_as_people_write_them() {
        for (double, text) in [(5.0, "5"), (-3.0, "-3"), (0.1, "0.1"), (1e300, "1e300")] {
            assert_eq!(Number::from_f64(double).unwrap().as_str(), text);
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::INFINITY), None);
    }

    #[test]
    fn values_become_cells_without_loss() {
        let text = |s: &str| Value::Text(s.into());
        let whole = PartialDate::full(1937, 5, 27).unwrap();
        let year = PartialDate::year_only(1937).unwrap();
        for (value, cell) in [
            (text("=1+1"), Cell::Web("=1+1".into())),
            (Value::Number(Decimal::new(1250, 2)), Cell::Number(Number("12.5".into()))),
            (Value::Date(whole), Cell::Date(jiff::civil::date(1937, 5, 27))),
            (Value::Date(year), Cell::Web("1937".into())),
            (
                Value::List(vec![text("a"), Value::Number(Decimal::new(15, 1))]),
                Cell::Json(r#"["a",1.5]"#.into()),
            ),
        ] {
            assert_eq!(Cell::from(&value), cell);
        }
    }

    #[test]
    fn cells_survive_storage() {
        let cells = vec![
            Cell::Empty,
            Cell::Text("a".into()),
            Cell::Web("b".into()),
            Cell::Number(Number::from(5_i64)),
            Cell::Formatted(Box::new(FormattedNumber {
                number: Number::from(5_i64),
                format: "000".into(),
                text: "005".into(),
            })),
            Cell::Boolean(true),
            Cell::Date(jiff::civil::date(2020, 2, 29)),
            Cell::DateTime(jiff::civil::date(2020, 2, 29).at(1, 2, 3, 0)),
            Cell::Timestamp(Timestamp::UNIX_EPOCH),
            Cell::Json("[1]".into()),
        ];
        let stored = serde_json::to_string(&cells).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Cell>>(&stored).unwrap(), cells);
    }
}
