//! The store in a PostgreSQL database, for any number of processes.
//!
//! Everything is in the schema `ampledata`; the rest of the database is left alone. Single rows are written
//! in groups (see [`writer`]). Nothing is cached that another process could change; keys and plans are cached
//! because they never change. Connections come from a pool: when the server is unavailable for a while, only
//! the calls made meanwhile fail.

use std::collections::BTreeMap;
use std::str::FromStr as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ampledata_core::model::JobModels;
use ampledata_core::page::{ContentHash, Page};
use ampledata_core::row::{RowResult, Stage};
use ampledata_core::serp::Serp;
use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgConnection};

use super::{
    Call, Caps, Entry, Error, Fetch, Job, JobId, JobStatus, JobTimes, NewJob, NewRow, NewSource,
    OpenRow, Owner, Paid, Progress, ReadPage, Reservation, Reserved, ResultRow, RowId, Searched,
    Source, SourceId, SourceRow, Spending, StatusChange, Store, Totals, Usage, UsageHistory,
    text_enums,
};

mod accounts;
mod calls;
mod catalog;
mod cells;
mod changes;
mod faults;
mod grid;
mod jobs;
mod lease;
mod listing;
mod migrations;
mod pages;
mod reader;
mod removal;
mod report;
mod requests;
mod results;
mod retry;
mod rows;
mod sources;
mod spending;
mod statement;
mod tables;
mod uploads;
mod webhooks;
mod writer;

use faults::Faults;
use writer::Writer;

/// Options for opening a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Maximum number of connections.
    pub connections: u32,
    /// How long to wait for a connection.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { connections: 10, patience: Duration::from_secs(10) }
    }
}

/// A store in a PostgreSQL database.
#[derive(Debug)]
pub struct Postgres {
    faults: Faults,
    writer: Writer,
    pool: PgPool,
    /// Integer keys of sources and jobs by id; an id keeps its key forever.
    jobs: Mutex<BTreeMap<JobId, i64>>,
    sources: Mutex<BTreeMap<SourceId, i64>>,
    /// The confidence below which a cell is weak, by the job's key.
    thresholds: Mutex<BTreeMap<i64, f64>>,
    /// The connection that holds the lock of exclusive use.
    alone: Mutex<Option<PgConnection>>,
}

