//! Creates the provider, store and engine that the settings choose. Nothing else names the concrete types.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "serve")]
use ampledata::app::webhooks::WebhookSender;
use ampledata::app::{Engine, Error, ServiceFactory, Services, TemporalStatus};
use ampledata::config::{Database, Driver, SearchProvider, Settings};
#[cfg(feature = "postgres")]
use ampledata::import_go;
use ampledata::printer::Printer;
use ampledata_engine::embedded;
use ampledata_engine::perform::{self, Performer};
use ampledata_providers::blob::{self, Bucket};
use ampledata_providers::models::roles::ModelRoles;
use ampledata_providers::prices::{Prices, PricesError};
#[cfg(feature = "postgres")]
use ampledata_store::Postgres;
use ampledata_store::{Job, Sqlite, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

#[cfg(feature = "temporal")]
mod codec_server;
mod crawl;
#[cfg(feature = "serve")]
mod hooks;
mod models;
mod search;
#[cfg(feature = "temporal")]
mod temporal;

/// The services of this program.
pub(crate) struct DefaultServiceFactory<'a> {
    /// Prints notes and warnings.
    pub(crate) printer: &'a Printer,
}

#[async_trait]
impl ServiceFactory for DefaultServiceFactory<'_> {
    #[cfg(feature = "serve")]
    fn create_notifier(&self, settings: &Settings) -> Result<Arc<dyn WebhookSender>, Error> {
        hooks::webhook_sender(settings)
    }

    fn open_bucket(&self, settings: &Settings) -> Result<Option<Bucket>, blob::Error> {
        let address = &settings.blob_url;
        let in_cloud = !address.starts_with("file://");
        in_cloud.then(|| Bucket::open(address)).transpose()
    }

    async fn open_store(&self, settings: &Settings) -> Result<Arc<dyn Store>, Error> {
        open_store(settings, None).await
    }

    #[cfg(feature = "postgres")]
    async fn count_pending_imports(&self, settings: &Settings) -> Result<u64, Error> {
        let Database::Postgres(url) = &settings.database else { return Ok(0) };
        import_go::waiting(url.expose()).await.map_err(|error| {
            let (code, message) = (error.code(), error.to_string());
            Error::Engine { code, message }
        })
    }

    #[cfg(not(feature = "postgres"))]
    async fn count_pending_imports(&self, _: &Settings) -> Result<u64, Error> {
        Ok(0)
    }

    fn create_models(&self, settings: &Settings) -> Result<ModelRoles, Error> {
        models::roles(settings, &Arc::new(prices(settings)?), self.printer)
    }

    async fn create_services(
        &self,
        settings: &Settings,
        database: Option<PathBuf>,
    ) -> Result<Services, Error> {
        let prices = Arc::new(prices(settings)?);
        let (search, crawl) = if settings.search.provider == SearchProvider::Corpus {
            self.corpus(settings).await?
        } else {
            (search::web(settings, &prices)?, crawl::web(settings)?)
        };
        let models = Arc::new(models::roles(settings, &prices, self.printer)?);
        let described = models::described(settings, &models);
        let providers = format!("{}, {}, {described}", search.shown, crawl.shown);
        let (search_price, corpus_digest) = (search.price, search.content);
        let store = open_store(settings, database).await?;
        let dependencies = perform::Dependencies {
            search: search.provider,
            crawl: crawl.provider,
            roles: Arc::clone(&models) as _,
        };
        let performer = Arc::new(Performer::new(dependencies, Arc::clone(&store)));
        let tally = Arc::clone(performer.tally());
        let engine = engine(settings, &store, performer)?;
        Ok(Services {
            store,
            engine,
            providers,
            corpus_digest,
            search_price,
            tally,
            data_dir: settings.data_dir.clone(),
            models,
        })
    }

    #[cfg(feature = "temporal")]
    async fn set_up_temporal(
        &self,
        settings: &Settings,
        retention: Duration,
    ) -> Result<Vec<String>, Error> {
        temporal::set_up(settings, retention).await
    }

    #[cfg(feature = "temporal")]
    async fn check_temporal(&self, settings: &Settings) -> Result<TemporalStatus, Error> {
        temporal::check(settings).await
    }

    #[cfg(feature = "temporal")]
    async fn serve_temporal_codec(
        &self,
        settings: &Settings,
        listen: SocketAddr,
        ui: &str,
        on_listening: &(dyn Fn(SocketAddr) + Sync),
        stop: CancellationToken,
    ) -> Result<(), Error> {
        codec_server::serve(settings, listen, ui, on_listening, stop).await
    }

    #[cfg(not(feature = "temporal"))]
    async fn set_up_temporal(&self, _: &Settings, _: Duration) -> Result<Vec<String>, Error> {
        Err(without_temporal())
    }

    #[cfg(not(feature = "temporal"))]
    async fn check_temporal(&self, _: &Settings) -> Result<TemporalStatus, Error> {
        Err(without_temporal())
    }

    #[cfg(not(feature = "temporal"))]
    async fn serve_temporal_codec(
        &self,
        _: &Settings,
        _: SocketAddr,
        _: &str,
        _: &(dyn Fn(SocketAddr) + Sync),
        _: CancellationToken,
    ) -> Result<(), Error> {
        Err(without_temporal())
    }
}

