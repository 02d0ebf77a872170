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
use crate::page_codec::{decode_page, encode_page};
use crate::{Call, Error, Fetch, JobId, Pages, ReadPage, Searched};

const RECENT_SEARCH: &str = "SELECT hash FROM recent_searches WHERE provider = $1
    AND {sqlite:query = $2}{postgres:query_hash = text_hash($2)} AND at >= $3";

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

    async fn fetch_of(&self, url: &str) -> Result<Option<Fetch>, Error> {
        self.dialect.find_fetch(url).await
    }

    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error> {
        let row = self.row("SELECT page FROM pages WHERE hash = $1", args![&hash.0]).await?;
        row.map(|row| decode_page(&row.bytes("page")?)).transpose()
    }

    async fn put_page(&self, read: ReadPage) -> Result<(), Error> {
        let key = self.job_key(&read.call.row.job).await?;
        let page = PageRow {
            hash: read.page.hash.0.clone(),
            title: read.page.title.clone(),
            language: read.page.language.clone(),
            bytes: signed("size of the page", read.bytes)?,
            page: encode_page(&read.page)?,
            at: now(),
        };
        let mut batch = Batch { page: Some(page), ..Batch::default() };
        batch.add(Table::Fetches, fetch_line(&read.fetch)?);
        calls::add_call(&mut batch, key, &read.call)?;
        self.writer.write(batch).await
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
    let Fetch { url, final_url, hash, content_type, etag, last_modified, .. } = fetch;
    json("fetch", &(url, final_url, hash, content_type, at, until, etag, last_modified))
}