impl Postgres {
    /// Opens the database of this URL with the default [`Settings`], and creates the schema if it is missing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the server does not answer; other errors as the server returns them.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Self::open_with(url, &Settings::default()).await
    }

    /// Opens a database.
    ///
    /// # Errors
    /// As [`Postgres::open`].
    pub async fn open_with(url: &str, settings: &Settings) -> Result<Self, Error> {
        let wrong = |reason: String| Error::Open { path: "DATABASE_URL_ENRICH".into(), reason };
        let options = PgConnectOptions::from_str(url).map_err(|error| wrong(error.to_string()))?;
        let faults = Faults::of(&shown(&options));
        let options = options
            .application_name("ampledata")
            .options([("search_path", "ampledata"), ("TimeZone", "UTC")]);
        let mut connection = options.connect().await.map_err(|error| faults.sql(error))?;
        migrations::run(&mut connection, &faults).await?;
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.patience)
            .connect_with(options)
            .await
            .map_err(|error| faults.sql(error))?;
        Ok(Self {
            writer: Writer::start(pool.clone(), faults.clone()),
            faults,
            pool,
            jobs: Mutex::default(),
            sources: Mutex::default(),
            thresholds: Mutex::default(),
            alone: Mutex::default(),
        })
    }

    /// Claims exclusive use of the jobs for as long as the store is open, for engines that do not coordinate
    /// with other processes. The server releases the claim when the process ends, in whatever way it ends.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has claimed it.
    pub async fn claim(&self) -> Result<(), Error> {
        const CLAIM: &str = "SELECT pg_try_advisory_lock(hashtext('ampledata: one engine'))";
        let failed = |error| self.faults.sql(error);
        let mut connection = self.pool.acquire().await.map_err(failed)?.detach();
        let ours: bool =
            sqlx::query_scalar(CLAIM).fetch_one(&mut connection).await.map_err(failed)?;
        if !ours {
            return Err(Error::InUse { path: self.faults.database().into(), pid: None });
        }
        *self.alone.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        Ok(())
    }

    /// Closes all connections. Writes that still wait are lost.
    pub async fn close(self) {
        self.pool.close().await;
    }

    async fn job_key(&self, id: &JobId) -> Result<i64, Error> {
        if let Some(key) = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(*key);
        }
        let key: Option<i64> = sqlx::query_scalar("SELECT key FROM jobs WHERE id = $1")
            .bind(&id.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.faults.sql(error))?;
        let key = key.ok_or_else(|| Error::NotFound { what: "job", id: id.0.clone() })?;
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), key);
        Ok(key)
    }

    /// The confidence below which a cell of the job is weak.
    async fn threshold(&self, key: i64) -> Result<f64, Error> {
        if let Some(kept) = self.thresholds.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
        {
            return Ok(*kept);
        }
        let threshold: f64 = sqlx::query_scalar("SELECT threshold FROM jobs WHERE key = $1")
            .bind(key)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.faults.sql(error))?;
        self.thresholds.lock().unwrap_or_else(PoisonError::into_inner).insert(key, threshold);
        Ok(threshold)
    }

    /// The key of a job that this owner has.
    async fn owned_job(&self, owner: &Owner, id: &JobId) -> Result<i64, Error> {
        sqlx::query_scalar("SELECT key FROM jobs WHERE id = $1 AND owner = $2")
            .bind(&id.0)
            .bind(&owner.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.faults.sql(error))?
            .ok_or_else(|| Error::NotFound { what: "job", id: id.0.clone() })
    }

    async fn source_key(&self, id: &SourceId) -> Result<i64, Error> {
        if let Some(key) = self.sources.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(*key);
        }
        let key: Option<i64> = sqlx::query_scalar("SELECT key FROM sources WHERE id = $1")
            .bind(&id.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.faults.sql(error))?;
        let key = key.ok_or_else(|| Error::NotFound { what: "source", id: id.0.clone() })?;
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), key);
        Ok(key)
    }
}

/// The address of the database without its password, for display.
fn shown(options: &PgConnectOptions) -> String {
    let name = options.get_database().unwrap_or(options.get_username());
    format!("postgres://{}:{}/{name}", options.get_host(), options.get_port())
}

/// Each function is implemented in the module of its table; this only delegates.
#[async_trait]
impl Store for Postgres {
    async fn source(&self, owner: &Owner, id: &SourceId) -> Result<Option<Source>, Error> {
        sources::find(self, owner, id).await
    }

    async fn begin_source(&self, source: &NewSource) -> Result<(), Error> {
        sources::begin(self, source).await
    }

    async fn append_source_rows(&self, id: &SourceId, rows: Vec<SourceRow>) -> Result<(), Error> {
        sources::append(self, id, rows).await
    }

    async fn finish_source(
        &self,
        id: &SourceId,
        columns: &[ampledata_table::Column],
    ) -> Result<(), Error> {
        sources::finish(self, id, columns).await
    }

