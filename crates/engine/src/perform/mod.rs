//! Performs steps: one step of a row becomes one outcome, by calling a provider and the store.
//!
//! Known answers are not requested again: a query within its job, a page while it is fresh. A page that another
//! version of the reader read is read again from its stored bytes. The answer of a call
//! is stored together with the call before it is used. A definite answer, including a refusal, is an
//! [`Outcome`]; a transport fault is an [`enum@Error`], for the driver to retry.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::column::CompiledColumn;
use ampledata_core::model::JobModels;
use ampledata_core::page::{ContentHash, Page};
use ampledata_core::row::{Failure, FailureKind, Input, Outcome, Plan, Step};
use ampledata_core::serp::{Serp, SerpRef};
use ampledata_core::usage::CallUsage;
use ampledata_net::Retry;
use ampledata_net::gate::Gate;
use ampledata_page::READER_VERSION;
use ampledata_providers::prices::RequestPrice;
use ampledata_providers::{Crawl, Search};
use ampledata_store::{self as store, Call, CallKind, Caps, JobId, RowId, Store};
use moka::future::Cache;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

mod check;
mod compute;
mod crawl;
mod decide;
mod extract;
mod roles;
mod row_meter;
mod search;
mod tally;

use compute::Processors;
pub use roles::{FixedRoles, Role, Roles};
pub use search::serp_hash;
pub use tally::Tally;

/// Approximate size of page texts kept in memory, in bytes.
const PAGES_IN_MEMORY: u64 = 32 << 20;
/// Approximate size of search result pages kept in memory, in bytes.
const SERPS_IN_MEMORY: u64 = 8 << 20;
/// Number of addresses and queries whose answers are known without asking the store.
const ANSWERS_IN_MEMORY: u64 = 10_000;
/// How long a refusal counts as the answer for other rows that need the same page.
const ANSWERS_LAST: Duration = Duration::from_mins(10);

/// A provider, with what is recorded about its calls.
pub struct Configured<T: ?Sized> {
    /// Its name, such as `serper`.
    pub name: String,
    /// The model that it calls, if any.
    pub model: Option<String>,
    /// Price of one call; none: it is free. Models have theirs by the token.
    pub price: Option<RequestPrice>,
    /// The gate that all calls pass; `None` for providers on this machine.
    pub gate: Option<Arc<Gate>>,
    /// How long an answer may also be used by other jobs; `None`: each job makes its own calls.
    pub cache_lifetime: Option<Duration>,
    /// Other settings that affect its answers, such as a country, or the folder of a corpus.
    pub variant: String,
    /// Whether it is CPU-bound, so that it must not run on the async threads.
    pub is_cpu_bound: bool,
    /// The provider.
    pub provider: Arc<T>,
}

impl<T: ?Sized> Configured<T> {
    /// A free provider without a model that waits for others more than it computes.
    pub fn new(name: impl Into<String>, provider: Arc<T>) -> Self {
        Self {
            name: name.into(),
            model: None,
            price: None,
            gate: None,
            cache_lifetime: None,
            variant: String::new(),
            is_cpu_bound: false,
            provider,
        }
    }

    /// The same, for a CPU-bound provider.
    pub fn cpu_bound(name: impl Into<String>, provider: Arc<T>) -> Self {
        Self { is_cpu_bound: true, ..Self::new(name, provider) }
    }

    /// The provider and everything else that affects its answers.
    fn cache_scope(&self) -> String {
        if self.variant.is_empty() {
            return self.name.clone();
        }
        format!("{} {}", self.name, self.variant)
    }

    /// Price of one call today, in billionths of a US dollar.
    fn price_nano_usd(&self) -> u64 {
        self.price.as_ref().map_or(0, RequestPrice::nano_usd)
    }

    /// A call that brought nothing and was not charged.
    fn failed(&self) -> CallUsage {
        CallUsage {
            provider: self.name.clone(),
            model: self.model.clone(),
            units_in: 1,
            units_out: 0,
            cost_nano_usd: 0,
            cached: false,
            failed: true,
        }
    }

    fn call(&self, row: &RowId, kind: CallKind, units_in: u64, units_out: u64) -> Call {
        Call {
            row: row.clone(),
            kind,
            provider: self.name.clone(),
            model: self.model.clone(),
            units_in,
            units_out,
            cost_nano_usd: self.price_nano_usd(),
            cached: false,
            failed: false,
            metered: self.gate.is_some(),
            reservation: None,
        }
    }

    fn cached_call(&self, row: &RowId, kind: CallKind) -> Call {
        Call { cost_nano_usd: 0, cached: true, ..self.call(row, kind, 0, 0) }
    }
}

/// The providers that perform the steps.
pub struct Dependencies {
    /// Answers queries.
    pub search: Configured<dyn Search>,
    /// Fetches pages.
    pub crawl: Configured<dyn Crawl>,
    /// Choose pages and find values.
    pub roles: Arc<dyn Roles>,
}

