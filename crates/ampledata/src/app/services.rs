//! The services that the use cases need; `main` chooses the implementations.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::model::{JobModels, ModelRole};
use ampledata_engine::perform::Tally;
use ampledata_providers::blob::{self, Bucket};
use ampledata_providers::models::roles::ModelRoles;
use ampledata_providers::prices::{PriceOnDay, RequestPrice};
use ampledata_store::{CallKind, Job, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::Error;
use super::pricing::{ModelPrice, PriceList};
#[cfg(feature = "serve")]
use super::webhooks::WebhookSender;
use crate::config::Settings;

/// Runs jobs.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Runs the job until every row has its result, or until `stop` is cancelled: then it finishes the steps
    /// in flight, saves, and returns.
    ///
    /// # Errors
    /// Why the run cannot continue; failed rows are results, not errors.
    async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error>;

    /// Runs this process's share of all jobs until `stop` is cancelled. An engine that runs jobs only in
    /// [`Engine::run`] has nothing to do here.
    ///
    /// # Errors
    /// A permanent failure.
    async fn work(&self, stop: &CancellationToken) -> Result<(), Error> {
        stop.cancelled().await;
        Ok(())
    }

    /// Checks whether jobs can run.
    ///
    /// # Errors
    /// Why they cannot.
    async fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// The services that run jobs together.
#[derive(Clone)]
pub struct Services {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// Describes the search and the models: jobs with different descriptions are different jobs.
    pub providers: String,
    /// Identifies the pages of the corpus when it was opened; `None` if the web is searched. A run over other
    /// pages is another job.
    pub corpus_digest: Option<String>,
    /// The search provider's name, and the price of a query; `None` if it is free.
    pub search_price: (String, Option<RequestPrice>),
    /// Counts of cell outcomes of the rows that this process finished.
    pub tally: Arc<Tally>,
    /// The data folder, which may have a fitted model of confidence.
    pub data_dir: PathBuf,
    /// The models of the settings and of jobs: they write patterns, choose pages and extract values.
    pub models: Arc<ModelRoles>,
}

impl Services {
    /// The services that a job with these models uses, and today's prices.
    pub fn price_list(&self, models: &JobModels) -> PriceList {
        let kinds = [
            (ModelRole::Patterns, CallKind::Patterns),
            (ModelRole::Decisions, CallKind::Decide),
            (ModelRole::Values, CallKind::Extract),
        ];
        let price_model = |(role, kind): (ModelRole, CallKind)| {
            let model = models.for_role(role).hosted()?;
            let price = self.models.price(model);
            Some(ModelPrice {
                kind,
                provider: model.provider.name().to_owned(),
                model: model.name.clone(),
                price,
                prompt_tokens: self.models.prompt_tokens() as u64,
                thinking_tokens: u64::from(self.models.thinking_room(model, role)),
            })
        };
        let (engine, price) = &self.search_price;
        let price = match price {
            Some(price) => price.today(),
            None => Some(PriceOnDay::free(engine)),
        };
        PriceList {
            search: (engine.clone(), price),
            models: kinds.into_iter().filter_map(price_model).collect(),
        }
    }
}

/// The state of a Temporal server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemporalStatus {
    /// Its address and namespace, for people.
    pub address: String,
    /// Search attributes that are not registered.
    pub unregistered: Vec<String>,
    /// Task queues that jobs use but no worker polls.
    pub without_worker: Vec<String>,
}

/// Creates the services from the settings.
#[async_trait]
pub trait ServiceFactory: Send + Sync {
    /// The sender of webhook notifications.
    ///
    /// # Errors
    /// TLS is not available.
    #[cfg(feature = "serve")]
    fn create_notifier(&self, settings: &Settings) -> Result<Arc<dyn WebhookSender>, Error>;

    /// The object store that clients send their files to, if `BLOB_URL` is not a folder of this server.
    ///
    /// # Errors
    /// The address or its credentials are not usable.
    fn open_bucket(&self, settings: &Settings) -> Result<Option<Bucket>, blob::Error>;

    /// The store of these settings.
    ///
    /// # Errors
    /// It cannot be opened.
    async fn open_store(&self, settings: &Settings) -> Result<Arc<dyn Store>, Error>;

    /// Only the models of these settings.
    ///
    /// # Errors
    /// A provider is not configured.
    fn create_models(&self, settings: &Settings) -> Result<ModelRoles, Error>;

    /// All services for these settings. The database is the given one, or that of the settings.
    ///
    /// # Errors
    /// A provider is not configured or not part of this build, or the store cannot be opened.
    async fn create_services(
        &self,
        settings: &Settings,
        database: Option<PathBuf>,
    ) -> Result<Services, Error>;

    /// The number of jobs of the old service in the settings' database that were not imported.
    ///
    /// # Errors
    /// The database does not answer.
    async fn count_pending_imports(&self, settings: &Settings) -> Result<u64, Error>;

    /// Creates what is missing on the Temporal server, such as its namespace with this retention, and returns
    /// a line for each thing created.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses.
    async fn set_up_temporal(
        &self,
        settings: &Settings,
        retention: Duration,
    ) -> Result<Vec<String>, Error>;

    /// Checks the Temporal server.
    ///
    /// # Errors
    /// The server cannot be reached.
    async fn check_temporal(&self, settings: &Settings) -> Result<TemporalStatus, Error>;

    /// Decrypts histories for the Temporal UI of this origin, at an address of this machine, until `stop` is
    /// cancelled. Calls `on_listening` with the address once it listens.
    ///
    /// # Errors
    /// There are no keys, or the address is taken or not of this machine.
    async fn serve_temporal_codec(
        &self,
        settings: &Settings,
        listen: SocketAddr,
        ui: &str,
        on_listening: &(dyn Fn(SocketAddr) + Sync),
        stop: CancellationToken,
    ) -> Result<(), Error>;
}
