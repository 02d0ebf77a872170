//! The store in a PostgreSQL database, for any number of processes.
//!
//! Everything is in the schema `ampledata`; the rest of the database is left alone. Connections come from a
//! pool: when the server is unavailable for a while, only the calls made meanwhile fail.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ampledata_core::page::ContentHash;
use sqlx::migrate::MigrateError;
use sqlx::pool::{Pool, PoolConnection};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgQueryResult};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

use crate::decode;
use crate::sql::{Dialect, ErrorMapper, PageRow, Row, RowsAffected, SqlStore, migrate};
use crate::{AdvisoryLock, Error, Fetch, JobId, raw_limit};

mod nul;

const MIGRATIONS: [(i64, &str, &str); 5] = [
    (1, "first", include_str!("../../migrations/postgres/0001_first.sql")),
    (2, "processes", include_str!("../../migrations/postgres/0002_processes.sql")),
    (6, "sites", include_str!("../../migrations/postgres/0006_sites.sql")),
    (7, "models", include_str!("../../migrations/postgres/0007_models.sql")),
    (8, "page_bytes", include_str!("../../migrations/postgres/0008_page_bytes.sql")),
];

/// The class of our advisory locks; each job has one.
const LOCK_CLASS: i32 = 0x414d_5044;

/// Options for opening a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Maximum number of connections.
    pub connections: u32,
    /// How long to wait for a connection.
    pub patience: Duration,
    /// Maximum sum of the compressed original bytes of pages, of which the newest are kept: so much a newer
    /// version can read again without fetching it.
    pub kept_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { connections: 10, patience: Duration::from_secs(10), kept_bytes: raw_limit::DEFAULT }
    }
}

/// A store in a PostgreSQL database.
pub type Postgres = SqlStore<PostgresDatabase>;

/// An open PostgreSQL database.
#[derive(Debug)]
pub struct PostgresDatabase {
    errors: ErrorMapper,
    pool: Pool<sqlx::Postgres>,
    /// The connection that holds the lock of exclusive use.
    claim: Mutex<Option<PgConnection>>,
}

impl SqlStore<PostgresDatabase> {
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
        let errors = ErrorMapper::new(displayed_address(&options), classify);
        let options = options
            .application_name("ampledata")
            .options([("search_path", "ampledata"), ("TimeZone", "UTC")]);
        let mut connection = options.connect().await.map_err(|error| errors.map(error))?;
        run_migrations(&mut connection).await.map_err(|error| errors.map_migration(error))?;
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.patience)
            .connect_with(options)
            .await
            .map_err(|error| errors.map(error))?;
        let database = PostgresDatabase { errors, pool, claim: Mutex::default() };
        Ok(Self::new(database, settings.kept_bytes))
    }

    /// Claims exclusive use of the jobs for as long as the store is open, for engines that do not coordinate
    /// with other processes. The server releases the claim when the process ends, in whatever way it ends.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has claimed it.
    pub async fn claim(&self) -> Result<(), Error> {
        const CLAIM: &str = "SELECT pg_try_advisory_lock(hashtext('ampledata: one engine'))";
        let database = self.dialect();
        let failed = |error| database.errors.map(error);
        let mut connection = database.pool.acquire().await.map_err(failed)?.detach();
        let ours: bool =
            sqlx::query_scalar(CLAIM).fetch_one(&mut connection).await.map_err(failed)?;
        if !ours {
            return Err(Error::InUse { path: database.errors.database(), pid: None });
        }
        *database.claim.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        Ok(())
    }
}

/// Of several processes that start at once, one migrates and the others wait.
async fn run_migrations(connection: &mut PgConnection) -> Result<(), MigrateError> {
    const LOCK: &str = "SELECT pg_advisory_lock(hashtext('ampledata: migrations'))";
    const UNLOCK: &str = "SELECT pg_advisory_unlock(hashtext('ampledata: migrations'))";
    sqlx::query(LOCK).execute(&mut *connection).await?;
    sqlx::raw_sql("CREATE SCHEMA IF NOT EXISTS ampledata").execute(&mut *connection).await?;
    migrate(connection, &MIGRATIONS).await?;
    sqlx::query(UNLOCK).execute(&mut *connection).await?;
    connection.ping().await?;
    Ok(())
}