/// The row that a step belongs to.
#[derive(Debug, Clone)]
pub struct RowContext {
    /// The row.
    pub row: RowId,
    /// What all rows of the job share.
    pub plan: Arc<Plan>,
    /// The plan's columns, compiled.
    pub columns: Arc<[CompiledColumn]>,
    /// The input of the row.
    pub input: Arc<Input>,
    /// The budgets of the job and the row.
    pub caps: Caps,
    /// The models of the job; `None` if it was created without any, so that those of this process are
    /// used.
    pub models: Option<Arc<JobModels>>,
    /// Cancelled when the run should end: no further work is started then.
    pub stop: CancellationToken,
}

/// Why a step has no outcome yet.
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// A provider did not answer; its error states whether a retry can help.
    #[error(transparent)]
    Provider(#[from] ampledata_net::Error),
    /// The store failed: nothing can continue.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Performs steps.
pub struct Performer {
    dependencies: Dependencies,
    store: Arc<dyn Store>,
    processors: Processors,
    pages: Cache<ContentHash, Arc<Page>>,
    serps: Cache<ContentHash, Arc<Serp>>,
    searched: Cache<(Option<JobId>, String, String), Arc<SerpRef>>,
    crawled: Cache<(Option<JobId>, String), Arc<crawl::Answer>>,
    reader_version: u32,
    tally: Arc<Tally>,
}

impl std::fmt::Debug for Performer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Performer").finish_non_exhaustive()
    }
}

impl Performer {
    /// The outcomes of the cells of rows that were driven with this performer.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    /// A performer with these providers and this store.
    pub fn new(dependencies: Dependencies, store: Arc<dyn Store>) -> Self {
        Self {
            dependencies,
            store,
            processors: Processors::for_available_cores(),
            tally: Arc::default(),
            pages: Cache::builder()
                .max_capacity(PAGES_IN_MEMORY)
                .weigher(|_, page: &Arc<Page>| weight(page_size(page)))
                .build(),
            serps: Cache::builder()
                .max_capacity(SERPS_IN_MEMORY)
                .weigher(|_, serp: &Arc<Serp>| weight(serp_size(serp)))
                .build(),
            searched: answers(),
            crawled: answers(),
            reader_version: READER_VERSION,
        }
    }

    /// The same performer with another version of the page reader, so that tests can upgrade it.
    #[must_use]
    pub fn with_reader_version(self, reader_version: u32) -> Self {
        Self { reader_version, ..self }
    }

    /// Performs a step and returns its outcome.
    ///
    /// # Errors
    /// [`Error::Provider`] if a retry can help; other failures of providers are outcomes.
    /// [`Error::Store`] if the store failed.
    pub async fn perform(&self, context: &RowContext, step: &Step) -> Result<Outcome, Error> {
        let outcome = match step {
            Step::Search { query } => self.search(context, query).await,
            Step::Decide { serps, columns, tried, limit } => {
                self.decide(context, serps, columns, tried, usize::from(*limit)).await
            }
            Step::Crawl { url } => self.crawl(context, url).await,
            Step::Extract { pages, columns } => self.extract(context, pages, columns).await,
        };
        match outcome {
            Err(Error::Provider(error)) if error.retry == Retry::Never => {
                Ok(Outcome::Failed(failure(&error)))
            }
            other => other,
        }
    }

    async fn page(&self, hash: &ContentHash) -> Result<Arc<Page>, Error> {
        let load = async {
            let page = self.store.page(hash).await?;
            page.map(Arc::new)
                .ok_or_else(|| store::Error::NotFound { what: "page", id: hash.0.clone() })
        };
        Ok(self.pages.try_get_with_by_ref(hash, load).await.map_err(unshared)?)
    }

    async fn serp(&self, hash: &ContentHash) -> Result<Arc<Serp>, Error> {
        let load = async {
            let serp = self.store.serp(hash).await?;
            serp.map(Arc::new).ok_or_else(|| store::Error::NotFound {
                what: "search result page",
                id: hash.0.clone(),
            })
        };
        Ok(self.serps.try_get_with_by_ref(hash, load).await.map_err(unshared)?)
    }
}

/// A provider's error as the failure of an outcome.
pub(crate) fn failure(error: &ampledata_net::Error) -> Failure {
    Failure { kind: error.kind, code: error.code.to_owned(), message: error.message.clone() }
}

fn failed(kind: FailureKind, code: &str, message: impl Into<String>) -> Failure {
    Failure { kind, code: code.to_owned(), message: message.into() }
}

/// A copy of an error that several callers waited for.
fn unshared<E: Clone>(error: Arc<E>) -> E {
    Arc::unwrap_or_clone(error)
}

fn answers<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static>() -> Cache<K, V>
{
    Cache::builder().max_capacity(ANSWERS_IN_MEMORY).time_to_live(ANSWERS_LAST).build()
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Approximate size of a page in memory: its text, and what its facts and entities repeat of it.
fn page_size(page: &Page) -> usize {
    const FACT: usize = 160;
    const PAGE: usize = 640;
    let facts: usize = page
        .facts
        .iter()
        .map(|fact| {
            FACT + fact.label.len() + fact.value.len() + fact.link.as_ref().map_or(0, String::len)
        })
        .sum();
    PAGE + page.text.len() + facts + page.entities.len() * FACT
}

fn serp_size(serp: &Serp) -> usize {
    const RESULT: usize = 120;
    let results = serp.results.iter();
    results
        .map(|result| RESULT + result.url.len() + result.title.len() + result.snippet.len())
        .sum()
}
