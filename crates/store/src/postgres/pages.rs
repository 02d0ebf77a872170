//! Pages, search result pages, and their fetches.

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::serp::Serp;
use jiff::Timestamp;
use sqlx::postgres::PgRow;

use super::faults::{json, signed, unjson};
use super::statement::args;
use super::tables::Table;
use super::writer::{PageRow, Rows};
use super::{Call, Error, Fetch, JobId, Postgres, ReadPage, Searched, calls};
use crate::decode::Columns as _;
use crate::page_codec::{decode_page, encode_page};

pub(super) async fn search_of(
    db: &Postgres,
    job: &JobId,
    provider: &str,
    query: &str,
) -> Result<Option<ContentHash>, Error> {
    let key = db.job_key(job).await?;
    let sql = "SELECT hash FROM searches WHERE job_key = $1 AND provider = $2
                   AND query_hash = text_hash($3)";
    let hash: Option<String> = sqlx::query_scalar(sql)
        .bind(key)
        .bind(provider)
        .bind(storable(query))
        .fetch_optional(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    Ok(hash.map(ContentHash))
}

pub(super) async fn recent_search(
    db: &Postgres,
    provider: &str,
    query: &str,
    not_before: Timestamp,
) -> Result<Option<ContentHash>, Error> {
    let sql = "SELECT hash FROM recent_searches WHERE provider = $1
                   AND query_hash = text_hash($2) AND at >= $3";
    let hash: Option<String> = sqlx::query_scalar(sql)
        .bind(provider)
        .bind(storable(query))
        .bind(not_before.as_millisecond())
        .fetch_optional(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    Ok(hash.map(ContentHash))
}

pub(super) async fn serp(db: &Postgres, hash: &ContentHash) -> Result<Option<Serp>, Error> {
    let serp: Option<String> = sqlx::query_scalar("SELECT serp FROM serps WHERE hash = $1")
        .bind(&hash.0)
        .fetch_optional(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    serp.map(|text| unjson("search result page", &text)).transpose()
}

pub(super) async fn put_search(db: &Postgres, search: Searched) -> Result<(), Error> {
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

pub(super) async fn fetch_of(db: &Postgres, url: &str) -> Result<Option<Fetch>, Error> {
    let sql = "SELECT * FROM fetches WHERE url_hash = text_hash($1)";
    let row = db.row(sql, args![storable(url)]).await?;
    let fetch_of = |row: PgRow| {
        let read = db.read(&row);
        Ok(Fetch {
            url: read.text("url")?,
            final_url: read.text("final_url")?,
            hash: ContentHash(read.text("hash")?),
            content_type: read.text_if_any("content_type")?,
            at: read.time("fetched_at")?,
            fresh_until: read.time_if_any("fresh_until")?,
            etag: read.text_if_any("etag")?,
            last_modified: read.text_if_any("last_modified")?,
        })
    };
    row.map(fetch_of).transpose()
}

pub(super) async fn page(db: &Postgres, hash: &ContentHash) -> Result<Option<Page>, Error> {
    let packed: Option<Vec<u8>> = sqlx::query_scalar("SELECT page FROM pages WHERE hash = $1")
        .bind(&hash.0)
        .fetch_optional(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))?;
    packed.map(|packed| decode_page(&packed)).transpose()
}

pub(super) async fn put_page(db: &Postgres, read: ReadPage) -> Result<(), Error> {
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

pub(super) async fn put_fetch(db: &Postgres, fetch: &Fetch, call: &Call) -> Result<(), Error> {
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

pub(super) async fn answer(db: &Postgres, key: &str) -> Result<Option<String>, Error> {
    sqlx::query_scalar("SELECT answer FROM answers WHERE key = $1")
        .bind(key)
        .fetch_optional(&db.pool)
        .await
        .map_err(|error| db.faults.sql(error))
}

pub(super) async fn put_answer(db: &Postgres, key: &str, answer: &str) -> Result<(), Error> {
    let mut write = Rows::default();
    let line = (key, answer, Timestamp::now().as_millisecond());
    write.add(Table::Answers, json("answer of a model", &line)?);
    db.writer.write(write).await
}

/// Text that PostgreSQL can store: see `writer::without_nul`.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
