//! Columns of a file: a name and a type.

use ampledata_core::column::{Column as Asked, ColumnType};
use serde::{Deserialize, Serialize};

/// The type of a column in a file. Only Parquet has typed columns. The other formats type each cell, so
/// reading them gives [`Kind::Any`], which is also enough for writing them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Any type, according to the cells; text in Parquet.
    Any,
    /// Text.
    Text,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers as doubles. A number that a double cannot represent exactly is refused, not rounded.
    Number,
    /// Exact decimal numbers.
    Decimal {
        /// Total number of digits, 1 to 38.
        precision: u8,
        /// Number of digits after the decimal point.
        scale: i8,
    },
    /// Yes or no.
    Boolean,
    /// Whole days. Dates that may be only a year belong in a text column.
    Date,
    /// Days and times without a zone, to the microsecond.
    DateTime,
    /// Instants, to the microsecond.
    Timestamp,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Column {
    /// Its header, or for an unnamed column a name by its position, such as `column 1`.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether the file has no header for it, so that its name is one by position.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
}

impl Column {
    /// A column of a given type.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, unnamed: false }
    }

    /// A column whose cells have their own types.
    pub fn untyped(name: String) -> Self {
        Self::new(name, Kind::Any)
    }

    /// The header of the column in a file that permits blank headers.
    pub fn header(&self) -> &str {
        if self.unnamed { "" } else { &self.name }
    }
}

/// The column for found values. Dates are text, since a page may only state the year; so are lists.
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