fn engine(
    settings: &Settings,
    store: &Arc<dyn Store>,
    performer: Arc<Performer>,
) -> Result<Arc<dyn Engine>, Error> {
    let store = Arc::clone(store);
    match settings.engine {
        Driver::Embedded => {
            Ok(Arc::new(Embedded { store, performer, concurrency: settings.concurrency }))
        }
        #[cfg(feature = "temporal")]
        Driver::Temporal => Ok(Arc::new(temporal::OnTemporal::new(settings, store, performer)?)),
        #[cfg(not(feature = "temporal"))]
        Driver::Temporal => Err(without_temporal()),
    }
}

#[cfg(not(feature = "temporal"))]
fn without_temporal() -> Error {
    not_here("ENGINE is `temporal`", "set ENGINE=embedded, or build with the feature `temporal`")
}

fn prices(settings: &Settings) -> Result<Prices, Error> {
    let Some(path) = &settings.models.prices else { return Ok(Prices::bundled()) };
    Prices::with_file(path).map_err(prices_unusable)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn prices_unusable(error: PricesError) -> Error {
    Error::Provider { code: "prices_unusable", message: error.to_string() }
}

fn not_here(seen: &str, fix: &str) -> Error {
    let message = format!("{seen}, which is not part of this build: {fix}");
    Error::Provider { code: "not_in_this_version", message }
}

/// A provider whose settings are incomplete or wrong.
fn unusable(name: &str, why: impl std::fmt::Display) -> Error {
    Error::Provider { code: "provider_not_set_up", message: format!("{name}: {why}") }
}

async fn open_store(
    settings: &Settings,
    database: Option<PathBuf>,
) -> Result<Arc<dyn Store>, Error> {
    match (&database, &settings.database) {
        (Some(path), _) | (None, Database::Sqlite(path)) => Ok(Arc::new(Sqlite::open(path).await?)),
        #[cfg(not(feature = "postgres"))]
        (None, Database::Postgres(_)) => Err(not_here(
            "DATABASE_URL_ENRICH names a PostgreSQL database",
            "use SQLite, or build with the feature `postgres`",
        )),
        #[cfg(feature = "postgres")]
        (None, Database::Postgres(url)) => {
            let store = Postgres::open(url.expose()).await?;
            // Two engines that do not coordinate would do and pay for everything twice.
            if settings.engine == Driver::Embedded {
                store.claim().await?;
            }
            Ok(Arc::new(store))
        }
    }
}

/// The engine of this process.
struct Embedded {
    store: Arc<dyn Store>,
    performer: Arc<Performer>,
    concurrency: usize,
}

#[async_trait]
impl Engine for Embedded {
    async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error> {
        let options =
            embedded::Options { cancel: stop.clone(), ..embedded::Options::new(self.concurrency) };
        let (store, performer) = (Arc::clone(&self.store), Arc::clone(&self.performer));
        match embedded::run(store, performer, job, options).await {
            Ok(_) => Ok(()),
            Err(embedded::Error::Store(error)) => Err(error.into()),
            Err(error @ embedded::Error::NotLoaded(_)) => {
                Err(Error::Engine { code: "job_not_loaded", message: error.to_string() })
            }
        }
    }
}
