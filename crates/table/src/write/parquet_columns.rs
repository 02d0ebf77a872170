//! Converts columns of cells to Arrow arrays.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::super::cell::{Cell, Number};
use super::super::column::Kind;

/// One column of the current row group.
pub(super) enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Decimal {
        builder: Decimal128Builder,
        precision: u8,
        scale: i8,
    },
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    /// With or without a zone.
    Moment(TimestampMicrosecondBuilder, bool),
}

impl Builder {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Any | Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Number => Self::Number(Float64Builder::new()),
            Kind::Decimal { precision, scale } => {
                Self::Decimal { builder: Decimal128Builder::new(), precision, scale }
            }
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::DateTime => Self::Moment(TimestampMicrosecondBuilder::new(), false),
            Kind::Timestamp => Self::Moment(TimestampMicrosecondBuilder::new(), true),
        }
    }

    /// Adds a cell; returns its approximate size in bytes.
    ///
    /// # Errors
    /// Returns why the column cannot hold the cell.
    pub(super) fn push(&mut self, cell: &Cell) -> Result<usize, String> {
        let unfit = |what: &str| format!("{:?} is not {what}", cell.text());
        let number = match cell {
            Cell::Number(number) => Some(number),
            _ => None,
        };
        match (self, cell) {
            // An empty field of a CSV file and a missing value are the same.
            (Self::Text(builder), Cell::Empty) => builder.append_null(),
            (Self::Text(builder), cell) => {
                let text = cell.text();
                builder.append_value(&text);
                return Ok(text.len() + 8);
            }
            (Self::Integer(builder), Cell::Empty) => builder.append_null(),
            (Self::Integer(builder), _) => {
                let whole = number.and_then(|number| scaled(number, 0)?.try_into().ok());
                builder.append_value(whole.ok_or_else(|| unfit("a whole number of 64 bits"))?);
            }
            (Self::Number(builder), Cell::Empty) => builder.append_null(),
            (Self::Number(builder), _) => {
                let double = number.and_then(Number::as_exact_f64);
                let what = "a number that a double holds exactly";
                builder.append_value(double.ok_or_else(|| unfit(what))?);
            }
            (Self::Decimal { builder, .. }, Cell::Empty) => builder.append_null(),
            (Self::Decimal { builder, precision, scale }, _) => {
                let digits = number.and_then(|number| scaled(number, *scale));
                let digits = digits.filter(|digits| fits(*digits, *precision));
                let what = format!("a decimal of {precision} digits, {scale} after the point");
                builder.append_value(digits.ok_or_else(|| unfit(&what))?);
            }
            (Self::Boolean(builder), Cell::Boolean(yes)) => builder.append_value(*yes),
            (Self::Boolean(builder), Cell::Empty) => builder.append_null(),
            (Self::Boolean(_), _) => return Err(unfit("a boolean")),
            (Self::Date(builder), Cell::Date(date)) => builder.append_value(day_number(*date)),
            (Self::Date(builder), Cell::Empty) => builder.append_null(),
            (Self::Date(_), _) => return Err(unfit("a whole day")),
            (Self::Moment(builder, _), Cell::Empty) => builder.append_null(),
            (Self::Moment(builder, zoned), cell) => {
                let at = match cell {
                    Cell::DateTime(at) if !*zoned => utc(*at),
                    Cell::Date(date) if !*zoned => utc(DateTime::from(*date)),
                    Cell::Timestamp(at) if *zoned => Some(*at),
                    _ => None,
                };
                let exact = at.filter(|at| at.subsec_nanosecond() % 1_000 == 0);
                let exact = exact.ok_or_else(|| unfit("a moment to the microsecond"))?;
                builder.append_value(exact.as_microsecond());
            }
        }
        Ok(8)
    }

    /// The array of the added cells; the builder starts over.
    pub(super) fn take(&mut self) -> Result<ArrayRef, String> {
        Ok(match self {
            Self::Text(builder) => ArrayBuilder::finish(builder),
            Self::Integer(builder) => ArrayBuilder::finish(builder),
            Self::Number(builder) => ArrayBuilder::finish(builder),
            Self::Decimal { builder, precision, scale } => {
                let array = builder.finish().with_precision_and_scale(*precision, *scale);
                Arc::new(array.map_err(|error| error.to_string())?)
            }
            Self::Boolean(builder) => ArrayBuilder::finish(builder),
            Self::Date(builder) => ArrayBuilder::finish(builder),
            Self::Moment(builder, true) => Arc::new(builder.finish().with_timezone("UTC")),
            Self::Moment(builder, false) => ArrayBuilder::finish(builder),
        })
    }
}

fn utc(at: DateTime) -> Option<Timestamp> {
    at.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn day_number(date: Date) -> i32 {
    date.duration_since(Date::constant(1970, 1, 1))
        .as_hours()
        .div_euclid(24)
        .try_into()
        .unwrap_or(i32::MAX)
}

fn fits(digits: i128, precision: u8) -> bool {
    10_u128.checked_pow(precision.into()).is_none_or(|limit| digits.unsigned_abs() < limit)
}

/// The number times ten to the power of the scale, if that is a whole number that fits an `i128`.
fn scaled(number: &Number, scale: i8) -> Option<i128> {
    let text = number.as_str();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    if digits == 0 {
        return Some(0);
    }
    let exponent: i64 = exponent.parse().ok()?;
    let shift = exponent.checked_add(i64::from(scale))?;
    let shift = shift.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
    if shift >= 0 {
        digits.checked_mul(power)
    } else {
        (digits % power == 0).then_some(digits / power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_scaled_exactly_or_not_at_all() {
        for (text, scale, digits) in [
            ("12.5", 2, Some(1250)),
            ("-12.50", 1, Some(-125)),
            ("1e3", 0, Some(1000)),
            ("1.5e1", 0, Some(15)),
            ("1500", -2, Some(15)),
            ("12.5", 0, None),
            ("1", -2, None),
            ("0.000", 0, Some(0)),
            ("-0", 0, Some(0)),
            ("1e99", 0, None),
            ("1e99999999999999999999", 0, None),
        ] {
            let number = Number::try_from(text.to_owned()).unwrap();
            assert_eq!(scaled(&number, scale), digits, "{text}");
        }
    }

    #[test]
    fn days_count_from_1970() {
        for (date, days) in [("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11_017)] {
            assert_eq!(day_number(date.parse().unwrap()), days);
        }
    }
}
