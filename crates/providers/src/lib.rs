//! Providers: what AmpleData asks. Each trade has a trait: searching, crawling, writing query patterns,
//! choosing pages, extracting values. Behind them are search engines, crawlers, language models, a corpus
//! on disk and the built-in extractor; the program chooses by its settings.

pub mod blob;
pub mod builtin;
pub mod clock;
pub mod corpus;
pub mod crawl;
pub mod meter;
pub mod models;
pub mod prices;
pub mod search;
mod wildcard;

use ampledata_core::column::Column;
use ampledata_core::evidence::Suggestion;
use ampledata_core::page::Page;
use ampledata_core::row::Input;
use ampledata_core::serp::Serp;
use ampledata_core::value::PartialDate;
use async_trait::async_trait;

// The traits below speak in these types: an implementer or a caller needs no other crate for them.
pub use ampledata_net::freshness::{Freshness, NotModified, Validators};
pub use ampledata_net::{Error, Retry};

/// Answers queries with search result pages.
#[async_trait]
pub trait Search: Send + Sync {
    /// Sends one query. No results is an answer, not an error.
    async fn search(&self, query: &str) -> Result<Serp, Error>;

    /// Sends one query, and returns with the answer how many units the provider charges for it.
    async fn search_charged(&self, query: &str) -> Result<ChargedSerp, Error> {
        Ok(ChargedSerp { serp: self.search(query).await?, units: 1 })
    }

    /// Units that one query can be charged for at most.
    fn most_units(&self) -> u64 {
        1
    }
}

/// An answer to a query, and what it is charged for.
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
    /// Fetches one page as it is; what stands in its way is an [`Error`] of kind `Blocked` or `Gone`.
    async fn crawl(&self, url: &str) -> Result<Fetched, Error>;

    /// Fetches a page of which a copy is known, where it is not the same any more. A crawler that cannot
    /// ask for that fetches it as it is.
    async fn refresh(&self, url: &str, known: &Validators) -> Result<Refreshed, Error> {
        let _ = known;
        self.crawl(url).await.map(Refreshed::Changed)
    }
}

/// Writes the query patterns of a job.
#[async_trait]
pub trait PatternMaker: Send + Sync {
    /// Patterns with the `%entity` placeholder, the most promising first.
    async fn patterns(&self, request: &PatternRequest<'_>) -> Result<Vec<String>, Error>;
}

/// Reads search results: which values they prove, which pages are worth reading.
#[async_trait]
pub trait Decider: Send + Sync {
    /// Pages are chosen by their place among the results shown, never by address.
    async fn decide(&self, request: &DecideRequest<'_>) -> Result<Choice, Error>;
}

/// Finds values on pages.
#[async_trait]
pub trait Extractor: Send + Sync {
    /// Proposes values with their quotes; nothing it says is believed before it is checked.
    ///
    /// # Errors
    /// Where nothing was found and something failed, and where the driver is to retry or to hold.
    async fn extract(&self, request: &ExtractRequest<'_>) -> Result<Extracted, Error>;
}

/// A page as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Address after redirects.
    pub url: String,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// The `Content-Type`, where one was given.
    pub content_type: Option<String>,
    /// The charset that the transport or the corpus states.
    pub charset: Option<String>,
    /// How long it may be used again without asking its server.
    pub freshness: Freshness,
    /// What its server is asked with after that.
    pub validators: Validators,
}

/// What came of asking for a page that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The page, which may be another now.
    Changed(Fetched),
    /// It is still the one known.
    NotModified(NotModified),
}

/// What a pattern maker is told.
#[derive(Debug, Clone, Copy)]
pub struct PatternRequest<'a> {
    /// The columns asked for.
    pub columns: &'a [Column],
    /// Headers of the key columns.
    pub key_columns: &'a [String],
    /// What kind of thing the key names.
    pub entity_type: Option<&'a str>,
    /// Patterns at most.
    pub limit: usize,
    /// Counts what asking costs; what computes here leaves it alone.
    pub meter: &'a dyn meter::Meter,
}

/// What a decider is told.
#[derive(Debug, Clone, Copy)]
pub struct DecideRequest<'a> {
    /// The row.
    pub input: &'a Input,
    /// All columns of the plan.
    pub plan: &'a [Column],
    /// Indices of the columns that are missing or weak.
    pub columns: &'a [usize],
    /// The search result pages, in the order of the queries.
    pub serps: &'a [Serp],
    /// Addresses that were tried already.
    pub tried: &'a [String],
    /// Pages to choose at most.
    pub limit: usize,
    /// The day that relative dates count from.
    pub today: PartialDate,
    /// Counts what asking costs; what computes here leaves it alone.
    pub meter: &'a dyn meter::Meter,
}

/// A result of the search result pages shown: the page's and the result's place, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the search result page.
    pub serp: usize,
    /// Index of the result on it.
    pub result: usize,
}

/// What a decider answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// Values that snippets hold; `page` is the index of the search result page.
    pub suggestions: Vec<(Place, Suggestion)>,
    /// Results to read, best first, each with how well it matches the row's entity: 0 to 1.
    pub read: Vec<(Place, f64)>,
    /// What kept a part of the work from being done, for good.
    pub problem: Option<Error>,
}

/// What an extractor is told.
#[derive(Debug, Clone, Copy)]
pub struct ExtractRequest<'a> {
    /// The row.
    pub input: &'a Input,
    /// All columns of the plan.
    pub plan: &'a [Column],
    /// Indices of the columns that are missing or weak.
    pub columns: &'a [usize],
    /// What kind of thing the key names.
    pub entity_type: Option<&'a str>,
    /// The pages with their addresses; suggestions name them by index.
    pub pages: &'a [(String, std::sync::Arc<Page>)],
    /// The day that relative dates count from.
    pub today: PartialDate,
    /// Counts what asking costs; what computes here leaves it alone.
    pub meter: &'a dyn meter::Meter,
}

/// What an extractor found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extracted {
    /// Values with their quotes.
    pub suggestions: Vec<Suggestion>,
    /// What kept a part of the work from being done, for good: columns without a suggestion are empty
    /// for this reason.
    pub problem: Option<Error>,
}

impl From<Vec<Suggestion>> for Extracted {
    fn from(suggestions: Vec<Suggestion>) -> Self {
        Self { suggestions, problem: None }
    }
}
