//! Pages, search result pages, and how they came.

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::serp::Serp;
use jiff::Timestamp;
use sqlx::Row as _;

use super::faults::{json, signed, unjson};
use super::tables::Table;
use super::writer::{PageRow, Rows};
use super::{Error, Fetch, JobId, ReadPage, Searched, Sqlite, calls};

/// zstd's fastest ordinary level: pages are written once and read often.
const LEVEL: i32 = 1;
/// A stored page is never larger: what unpacks to more is damaged.
const MAX_UNPACKED: usize = 256 << 20;

pub(super) async fn search_of(
    db: &Sqlite,
    job: &JobId,
    provider: &str,
    query: &str,
) -> Result<Option<ContentHash>, Error> {
    let hash: Option<String> = sqlx::query_scalar(
        "SELECT hash FROM searches WHERE job_key = ? AND provider = ? AND query = ?",
    )
    .bind(db.job_key(job).await?)
    .bind(provider)
    .bind(query)
    .fetch_optional(&db.readers)
    .await
    .map_err(|error| db.faults.sql(error))?;
    Ok(hash.map(ContentHash))
}

pub(super) async fn serp(db: &Sqlite, hash: &ContentHash) -> Result<Option<Serp>, Error> {
    let serp: Option<String> = sqlx::query_scalar("SELECT serp FROM serps WHERE hash = ?")
        .bind(&hash.0)
        .fetch_optional(&db.readers)
        .await
        .map_err(|error| db.faults.sql(error))?;
    serp.map(|text| unjson("search result page", &text)).transpose()
}

pub(super) async fn put_search(db: &Sqlite, search: Searched) -> Result<(), Error> {
    let key = db.job_key(&search.call.row.job).await?;
    let now = Timestamp::now().as_millisecond();
    let mut write = Rows::default();
    let serp = json("search result page", &*search.serp)?;
    write.add(Table::Serps, json("search result page", &(&search.hash, serp))?);
    let line = (key, &search.provider, &search.query, &search.hash, now);
    write.add(Table::Searches, json("search", &line)?);
    calls::add(&mut write, key, &search.call)?;
    db.writer.write(write).await
}

pub(super) async fn fetch_of(db: &Sqlite, url: &str) -> Result<Option<Fetch>, Error> {
    let failed = |error| db.faults.sql(error);
    let row = sqlx::query("SELECT final_url, hash, content_type FROM fetches WHERE url = ?")
        .bind(url)
        .fetch_optional(&db.readers)
        .await
        .map_err(failed)?;
    row.map(|row| {
        Ok(Fetch {
            url: url.to_owned(),
            final_url: row.try_get("final_url").map_err(failed)?,
            hash: ContentHash(row.try_get("hash").map_err(failed)?),
            content_type: row.try_get("content_type").map_err(failed)?,
        })
    })
    .transpose()
}

pub(super) async fn page(db: &Sqlite, hash: &ContentHash) -> Result<Option<Page>, Error> {
    let packed: Option<Vec<u8>> = sqlx::query_scalar("SELECT page FROM pages WHERE hash = ?")
        .bind(&hash.0)
        .fetch_optional(&db.readers)
        .await
        .map_err(|error| db.faults.sql(error))?;
    packed.map(|packed| unpack(&packed)).transpose()
}

pub(super) async fn put_page(db: &Sqlite, read: ReadPage) -> Result<(), Error> {
    let key = db.job_key(&read.call.row.job).await?;
    let now = Timestamp::now().as_millisecond();
    let fetch = &read.fetch;
    let mut write = Rows::default();
    write.page(PageRow {
        hash: read.page.hash.0.clone(),
        title: read.page.title.clone(),
        language: read.page.language.clone(),
        bytes: signed("size of the page", read.bytes)?,
        page: pack(&read.page)?,
        at: now,
    });
    let line = (&fetch.url, &fetch.final_url, &fetch.hash, &fetch.content_type, now);
    write.add(Table::Fetches, json("fetch", &line)?);
    calls::add(&mut write, key, &read.call)?;
    db.writer.write(write).await
}

fn pack(page: &Page) -> Result<Vec<u8>, Error> {
    let text = json("page", page)?;
    zstd::bulk::compress(text.as_bytes(), LEVEL)
        .map_err(|error| Error::Unreadable { what: "page", reason: error.to_string() })
}

fn unpack(packed: &[u8]) -> Result<Page, Error> {
    let unreadable = |reason: String| Error::Unreadable { what: "page", reason };
    let size = zstd::bulk::Decompressor::upper_bound(packed).unwrap_or(MAX_UNPACKED);
    let text = zstd::bulk::decompress(packed, size.min(MAX_UNPACKED))
        .map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))
}
