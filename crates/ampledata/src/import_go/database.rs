//! Reads the old service's database, without changing it.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use futures::stream::{Stream, TryStreamExt as _};
use serde_json::{Map, Value as Json};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use super::Error;
use crate::app::imported::FINGERPRINT_PREFIX;

/// A row of a table, by column name.
pub(super) type Record = Map<String, Json>;

/// A row of `row_states`; its JSON is not parsed yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RawRow {
    pub(super) key: String,
    pub(super) stage: Option<String>,
    pub(super) values: Option<String>,
    pub(super) confidence: Option<String>,
    pub(super) sources: Option<String>,
    pub(super) history: Option<String>,
    pub(super) error: Option<String>,
}

/// The columns without which a table is not one of the old service.
const NEEDED: [(&str, &[&str]); 2] = [
    ("jobs", &["job_id", "status", "columns_metadata", "created_at"]),
    ("row_states", &["job_id", "key", "stage"]),
];

/// The types of a table's columns, by name.
type Types = BTreeMap<String, String>;

/// A connection to the old database, in a read-only transaction with one consistent snapshot.
#[derive(Debug)]
pub struct Old {
    connection: PgConnection,
    database: String,
    row_columns: Types,
}

impl Old {
    /// Connects.
    ///
    /// # Errors
    /// [`Error::Address`], [`Error::Unreachable`], [`Error::NotThere`]; [`Error::Busy`] if another import is
    /// reading it.
    pub async fn open(url: &str) -> Result<Self, Error> {
        const LOCK: &str = "SELECT pg_try_advisory_lock(hashtext('ampledata: import-go'))";
        let (mut connection, database) = connect(url).await?;
        let locked = sqlx::query_scalar(LOCK).fetch_one(&mut connection).await;
        let locked: bool = locked.map_err(|error| unreachable(&database, &error))?;
        if !locked {
            return Err(Error::Busy { database });
        }
        match begin_reading(&mut connection, &database).await {
            Ok(row_columns) => Ok(Self { connection, database, row_columns }),
            Err(error) => {
                // The server releases the lock when the connection is closed, not when it is dropped.
                if let Err(error) = connection.close().await {
                    tracing::debug!(%error, "a connection to the old database was not closed");
                }
                Err(error)
            }
        }
    }

    /// The ids of all jobs, oldest first.
    pub(super) async fn jobs(&mut self) -> Result<Vec<String>, Error> {
        let sql = "SELECT job_id::text FROM public.jobs ORDER BY created_at, job_id";
        let names = sqlx::query_scalar(sql).fetch_all(&mut self.connection).await;
        names.map_err(|error| unreachable(&self.database, &error))
    }

    /// The job with this id.
    pub(super) async fn job(&mut self, id: &str) -> Result<Record, Error> {
        let sql = "SELECT to_jsonb(job)::text FROM public.jobs AS job WHERE job_id::text = $1";
        let text = sqlx::query_scalar(sql).bind(id).fetch_one(&mut self.connection).await;
        let text: String = text.map_err(|error| unreachable(&self.database, &error))?;
        serde_json::from_str(&text).map_err(|error| Error::Unreadable {
            what: format!("job {id:?}"),
            reason: error.to_string(),
        })
    }

    /// The rows of a job in key order, as a stream: they are never all in memory.
    pub(super) fn rows(&mut self, job: &str) -> impl Stream<Item = Result<RawRow, Error>> + '_ {
        let (sql, database) = (rows_sql(&self.row_columns), &self.database);
        sqlx::query(AssertSqlSafe(sql))
            .bind(job.to_owned())
            .fetch(&mut self.connection)
            .and_then(|row| std::future::ready(raw(&row)))
            .map_err(|error| unreachable(database, &error))
    }
}

