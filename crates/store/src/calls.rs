//! Calls of providers, and their cost.

use std::collections::BTreeMap;

use ampledata_core::row::Stage;
use ampledata_core::usage::CallUsage;
use async_trait::async_trait;
use jiff::Timestamp;

use super::row::RowId;
use super::spending::{Reservation, UsageHistory};
use super::{Error, JobId, Owner};

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

impl Call {
    /// A call of a provider that meters its calls.
    pub fn metered(
        row: RowId,
        kind: CallKind,
        usage: CallUsage,
        reservation: Option<Reservation>,
    ) -> Self {
        let CallUsage { provider, model, units_in, units_out, cost_nano_usd, cached, failed } =
            usage;
        Self {
            row,
            kind,
            provider,
            model,
            units_in,
            units_out,
            cost_nano_usd,
            cached,
            failed,
            metered: true,
            reservation,
        }
    }
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

/// Records calls of providers and their cost.
#[async_trait]
pub trait Calls {
    /// Records a call: each is added to the usage of its job, and a metered call is also written to the
    /// ledger.
    async fn put_call(&self, call: Call) -> Result<(), Error>;

    /// Calls of a job by kind, provider and model.
    async fn usage(&self, job: &JobId) -> Result<Vec<Usage>, Error>;

    /// Totals of all jobs. Cheap for any number of rows.
    async fn totals(&self) -> Result<Totals, Error>;

    /// Metered calls of a job in the order in which they were recorded, after the first `offset`, at most
    /// `limit`.
    async fn ledger(&self, job: &JobId, offset: u64, limit: u32) -> Result<Vec<Paid>, Error>;

    /// What calls used in the owner's latest jobs.
    async fn usage_history(&self, owner: &Owner) -> Result<Vec<UsageHistory>, Error>;
}
