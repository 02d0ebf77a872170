//! The store in one SQLite file.
//!
//! One connection writes, a few read. With WAL and `synchronous = NORMAL`, an acknowledged write survives the
//! death of the process; a power cut can lose the last commits but never damages the file (sqlite.org/wal.html).
//! One process at a time: an advisory lock on `FILE.lock` is held while the store is open, and the system
//! releases it when the process ends.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ampledata_core::page::ContentHash;
use sqlx::pool::Pool;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteQueryResult,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use crate::decode::{self, Columns as _};
use crate::encoding::json;
use crate::sql::{Dialect, ErrorMapper, PageRow, RowsAffected, SqlStore, migrate};
use crate::{AdvisoryLock, Error, Fetch, JobId};

mod lock;
mod lookup;

use lock::FileLock;
use lookup::{BatchedLookup, Lookup};

/// Number of reading connections.
const READERS: u32 = 4;
/// Page cache of the writing connection in KiB (`PRAGMA cache_size`).
const WRITER_KIB: &str = "-16384";
/// Page cache of each reading connection, in KiB: it is invalid after every commit of the writer, so a small
/// one is enough.
const READER_KIB: &str = "-2048";

const MIGRATIONS: [(i64, &str, &str); 7] = [
    (1, "first", include_str!("../../migrations/sqlite/0001_first.sql")),
    (2, "spending", include_str!("../../migrations/sqlite/0002_spending.sql")),
    (3, "api", include_str!("../../migrations/sqlite/0003_api.sql")),
    (4, "followers", include_str!("../../migrations/sqlite/0004_followers.sql")),
    (5, "processes", include_str!("../../migrations/sqlite/0005_processes.sql")),
    (6, "sites", include_str!("../../migrations/sqlite/0006_sites.sql")),
    (7, "models", include_str!("../../migrations/sqlite/0007_models.sql")),
];

/// Options for opening a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long to wait for another program's lock on the file.
    pub busy_timeout: Duration,
    /// Maximum size of the file in bytes; unlimited if none.
    pub max_bytes: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(10), max_bytes: None }
    }
}

/// A store in one SQLite file.
pub type Sqlite = SqlStore<SqliteFile>;

/// An open SQLite file.
#[derive(Debug)]
pub struct SqliteFile {
    errors: ErrorMapper,
    /// The one connection that writes; none once it is closed.
    writer: Arc<Mutex<Option<SqliteConnection>>>,
    readers: Pool<sqlx::Sqlite>,
    /// The number of the last change. Only a transaction takes the next one, and there is one transaction at a
    /// time.
    last_change: AtomicI64,
    searches: BatchedLookup<ContentHash>,
    fetches: BatchedLookup<Fetch>,
    _lock: FileLock,
}

impl SqlStore<SqliteFile> {
    /// Opens a database with the default [`Settings`], and creates it and its folder if they are missing.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has it open; other errors as the system returns them.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, &Settings::default()).await
    }

    /// Opens a database.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub async fn open_with(path: impl AsRef<Path>, settings: &Settings) -> Result<Self, Error> {
        let path = path.as_ref();
        let errors = ErrorMapper::new(path, classify);
        let failed = |error| errors.map(error);
        let lock = FileLock::acquire(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(settings.busy_timeout)
            .pragma("cache_size", WRITER_KIB);
        let mut writer = options.connect().await.map_err(failed)?;
        migrate(&mut writer, &MIGRATIONS).await.map_err(|error| errors.map_migration(error))?;
        if let Some(bytes) = settings.max_bytes {
            limit_size(&mut writer, bytes).await.map_err(failed)?;
        }
        let last_change = last_change(&mut writer).await.map_err(failed)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "ON").pragma("cache_size", READER_KIB))
            .await
            .map_err(failed)?;
        Ok(Self::new(SqliteFile {
            writer: Arc::new(Mutex::new(Some(writer))),
            searches: BatchedLookup::start(readers.clone(), errors.clone(), SEARCHES),
            fetches: BatchedLookup::start(readers.clone(), errors.clone(), FETCHES),
            last_change: AtomicI64::new(last_change),
            readers,
            errors,
            _lock: lock,
        }))
    }
}

async fn limit_size(connection: &mut SqliteConnection, bytes: u64) -> Result<(), sqlx::Error> {
    let page_size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut *connection).await?;
    let pages = bytes / page_size.unsigned_abs().max(1);
    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(limit).execute(connection).await?;
    Ok(())
}

async fn last_change(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(max(seq, coalesce((SELECT seq FROM job_rows WHERE job_key = jobs.key
             AND seq > 0 ORDER BY seq DESC LIMIT 1), 0))) FROM jobs",
    )
    .fetch_one(connection)
    .await?;
    Ok(last.unwrap_or(0))
}

