//! What the use cases need and do not choose: `main` names the concrete parts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ampledata_engine::perform::Tally;
use ampledata_providers::PatternMaker;
use ampledata_providers::blob::{self, Bucket};
use ampledata_providers::models::{Model, ModelKeys};
use ampledata_providers::prices::Price;
use ampledata_store::{CallKind, Job, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::Error;
use super::jobs::Notify;
use crate::config::Settings;

/// Runs jobs.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Works on the job until every row has its result, or until it is told to stop: then it finishes
    /// the steps in flight, saves, and returns.
    ///
    /// # Errors
    /// What makes it impossible to go on; rows that fail are results, not errors.
    async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error>;

    /// Does this process's share of the work on everybody's jobs, until `stop`. An engine that works
    /// on a job where it was asked to has nothing else to do.
    ///
    /// # Errors
    /// What makes it impossible to go on, and does not pass.
    async fn work(&self, stop: &CancellationToken) -> Result<(), Error> {
        stop.cancelled().await;
        Ok(())
    }

    /// Whether jobs can be worked on.
    ///
    /// # Errors
    /// Why not.
    async fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// The parts that work together on jobs.
#[derive(Clone)]
pub struct Workshop {
    /// Remembers.
    pub store: Arc<dyn Store>,
    /// Works.
    pub engine: Arc<dyn Engine>,
    /// Writes the query patterns of a job.
    pub patterns: Arc<dyn PatternMaker>,
    /// Names what is searched and who is asked: two jobs with different names are different jobs.
    pub providers: String,
    /// Who is asked, and what they charge.
    pub tariff: Tariff,
    /// What became of the cells of the rows that this process finished.
    pub tally: Arc<Tally>,
    /// The model that chooses the keys of tables, where one is asked for anything before pages are read.
    pub keys: Option<ModelKeys>,
    /// The models that are asked, each once: they can say whether they would answer.
    pub models: Vec<Arc<dyn Model>>,
}

/// Who is asked for what, and what they charge.
#[derive(Debug, Clone, Default)]
pub struct Tariff {
    /// The search engine's name, and its price for a query in billionths of a US dollar; none: it is
    /// unknown.
    pub search: (String, Option<u64>),
    /// The models that are asked; none of them where everything is done on this machine.
    pub models: Vec<Rate>,
}

/// A model that is asked for something, and what it charges.
#[derive(Debug, Clone)]
pub struct Rate {
    /// For what.
    pub kind: CallKind,
    /// Who is asked.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Its price; none: it is unknown.
    pub price: Option<Price>,
    /// Tokens of a prompt at most.
    pub prompt_tokens: u64,
}

impl Tariff {
    /// Who is asked without anybody knowing what they charge.
    pub fn unknown(&self) -> Vec<String> {
        let (search, price) = &self.search;
        let search = price.is_none().then(|| search.clone());
        let models = self.models.iter().filter(|rate| rate.price.is_none());
        search
            .into_iter()
            .chain(models.map(|rate| format!("{}:{}", rate.provider, rate.model)))
            .collect()
    }
}

/// What is to be seen of a Temporal server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemporalSeen {
    /// Where it is, for people.
    pub place: String,
    /// Search attributes that it does not know.
    pub unregistered: Vec<String>,
    /// Task queues that jobs are sent to and no worker takes from.
    pub without_worker: Vec<String>,
}

/// Puts workshops together.
#[async_trait]
pub trait Parts: Send + Sync {
    /// What tells webhooks.
    ///
    /// # Errors
    /// TLS is not to be had.
    fn notifier(&self, settings: &Settings) -> Result<Arc<dyn Notify>, Error>;

    /// Where clients send their files, where `BLOB_URL` is no folder of this server.
    ///
    /// # Errors
    /// The address or the credentials for it do not do.
    fn bucket(&self, settings: &Settings) -> Result<Option<Bucket>, blob::Error>;

    /// The store of these settings.
    ///
    /// # Errors
    /// It does not open.
    async fn store(&self, settings: &Settings) -> Result<Arc<dyn Store>, Error>;

    /// A workshop for these settings. The database is the one given, or that of the settings.
    ///
    /// # Errors
    /// A provider that is not configured or not part of this version; a store that does not open.
    async fn workshop(
        &self,
        settings: &Settings,
        database: Option<PathBuf>,
    ) -> Result<Workshop, Error>;

    /// How many jobs of the old service the database of these settings holds that were not imported.
    ///
    /// # Errors
    /// The database does not answer.
    async fn waiting_imports(&self, settings: &Settings) -> Result<u64, Error>;

    /// Makes what is missing on the Temporal server, its namespace with this retention among it, and
    /// says what it was.
    ///
    /// # Errors
    /// The server is not there, or does not allow it.
    async fn set_up_temporal(
        &self,
        settings: &Settings,
        retention: Duration,
    ) -> Result<Vec<String>, Error>;

    /// Looks at the Temporal server.
    ///
    /// # Errors
    /// The server is not there.
    async fn look_at_temporal(&self, settings: &Settings) -> Result<TemporalSeen, Error>;

    /// Opens sealed histories for the Temporal UI of this origin, at an address of this machine, until
    /// `stop`. Tells the address once it listens.
    ///
    /// # Errors
    /// There are no keys, or the address is taken or not of this machine.
    async fn serve_temporal_codec(
        &self,
        settings: &Settings,
        listen: SocketAddr,
        ui: &str,
        tell: &(dyn Fn(SocketAddr) + Sync),
        stop: CancellationToken,
    ) -> Result<(), Error>;
}
