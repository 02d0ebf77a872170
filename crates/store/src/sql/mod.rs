//! The store in an SQL database: statements, decoding and transactions, the same for every database.
//!
//! What differs is in the implementation of [`Dialect`] and in marked parts of statements (see [`statement`]).
//! Rows are written in groups (see [`writer`]); other changes are transactions of their own. Nothing is cached
//! that another process could change: keys and plans never change.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ampledata_core::row::Plan;
use sqlx::{Connection as _, Transaction};

mod accounts;
mod answers;
mod batch;
mod calls;
mod catalog;
mod cells;
mod changes;
mod dialect;
mod driver;
mod errors;
mod grid;
mod jobs;
mod leases;
mod listing;
mod migrations;
mod pages;
#[cfg(test)]
mod plans;
mod removal;
mod report;
mod requests;
mod results;
mod retry;
mod rows;
mod sources;
mod spending;
pub(crate) mod statement;
mod uploads;
mod webhooks;
mod writer;

pub(crate) use batch::PageRow;
pub(crate) use dialect::Connection;
pub use dialect::Dialect;
pub(crate) use driver::{Driver, RowsAffected, trusted};
pub(crate) use errors::ErrorMapper;
pub(crate) use migrations::migrate;

use statement::{Arg, args, render};
use writer::GroupWriter;

use crate::decode::Columns;
use crate::raw_limit::RawLimit;
use crate::{Error, JobId, Owner, SourceId};

/// A store in an SQL database.
pub struct SqlStore<D: Dialect> {
    dialect: Arc<D>,
    writer: GroupWriter,
    /// Integer keys of jobs and sources by id; an id keeps its key forever.
    job_keys: Cache<JobId, i64>,
    source_keys: Cache<SourceId, i64>,
    /// What is needed of a job's plan all the time, by the job's key.
    plans: Cache<i64, PlanFacts>,
    raw_limit: RawLimit,
}

impl<D: Dialect> fmt::Debug for SqlStore<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

/// Facts about a plan.
#[derive(Debug, Clone, Copy)]
struct PlanFacts {
    /// Its number of columns.
    columns: usize,
    /// The confidence below which a cell is weak.
    threshold: f64,
}

/// Values that never change, by key.
#[derive(Debug)]
struct Cache<K, V>(Mutex<BTreeMap<K, V>>);

impl<K: Ord, V: Copy> Cache<K, V> {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// A row that a statement returned.
pub(crate) struct Row<D: Dialect> {
    row: <D::Driver as sqlx::Database>::Row,
    errors: ErrorMapper,
}

impl<D: Dialect> Row<D> {
    pub(crate) fn new(row: <D::Driver as sqlx::Database>::Row, errors: &ErrorMapper) -> Self {
        Self { row, errors: errors.clone() }
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, Error> {
        D::Driver::bytes(&self.row, name).map_err(|error| self.errors.map(error))
    }
}

impl<D: Dialect> Columns for Row<D> {
    fn integer_if_any(&self, name: &str) -> Result<Option<i64>, Error> {
        D::Driver::integer(&self.row, name).map_err(|error| self.errors.map(error))
    }

    fn real(&self, name: &str) -> Result<f64, Error> {
        D::Driver::real(&self.row, name).map_err(|error| self.errors.map(error))
    }

    fn boolean(&self, name: &str) -> Result<bool, Error> {
        D::Driver::boolean(&self.row, name).map_err(|error| self.errors.map(error))
    }

    fn str_if_any(&self, name: &str) -> Result<Option<&str>, Error> {
        D::Driver::text(&self.row, name).map_err(|error| self.errors.map(error))
    }
}

/// Runs statements on one connection.
pub(crate) struct Session<'c, D: Dialect, C> {
    connection: C,
    dialect: &'c D,
}

impl<D: Dialect, C: std::ops::DerefMut<Target = Connection<D>>> Session<'_, D, C> {
    /// All rows that a statement returns.
    async fn rows(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<Row<D>>, Error> {
        let errors = self.dialect.errors();
        let sql = trusted(render::<D>(sql));
        let rows = D::Driver::fetch_all(&mut self.connection, sql, storable::<D>(args)).await;
        let rows = rows.map_err(|error| errors.map(error))?;
        Ok(rows.into_iter().map(|row| Row::new(row, errors)).collect())
    }

    /// The first row that a statement returns.
    async fn row(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Option<Row<D>>, Error> {
        let errors = self.dialect.errors();
        let sql = trusted(render::<D>(sql));
        let row = D::Driver::fetch_optional(&mut self.connection, sql, storable::<D>(args)).await;
        Ok(row.map_err(|error| errors.map(error))?.map(|row| Row::new(row, errors)))
    }

    /// Runs a statement, and returns the number of rows that it changed.
    async fn execute(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64, Error> {
        let sql = trusted(render::<D>(sql));
        let done = D::Driver::execute(&mut self.connection, sql, storable::<D>(args)).await;
        done.map_err(|error| self.dialect.errors().map(error))
    }

    /// The number of a change of this job; see [`Dialect::next_change`].
    async fn next_change(&mut self, job_key: i64) -> Result<i64, Error> {
        let number = self.dialect.next_change(&mut self.connection, &[job_key]).await;
        number.map_err(|error| self.dialect.errors().map(error))
    }
}

fn storable<D: Dialect>(mut args: Vec<Arg>) -> Vec<Arg> {
    for arg in &mut args {
        if let Arg::Text(Some(text)) = arg {
            *text = D::storable_text(std::mem::take(text));
        }
    }
    args
}

/// A connection that may write, on which one transaction after the other can run.
pub(crate) struct WriteSession<'c, D: Dialect> {
    connection: D::WriteConnection,
    dialect: &'c D,
}

/// A writing transaction; it is rolled back unless it is committed.
type Tx<'c, D> = Session<'c, D, Transaction<'c, <D as Dialect>::Driver>>;

impl<D: Dialect> WriteSession<'_, D> {
    async fn begin(&mut self) -> Result<Tx<'_, D>, Error> {
        let transaction = self.connection.begin_with(D::BEGIN).await;
        let connection = transaction.map_err(|error| self.dialect.errors().map(error))?;
        Ok(Session { connection, dialect: self.dialect })
    }
}

