//! Fetched pages and search result pages.

use std::sync::Arc;

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::serp::Serp;
use jiff::Timestamp;

use super::calls::Call;

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