/// The address of the database without its password, for display.
fn displayed_address(options: &PgConnectOptions) -> String {
    let name = options.get_database().unwrap_or(options.get_username());
    format!("postgres://{}:{}/{name}", options.get_host(), options.get_port())
}

/// By the class of SQLSTATE: the first two letters (PostgreSQL manual, appendix A).
fn classify(database: &Path, error: sqlx::Error) -> Error {
    let unavailable = |reason: &dyn std::fmt::Display| Error::Unavailable {
        database: database.display().to_string(),
        reason: reason.to_string(),
    };
    match &error {
        sqlx::Error::PoolTimedOut => return unavailable(&"no connection in time"),
        sqlx::Error::Io(source) => return unavailable(source),
        sqlx::Error::Tls(source) => return unavailable(source),
        sqlx::Error::Protocol(reason) => return unavailable(reason),
        sqlx::Error::WorkerCrashed => return unavailable(&"the connection broke"),
        _ => {}
    }
    let path = database.to_path_buf();
    let reported = error.as_database_error();
    let code = reported.and_then(sqlx::error::DatabaseError::code).unwrap_or_default().to_string();
    let reason = reported.map_or_else(|| error.to_string(), |error| error.message().to_owned());
    match code.as_str() {
        "53100" => Error::DiskFull { path },
        // Read-only transactions, as on a standby server.
        "25006" => Error::ReadOnly { path },
        // Authentication, and access to the database.
        "28000" | "28P01" | "3D000" => Error::Open { path, reason },
        _ => match code.get(..2) {
            // Connection failures, conflicts between transactions, exhausted resources, and a server that is
            // shutting down: all of them are temporary.
            Some("08" | "40" | "53" | "57") => unavailable(&reason),
            _ => Error::Database { path, source: Arc::new(error) },
        },
    }
}

const PAGES: &str = "INSERT INTO pages (hash, title, language, bytes, page, stored_at, content,
         content_type, charset, base, reader)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bigint[],
             $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[])
         AS new (hash, title, language, bytes, page, stored_at, content, content_type, charset, base, reader)
     ORDER BY hash ON CONFLICT DO NOTHING";

const PAGE_BYTES: &str = "INSERT INTO page_bytes (content, size, bytes, stored_at)
     SELECT content, length(bytes), bytes, stored_at
     FROM unnest($1::text[], $2::bytea[], $3::bigint[]) AS new (content, bytes, stored_at)
     ORDER BY content ON CONFLICT DO NOTHING";

impl RowsAffected for PgQueryResult {
    fn rows_affected(&self) -> u64 {
        Self::rows_affected(self)
    }
}

impl Dialect for PostgresDatabase {
    type Driver = sqlx::Postgres;
    type WriteConnection = PoolConnection<sqlx::Postgres>;

    const NAME: &'static str = "postgres";
    const BEGIN: &'static str = "BEGIN";
    const HAS_PLAN_COLUMNS: bool = true;

    fn integers(array: &str) -> String {
        format!("(SELECT value::bigint FROM json_array_elements_text({array}::json))")
    }

    fn texts(array: &str) -> String {
        format!("(SELECT json_array_elements_text({array}::json))")
    }

