//! Columns of a file: a name and a type.

use ampledata_core::column::{Column as Asked, ColumnType};
use serde::{Deserialize, Serialize};

/// The type of a column in a file. Only Parquet has typed columns: the other formats type each
/// cell, so reading them gives [`Kind::Any`] and writing them needs no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Whatever the cells are; text in Parquet.
    Any,
    /// Text.
    Text,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers as doubles. A number that no double holds exactly is refused, not rounded.
    Number,
    /// Exact decimal numbers.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point.
        scale: i8,
    },
    /// Yes or no.
    Boolean,
    /// Whole days. Dates that may be no more than a year belong in a text column.
    Date,
    /// Days and times without a zone, to the microsecond.
    DateTime,
    /// Instants, to the microsecond.
    Timestamp,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

impl Column {
    /// A column of a given type.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }

    /// A column whose cells are typed one by one.
    pub fn untyped(name: String) -> Self {
        Self { name, kind: Kind::Any }
    }
}

/// The column under which found values are written. Dates are text, since a page may know no more
/// than the year; so are lists.
impl From<&Asked> for Column {
    fn from(asked: &Asked) -> Self {
        let kind = match asked.kind {
            _ if asked.list => Kind::Text,
            ColumnType::String | ColumnType::Date => Kind::Text,
            ColumnType::Number => Kind::Number,
            ColumnType::Boolean => Kind::Boolean,
        };
        Self::new(asked.name.clone(), kind)
    }
}
