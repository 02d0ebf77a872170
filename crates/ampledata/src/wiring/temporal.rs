//! Jobs on Temporal: connection settings, the engine, and its checks.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ampledata::app::{Engine, Error, TemporalStatus};
use ampledata::config::{Pem, Settings, WorkKind};
use ampledata_engine::perform::Performer;
use ampledata_store::{Job, Store};
use ampledata_temporal::contract::Queues;
use ampledata_temporal::{
    Activities, Driver, DriverOptions, Keys, Metrics, Served, ServerConnection, ServerOptions, Tls,
    Tuning, Version, work,
};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

/// First and longest pause before a failed worker is restarted.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The engine whose jobs are run by workers, including this process.
pub(super) struct OnTemporal {
    driver: Driver,
    server_options: ServerOptions,
    store: Arc<dyn Store>,
    performer: Arc<Performer>,
    tuning: Tuning,
    /// The address of the SDK's metrics, and the running endpoint.
    metrics: Option<(SocketAddr, OnceLock<Metrics>)>,
}

impl OnTemporal {
    pub(super) fn new(
        settings: &Settings,
        store: Arc<dyn Store>,
        performer: Arc<Performer>,
    ) -> Result<Self, Error> {
        let server_options = server_options(settings)?;
        let temporal = &settings.temporal;
        let driver_options = DriverOptions {
            concurrency: u32::try_from(settings.concurrency).unwrap_or(u32::MAX),
            rows_per_workflow: temporal.rows_per_workflow,
            queues: queues(settings),
        };
        let tuning = Tuning {
            serves: served(settings)?,
            activities: temporal.activities,
            cached_workflows: temporal.cached_workflows,
            grace: temporal.grace,
            version: temporal
                .build_id
                .clone()
                .map(|build_id| Version { deployment: temporal.deployment.clone(), build_id }),
            ..Tuning::default()
        };
        let driver = Driver::new(server_options.clone(), Arc::clone(&store), driver_options);
        let metrics = temporal.metrics.map(|address| (address, OnceLock::new()));
        Ok(Self { driver, server_options, store, performer, tuning, metrics })
    }
}

impl OnTemporal {
    /// The worker's tuning, with a metrics endpoint that is started on first use.
    fn tuned(&self) -> Result<Tuning, Error> {
        let mut tuning = self.tuning.clone();
        if let Some((address, registered)) = &self.metrics {
            let metrics = if let Some(metrics) = registered.get() {
                metrics
            } else {
                let metrics = Metrics::serve(*address).map_err(public_error)?;
                tracing::info!("worker metrics at http://{}/metrics", metrics.address);
                registered.get_or_init(|| metrics)
            };
            tuning.metrics = Some(metrics.clone());
        }
        Ok(tuning)
    }
}

#[async_trait]
impl Engine for OnTemporal {
    async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error> {
        self.driver.run(job, stop).await.map_err(public_error)
    }

    async fn work(&self, stop: &CancellationToken) -> Result<(), Error> {
        let tuning = self.tuned()?;
        let mut pause = PAUSES.0;
        while !stop.is_cancelled() {
            let working = async {
                let server = ServerConnection::connect(&self.server_options).await?;
                tracing::info!("worker connected to Temporal at {}", self.server_options.host_port);
                let (store, performer) = (Arc::clone(&self.store), Arc::clone(&self.performer));
                let activities = Activities::new(store, performer);
                work(&server, activities, tuning.clone(), stop.clone()).await
            };
            match working.await {
                Ok(()) => pause = PAUSES.0,
                Err(error) if error.is_passing() => tracing::error!("{error}"),
                Err(error) => return Err(public_error(error)),
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSES.1),
                () = stop.cancelled() => {}
            }
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), Error> {
        self.driver.server().await.map(drop).map_err(public_error)
    }
}

/// Creates what is missing on the server, and returns a line for each thing created.
pub(super) async fn set_up(settings: &Settings, retention: Duration) -> Result<Vec<String>, Error> {
    ServerConnection::set_up(&server_options(settings)?, retention).await.map_err(public_error)
}

