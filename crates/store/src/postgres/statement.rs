//! Statements with few parameters, for infrequent queries.

use sqlx::PgConnection;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;

use super::{Error, Postgres};

/// A parameter.
#[derive(Debug, Clone)]
pub(super) enum Arg {
    Integer(Option<i64>),
    Real(f64),
    Yes(bool),
    Text(Option<String>),
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Integer(Some(number.into()))
    }
}

impl From<f64> for Arg {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<bool> for Arg {
    fn from(yes: bool) -> Self {
        Self::Yes(yes)
    }
}

impl From<Option<i64>> for Arg {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Arg {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

/// The parameters of a statement, each convertible to [`Arg`].
macro_rules! args {
    ($($arg:expr),* $(,)?) => { vec![$($crate::postgres::statement::Arg::from($arg)),*] };
}
pub(super) use args;

/// A statement with its parameters.
pub(super) fn bound(
    sql: &'static str,
    args: Vec<Arg>,
) -> Query<'static, sqlx::Postgres, PgArguments> {
    args.into_iter().fold(sqlx::query(sql), |query, arg| match arg {
        Arg::Integer(number) => query.bind(number),
        Arg::Real(number) => query.bind(number),
        Arg::Yes(yes) => query.bind(yes),
        Arg::Text(text) => query.bind(text),
    })
}

impl Postgres {
    /// The rows that a reading statement returns.
    pub(super) async fn rows(
        &self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Vec<PgRow>, Error> {
        bound(sql, args).fetch_all(&self.pool).await.map_err(|error| self.faults.sql(error))
    }

    /// The row that a reading statement returns, if any.
    pub(super) async fn row(
        &self,
        sql: &'static str,
        args: Vec<Arg>,
    ) -> Result<Option<PgRow>, Error> {
        bound(sql, args).fetch_optional(&self.pool).await.map_err(|error| self.faults.sql(error))
    }

    /// Executes a writing statement by itself, and returns the number of rows that it changed.
    pub(super) async fn execute(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64, Error> {
        let done = bound(sql, args).execute(&self.pool).await;
        Ok(done.map_err(|error| self.faults.sql(error))?.rows_affected())
    }
}

/// Executes a statement within an action, and returns the number of rows that it changed.
pub(super) async fn changed(
    connection: &mut PgConnection,
    sql: &'static str,
    args: Vec<Arg>,
    faults: &super::Faults,
) -> Result<u64, Error> {
    let done = bound(sql, args).execute(connection).await.map_err(|error| faults.sql(error))?;
    Ok(done.rows_affected())
}

/// The row that a statement within an action returns, if any.
pub(super) async fn one(
    connection: &mut PgConnection,
    sql: &'static str,
    args: Vec<Arg>,
    faults: &super::Faults,
) -> Result<Option<PgRow>, Error> {
    bound(sql, args).fetch_optional(connection).await.map_err(|error| faults.sql(error))
}

/// All rows that a statement within an action returns.
pub(super) async fn all(
    connection: &mut PgConnection,
    sql: &'static str,
    args: Vec<Arg>,
    faults: &super::Faults,
) -> Result<Vec<PgRow>, Error> {
    bound(sql, args).fetch_all(connection).await.map_err(|error| faults.sql(error))
}
