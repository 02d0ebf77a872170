//! Converts values of Arrow arrays to cells.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::super::cell::{Cell, Number};

/// The cell of a value that is not null.
///
/// # Errors
/// Returns why there is no such cell, as the end of a sentence.
pub(super) fn cell(array: &dyn Array, at: usize) -> Result<Cell, String> {
    Ok(match array.data_type() {
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(at).to_owned()),
        DataType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(at).to_owned()),
        DataType::Binary => text(array.as_binary::<i32>().value(at))?,
        DataType::LargeBinary => text(array.as_binary::<i64>().value(at))?,
        DataType::Boolean => Cell::Boolean(array.as_boolean().value(at)),
        DataType::Int8 => integer(array.as_primitive::<Int8Type>().value(at)),
        DataType::Int16 => integer(array.as_primitive::<Int16Type>().value(at)),
        DataType::Int32 => integer(array.as_primitive::<Int32Type>().value(at)),
        DataType::Int64 => integer(array.as_primitive::<Int64Type>().value(at)),
        DataType::UInt8 => integer(array.as_primitive::<UInt8Type>().value(at)),
        DataType::UInt16 => integer(array.as_primitive::<UInt16Type>().value(at)),
        DataType::UInt32 => integer(array.as_primitive::<UInt32Type>().value(at)),
        DataType::UInt64 => {
            Cell::Number(Number::from(array.as_primitive::<UInt64Type>().value(at)))
        }
        // The shortest text that gives the same float when read back: 0.1, not 0.10000000149.
        DataType::Float32 => {
            let float = array.as_primitive::<Float32Type>().value(at);
            float.to_string().parse().map_or(Cell::Empty, double)
        }
        DataType::Float64 => double(array.as_primitive::<Float64Type>().value(at)),
        DataType::Decimal128(..) => {
            let array: &PrimitiveArray<Decimal128Type> = array.as_primitive();
            let digits = array.value_as_string(at);
            Number::try_from(digits).map(Cell::Number).map_err(|error| error.to_string())?
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(at);
            let date = Date::constant(1970, 1, 1).checked_add(days.days());
            Cell::Date(date.map_err(|_| format!("is a date out of range ({days} days)"))?)
        }
        DataType::Time32(_) | DataType::Time64(_) => time(array, at)?,
        DataType::Timestamp(unit, zone) => {
            let instant = instant(array, at, *unit)?;
            match zone {
                Some(_) => Cell::Timestamp(instant),
                None => Cell::DateTime(instant.to_zoned(TimeZone::UTC).datetime()),
            }
        }
        other => return Err(format!("is of the type {other}")),
    })
}

fn integer(number: impl Into<i64>) -> Cell {
    Cell::Number(Number::from(number.into()))
}

/// NaN, by which data frames mean "missing", becomes an empty cell; the infinities become text.
fn double(number: f64) -> Cell {
    match Number::from_f64(number) {
        Some(number) => Cell::Number(number),
        None if number.is_nan() => Cell::Empty,
        None => Cell::Text(number.to_string()),
    }
}

/// Bytes as text: old writers store text as bytes.
fn text(bytes: &[u8]) -> Result<Cell, String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cell::Text(text.to_owned())),
        Err(_) => Err("holds bytes that are not text".to_owned()),
    }
}

fn instant(array: &dyn Array, at: usize, unit: TimeUnit) -> Result<Timestamp, String> {
    let instant = match unit {
        TimeUnit::Second => {
            Timestamp::from_second(array.as_primitive::<TimestampSecondType>().value(at))
        }
        TimeUnit::Millisecond => {
            Timestamp::from_millisecond(array.as_primitive::<TimestampMillisecondType>().value(at))
        }
        TimeUnit::Microsecond => {
            Timestamp::from_microsecond(array.as_primitive::<TimestampMicrosecondType>().value(at))
        }
        TimeUnit::Nanosecond => Timestamp::from_nanosecond(
            array.as_primitive::<TimestampNanosecondType>().value(at).into(),
        ),
    };
    instant.map_err(|_| "is an instant out of range".to_owned())
}

fn time(array: &dyn Array, at: usize) -> Result<Cell, String> {
    let since_midnight = match array.data_type() {
        DataType::Time32(TimeUnit::Second) => {
            SignedDuration::from_secs(array.as_primitive::<Time32SecondType>().value(at).into())
        }
        DataType::Time32(_) => SignedDuration::from_millis(
            array.as_primitive::<Time32MillisecondType>().value(at).into(),
        ),
        DataType::Time64(TimeUnit::Microsecond) => {
            SignedDuration::from_micros(array.as_primitive::<Time64MicrosecondType>().value(at))
        }
        _ => SignedDuration::from_nanos(array.as_primitive::<Time64NanosecondType>().value(at)),
    };
    let time = Time::midnight().checked_add(since_midnight);
    time.map(|time| Cell::Text(time.to_string())).map_err(|_| "is a time out of range".to_owned())
}
