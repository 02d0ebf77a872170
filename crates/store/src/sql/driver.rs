//! What the SQL layer needs of sqlx, once for all of its databases.

use futures::future::BoxFuture;
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, ColumnIndex, Decode, Encode, Executor, IntoArguments, Row as _, SqlStr, Type,
};

use super::statement::Arg;

/// The number of rows that a statement changed.
pub trait RowsAffected {
    /// The number of rows that the statement changed.
    fn rows_affected(&self) -> u64;
}

/// Runs statements on a connection and reads the columns of rows.
///
/// sqlx offers both to generic code only under bounds that would have to be repeated at every function; this
/// trait repeats them once.
pub trait Driver: sqlx::Database {
    /// Runs a statement, and returns the number of rows that it changed.
    fn execute(
        connection: &mut Self::Connection,
        sql: SqlStr,
        args: Vec<Arg>,
    ) -> BoxFuture<'_, Result<u64, sqlx::Error>>;

    /// All rows that a statement returns.
    fn fetch_all(
        connection: &mut Self::Connection,
        sql: SqlStr,
        args: Vec<Arg>,
    ) -> BoxFuture<'_, Result<Vec<Self::Row>, sqlx::Error>>;

    /// The first row that a statement returns.
    fn fetch_optional(
        connection: &mut Self::Connection,
        sql: SqlStr,
        args: Vec<Arg>,
    ) -> BoxFuture<'_, Result<Option<Self::Row>, sqlx::Error>>;

    /// An integer, or none for `NULL`.
    fn integer(row: &Self::Row, name: &str) -> Result<Option<i64>, sqlx::Error>;

    /// A floating-point number.
    fn real(row: &Self::Row, name: &str) -> Result<f64, sqlx::Error>;

    /// A truth value.
    fn boolean(row: &Self::Row, name: &str) -> Result<bool, sqlx::Error>;

    /// A text, or none for `NULL`.
    fn text<'r>(row: &'r Self::Row, name: &str) -> Result<Option<&'r str>, sqlx::Error>;

    /// Bytes.
    fn bytes(row: &Self::Row, name: &str) -> Result<Vec<u8>, sqlx::Error>;
}

impl<DB> Driver for DB
where
    DB: sqlx::Database,
    DB::QueryResult: RowsAffected,
    DB::Arguments: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'n> &'n str: ColumnIndex<DB::Row>,
    for<'v> Option<i64>: Encode<'v, DB> + Decode<'v, DB> + Type<DB>,
    for<'v> f64: Encode<'v, DB> + Decode<'v, DB> + Type<DB>,
    for<'v> bool: Encode<'v, DB> + Decode<'v, DB> + Type<DB>,
    for<'v> Option<String>: Encode<'v, DB> + Type<DB>,
    for<'v> Option<&'v str>: Decode<'v, DB> + Type<DB>,
    for<'v> Vec<u8>: Decode<'v, DB> + Type<DB>,
{
    fn execute(
        connection: &mut Self::Connection,
        sql: SqlStr,
        args: Vec<Arg>,
    ) -> BoxFuture<'_, Result<u64, sqlx::Error>> {
        Box::pin(async move { Ok(bind(sql, args).execute(connection).await?.rows_affected()) })
    }

    fn fetch_all(
        connection: &mut Self::Connection,
        sql: SqlStr,
        args: Vec<Arg>,
    ) -> BoxFuture<'_, Result<Vec<Self::Row>, sqlx::Error>> {
        Box::pin(bind(sql, args).fetch_all(connection))
    }

    fn fetch_optional(
        connection: &mut Self::Connection,
        sql: SqlStr,
        args: Vec<Arg>,
    ) -> BoxFuture<'_, Result<Option<Self::Row>, sqlx::Error>> {
        Box::pin(bind(sql, args).fetch_optional(connection))
    }

    fn integer(row: &Self::Row, name: &str) -> Result<Option<i64>, sqlx::Error> {
        row.try_get(name)
    }

    fn real(row: &Self::Row, name: &str) -> Result<f64, sqlx::Error> {
        row.try_get(name)
    }

    fn boolean(row: &Self::Row, name: &str) -> Result<bool, sqlx::Error> {
        row.try_get(name)
    }

    fn text<'r>(row: &'r Self::Row, name: &str) -> Result<Option<&'r str>, sqlx::Error> {
        row.try_get(name)
    }

    fn bytes(row: &Self::Row, name: &str) -> Result<Vec<u8>, sqlx::Error> {
        row.try_get(name)
    }
}

fn bind<DB>(sql: SqlStr, args: Vec<Arg>) -> Query<'static, DB, DB::Arguments>
where
    DB: sqlx::Database,
    Option<i64>: for<'v> Encode<'v, DB> + Type<DB>,
    f64: for<'v> Encode<'v, DB> + Type<DB>,
    bool: for<'v> Encode<'v, DB> + Type<DB>,
    Option<String>: for<'v> Encode<'v, DB> + Type<DB>,
{
    args.into_iter().fold(sqlx::query(sql), |query, arg| match arg {
        Arg::Integer(number) => query.bind(number),
        Arg::Real(number) => query.bind(number),
        Arg::Boolean(boolean) => query.bind(boolean),
        Arg::Text(text) => query.bind(text),
    })
}

/// SQL that this crate rendered from its own statements; values are always parameters.
pub(crate) fn trusted(sql: std::borrow::Cow<'static, str>) -> SqlStr {
    sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(sql))
}
