//! Pages, search result pages, and their fetches.

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::serp::Serp;
use jiff::Timestamp;
use sqlx::Row as _;

use super::faults::{json, signed, unjson};
use super::lookup::Statement;
use super::tables::Table;
use super::writer::{PageRow, Rows};
use super::{Call, Error, Fetch, JobId, ReadPage, Searched, Sqlite, calls};
use crate::page_codec::{decode_page, encode_page};

/// By `[job_key, provider, query]`.
pub(super) const SEARCHES: Statement<ContentHash> = Statement {
    sql: "SELECT wanted.key AS place, searches.hash FROM json_each(?1) AS wanted
          JOIN searches ON job_key = wanted.value->>0 AND provider = wanted.value->>1
              AND query = wanted.value->>2",
    read: |row| Ok(ContentHash(row.try_get("hash")?)),
};

fn time(milliseconds: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// By `[url]`.
pub(super) const FETCHES: Statement<Fetch> = Statement {
    sql: "SELECT wanted.key AS place, fetches.* FROM json_each(?1) AS wanted
          JOIN fetches ON url = wanted.value->>0",
    read: |row| {
        Ok(Fetch {
            url: row.try_get("url")?,
            final_url: row.try_get("final_url")?,
            hash: ContentHash(row.try_get("hash")?),
            content_type: row.try_get("content_type")?,
            at: time(row.try_get("fetched_at")?)?,
            fresh_until: row.try_get::<Option<i64>, _>("fresh_until")?.map(time).transpose()?,
            etag: row.try_get("etag")?,
            last_modified: row.try_get("last_modified")?,
        })
    },
};

pub(super) async fn search_of(
    db: &Sqlite,
    job: &JobId,
    provider: &str,
    query: &str,
) -> Result<Option<ContentHash>, Error> {
    let key = db.job_key(job).await?;
    db.searches.get(json("query", &(key, provider, query))?).await
}

pub(super) async fn recent_search(
    db: &Sqlite,
    provider: &str,
    query: &str,
    not_before: Timestamp,
) -> Result<Option<ContentHash>, Error> {
    let sql = "SELECT hash FROM recent_searches WHERE provider = ? AND query = ? AND at >= ?";
    let hash: Option<String> = sqlx::query_scalar(sql)
        .bind(provider)
        .bind(query)
        .bind(not_before.as_millisecond())
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
    // Free searches are repeated by each job.
    if search.call.metered {
        let line = (&search.provider, &search.query, &search.hash, now);
        write.add(Table::RecentSearches, json("search", &line)?);
    }
    calls::add(&mut write, key, &search.call)?;
    db.writer.write(write).await
}

pub(super) async fn fetch_of(db: &Sqlite, url: &str) -> Result<Option<Fetch>, Error> {
    db.fetches.get(json("address", &[url])?).await
}

pub(super) async fn page(db: &Sqlite, hash: &ContentHash) -> Result<Option<Page>, Error> {
    let packed: Option<Vec<u8>> = sqlx::query_scalar("SELECT page FROM pages WHERE hash = ?")
        .bind(&hash.0)
        .fetch_optional(&db.readers)
        .await
        .map_err(|error| db.faults.sql(error))?;
    packed.map(|packed| decode_page(&packed)).transpose()
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
        page: encode_page(&read.page)?,
        at: now,
    });
    write.add(Table::Fetches, fetch_line(fetch)?);
    calls::add(&mut write, key, &read.call)?;
    db.writer.write(write).await
}

pub(super) async fn put_fetch(db: &Sqlite, fetch: &Fetch, call: &Call) -> Result<(), Error> {
    let key = db.job_key(&call.row.job).await?;
    let mut write = Rows::default();
    write.add(Table::Fetches, fetch_line(fetch)?);
    calls::add(&mut write, key, call)?;
    db.writer.write(write).await
}

fn fetch_line(fetch: &Fetch) -> Result<String, Error> {
    let at = fetch.at.as_millisecond();
    let until = fetch.fresh_until.map(Timestamp::as_millisecond);
    let Fetch { url, final_url, hash, content_type, etag, last_modified, .. } = fetch;
    let line = (url, final_url, hash, content_type, at, until, etag, last_modified);
    json("fetch", &line)
}

pub(super) async fn answer(db: &Sqlite, key: &str) -> Result<Option<String>, Error> {
    sqlx::query_scalar("SELECT answer FROM answers WHERE key = ?")
        .bind(key)
        .fetch_optional(&db.readers)
        .await
        .map_err(|error| db.faults.sql(error))
}

pub(super) async fn put_answer(db: &Sqlite, key: &str, answer: &str) -> Result<(), Error> {
    let mut write = Rows::default();
    let line = (key, answer, Timestamp::now().as_millisecond());
    write.add(Table::Answers, json("answer of a model", &line)?);
    db.writer.write(write).await
}
