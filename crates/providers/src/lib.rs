//! Providers: the services that AmpleData uses. Each kind of work has a trait: searching, crawling,
//! writing query patterns, choosing pages, extracting values. The implementations are search engines,
//! crawlers, language models, a corpus on disk and the built-in extractor; the settings choose among
//! them.

pub mod blob;
pub mod clock;
pub mod corpus;
pub mod crawl;
pub mod extractor;
pub mod meter;
pub mod models;
pub mod prices;
pub mod search;
mod wildcard;

use ampledata_core::column::{Column, CompiledColumn};
use ampledata_core::evidence::Suggestion;
use ampledata_core::page::Page;
use ampledata_core::row::Input;
use ampledata_core::serp::Serp;
use ampledata_core::value::PartialDate;
use ampledata_net::Error;
use ampledata_net::freshness::{Freshness, NotModified, Validators};
use async_trait::async_trait;

/// Answers queries with search result pages.
#[async_trait]
pub trait Search: Send + Sync {
    /// Sends one query. An empty result is an answer, not an error.
    async fn search(&self, query: &str) -> Result<Serp, Error>;

    /// Sends one query, and also returns how many units the provider charges for it.
    async fn search_charged(&self, query: &str) -> Result<ChargedSerp, Error> {
        Ok(ChargedSerp { serp: self.search(query).await?, units: 1 })
    }

    /// Maximum number of units that one query can cost.
    fn max_units(&self) -> u64 {
        1
    }

    /// Identifies the content that is searched where it can change between two runs, such as the pages of a
    /// folder: an answer is reused only in the same state. Empty for the web.
    async fn state(&self) -> String {
        String::new()
    }
}

/// An answer to a query, and its cost.
#[derive(Debug, Clone, PartialEq)]
pub struct ChargedSerp {
    /// The answer.
    pub serp: Serp,
    /// Requests or credits, as the provider counts them.
    pub units: u64,
}

/// Fetches pages.
#[async_trait]
pub trait Crawl: Send + Sync {
    /// Fetches one page as it is; an obstacle is an [`Error`] of kind `Blocked` or `Gone`.
    async fn crawl(&self, url: &str) -> Result<FetchedPage, Error>;

    /// Fetches a page of which there is a copy, if it has changed. A crawler that cannot check this
    /// fetches the page.
    async fn refresh(&self, url: &str, known: &Validators) -> Result<RefreshOutcome, Error> {
        let _ = known;
        self.crawl(url).await.map(RefreshOutcome::Changed)
    }

    /// Whether pages are files of this machine: they are asked for each time, because they may have changed,
    /// and no copies of their bytes are kept.
    fn is_local(&self) -> bool {
        false
    }
}

/// Writes the query patterns of a job.
#[async_trait]
pub trait PatternMaker: Send + Sync {
    /// Patterns with the `%entity` placeholder, the most promising first.
    async fn patterns(&self, request: &PatternRequest<'_>) -> Result<Vec<String>, Error>;
}

/// Reads search results: which values they prove, and which pages are worth reading.
#[async_trait]
pub trait Decider: Send + Sync {
    /// Chooses pages by their place among the results shown, never by address.
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<PageChoice, Error>;
}

/// Finds values on pages.
#[async_trait]
pub trait Extractor: Send + Sync {
    /// Proposes values with their quotes; nothing is trusted before it is checked.
    ///
    /// # Errors
    /// If nothing was found and something failed, or if the driver should retry or pause.
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Extracted, Error>;
}

/// A fetched page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedPage {
    /// Address after redirects.
    pub url: String,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// The `Content-Type` header, if there was one.
    pub content_type: Option<String>,
    /// The charset that the transport or the corpus states.
    pub charset: Option<String>,
    /// How long it may be reused without asking its server.
    pub freshness: Freshness,
    /// The validators to send to its server after that.
    pub validators: Validators,
}

/// The result of refreshing a known page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The page as fetched, possibly changed.
    Changed(FetchedPage),
    /// The known page is still current.
    NotModified(NotModified),
}

/// The input of a pattern maker.
#[derive(Debug, Clone, Copy)]
pub struct PatternRequest<'a> {
    /// The requested columns.
    pub columns: &'a [Column],
    /// Headers of the key columns.
    pub key_columns: &'a [String],
    /// What kind of thing the key names.
    pub entity_type: Option<&'a str>,
    /// Maximum number of patterns.
    pub limit: usize,
    /// Counts the cost of calls; providers that run on this machine do not use it.
    pub meter: &'a dyn meter::Meter,
}

/// The input of a decider.
#[derive(Debug, Clone, Copy)]
pub struct DecideRequest<'a> {
    /// The row.
    pub input: &'a Input,
    /// All columns of the plan, compiled.
    pub plan: &'a [CompiledColumn],
    /// Indices of the missing or weak columns.
    pub columns: &'a [usize],
    /// The search result pages, in the order of the queries.
    pub serps: &'a [Serp],
    /// Addresses that were already tried.
    pub tried: &'a [String],
    /// Maximum number of pages to choose.
    pub limit: usize,
    /// The day that relative dates count from.
    pub today: PartialDate,
    /// Counts the cost of calls; providers that run on this machine do not use it.
    pub meter: &'a dyn meter::Meter,
}

/// A result on the search result pages shown: the index of the page and of the result, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResultPosition {
    /// Index of the search result page.
    pub serp: usize,
    /// Index of the result on it.
    pub result: usize,
}

/// The output of a decider.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageChoice {
    /// Values found in snippets; `page` is the index of the search result page.
    pub suggestions: Vec<(ResultPosition, Suggestion)>,
    /// Results to read, best first, each with how well it matches the row's entity: 0 to 1.
    pub read: Vec<(ResultPosition, f64)>,
    /// A final failure that left a part of the work undone.
    pub problem: Option<Error>,
}

/// The input of an extractor.
#[derive(Debug, Clone, Copy)]
pub struct ExtractRequest<'a> {
    /// The row.
    pub input: &'a Input,
    /// All columns of the plan, compiled.
    pub plan: &'a [CompiledColumn],
    /// Indices of the missing or weak columns.
    pub columns: &'a [usize],
    /// What kind of thing the key names.
    pub entity_type: Option<&'a str>,
    /// The pages with their addresses; suggestions refer to them by index.
    pub pages: &'a [(String, std::sync::Arc<Page>)],
    /// The day that relative dates count from.
    pub today: PartialDate,
    /// Counts the cost of calls; providers that run on this machine do not use it.
    pub meter: &'a dyn meter::Meter,
}

/// The output of an extractor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extracted {
    /// Values with their quotes.
    pub suggestions: Vec<Suggestion>,
    /// A final failure that left a part of the work undone: columns without a suggestion stay empty for
    /// this reason.
    pub problem: Option<Error>,
}

impl From<Vec<Suggestion>> for Extracted {
    fn from(suggestions: Vec<Suggestion>) -> Self {
        Self { suggestions, problem: None }
    }
}