/// Begins the transaction, and returns the columns of `row_states`.
async fn begin_reading(connection: &mut PgConnection, database: &str) -> Result<Types, Error> {
    let unreachable = |error: sqlx::Error| unreachable(database, &error);
    sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .execute(&mut *connection)
        .await
        .map_err(unreachable)?;
    let mut row_columns = Types::new();
    for (table, needed) in NEEDED {
        let columns = types(connection, table).await.map_err(unreachable)?;
        if let Some(missing) = needed.iter().find(|name| !columns.contains_key(**name)) {
            let missing = if columns.is_empty() {
                format!("there is no table public.{table}")
            } else {
                format!("public.{table} has no column {missing}")
            };
            return Err(Error::NotThere { database: database.to_owned(), missing });
        }
        row_columns = columns;
    }
    Ok(row_columns)
}

/// The number of jobs of the old service in this database that were not imported into this program's schema
/// in it; 0 if it has no tables of the old service.
///
/// # Errors
/// [`Error::Address`], [`Error::Unreachable`].
pub async fn waiting(url: &str) -> Result<u64, Error> {
    let (mut connection, database) = connect(url).await?;
    let unreachable = |error: sqlx::Error| unreachable(&database, &error);
    for (table, needed) in NEEDED {
        let columns = types(&mut connection, table).await.map_err(unreachable)?;
        if !needed.iter().all(|name| columns.contains_key(*name)) {
            return Ok(0);
        }
    }
    let sql = "SELECT count(*) FROM public.jobs AS old WHERE NOT EXISTS (
         SELECT 1 FROM ampledata.jobs AS new
         WHERE new.id = old.job_id::text AND new.fingerprint = $1 || old.job_id::text)";
    let count: i64 = sqlx::query_scalar(sql)
        .bind(FINGERPRINT_PREFIX)
        .fetch_one(&mut connection)
        .await
        .map_err(unreachable)?;
    Ok(count.unsigned_abs())
}

async fn connect(url: &str) -> Result<(PgConnection, String), Error> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(Error::Address);
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| Error::Address)?;
    let named = options.get_database().unwrap_or_else(|| options.get_username());
    let database = format!("{}:{}/{named}", options.get_host(), options.get_port());
    match options.connect().await {
        Ok(connection) => Ok((connection, database)),
        Err(error) => Err(unreachable(&database, &error)),
    }
}

fn unreachable(database: &str, error: &sqlx::Error) -> Error {
    Error::Unreachable { database: database.to_owned(), reason: error.to_string() }
}

async fn types(connection: &mut PgConnection, table: &str) -> Result<Types, sqlx::Error> {
    let sql = "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
         WHERE attrelid = to_regclass('public.' || $1) AND attnum > 0 AND NOT attisdropped";
    let columns = sqlx::query(sql).bind(table).fetch_all(connection).await?;
    columns.iter().map(|column| Ok((column.try_get(0)?, column.try_get(1)?))).collect()
}

/// Reads everything as text, so that the server cannot fail on the content of one row. Large columns that are
/// not imported are not read. The job's id is compared in its own type, so that the index is used.
fn rows_sql(columns: &Types) -> String {
    let text = |name: &str| match columns.get(name) {
        Some(_) => format!("{name}::text"),
        None => "NULL::text".to_owned(),
    };
    let is_json = |name: &str| columns.get(name).is_some_and(|kind| kind.starts_with("json"));
    let sources = match columns.contains_key("sources") {
        true => text("sources"),
        false if is_json("crawl_results") => "(crawl_results -> 'sources')::text".to_owned(),
        false => "NULL::text".to_owned(),
    };
    let id_type = columns.get("job_id").map_or("text", String::as_str);
    format!(
        "SELECT key::text AS key, {} AS stage, {} AS extracted, {} AS confidence,
             {sources} AS sources, {} AS history, {} AS error
         FROM public.row_states WHERE job_id = $1::text::{id_type} ORDER BY row_states.key",
        text("stage"),
        text("extracted_data"),
        text("confidence"),
        text("extraction_history"),
        text("error"),
    )
}

fn raw(row: &PgRow) -> Result<RawRow, sqlx::Error> {
    Ok(RawRow {
        key: row.try_get("key")?,
        stage: row.try_get("stage")?,
        values: row.try_get("extracted")?,
        confidence: row.try_get("confidence")?,
        sources: row.try_get("sources")?,
        history: row.try_get("history")?,
        error: row.try_get("error")?,
    })
}