    fn rows(columns: &[(&str, &str)], key: usize) -> String {
        let columns = columns.iter().enumerate().map(|(index, (name, kind))| match *kind {
            "int" => format!("(v->>{index})::bigint AS {name}"),
            "real" => format!("(v->>{index})::float8 AS {name}"),
            "bool" => format!("(v->>{index})::boolean AS {name}"),
            _ => format!("v->>{index} AS {name}"),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let from = "FROM json_array_elements($1::json) WITH ORDINALITY AS items (v, n) WHERE true";
        if key == 0 {
            return format!("SELECT {columns} {from}");
        }
        // One statement cannot write the same row twice.
        let key = (1..=key).map(|place| place.to_string()).collect::<Vec<_>>().join(", ");
        format!("SELECT DISTINCT ON ({key}) {columns} {from} ORDER BY {key}, n DESC")
    }

    fn storable_text(text: String) -> String {
        nul::replace_in_text(text)
    }

    fn storable_json(json: String) -> String {
        nul::replace_in_json(json)
    }

    fn readers(&self) -> &Pool<sqlx::Postgres> {
        &self.pool
    }

    fn errors(&self) -> &ErrorMapper {
        &self.errors
    }

    async fn write_connection(&self) -> Result<Self::WriteConnection, Error> {
        self.pool.acquire().await.map_err(|error| self.errors.map(error))
    }

    /// A process that takes a number holds the job's lock until its transaction ends.
    async fn next_change(
        &self,
        connection: &mut PgConnection,
        jobs: &[i64],
    ) -> Result<i64, sqlx::Error> {
        for job in jobs {
            // The lower half of the key: two jobs that share a lock wait for each other needlessly, without
            // other harm.
            let [a, b, c, d, ..] = job.to_le_bytes();
            let low = i32::from_le_bytes([a, b, c, d]);
            let lock = sqlx::query("SELECT pg_advisory_xact_lock($1, $2)").bind(LOCK_CLASS);
            lock.bind(low).execute(&mut *connection).await?;
        }
        sqlx::query_scalar("SELECT nextval('changes')").fetch_one(connection).await
    }

    async fn insert_pages(
        connection: &mut PgConnection,
        pages: &[&PageRow],
    ) -> Result<(), sqlx::Error> {
        let storable = |text: &Option<String>| text.clone().map(nul::replace_in_text);
        sqlx::query(PAGES)
            .bind(pages.iter().map(|page| page.hash.as_str()).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| storable(&page.title)).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| storable(&page.language)).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| page.bytes).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| page.page.as_slice()).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| page.at).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| page.content.as_str()).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| storable(&page.content_type)).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| storable(&page.charset)).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| storable(&Some(page.base.clone()))).collect::<Vec<_>>())
            .bind(pages.iter().map(|page| page.reader).collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
        let raw: Vec<_> =
            pages.iter().filter_map(|page| Some((page, page.raw.as_deref()?))).collect();
        if !raw.is_empty() {
            sqlx::query(PAGE_BYTES)
                .bind(raw.iter().map(|(page, _)| page.content.as_str()).collect::<Vec<_>>())
                .bind(raw.iter().map(|(_, bytes)| *bytes).collect::<Vec<_>>())
                .bind(raw.iter().map(|(page, _)| page.at).collect::<Vec<_>>())
                .execute(connection)
                .await?;
        }
        Ok(())
    }

    async fn find_search(
        &self,
        job_key: i64,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error> {
        let sql = "SELECT hash FROM searches
             WHERE job_key = $1 AND provider = $2 AND query_hash = text_hash($3)";
        let query = nul::replace_in_text(query.to_owned());
        let hash = sqlx::query_scalar(sql).bind(job_key).bind(provider).bind(query);
        let hash: Option<String> =
            hash.fetch_optional(&self.pool).await.map_err(|error| self.errors.map(error))?;
        Ok(hash.map(ContentHash))
    }

    async fn find_fetch(&self, crawler: &str, url: &str) -> Result<Option<Fetch>, Error> {
        let sql = "SELECT * FROM fetches WHERE key = text_hash($1 || E'\\n' || $2)";
        let storable = |text: &str| nul::replace_in_text(text.to_owned());
        let query = sqlx::query(sql).bind(storable(crawler)).bind(storable(url));
        let row = query.fetch_optional(&self.pool).await.map_err(|error| self.errors.map(error))?;
        row.map(|row| decode::fetch(&Row::<Self>::new(row, &self.errors))).transpose()
    }

    async fn lock_job(&self, job: &JobId) -> Result<AdvisoryLock, Error> {
        let failed = |error| self.errors.map(error);
        let mut held = self.pool.acquire().await.map_err(failed)?;
        // The lock ends with its connection, in whatever way that ends.
        held.close_on_drop();
        sqlx::query("SELECT pg_advisory_lock(hashtextextended('ampledata: make ' || $1, 0))")
            .bind(&job.0)
            .execute(&mut *held)
            .await
            .map_err(failed)?;
        Ok(AdvisoryLock::with(Some(Box::new(held))))
    }

    async fn close(&self) -> Result<(), Error> {
        self.pool.close().await;
        Ok(())
    }
}
