//! The index of a corpus: one SQLite file with a full-text table.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ampledata_page::READER_VERSION;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};

use super::addresses;
use super::text::separate_characters;
use super::{Error, Problem};

/// Changes when pages are indexed differently: older indexes are left alone, new ones built. The version of
/// the page reader counts too, because it may read pages differently.
const VERSION: &str = concat!("3 ", env!("CARGO_PKG_VERSION"));

/// An entry whose file is not a page is stored with its problem, so that it is not read again each time.
/// The full-text table holds no text: `bodies` has the original text, without the spaces added for FTS5.
const SCHEMA: &str = "
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS pages (
    id        INTEGER PRIMARY KEY,
    key       TEXT NOT NULL UNIQUE,
    file      TEXT NOT NULL,
    listed    TEXT,
    said      TEXT NOT NULL,
    charset   TEXT,
    stamp     TEXT NOT NULL,
    hash      TEXT NOT NULL,
    problem   TEXT,
    title     TEXT NOT NULL,
    canonical TEXT,
    url       TEXT,
    address   TEXT UNIQUE
);
CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
COMMIT;
";

/// The title names the subject of a page, so it weighs this much more than the text.
const SEARCH: &str = "
SELECT best.url, best.title, bodies.body
FROM (
    SELECT pages.id, pages.url, pages.title, bm25(texts, 4.0, 1.0) AS score
    FROM texts JOIN pages ON pages.id = texts.rowid
    WHERE texts MATCH ?1 AND pages.url IS NOT NULL
    ORDER BY score, pages.url
    LIMIT ?2
) AS best JOIN bodies ON bodies.id = best.id
ORDER BY best.score, best.url
";

const UPSERT: &str = "
INSERT INTO pages (key, file, listed, said, charset, stamp, hash, problem, title, canonical)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (key) DO UPDATE SET
    said = excluded.said, charset = excluded.charset, stamp = excluded.stamp, hash = excluded.hash,
    problem = excluded.problem, title = excluded.title, canonical = excluded.canonical
RETURNING id
";

/// The index of one folder.
#[derive(Debug)]
pub(super) struct Index {
    path: PathBuf,
    pool: SqlitePool,
}

/// A page found by a search.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) body: String,
}

/// The location of a page.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) url: String,
    pub(super) file: String,
    pub(super) charset: Option<String>,
}

/// The stored state of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredEntry {
    pub(super) stamp: String,
    pub(super) said: String,
    pub(super) hash: String,
    pub(super) problem: Option<String>,
}

/// An entry whose file was read.
#[derive(Debug)]
pub(super) struct IndexedEntry {
    pub(super) key: String,
    pub(super) file: String,
    pub(super) listed: Option<String>,
    pub(super) said: String,
    pub(super) charset: Option<String>,
    pub(super) stamp: String,
    pub(super) content: ReadResult,
}

/// The result of reading a file.
#[derive(Debug)]
pub(super) enum ReadResult {
    /// Unchanged.
    Unchanged,
    /// A page.
    Page(PageText),
    /// A file that cannot be read as a page until it changes, and why; the hash is empty if it is too large.
    Unusable { hash: String, reason: String },
    /// A file that cannot be read at the moment.
    Unreadable(String),
}

/// The indexed text of a page.
#[derive(Debug)]
pub(super) struct PageText {
    pub(super) hash: String,
    /// The title to show.
    pub(super) title: String,
    /// All titles of the page.
    pub(super) titles: String,
    pub(super) canonical: Option<String>,
    pub(super) body: String,
}

