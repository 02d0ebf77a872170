//! Fetched pages and search result pages.

use std::sync::Arc;

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::serp::Serp;
use async_trait::async_trait;
use jiff::Timestamp;

use super::calls::Call;
use super::{Error, JobId};

/// A page that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The requested address.
    pub url: String,
    /// The address after redirects.
    pub final_url: String,
    /// The page's hash.
    pub hash: ContentHash,
    /// The content type that the server stated.
    pub content_type: Option<String>,
    /// When the server was asked for it, in whole milliseconds.
    pub at: Timestamp,
    /// Until when it may be reused without asking the server, in whole milliseconds; without limit if none.
    pub fresh_until: Option<Timestamp>,
    /// `ETag` of the page, for conditional requests.
    pub etag: Option<String>,
    /// `Last-Modified` of the page, for conditional requests.
    pub last_modified: Option<String>,
}

/// A page to be stored, with its fetch.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadPage {
    /// The fetch.
    pub fetch: Fetch,
    /// The content read from it.
    pub page: Arc<Page>,
    /// Its original bytes.
    pub bytes: u64,
    /// The call that fetched it.
    pub call: Call,
}

/// A search to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Searched {
    /// The provider, with everything else that makes answers differ, such as the country.
    pub provider: String,
    /// The query.
    pub query: String,
    /// The answer's hash, over query, address and results.
    pub hash: ContentHash,
    /// The answer.
    pub serp: Arc<Serp>,
    /// The call that returned it.
    pub call: Call,
}

/// Stores fetched pages and search result pages.
#[async_trait]
pub trait Pages {
    /// The hash of this provider's stored answer to this query in this job.
    async fn search_of(
        &self,
        job: &JobId,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error>;

    /// This provider's newest answer to this query in any job, if it is not older than this.
    async fn recent_search(
        &self,
        provider: &str,
        query: &str,
        not_before: Timestamp,
    ) -> Result<Option<ContentHash>, Error>;

    /// The search result page with this hash.
    async fn serp(&self, hash: &ContentHash) -> Result<Option<Serp>, Error>;

    /// Stores a search result page, its query and its call, all or nothing.
    async fn put_search(&self, search: Searched) -> Result<(), Error>;

    /// How the address was fetched, if it was.
    async fn fetch_of(&self, url: &str) -> Result<Option<Fetch>, Error>;

    /// The page with this hash.
    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error>;

    /// Stores a page (once, by its hash), its fetch and its call, all or nothing.
    async fn put_page(&self, page: ReadPage) -> Result<(), Error>;

    /// Stores another fetch of a page that is already stored, with its call.
    async fn put_fetch(&self, fetch: Fetch, call: Call) -> Result<(), Error>;
}
