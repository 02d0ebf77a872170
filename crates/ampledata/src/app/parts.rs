//! What the use cases need and do not choose: `main` names the concrete parts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::model::{JobModels, ModelRole};
use ampledata_engine::perform::Tally;
use ampledata_providers::blob::{self, Bucket};
use ampledata_providers::models::roles::ModelRoles;
use ampledata_providers::prices::PriceOnDay;
use ampledata_store::{CallKind, Job, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::Error;
#[cfg(feature = "serve")]
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
    /// Names what is searched and who is asked: two jobs with different names are different jobs.
    pub providers: String,
    /// The search engine's name, and what a query costs; none: nobody knows.
    pub search_price: (String, Option<PriceOnDay>),
    /// What became of the cells of the rows that this process finished.
    pub tally: Arc<Tally>,
    /// What writes patterns, decides and extracts: the models of the settings and of jobs.
    pub models: Arc<ModelRoles>,
}

impl Workshop {
    /// Who is asked by a job with these models, and what they charge today.
    pub fn tariff(&self, models: &JobModels) -> Tariff {
        let kinds = [
            (ModelRole::Patterns, CallKind::Patterns),
            (ModelRole::Decisions, CallKind::Decide),
            (ModelRole::Values, CallKind::Extract),
        ];
        let rate = |(role, kind): (ModelRole, CallKind)| {
            let model = models.of(role).hosted()?;
            let price = self.models.price(model);
            Some(Rate {
                kind,
                provider: model.provider.name().to_owned(),
                model: model.name.clone(),
                price,
                prompt_tokens: self.models.prompt_tokens() as u64,
                thinking_tokens: u64::from(self.models.thinking_room(model, role)),
            })
        };
        Tariff {
            search: self.search_price.clone(),
            models: kinds.into_iter().filter_map(rate).collect(),
        }
    }
}

/// Who is asked for what, and what they charge.
#[derive(Debug, Clone, Default)]
pub struct Tariff {
    /// The search engine's name, and what a query costs; none: it is unknown.
    pub search: (String, Option<PriceOnDay>),
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
    /// Its price today; none: it is unknown.
    pub price: Option<PriceOnDay>,
    /// Tokens of a prompt at most.
    pub prompt_tokens: u64,
    /// Tokens that it may think for beside each answer: they are paid as tokens of the answer.
    pub thinking_tokens: u64,
}

impl Rate {
    /// The model with its provider.
    pub fn name(&self) -> String {
        format!("{}:{}", self.provider, self.model)
    }
}

impl Tariff {
    /// Who is asked without anybody knowing what they charge.
    pub fn unknown(&self) -> Vec<String> {
        let (search, price) = &self.search;
        let search = price.is_none().then(|| search.clone());
        let models = self.models.iter().filter(|rate| rate.price.is_none());
        search.into_iter().chain(models.map(Rate::name)).collect()
    }

    /// Whose known prices have run out, each with the day until which its price held: what they charge now
    /// is not known.
    pub fn ran_out(&self) -> Vec<String> {
        let held = |name: String, price: Option<&PriceOnDay>| {
            let until = price?.ran_out?;
            Some(format!("{name} (its price held until {until})"))
        };
        let (search, price) = &self.search;
        let search = held(search.clone(), price.as_ref());
        let models = self.models.iter().filter_map(|rate| held(rate.name(), rate.price.as_ref()));
        search.into_iter().chain(models).collect()
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
    #[cfg(feature = "serve")]
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

    /// The models of these settings, with nothing else around them.
    ///
    /// # Errors
    /// A provider that is not configured.
    fn models(&self, settings: &Settings) -> Result<ModelRoles, Error>;

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
