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
    /// The crawler, with everything else that makes it fetch something else from the same address, such as
    /// the folder of a corpus.
    pub crawler: String,
    /// The requested address.
    pub url: String,
    /// The address after redirects, to which the page's relative links refer.
    pub final_url: String,
    /// The page's id.
    pub hash: ContentHash,
    /// SHA-256 of the page's bytes; unknown for pages that were fetched before it was recorded.
    pub content: Option<ContentHash>,
    /// The version of the reader that read the page; 0 for pages that were read before it was recorded.
    pub reader_version: u32,
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
    /// The charset that the crawler or the corpus stated beside the content type.
    pub charset: Option<String>,
    /// The number of its original bytes.
    pub bytes: u64,
    /// The original bytes, where a newer reader should be able to read them again without another request.
    /// The store keeps the newest, up to its limit.
    pub raw: Option<Vec<u8>>,
    /// The call that fetched it.
    pub call: Call,
}

/// The original bytes of a page, with what else it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPage {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The content type that the server stated.
    pub content_type: Option<String>,
    /// The charset that the crawler or the corpus stated beside it.
    pub charset: Option<String>,
    /// The base address of the page's links.
    pub base: String,
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

    /// How this crawler fetched the address, if it did.
    async fn fetch_of(&self, crawler: &str, url: &str) -> Result<Option<Fetch>, Error>;

    /// The page with this id.
    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error>;

    /// What the page with this id was read from, if its bytes are kept.
    async fn raw_page(&self, hash: &ContentHash) -> Result<Option<RawPage>, Error>;

    /// Stores a page (once, by its id), its fetch and its call, all or nothing.
    async fn put_page(&self, page: ReadPage) -> Result<(), Error>;

    /// Stores another fetch of a page that is already stored, with its call.
    async fn put_fetch(&self, fetch: Fetch, call: Call) -> Result<(), Error>;
}