/// By SQLite's primary result code: the low byte (sqlite.org/rescode.html).
fn classify(path: &Path, error: sqlx::Error) -> Error {
    let path = path.to_path_buf();
    if matches!(error, sqlx::Error::WorkerCrashed) {
        return Error::Closed;
    }
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    let reason = || error.to_string();
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => Error::Locked { path },
        Some(8 | 3) => Error::ReadOnly { path },
        Some(11 | 26) => Error::Damaged { path, reason: reason() },
        Some(13) => Error::DiskFull { path },
        Some(14) => Error::Open { path, reason: reason() },
        _ => Error::Database { path, source: Arc::new(error) },
    }
}

/// By `[job_key, provider, query]`.
const SEARCHES: Lookup<ContentHash> = Lookup {
    sql: "SELECT wanted.key AS place, searches.hash FROM json_each($1) AS wanted
          JOIN searches ON job_key = wanted.value->>0 AND provider = wanted.value->>1
              AND query = wanted.value->>2",
    read: |row| Ok(ContentHash(row.text("hash")?)),
};

/// By `[url]`.
const FETCHES: Lookup<Fetch> = Lookup {
    sql: "SELECT wanted.key AS place, fetches.* FROM json_each($1) AS wanted
          JOIN fetches ON url = wanted.value->>0",
    read: |row| decode::fetch(row),
};

const ONE_PAGE: &str = "INSERT INTO pages (hash, title, language, bytes, page, stored_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
/// Each statement costs a thread switch, whatever it does.
const EIGHT_PAGES: &str = "INSERT INTO pages (hash, title, language, bytes, page, stored_at)
     VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?),
         (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING";

async fn insert(
    connection: &mut SqliteConnection,
    sql: &'static str,
    pages: &[&PageRow],
) -> Result<(), sqlx::Error> {
    let mut query = sqlx::query(sql);
    for page in pages {
        query = query
            .bind(&page.hash)
            .bind(&page.title)
            .bind(&page.language)
            .bind(page.bytes)
            .bind(page.page.as_slice())
            .bind(page.at);
    }
    query.execute(connection).await?;
    Ok(())
}

impl RowsAffected for SqliteQueryResult {
    fn rows_affected(&self) -> u64 {
        Self::rows_affected(self)
    }
}

impl Dialect for SqliteFile {
    type Driver = sqlx::Sqlite;
    type WriteConnection = OwnedMappedMutexGuard<Option<SqliteConnection>, SqliteConnection>;

    const NAME: &'static str = "sqlite";
    /// So that no other program's write comes between reading and writing.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const HAS_PLAN_COLUMNS: bool = false;

    fn integers(array: &str) -> String {
        format!("(SELECT value FROM json_each({array}))")
    }

    fn texts(array: &str) -> String {
        Self::integers(array)
    }

    /// Rows are written one after the other, so the last of several equal ones wins.
    fn rows(columns: &[(&str, &str)], _key: usize) -> String {
        let columns = columns.iter().enumerate();
        let columns: Vec<_> =
            columns.map(|(index, (name, _))| format!("value->>{index} AS {name}")).collect();
        format!("SELECT {} FROM json_each($1) WHERE true", columns.join(", "))
    }

    fn readers(&self) -> &Pool<sqlx::Sqlite> {
        &self.readers
    }

    fn errors(&self) -> &ErrorMapper {
        &self.errors
    }

    async fn write_connection(&self) -> Result<Self::WriteConnection, Error> {
        let guard = Arc::clone(&self.writer).lock_owned().await;
        OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| Error::Closed)
    }

    async fn next_change(&self, _: &mut SqliteConnection, _: &[i64]) -> Result<i64, sqlx::Error> {
        Ok(self.last_change.fetch_add(1, Ordering::Relaxed) + 1)
    }

    async fn insert_pages(
        connection: &mut SqliteConnection,
        pages: &[&PageRow],
    ) -> Result<(), sqlx::Error> {
        let (eights, rest) = pages.as_chunks::<8>();
        for pages in eights {
            insert(connection, EIGHT_PAGES, pages).await?;
        }
        for page in rest {
            insert(connection, ONE_PAGE, &[page]).await?;
        }
        Ok(())
    }

    async fn find_search(
        &self,
        job_key: i64,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error> {
        self.searches.get(json("query", &(job_key, provider, query))?).await
    }

    async fn find_fetch(&self, url: &str) -> Result<Option<Fetch>, Error> {
        self.fetches.get(json("address", &[url])?).await
    }

    /// Only one process uses the file, so there is nothing to lock.
    async fn lock_job(&self, _: &JobId) -> Result<AdvisoryLock, Error> {
        Ok(AdvisoryLock::with(None))
    }

    async fn close(&self) -> Result<(), Error> {
        self.readers.close().await;
        match self.writer.lock().await.take() {
            Some(writer) => writer.close().await.map_err(|error| self.errors.map(error)),
            None => Ok(()),
        }
    }
}