impl<D: Dialect> Tx<'_, D> {
    async fn commit(self) -> Result<(), Error> {
        let errors = self.dialect.errors();
        self.connection.commit().await.map_err(|error| errors.map(error))
    }
}

impl<D: Dialect> SqlStore<D> {
    pub(crate) fn new(dialect: D, kept_bytes: u64) -> Self {
        let dialect = Arc::new(dialect);
        Self {
            writer: GroupWriter::start(Arc::clone(&dialect)),
            dialect,
            job_keys: Cache::default(),
            source_keys: Cache::default(),
            plans: Cache::default(),
            raw_limit: RawLimit::new(kept_bytes),
        }
    }

    /// The open database.
    #[cfg(any(test, feature = "postgres"))]
    pub(crate) fn dialect(&self) -> &D {
        &self.dialect
    }

    /// Waits until all queued writes are done, and closes all connections.
    ///
    /// # Errors
    /// A connection cannot be closed in order.
    pub async fn close(self) -> Result<(), Error> {
        self.writer.close().await
    }

    async fn reader(&self) -> Result<Session<'_, D, sqlx::pool::PoolConnection<D::Driver>>, Error> {
        let connection = self.dialect.readers().acquire().await;
        let connection = connection.map_err(|error| self.dialect.errors().map(error))?;
        Ok(Session { connection, dialect: &*self.dialect })
    }

    /// Waits for a connection that may write.
    async fn write(&self) -> Result<WriteSession<'_, D>, Error> {
        let connection = self.dialect.write_connection().await?;
        Ok(WriteSession { connection, dialect: &self.dialect })
    }

    /// All rows that a reading statement returns.
    async fn rows(&self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<Row<D>>, Error> {
        self.reader().await?.rows(sql, args).await
    }

    /// The first row that a reading statement returns.
    async fn row(&self, sql: &'static str, args: Vec<Arg>) -> Result<Option<Row<D>>, Error> {
        self.reader().await?.row(sql, args).await
    }

    /// Runs a writing statement by itself, and returns the number of rows that it changed.
    async fn execute(&self, sql: &'static str, args: Vec<Arg>) -> Result<u64, Error> {
        let connection = self.dialect.write_connection().await?;
        Session { connection, dialect: &*self.dialect }.execute(sql, args).await
    }

    async fn job_key(&self, id: &JobId) -> Result<i64, Error> {
        if let Some(key) = self.job_keys.lock().get(id) {
            return Ok(*key);
        }
        let row = self.row("SELECT key FROM jobs WHERE id = $1", args![&id.0]).await?;
        let key = row.ok_or_else(|| missing_job(id))?.integer("key")?;
        self.job_keys.lock().insert(id.clone(), key);
        Ok(key)
    }

    async fn source_key(&self, id: &SourceId) -> Result<i64, Error> {
        if let Some(key) = self.source_keys.lock().get(id) {
            return Ok(*key);
        }
        let row = self.row("SELECT key FROM sources WHERE id = $1", args![&id.0]).await?;
        let key = row.ok_or_else(|| missing_source(id))?.integer("key")?;
        self.source_keys.lock().insert(id.clone(), key);
        Ok(key)
    }

    /// The key of a job that this owner has.
    async fn owned_job(&self, owner: &Owner, id: &JobId) -> Result<i64, Error> {
        let sql = "SELECT key FROM jobs WHERE id = $1 AND owner = $2";
        let row = self.row(sql, args![&id.0, &owner.0]).await?;
        row.ok_or_else(|| missing_job(id))?.integer("key")
    }

    /// Facts about the plan of the job with this key.
    async fn plan_facts(&self, job_key: i64) -> Result<PlanFacts, Error> {
        if let Some(facts) = self.plans.lock().get(&job_key) {
            return Ok(*facts);
        }
        let row = self.row("SELECT plan FROM jobs WHERE key = $1", args![job_key]).await?;
        let row = row.ok_or_else(|| missing_job(&JobId(job_key.to_string())))?;
        let plan: Plan = row.json("plan")?;
        let facts = PlanFacts { columns: plan.columns.len(), threshold: plan.limits.threshold };
        self.plans.lock().insert(job_key, facts);
        Ok(facts)
    }
}

fn missing_job(id: &JobId) -> Error {
    Error::NotFound { what: "job", id: id.0.clone() }
}

fn missing_source(id: &SourceId) -> Error {
    Error::NotFound { what: "source", id: id.0.clone() }
}

/// The present time in the form in which databases store it.
fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
