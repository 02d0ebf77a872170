//! Pages, search result pages, and their fetches.

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::serp::Serp;
use async_trait::async_trait;
use jiff::Timestamp;

use super::batch::{Batch, PageRow, Table};
use super::statement::args;
use super::{Dialect, SqlStore, calls, now};
use crate::decode::Columns as _;
use crate::encoding::{json, signed};
use crate::page_codec::{compress, decode_page, decompress, encode_page};
use crate::{Call, Error, Fetch, JobId, Pages, RawPage, ReadPage, Searched};

const RECENT_SEARCH: &str = "SELECT hash FROM recent_searches WHERE provider = $1
    AND {sqlite:query = $2}{postgres:query_hash = text_hash($2)} AND at >= $3";

const RAW_PAGE: &str = "SELECT page_bytes.bytes AS raw, content_type, charset, base
    FROM pages JOIN page_bytes ON page_bytes.content = pages.content WHERE hash = $1";
/// All but the newest bytes whose sum is within the limit.
const DROP_OLDEST_BYTES: &str = "DELETE FROM page_bytes WHERE content IN (SELECT content FROM
        (SELECT content, sum(size) OVER (ORDER BY stored_at DESC, content DESC) AS total
            FROM page_bytes) AS newest_first
    WHERE total > $1)";
/// Of several processes, one deletes at a time.
const LOCK_BYTES: &str =
    "SELECT 1 AS one{postgres: FROM pg_advisory_xact_lock(hashtext('ampledata: page bytes'))}";

#[async_trait]
impl<D: Dialect> Pages for SqlStore<D> {
    async fn search_of(
        &self,
        job: &JobId,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error> {
        let key = self.job_key(job).await?;
        self.dialect.find_search(key, provider, query).await
    }

    async fn recent_search(
        &self,
        provider: &str,
        query: &str,
        not_before: Timestamp,
    ) -> Result<Option<ContentHash>, Error> {
        let wanted = args![provider, query, not_before.as_millisecond()];
        let row = self.row(RECENT_SEARCH, wanted).await?;
        row.map(|row| row.text("hash").map(ContentHash)).transpose()
    }

    async fn serp(&self, hash: &ContentHash) -> Result<Option<Serp>, Error> {
        let row = self.row("SELECT serp FROM serps WHERE hash = $1", args![&hash.0]).await?;
        row.map(|row| row.json("serp")).transpose()
    }

    async fn put_search(&self, search: Searched) -> Result<(), Error> {
        let key = self.job_key(&search.call.row.job).await?;
        let mut batch = Batch::default();
        let serp = json("search result page", &*search.serp)?;
        batch.add(Table::Serps, json("search result page", &(&search.hash, serp))?);
        let line = (key, &search.provider, &search.query, &search.hash, now());
        batch.add(Table::Searches, json("search", &line)?);
        // Free searches are repeated by each job.
        if search.call.metered {
            let line = (&search.provider, &search.query, &search.hash, now());
            batch.add(Table::RecentSearches, json("search", &line)?);
        }
        calls::add_call(&mut batch, key, &search.call)?;
        self.writer.write(batch).await
    }

    async fn fetch_of(&self, crawler: &str, url: &str) -> Result<Option<Fetch>, Error> {
        self.dialect.find_fetch(crawler, url).await
    }

    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error> {
        let row = self.row("SELECT page FROM pages WHERE hash = $1", args![&hash.0]).await?;
        row.map(|row| decode_page(&row.bytes("page")?)).transpose()
    }

    async fn raw_page(&self, hash: &ContentHash) -> Result<Option<RawPage>, Error> {
        let Some(row) = self.row(RAW_PAGE, args![&hash.0]).await? else { return Ok(None) };
        Ok(Some(RawPage {
            bytes: decompress(&row.bytes("raw")?)?,
            content_type: row.text_if_any("content_type")?,
            charset: row.text_if_any("charset")?,
            base: row.text("base")?,
        }))
    }

    async fn put_page(&self, read: ReadPage) -> Result<(), Error> {
        let key = self.job_key(&read.call.row.job).await?;
        let raw = read.raw.as_deref().map(compress).transpose()?;
        let raw = raw.filter(|raw| self.raw_limit.admits(raw.len()));
        let kept = raw.as_ref().map_or(0, |raw| raw.len() as u64);
        let content = read.fetch.content.as_ref().unwrap_or(&read.page.hash);
        let page = PageRow {
            hash: read.page.hash.0.clone(),
            title: read.page.title.clone(),
            language: read.page.language.clone(),
            bytes: signed("size of the page", read.bytes)?,
            page: encode_page(&read.page)?,
            at: now(),
            content: content.0.clone(),
            content_type: read.fetch.content_type.clone(),
            charset: read.charset,
            base: read.fetch.final_url.clone(),
            reader: read.fetch.reader_version.into(),
            raw,
        };
        let mut batch = Batch { page: Some(page), ..Batch::default() };
        batch.add(Table::Fetches, fetch_line(&read.fetch)?);
        calls::add_call(&mut batch, key, &read.call)?;
        self.writer.write(batch).await?;
        if kept > 0 && self.raw_limit.is_due_after(kept) {
            self.drop_oldest_bytes().await?;
        }
        Ok(())
    }

    async fn put_fetch(&self, fetch: Fetch, call: Call) -> Result<(), Error> {
        let key = self.job_key(&call.row.job).await?;
        let mut batch = Batch::default();
        batch.add(Table::Fetches, fetch_line(&fetch)?);
        calls::add_call(&mut batch, key, &call)?;
        self.writer.write(batch).await
    }
}

fn fetch_line(fetch: &Fetch) -> Result<String, Error> {
    let at = fetch.at.as_millisecond();
    let until = fetch.fresh_until.map(Timestamp::as_millisecond);
    let Fetch { crawler, url, final_url, hash, content, reader_version: reader, .. } = fetch;
    let Fetch { content_type: kind, etag, last_modified: modified, .. } = fetch;
    let line = (crawler, url, final_url, hash, content, reader, kind, at, until, etag, modified);
    json("fetch", &line)
}

impl<D: Dialect> SqlStore<D> {
    /// Enforces the limit on original bytes of pages.
    async fn drop_oldest_bytes(&self) -> Result<(), Error> {
        let limit = signed("limit of original bytes", self.raw_limit.limit())?;
        let mut session = self.write().await?;
        let mut tx = session.begin().await?;
        tx.row(LOCK_BYTES, args![]).await?;
        tx.execute(DROP_OLDEST_BYTES, args![limit]).await?;
        tx.commit().await
    }
}
