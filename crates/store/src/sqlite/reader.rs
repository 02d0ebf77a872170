//! The columns of a row of this database.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::faults::Faults;
use super::{Error, Sqlite};
use crate::decode::Columns;

/// Reads the columns of one row by name.
pub(super) struct Reader<'a> {
    row: &'a SqliteRow,
    faults: &'a Faults,
}

impl<'a> Reader<'a> {
    pub(super) fn new(row: &'a SqliteRow, faults: &'a Faults) -> Self {
        Self { row, faults }
    }

    fn get<T>(&self, name: &str) -> Result<T, Error>
    where
        T: sqlx::Type<sqlx::Sqlite> + sqlx::Decode<'a, sqlx::Sqlite>,
    {
        self.row.try_get(name).map_err(|error| self.faults.sql(error))
    }
}

impl Columns for Reader<'_> {
    fn integer_if_any(&self, name: &str) -> Result<Option<i64>, Error> {
        self.get(name)
    }

    fn real(&self, name: &str) -> Result<f64, Error> {
        self.get(name)
    }

    fn yes(&self, name: &str) -> Result<bool, Error> {
        self.get(name)
    }

    fn str_if_any(&self, name: &str) -> Result<Option<&str>, Error> {
        self.get(name)
    }
}

impl Sqlite {
    pub(super) fn read<'a>(&'a self, row: &'a SqliteRow) -> Reader<'a> {
        Reader::new(row, &self.faults)
    }
}
