//! The columns of a row of this database.

use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::faults::Faults;
use super::{Error, Postgres};
use crate::decode::Columns;

/// Reads the columns of one row by name.
pub(super) struct Reader<'a> {
    row: &'a PgRow,
    faults: &'a Faults,
}

impl<'a> Reader<'a> {
    pub(super) fn new(row: &'a PgRow, faults: &'a Faults) -> Self {
        Self { row, faults }
    }

    fn get<T>(&self, name: &str) -> Result<T, Error>
    where
        T: sqlx::Type<sqlx::Postgres> + sqlx::Decode<'a, sqlx::Postgres>,
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

impl Postgres {
    pub(super) fn read<'a>(&'a self, row: &'a PgRow) -> Reader<'a> {
        Reader::new(row, &self.faults)
    }
}