impl Index {
    pub(super) async fn open(data_dir: &Path, root: &Path) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        hash.update(VERSION);
        hash.update(READER_VERSION.to_le_bytes());
        hash.update(root.as_os_str().as_encoded_bytes());
        let path = data_dir.join(format!("corpus-{}.db", hex::encode(&hash.finalize()[..8])));
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_mins(1));
        let _turn = lock_index(path.clone()).await.map_err(|source| Error::Index {
            path: path.clone(),
            source: sqlx::Error::Io(source),
        })?;
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await;
        let pool = pool.map_err(|source| Error::Index { path: path.clone(), source })?;
        let index = Self { path, pool };
        let made = sqlx::raw_sql(SCHEMA).execute(&index.pool).await;
        made.map_err(|source| index.index_error(source))?;
        Ok(index)
    }

    fn index_error(&self, source: sqlx::Error) -> Error {
        Error::Index { path: self.path.clone(), source }
    }

    /// The stored state of every entry.
    pub(super) async fn stored_entries(&self) -> Result<BTreeMap<String, StoredEntry>, Error> {
        let rows = sqlx::query("SELECT key, stamp, said, hash, problem FROM pages");
        let rows = rows.fetch_all(&self.pool).await.map_err(|source| self.index_error(source))?;
        let known = |row: &SqliteRow| {
            let known = StoredEntry {
                stamp: row.try_get(1)?,
                said: row.try_get(2)?,
                hash: row.try_get(3)?,
                problem: row.try_get(4)?,
            };
            Ok((row.try_get(0)?, known))
        };
        rows.iter().map(known).collect::<Result<_, _>>().map_err(|source| self.index_error(source))
    }

    /// Writes the results of reading, in one transaction.
    pub(super) async fn write_entries(&self, readings: &[IndexedEntry]) -> Result<(), Error> {
        let written = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for reading in readings {
                write_entry(&mut transaction, reading).await?;
            }
            transaction.commit().await
        };
        written.await.map_err(|source| self.index_error(source))
    }

    /// Removes entries from the index.
    pub(super) async fn remove_entries(&self, keys: &[String]) -> Result<(), Error> {
        let removed = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for key in keys {
                remove_entry(&mut transaction, key).await?;
            }
            transaction.commit().await
        };
        if keys.is_empty() {
            return Ok(());
        }
        removed.await.map_err(|source| self.index_error(source))
    }

    /// Assigns an address to every page; `order` decides which entries come first. Returns notes for the
    /// user.
    pub(super) async fn assign_addresses(
        &self,
        order: &BTreeMap<String, usize>,
    ) -> Result<Vec<Problem>, Error> {
        self.try_assign_addresses(order).await.map_err(|source| self.index_error(source))
    }

    async fn try_assign_addresses(
        &self,
        order: &BTreeMap<String, usize>,
    ) -> Result<Vec<Problem>, sqlx::Error> {
        let now = addresses::AddressChanges::plan(
            load_claims(&mut *self.pool.acquire().await?, order).await?,
        );
        if now.changes.is_empty() {
            return Ok(now.notes);
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let plan = addresses::AddressChanges::plan(load_claims(&mut transaction, order).await?);
        // Addresses may be swapped between pages: each is released before any is assigned.
        for (id, _) in &plan.changes {
            let freed = sqlx::query("UPDATE pages SET url = NULL, address = NULL WHERE id = ?1");
            freed.bind(id).execute(&mut *transaction).await?;
        }
        for (id, address) in &plan.changes {
            let Some((url, address)) = address else { continue };
            let taken = sqlx::query("UPDATE pages SET url = ?2, address = ?3 WHERE id = ?1");
            taken.bind(id).bind(url).bind(address).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(plan.notes)
    }

    /// Identifies the content of all pages with their addresses, in lower-case hex.
    pub(super) async fn digest(&self) -> Result<String, Error> {
        let rows = sqlx::query("SELECT key, said, hash, url FROM pages ORDER BY key");
        let rows = rows.fetch_all(&self.pool).await.map_err(|source| self.index_error(source))?;
        let mut digest = Sha256::new();
        for row in &rows {
            for column in 0..4 {
                let text: Option<&str> =
                    row.try_get(column).map_err(|source| self.index_error(source))?;
                let text = text.unwrap_or_default();
                digest.update((text.len() as u64).to_le_bytes());
                digest.update(text);
            }
        }
        Ok(hex::encode(digest.finalize()))
    }

    /// Number of pages that can be found.
    pub(super) async fn count_pages(&self) -> Result<usize, Error> {
        let count = sqlx::query("SELECT count(*) FROM pages WHERE url IS NOT NULL");
        let count = count.fetch_one(&self.pool).await.and_then(|row| row.try_get::<i64, _>(0));
        let count = count.map_err(|source| self.index_error(source))?;
        Ok(usize::try_from(count).expect("a count of rows is not negative"))
    }

    pub(super) async fn search(&self, expression: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let found = sqlx::query(SEARCH).bind(expression);
        let found = found.bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = found.fetch_all(&self.pool).await.map_err(|source| self.index_error(source))?;
        rows.iter()
            .map(|row| {
                Ok(Hit { url: row.try_get(0)?, title: row.try_get(1)?, body: row.try_get(2)? })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(|source| self.index_error(source))
    }

    /// The page with this address: exactly, or else with the slash at the end of its path added or
    /// removed.
    pub(super) async fn locate_page(&self, url: &str) -> Result<Option<Location>, Error> {
        let address = addresses::normalize(url);
        let other = addresses::toggle_trailing_slash(&address);
        let found = sqlx::query(
            "SELECT url, file, charset FROM pages WHERE address IN (?1, ?2)
             ORDER BY address <> ?1 LIMIT 1",
        );
        let found = found.bind(address).bind(other).fetch_optional(&self.pool).await;
        found
            .map_err(|source| self.index_error(source))?
            .map(|row| {
                Ok(Location {
                    url: row.try_get(0)?,
                    file: row.try_get(1)?,
                    charset: row.try_get(2)?,
                })
            })
            .transpose()
            .map_err(|source| self.index_error(source))
    }
}

/// Waits for the turn to open the index: SQLite switches a new database to a write-ahead log only while
/// no other connection is open, and does not wait for that. Dropping the file ends the turn.
async fn lock_index(index: PathBuf) -> Result<File, std::io::Error> {
    let waiting = tokio::task::spawn_blocking(move || {
        let mut name = index.into_os_string();
        name.push(".lock");
        let file = File::options().write(true).create(true).truncate(false).open(name)?;
        file.lock()?;
        Ok(file)
    });
    waiting.await.unwrap_or_else(|ended| Err(std::io::Error::other(ended)))
}

type Transaction<'a> = sqlx::SqliteTransaction<'a>;

async fn write_entry(
    transaction: &mut Transaction<'_>,
    reading: &IndexedEntry,
) -> Result<(), sqlx::Error> {
    let (text, hash, problem) = match &reading.content {
        ReadResult::Unreadable(_) => return remove_entry(transaction, &reading.key).await,
        ReadResult::Unchanged => {
            let touched = sqlx::query("UPDATE pages SET stamp = ?2 WHERE key = ?1");
            let touched = touched.bind(&reading.key).bind(&reading.stamp);
            return touched.execute(&mut **transaction).await.map(drop);
        }
        ReadResult::Page(text) => (Some(text), &text.hash, None),
        ReadResult::Unusable { hash, reason } => (None, hash, Some(reason)),
    };
    // If another process has read the same, a page must not disappear from its searches in between.
    let written = sqlx::query("SELECT 1 FROM pages WHERE key = ?1 AND stamp = ?2 AND said = ?3");
    let written = written.bind(&reading.key).bind(&reading.stamp).bind(&reading.said);
    if written.fetch_optional(&mut **transaction).await?.is_some() {
        return Ok(());
    }
    let id: i64 = sqlx::query(UPSERT)
        .bind(&reading.key)
        .bind(&reading.file)
        .bind(&reading.listed)
        .bind(&reading.said)
        .bind(&reading.charset)
        .bind(&reading.stamp)
        .bind(hash)
        .bind(problem)
        .bind(text.map_or("", |text| &text.title))
        .bind(text.and_then(|text| text.canonical.as_deref()))
        .fetch_one(&mut **transaction)
        .await?
        .try_get(0)?;
    remove_text(transaction, id).await?;
    let Some(text) = text else { return Ok(()) };
    let texts = sqlx::query("INSERT INTO texts (rowid, title, body) VALUES (?1, ?2, ?3)");
    let texts = texts
        .bind(id)
        .bind(separate_characters(&text.titles))
        .bind(separate_characters(&text.body));
    texts.execute(&mut **transaction).await?;
    let body = sqlx::query("INSERT INTO bodies (id, body) VALUES (?1, ?2)");
    body.bind(id).bind(&text.body).execute(&mut **transaction).await.map(drop)
}

async fn remove_entry(transaction: &mut Transaction<'_>, key: &str) -> Result<(), sqlx::Error> {
    let gone = sqlx::query("DELETE FROM pages WHERE key = ?1 RETURNING id").bind(key);
    match gone.fetch_optional(&mut **transaction).await? {
        Some(row) => remove_text(transaction, row.try_get(0)?).await,
        None => Ok(()),
    }
}

/// Removes the text of a page from the index.
async fn remove_text(transaction: &mut Transaction<'_>, id: i64) -> Result<(), sqlx::Error> {
    for table in ["DELETE FROM texts WHERE rowid = ?1", "DELETE FROM bodies WHERE id = ?1"] {
        sqlx::query(table).bind(id).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// The claimed and the current addresses of the pages, in the order of the folder.
async fn load_claims(
    connection: &mut sqlx::SqliteConnection,
    order: &BTreeMap<String, usize>,
) -> Result<Vec<addresses::PageAddress>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, key, file, listed, canonical, url, problem IS NULL FROM pages ORDER BY key",
    );
    let mut held = Vec::new();
    for row in rows.fetch_all(connection).await? {
        let place = order.get(&row.try_get::<String, _>(1)?).copied().unwrap_or(usize::MAX);
        let claim = addresses::Claim {
            file: row.try_get(2)?,
            listed: row.try_get(3)?,
            canonical: row.try_get(4)?,
        };
        let is_page = row.try_get(6)?;
        held.push((
            place,
            addresses::PageAddress { id: row.try_get(0)?, claim, is_page, url: row.try_get(5)? },
        ));
    }
    held.sort_by_key(|(place, _)| *place);
    Ok(held.into_iter().map(|(_, held)| held).collect())
}