/// The server's address and namespace, and what is missing there.
pub(super) async fn check(settings: &Settings) -> Result<TemporalStatus, Error> {
    let server_options = server_options(settings)?;
    let server = ServerConnection::connect(&server_options).await.map_err(public_error)?;
    let mut address =
        format!("{}, namespace {}", server_options.host_port, server_options.namespace);
    // Not every account may ask for these; jobs also run without the answers.
    let mut or_unchecked = |what: &str, answer: Result<Vec<String>, ampledata_temporal::Error>| {
        answer.unwrap_or_else(|error| {
            address = format!("{address}; {what} not checked: {error}");
            Vec::new()
        })
    };
    let unregistered = or_unchecked("search attributes", server.unregistered().await);
    let queues = queues(settings).others();
    let without_worker = or_unchecked("workers", server.without_worker(queues).await);
    Ok(TemporalStatus { address, unregistered, without_worker })
}

/// The task queues of crawls and model calls.
fn queues(settings: &Settings) -> Queues {
    let temporal = &settings.temporal;
    let own = |queue: &Option<String>| queue.clone().filter(|queue| *queue != temporal.task_queue);
    Queues { crawl: own(&temporal.crawl_queue), model: own(&temporal.model_queue) }
}

/// The task queues that this process polls.
fn served(settings: &Settings) -> Result<Served, Error> {
    let (takes, queues) = (&settings.temporal.worker_takes, queues(settings));
    let mut served = Served { jobs: takes.contains(&WorkKind::Jobs), others: BTreeSet::new() };
    let of_kind = [
        (WorkKind::Crawls, queues.crawl, "crawls", "TEMPORAL_CRAWL_TASK_QUEUE"),
        (WorkKind::Models, queues.model, "models", "TEMPORAL_MODEL_TASK_QUEUE"),
    ];
    for (kind, queue, name, setting) in of_kind {
        match queue {
            Some(queue) if takes.contains(&kind) => drop(served.others.insert(queue)),
            None if takes.contains(&kind) && !served.jobs => {
                let why = format!("{name} have no task queue of their own: set {setting}");
                return Err(super::unusable("WORKER_TAKES", why));
            }
            _ => {}
        }
    }
    Ok(served)
}

fn public_error(error: ampledata_temporal::Error) -> Error {
    let (code, message) = (error.code(), error.to_string());
    match error {
        ampledata_temporal::Error::Store(error) => Error::Store(error),
        error if error.is_passing() => Error::Away { code, message },
        _ => Error::Engine { code, message },
    }
}

fn server_options(settings: &Settings) -> Result<ServerOptions, Error> {
    let temporal = &settings.temporal;
    let tls = &temporal.tls;
    if tls.skip_host_verification {
        let seen = "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION is on";
        return Err(super::not_here(
            seen,
            "set TEMPORAL_TLS_SERVER_NAME to the certificate's name",
        ));
    }
    let (client_cert, client_key, server_ca) =
        (tls.client_cert(), tls.client_key(), tls.server_ca());
    let wanted = tls.enabled.unwrap_or(
        temporal.api_key.is_some()
            || [&client_cert, &client_key, &server_ca].iter().any(|pem| pem.is_some()),
    );
    let client = match (&client_cert, &client_key) {
        (Some(certificate), Some(key)) => Some((read(certificate)?, read(key)?)),
        (None, None) => None,
        _ => {
            let why = "a client certificate needs its key: set both TEMPORAL_TLS_CLIENT_CERT_… \
                       and TEMPORAL_TLS_CLIENT_KEY_…";
            return Err(super::unusable("Temporal", why));
        }
    };
    let server_ca = server_ca.as_ref().map(read).transpose()?;
    let tls = Tls { server_ca, client, server_name: tls.server_name.clone() };
    Ok(ServerOptions {
        host_port: temporal.host_port.clone(),
        namespace: temporal.namespace.clone(),
        task_queue: temporal.task_queue.clone(),
        api_key: temporal.api_key.as_ref().map(|key| key.expose().to_owned()),
        tls: wanted.then_some(tls),
        keys: keys(settings)?,
    })
}

/// The keys that encrypt histories, if there are any.
pub(super) fn keys(settings: &Settings) -> Result<Option<Keys>, Error> {
    let keys = settings.temporal.codec_keys.as_ref();
    let keys = keys.map(|keys| Keys::parse(keys.expose())).transpose();
    keys.map_err(|error| super::unusable("TEMPORAL_CODEC_KEYS", error))
}

fn read(pem: &Pem) -> Result<Vec<u8>, Error> {
    match pem {
        Pem::Data(text) => Ok(text.expose().as_bytes().to_vec()),
        Pem::Path(path) => {
            std::fs::read(path).map_err(|source| Error::Open { path: path.clone(), source })
        }
    }
}
