//! Fetches, searches and calls, and their cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use ampledata_core::page::{ContentHash, Page};
use ampledata_core::row::Stage;
use ampledata_core::serp::Serp;
use jiff::Timestamp;

use super::row::RowId;
use super::spending::Reservation;

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

/// The kind of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    /// A query to a search engine.
    Search,
    /// A page fetched.
    Crawl,
    /// Query patterns written by a model.
    Patterns,
    /// Pages chosen by a model.
    Decide,
    /// Values extracted by a model.
    Extract,
    /// The key of a table chosen by a model; it belongs to an owner, not to a job.
    Key,
}

impl CallKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Search, Self::Crawl, Self::Patterns, Self::Decide, Self::Extract, Self::Key];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Crawl => "crawl",
            Self::Patterns => "patterns",
            Self::Decide => "decide",
            Self::Extract => "extract",
            Self::Key => "key",
        }
    }
}

/// One call of a provider, or one that was answered from the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The row that it was made for.
    pub row: RowId,
    /// The kind of call.
    pub kind: CallKind,
    /// The provider.
    pub provider: String,
    /// The model, if there is one.
    pub model: Option<String>,
    /// Input units: tokens for models, queries for searches, requests for crawls.
    pub units_in: u64,
    /// Output units: tokens for models, results for searches, bytes for crawls.
    pub units_out: u64,
    /// Price in billionths of a US dollar.
    pub cost_nano_usd: u64,
    /// Whether a stored answer was used, so that no call was made or paid for.
    pub cached: bool,
    /// Whether it failed; failed calls cost nothing.
    pub failed: bool,
    /// Whether the provider meters calls, so that this one is written to the ledger.
    pub metered: bool,
    /// The money reserved for it; the reservation ends with the call.
    pub reservation: Option<Reservation>,
}

/// Calls of one kind to one provider, summed over a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The kind of call.
    pub kind: CallKind,
    /// The provider.
    pub provider: String,
    /// The model, if there is one.
    pub model: Option<String>,
    /// Calls made, including failed ones.
    pub calls: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Calls answered from the store instead.
    pub cached: u64,
    /// Input units.
    pub units_in: u64,
    /// Output units.
    pub units_out: u64,
    /// Cost in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

/// Totals of all jobs in the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows by stage, of jobs that still exist.
    pub rows: BTreeMap<Stage, u64>,
    /// Number of cells with a value.
    pub cells_found: u64,
    /// Calls by kind, provider and model.
    pub usage: Vec<Usage>,
}

/// A call in the ledger: a metered one, or one that was answered from the store instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The call.
    pub call: Call,
    /// When it was recorded.
    pub at: Timestamp,
}
