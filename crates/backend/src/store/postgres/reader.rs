//! Columns of a row of the database as the types of this program.

use ampledata_core::row::Stage;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::faults::{Faults, unjson, unsigned};
use super::jobs::instant;
use super::{Error, names};

/// Reads the columns of one row by their names.
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

    pub(super) fn integer(&self, name: &str) -> Result<i64, Error> {
        self.get(name)
    }

    pub(super) fn count(&self, name: &'static str) -> Result<u64, Error> {
        unsigned(name, self.get(name)?)
    }

    pub(super) fn real(&self, name: &str) -> Result<f64, Error> {
        self.get(name)
    }

    pub(super) fn yes(&self, name: &str) -> Result<bool, Error> {
        self.get(name)
    }

    pub(super) fn str(&self, name: &str) -> Result<&'a str, Error> {
        self.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Result<String, Error> {
        self.get(name)
    }

    pub(super) fn text_if_any(&self, name: &str) -> Result<Option<String>, Error> {
        self.get(name)
    }

    pub(super) fn time(&self, name: &str) -> Result<Timestamp, Error> {
        instant(self.get(name)?)
    }

    pub(super) fn time_if_any(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        self.get::<Option<i64>>(name)?.map(instant).transpose()
    }

    pub(super) fn stage(&self, name: &str) -> Result<Stage, Error> {
        names::stage(self.str(name)?)
    }

    /// A number that does not fit was not written by this program.
    pub(super) fn small<T: TryFrom<i64>>(&self, name: &'static str) -> Result<T, Error> {
        small(name, self.get(name)?)
    }

    pub(super) fn small_if_any<T: TryFrom<i64>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Error> {
        self.get::<Option<i64>>(name)?.map(|number| small(name, number)).transpose()
    }

    pub(super) fn json<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, Error> {
        unjson(name, self.str(name)?)
    }

    pub(super) fn json_if_any<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Error> {
        self.get::<Option<&str>>(name)?.map(|text| unjson(name, text)).transpose()
    }
}

pub(super) fn small<T: TryFrom<i64>>(what: &'static str, number: i64) -> Result<T, Error> {
    T::try_from(number)
        .map_err(|_| Error::Unreadable { what, reason: format!("{number} does not fit") })
}