    async fn source_rows(
        &self,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error> {
        sources::rows(self, id, from, limit).await
    }

    async fn begin_job(&self, job: &NewJob) -> Result<(), Error> {
        jobs::begin(self, job).await
    }

    async fn append_job_rows(&self, job: &JobId, rows: Vec<NewRow>) -> Result<(), Error> {
        rows::append(self, job, rows).await
    }

    async fn finish_loading(&self, job: &JobId) -> Result<(), Error> {
        jobs::finish_loading(self, job).await
    }

    async fn job(&self, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error> {
        jobs::find(self, owner, id).await
    }

    async fn job_by_fingerprint(
        &self,
        owner: &Owner,
        fingerprint: &str,
    ) -> Result<Option<Job>, Error> {
        jobs::find_by_fingerprint(self, owner, fingerprint).await
    }

    async fn jobs(&self, owner: &Owner, offset: u64, limit: u32) -> Result<(Vec<Job>, u64), Error> {
        jobs::list(self, owner, offset, limit).await
    }

    async fn running_jobs(&self) -> Result<Vec<Job>, Error> {
        jobs::running(self).await
    }

    async fn status(&self, job: &JobId) -> Result<JobStatus, Error> {
        jobs::status(self, job).await
    }

    async fn set_status(&self, job: &JobId, change: StatusChange) -> Result<bool, Error> {
        jobs::set_status(self, job, change).await
    }

    async fn date_job(&self, job: &JobId, times: JobTimes) -> Result<(), Error> {
        jobs::date(self, job, times).await
    }

    async fn progress(&self, job: &JobId) -> Result<Progress, Error> {
        jobs::progress(self, job).await
    }

    async fn open_rows(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<OpenRow>, Error> {
        rows::open(self, job, from, limit).await
    }

    async fn journal(&self, row: &RowId, entry: Entry, stage: Option<Stage>) -> Result<(), Error> {
        rows::journal(self, row, &entry, stage).await
    }

    async fn cut_journal(&self, row: &RowId, from_turn: u32) -> Result<(), Error> {
        rows::cut_journal(self, row, from_turn).await
    }

    async fn finish_row(&self, row: &RowId, result: &RowResult) -> Result<(), Error> {
        rows::finish(self, row, result).await
    }

    async fn results(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<ResultRow>, Error> {
        results::page(self, job, from, limit).await
    }

    async fn search_of(
        &self,
        job: &JobId,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error> {
        pages::search_of(self, job, provider, query).await
    }

    async fn serp(&self, hash: &ContentHash) -> Result<Option<Serp>, Error> {
        pages::serp(self, hash).await
    }

    async fn put_search(&self, search: Searched) -> Result<(), Error> {
        pages::put_search(self, search).await
    }

    async fn fetch_of(&self, url: &str) -> Result<Option<Fetch>, Error> {
        pages::fetch_of(self, url).await
    }

    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error> {
        pages::page(self, hash).await
    }

    async fn put_page(&self, page: ReadPage) -> Result<(), Error> {
        pages::put_page(self, page).await
    }

    async fn answer(&self, key: &str) -> Result<Option<String>, Error> {
        pages::answer(self, key).await
    }

    async fn put_answer(&self, key: &str, answer: &str) -> Result<(), Error> {
        pages::put_answer(self, key, answer).await
    }

    async fn recent_search(
        &self,
        provider: &str,
        query: &str,
        not_before: Timestamp,
    ) -> Result<Option<ContentHash>, Error> {
        pages::recent_search(self, provider, query, not_before).await
    }

    async fn set_models(&self, job: &JobId, models: &JobModels) -> Result<(), Error> {
        jobs::set_models(self, job, models).await
    }

    async fn set_caps(&self, job: &JobId, caps: Caps) -> Result<(), Error> {
        spending::set_caps(self, job, caps).await
    }

    async fn reserve(&self, row: &RowId, most_nano_usd: u64) -> Result<Reserved, Error> {
        spending::reserve(self, row, most_nano_usd).await
    }

    async fn expire_reservations(&self, job: &JobId, older_than: Duration) -> Result<(), Error> {
        spending::expire_reservations(self, job, older_than).await
    }

    async fn spending(&self, job: &JobId) -> Result<Spending, Error> {
        spending::spending(self, job).await
    }

    async fn usage_history(&self, owner: &Owner) -> Result<Vec<UsageHistory>, Error> {
        spending::usage_history(self, owner).await
    }

    async fn put_fetch(&self, fetch: Fetch, call: Call) -> Result<(), Error> {
        pages::put_fetch(self, &fetch, &call).await
    }

    async fn put_call(&self, call: Call) -> Result<(), Error> {
        calls::put(self, &call).await
    }

    async fn usage(&self, job: &JobId) -> Result<Vec<Usage>, Error> {
        calls::usage(self, job).await
    }

    async fn totals(&self) -> Result<Totals, Error> {
        calls::totals(self).await
    }

    async fn ledger(&self, job: &JobId, offset: u64, limit: u32) -> Result<Vec<Paid>, Error> {
        calls::ledger(self, job, offset, limit).await
    }
}
