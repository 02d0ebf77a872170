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
use crate::{AdvisoryLock, Error, Fetch, JobId, raw_limit};

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

const MIGRATIONS: [(i64, &str, &str); 8] = [
    (1, "first", include_str!("../../migrations/sqlite/0001_first.sql")),
    (2, "spending", include_str!("../../migrations/sqlite/0002_spending.sql")),
    (3, "api", include_str!("../../migrations/sqlite/0003_api.sql")),
    (4, "followers", include_str!("../../migrations/sqlite/0004_followers.sql")),
    (5, "processes", include_str!("../../migrations/sqlite/0005_processes.sql")),
    (6, "sites", include_str!("../../migrations/sqlite/0006_sites.sql")),
    (7, "models", include_str!("../../migrations/sqlite/0007_models.sql")),
    (8, "page_bytes", include_str!("../../migrations/sqlite/0008_page_bytes.sql")),
];

/// Options for opening a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long to wait for another program's lock on the file.
    pub busy_timeout: Duration,
    /// Maximum size of the file in bytes; unlimited if none.
    pub max_bytes: Option<u64>,
    /// Maximum sum of the compressed original bytes of pages, of which the newest are kept: so much a newer
    /// version can read again without fetching it.
    pub kept_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(10),
            max_bytes: None,
            kept_bytes: raw_limit::DEFAULT,
        }
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
        let file = SqliteFile {
            writer: Arc::new(Mutex::new(Some(writer))),
            searches: BatchedLookup::start(readers.clone(), errors.clone(), SEARCHES),
            fetches: BatchedLookup::start(readers.clone(), errors.clone(), FETCHES),
            last_change: AtomicI64::new(last_change),
            readers,
            errors,
            _lock: lock,
        };
        Ok(Self::new(file, settings.kept_bytes))
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

/// By `[crawler, url]`.
const FETCHES: Lookup<Fetch> = Lookup {
    sql: "SELECT wanted.key AS place, fetches.* FROM json_each($1) AS wanted
          JOIN fetches ON crawler = wanted.value->>0 AND url = wanted.value->>1",
    read: |row| decode::fetch(row),
};

/// Number of rows in one statement where there are as many: each statement costs a thread switch, whatever it
/// does.
const TOGETHER: usize = 8;

/// `INSERT` of this number of rows of so many columns each; those that exist already stay as they are.
fn insertion(into: &str, columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("INSERT INTO {into} VALUES {} ON CONFLICT DO NOTHING", vec![row; rows].join(", "))
}

async fn insert_pages(
    connection: &mut SqliteConnection,
    pages: &[&PageRow],
) -> Result<(), sqlx::Error> {
    const COLUMNS: &str = "pages (hash, title, language, bytes, page, stored_at, content,
         content_type, charset, base, reader)";
    let sql = sqlx::AssertSqlSafe(insertion(COLUMNS, 11, pages.len()));
    let mut query = sqlx::query(sql);
    for page in pages {
        query = query
            .bind(&page.hash)
            .bind(&page.title)
            .bind(&page.language)
            .bind(page.bytes)
            .bind(page.page.as_slice())
            .bind(page.at)
            .bind(&page.content)
            .bind(&page.content_type)
            .bind(&page.charset)
            .bind(&page.base)
            .bind(page.reader);
    }
    query.execute(connection).await?;
    Ok(())
}

async fn insert_bytes(
    connection: &mut SqliteConnection,
    pages: &[(&PageRow, &[u8])],
) -> Result<(), sqlx::Error> {
    const COLUMNS: &str = "page_bytes (content, size, bytes, stored_at)";
    let sql = sqlx::AssertSqlSafe(insertion(COLUMNS, 4, pages.len()));
    let mut query = sqlx::query(sql);
    for (page, raw) in pages {
        query = query.bind(&page.content).bind(size(raw)).bind(*raw).bind(page.at);
    }
    query.execute(connection).await?;
    Ok(())
}

/// Bodies are limited to far less than 2^63 bytes.
fn size(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
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
        // Statements of two sizes only, so that both stay prepared.
        let (together, rest) = pages.as_chunks::<TOGETHER>();
        for pages in together {
            insert_pages(connection, pages).await?;
        }
        for page in rest {
            insert_pages(connection, &[page]).await?;
        }
        let raw: Vec<_> =
            pages.iter().filter_map(|page| Some((*page, page.raw.as_deref()?))).collect();
        let (together, rest) = raw.as_chunks::<TOGETHER>();
        for raw in together {
            insert_bytes(connection, raw).await?;
        }
        for raw in rest {
            insert_bytes(connection, &[*raw]).await?;
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

    async fn find_fetch(&self, crawler: &str, url: &str) -> Result<Option<Fetch>, Error> {
        self.fetches.get(json("address", &[crawler, url])?).await
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
