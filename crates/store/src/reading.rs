//! What was read and searched, and what it cost.

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
    /// The address that was asked for.
    pub url: String,
    /// The address after redirects.
    pub final_url: String,
    /// Names the page.
    pub hash: ContentHash,
    /// As the server stated it.
    pub content_type: Option<String>,
    /// When its server was asked for it, in whole milliseconds.
    pub at: Timestamp,
    /// Until when it may be used again without asking its server, in whole milliseconds; for ever
    /// where none is given.
    pub fresh_until: Option<Timestamp>,
    /// `ETag` of the page, for asking whether it is still the same.
    pub etag: Option<String>,
    /// `Last-Modified` of the page, for the same.
    pub last_modified: Option<String>,
}

/// A page to be stored, with the fetch that brought it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadPage {
    /// How it came.
    pub fetch: Fetch,
    /// What was read from it.
    pub page: Arc<Page>,
    /// The bytes that it was read from.
    pub bytes: u64,
    /// The call that brought it.
    pub call: Call,
}

/// A search to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Searched {
    /// Who answered, with whatever else makes answers differ, such as the country.
    pub provider: String,
    /// The query.
    pub query: String,
    /// Names the answer: a hash of query, address and results.
    pub hash: ContentHash,
    /// The answer.
    pub serp: Arc<Serp>,
    /// The call that brought it.
    pub call: Call,
}

/// What kind of call it was.
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
    /// The key of a table chosen by a model: it belongs to an owner and to no job.
    Key,
}

impl CallKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Search, Self::Crawl, Self::Patterns, Self::Decide, Self::Extract, Self::Key];

    /// As it is stored.
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

/// One call of a provider, or one that was spared because its answer was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The row that it was made for.
    pub row: RowId,
    /// What was asked.
    pub kind: CallKind,
    /// Who was asked.
    pub provider: String,
    /// The model, where there is one.
    pub model: Option<String>,
    /// What went in: tokens for models, queries for searches, requests for crawls.
    pub units_in: u64,
    /// What came out: tokens for models, results for searches, bytes for crawls.
    pub units_out: u64,
    /// Price in billionths of a US dollar.
    pub cost_nano_usd: u64,
    /// Whether a stored answer was used, so that nothing was asked or paid.
    pub cached: bool,
    /// Whether no answer came, or an error: nothing was charged for it.
    pub failed: bool,
    /// Whether the provider counts its calls: then this one is in the ledger by itself.
    pub metered: bool,
    /// What was set aside for it, which ends with it.
    pub reservation: Option<Reservation>,
}

/// Calls of one kind to one provider, summed over a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// What was asked.
    pub kind: CallKind,
    /// Who was asked.
    pub provider: String,
    /// The model, where there is one.
    pub model: Option<String>,
    /// Calls that were made, those that failed included.
    pub calls: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Calls that were spared.
    pub cached: u64,
    /// What went in.
    pub units_in: u64,
    /// What came out.
    pub units_out: u64,
    /// Price in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

/// What all jobs of the store together have done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows by stage, as far as the jobs are still there.
    pub rows: BTreeMap<Stage, u64>,
    /// Cells that have a value.
    pub cells_found: u64,
    /// Calls by kind, provider and model.
    pub usage: Vec<Usage>,
}

/// A call in the ledger: one that its provider counts, or would have counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The call.
    pub call: Call,
    /// When it was written down.
    pub at: Timestamp,
}
