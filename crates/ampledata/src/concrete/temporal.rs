//! Jobs on Temporal: how the settings reach it, its engine, and its checks.

use std::sync::Arc;
use std::time::Duration;

use ampledata::app::{Engine, Error};
use ampledata::config::{Pem, Settings};
use ampledata_backend::perform::Performer;
use ampledata_backend::store::{Job, Store};
use ampledata_temporal::{
    Activities, Driver, Effects, Keys, Reach, Server, Tls, Tuning, Version, work,
};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

/// How long to wait before the worker begins again that could not, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The engine whose work is done by workers, this process among them.
pub(super) struct OnTemporal {
    driver: Driver,
    reach: Reach,
    store: Arc<dyn Store>,
    performer: Arc<Performer>,
    tuning: Tuning,
}

impl OnTemporal {
    pub(super) fn new(
        settings: &Settings,
        store: Arc<dyn Store>,
        performer: Arc<Performer>,
    ) -> Result<Self, Error> {
        let reach = reach(settings)?;
        let temporal = &settings.temporal;
        let effects = Effects {
            concurrency: u32::try_from(settings.concurrency).unwrap_or(u32::MAX),
            rows_per_workflow: temporal.rows_per_workflow,
        };
        let tuning = Tuning {
            activities: temporal.activities,
            cached_workflows: temporal.cached_workflows,
            grace: temporal.grace,
            version: temporal
                .build_id
                .clone()
                .map(|build_id| Version { deployment: temporal.deployment.clone(), build_id }),
            ..Tuning::default()
        };
        let driver = Driver::new(reach.clone(), Arc::clone(&store), effects);
        Ok(Self { driver, reach, store, performer, tuning })
    }
}

#[async_trait]
impl Engine for OnTemporal {
    async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error> {
        self.driver.run(job, stop).await.map_err(told)
    }

    async fn work(&self, stop: &CancellationToken) -> Result<(), Error> {
        let mut pause = PAUSES.0;
        while !stop.is_cancelled() {
            let working = async {
                let server = Server::connect(&self.reach).await?;
                tracing::info!("working for Temporal at {}", self.reach.host_port);
                let (store, performer) = (Arc::clone(&self.store), Arc::clone(&self.performer));
                let activities = Activities::new(store, performer);
                work(&server, activities, self.tuning.clone(), stop.clone()).await
            };
            match working.await {
                Ok(()) => pause = PAUSES.0,
                Err(error) if error.is_passing() => tracing::error!("{error}"),
                Err(error) => return Err(told(error)),
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSES.1),
                () = stop.cancelled() => {}
            }
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), Error> {
        self.driver.server().await.map(drop).map_err(told)
    }
}

/// Makes what is missing on the server, and says what it was.
pub(super) async fn set_up(settings: &Settings, retention: Duration) -> Result<Vec<String>, Error> {
    Server::set_up(&reach(settings)?, retention).await.map_err(told)
}

/// What is to be seen of the server: where it is, and what is missing there.
pub(super) async fn look(settings: &Settings) -> Result<(String, Vec<String>), Error> {
    let reach = reach(settings)?;
    let server = Server::connect(&reach).await.map_err(told)?;
    let seen = format!("{}, namespace {}", reach.host_port, reach.namespace);
    Ok(match server.unregistered().await {
        Ok(missing) => (seen, missing),
        // Not every account may ask for that; jobs run without search attributes as well.
        Err(error) => (format!("{seen}; search attributes not checked: {error}"), Vec::new()),
    })
}

fn told(error: ampledata_temporal::Error) -> Error {
    let (code, message) = (error.code(), error.to_string());
    match error {
        ampledata_temporal::Error::Store(error) => Error::Store(error),
        error if error.is_passing() => Error::Away { code, message },
        _ => Error::Engine { code, message },
    }
}

fn reach(settings: &Settings) -> Result<Reach, Error> {
    let temporal = &settings.temporal;
    let tls = &temporal.tls;
    if tls.skip_host_verification {
        let seen = "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION is on";
        return Err(super::not_here(
            seen,
            "set TEMPORAL_TLS_SERVER_NAME to the certificate's name",
        ));
    }
    let wanted = tls.enabled.unwrap_or(
        temporal.api_key.is_some()
            || [&tls.client_cert, &tls.client_key, &tls.server_ca].iter().any(|pem| pem.is_some()),
    );
    let client = match (&tls.client_cert, &tls.client_key) {
        (Some(certificate), Some(key)) => Some((read(certificate)?, read(key)?)),
        (None, None) => None,
        _ => {
            let why = "a client certificate needs its key: set both TEMPORAL_TLS_CLIENT_CERT_… \
                       and TEMPORAL_TLS_CLIENT_KEY_…";
            return Err(super::unusable("Temporal", why));
        }
    };
    let server_ca = tls.server_ca.as_ref().map(read).transpose()?;
    let tls = Tls { server_ca, client, server_name: tls.server_name.clone() };
    Ok(Reach {
        host_port: temporal.host_port.clone(),
        namespace: temporal.namespace.clone(),
        task_queue: temporal.task_queue.clone(),
        api_key: temporal.api_key.as_ref().map(|key| key.expose().to_owned()),
        tls: wanted.then_some(tls),
        keys: keys(settings)?,
    })
}

/// The keys that seal histories, if there are any.
pub(super) fn keys(settings: &Settings) -> Result<Option<Keys>, Error> {
    let keys = settings.temporal.codec_keys.as_ref();
    let keys = keys.map(|keys| Keys::read(keys.expose())).transpose();
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
