//! The index of a corpus: one SQLite file with a full-text table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::Error;

/// Changes when pages are read or indexed in another way: older indices are built anew.
const VERSION: &str = "1";

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS pages (
    id      INTEGER PRIMARY KEY,
    file    TEXT NOT NULL UNIQUE,
    url     TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    stamp   TEXT NOT NULL,
    charset TEXT
);
CREATE INDEX IF NOT EXISTS pages_address ON pages (address);
CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5 (
    title, body, tokenize = 'unicode61 remove_diacritics 2'
);
";

/// The title names what a page is about: it weighs this much more than the text.
const FIND: &str = "
SELECT pages.url, texts.title, texts.body
FROM texts JOIN pages ON pages.id = texts.rowid
WHERE texts MATCH ?1
ORDER BY bm25(texts, 4.0, 1.0), pages.url
LIMIT ?2
";

/// The index of one folder.
#[derive(Debug)]
pub(super) struct Index {
    path: PathBuf,
    pool: SqlitePool,
}

/// A page as the index found it.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) body: String,
}

/// Where a page lies.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) url: String,
    pub(super) file: String,
    pub(super) charset: Option<String>,
}

/// A page to be indexed.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) file: String,
    pub(super) url: String,
    pub(super) stamp: String,
    pub(super) charset: Option<String>,
    pub(super) title: String,
    pub(super) body: String,
}

impl Index {
    pub(super) async fn open(data_dir: &Path, root: &Path) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        hash.update(VERSION);
        hash.update(root.as_os_str().as_encoded_bytes());
        let path = data_dir.join(format!("corpus-{}.db", hex(&hash.finalize()[..8])));
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_mins(1));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await;
        let pool = pool.map_err(|source| Error::Index { path: path.clone(), source })?;
        let index = Self { path, pool };
        let made = sqlx::raw_sql(SCHEMA).execute(&index.pool).await;
        made.map_err(|source| index.broken(source))?;
        Ok(index)
    }

    fn broken(&self, source: sqlx::Error) -> Error {
        Error::Index { path: self.path.clone(), source }
    }

    /// The stamp of every file that is indexed.
    pub(super) async fn stamps(&self) -> Result<BTreeMap<String, String>, Error> {
        let rows = sqlx::query("SELECT file, stamp FROM pages").fetch_all(&self.pool).await;
        let rows = rows.map_err(|source| self.broken(source))?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|source| self.broken(source))
    }

    /// Writes pages in one transaction; those whose address another file has already come back.
    pub(super) async fn put(&self, pages: Vec<Indexed>) -> Result<Vec<Indexed>, Error> {
        self.try_put(pages).await.map_err(|source| self.broken(source))
    }

    async fn try_put(&self, pages: Vec<Indexed>) -> Result<Vec<Indexed>, sqlx::Error> {
        let mut taken = Vec::new();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for page in pages {
            remove(&mut transaction, &page.file).await?;
            let written = sqlx::query(
                "INSERT INTO pages (file, url, address, stamp, charset) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (url) DO NOTHING",
            )
            .bind(&page.file)
            .bind(&page.url)
            .bind(super::address(&page.url))
            .bind(&page.stamp)
            .bind(&page.charset)
            .execute(&mut *transaction)
            .await?;
            if written.rows_affected() == 0 {
                taken.push(page);
                continue;
            }
            sqlx::query("INSERT INTO texts (rowid, title, body) VALUES (?1, ?2, ?3)")
                .bind(written.last_insert_rowid())
                .bind(&page.title)
                .bind(&page.body)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(taken)
    }

    /// Takes files out of the index.
    pub(super) async fn drop_files(&self, files: &[String]) -> Result<(), Error> {
        let result = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for file in files {
                remove(&mut transaction, file).await?;
            }
            transaction.commit().await
        };
        result.await.map_err(|source| self.broken(source))
    }

    pub(super) async fn count(&self) -> Result<usize, Error> {
        let row = sqlx::query("SELECT count(*) FROM pages").fetch_one(&self.pool).await;
        let count: i64 =
            row.and_then(|row| row.try_get(0)).map_err(|source| self.broken(source))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    pub(super) async fn search(&self, expression: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let rows = sqlx::query(FIND)
            .bind(expression)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await;
        let rows = rows.map_err(|source| self.broken(source))?;
        rows.iter()
            .map(|row| {
                Ok(Hit { url: row.try_get(0)?, title: row.try_get(1)?, body: row.try_get(2)? })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|source| self.broken(source))
    }

    /// The page with this address: as it stands, or else with a slash more or less at its end, where
    /// that names one page.
    pub(super) async fn page(&self, address: &str) -> Result<Option<Location>, Error> {
        let other = match address.strip_suffix('/') {
            Some(bare) => bare.to_owned(),
            None => format!("{address}/"),
        };
        let row = sqlx::query(
            "SELECT url, file, charset FROM pages WHERE address IN (?1, ?2)
             ORDER BY address <> ?1, url LIMIT 1",
        )
        .bind(address)
        .bind(other)
        .fetch_optional(&self.pool)
        .await
        .map_err(|source| self.broken(source))?;
        row.map(|row| {
            Ok(Location { url: row.try_get(0)?, file: row.try_get(1)?, charset: row.try_get(2)? })
        })
        .transpose()
        .map_err(|source| self.broken(source))
    }
}

async fn remove(
    transaction: &mut sqlx::SqliteTransaction<'_>,
    file: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM texts WHERE rowid = (SELECT id FROM pages WHERE file = ?1)")
        .bind(file)
        .execute(&mut **transaction)
        .await?;
    sqlx::query("DELETE FROM pages WHERE file = ?1").bind(file).execute(&mut **transaction).await?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        for half in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(u32::from(half), 16));
        }
        text
    })
}
