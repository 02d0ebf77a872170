//! Use cases of the API: everything that a client can do with sources and jobs, each for one owner. No HTTP
//! here, and no SQL.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ampledata_core::row::Limits;
use ampledata_engine::perform::Tally;
use ampledata_providers::blob::Bucket;
use ampledata_store::{Owner, Slice, Store};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, Semaphore};
use tokio_util::sync::CancellationToken;

use super::Services;
use super::enrich;
use super::providers::{Providers, Seen};
use crate::config::{Database, Driver, Settings};

mod account;
mod bucket;
mod budget;
mod error;
mod export;
mod grid;
mod key;
mod key_by_model;
mod lease;
mod lifecycle;
mod report;
mod runner;
mod shown;
mod sources;
mod start;
mod surroundings;
mod upload;
mod usage;
mod webhooks;

pub use account::is_system_template;
pub use error::{Error, Fault};
pub use export::Export;
pub use grid::{Edit, ViewAsked};
pub use key::KeyChoice;
pub use key_by_model::{ChosenKey, FellBack, KeyBy};
pub use lifecycle::{Again, Detail, Standing};
pub use report::JobReport;
pub use shown::{STAGES, stage_name, status_name, value_json};
pub use sources::{Sample, TableName};
pub use start::StartRequest;
pub use surroundings::Surroundings;
pub use upload::{Piece, VALID};
pub use usage::usd;
pub use webhooks::{EVENTS, Notify};

use runner::Runner;

/// How long a client may pause while it sends a file.
const UPLOAD_PAUSE: Duration = Duration::from_secs(30);

/// All use cases of the API.
pub struct Desk {
    services: Services,
    rules: Rules,
    runner: Runner,
    notify: Arc<dyn Notify>,
    /// The object store that clients send their files to, if not to this server.
    bucket: Option<Bucket>,
    /// Its origin, which the web app needs permission to reach.
    upload_origin: OnceLock<String>,
    providers: Providers,
    /// One job is created at a time, so that of two requests that start the same job one succeeds.
    starting: Mutex<()>,
    /// One file is fetched from the bucket at a time.
    fetching: Mutex<()>,
    /// A report reads every cell of a job, so few run at a time to keep the store responsive.
    reporting: Semaphore,
}

/// The settings that the use cases need.
struct Rules {
    /// Folder of files whose rows are not yet in the store.
    folder: PathBuf,
    upload_bytes: u64,
    upload_pause: Duration,
    /// Whether no other process uses the store.
    alone: bool,
    running_jobs: usize,
    limits: Limits,
    concurrency: usize,
}

/// Numbers of running and waiting jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// Running jobs.
    pub running: usize,
    /// Jobs that wait for a slot.
    pub waiting: usize,
}

impl Desk {
    /// The use cases over these services. Clients send their files to the bucket, if there is one, else to
    /// this server. Runs end when `stop` is cancelled.
    pub fn new(
        services: Services,
        notify: Arc<dyn Notify>,
        bucket: Option<Bucket>,
        settings: &Settings,
        stop: CancellationToken,
    ) -> Self {
        let folder = settings.blob_url.strip_prefix("file://").map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| settings.data_dir.join("uploads"));
        let running_jobs = settings.server.running_jobs;
        let rules = Rules {
            folder,
            upload_bytes: settings.server.upload_bytes,
            upload_pause: UPLOAD_PAUSE,
            alone: settings.engine == Driver::Embedded
                || matches!(settings.database, Database::Sqlite(_)),
            running_jobs,
            limits: enrich::limits(settings),
            concurrency: settings.concurrency,
        };
        let providers = Providers::new(settings, Arc::clone(&services.models));
        let runner = Runner::new(services.clone(), running_jobs, stop);
        let (starting, fetching) = (Mutex::default(), Mutex::default());
        Self {
            services,
            rules,
            runner,
            notify,
            bucket,
            upload_origin: OnceLock::new(),
            providers,
            starting,
            fetching,
            reporting: Semaphore::new(report::AT_A_TIME),
        }
    }

    /// Resumes the jobs that were running when the process ended, and marks interrupted uploads as failed.
    ///
    /// # Errors
    /// The store fails.
    pub async fn resume_all(&self) -> Result<usize, Error> {
        let over_at = (!self.rules.alone).then(Timestamp::now);
        let cut_off = self.store().abandon_uploads(over_at).await?;
        if cut_off > 0 {
            tracing::warn!("{cut_off} uploads were interrupted when the process ended");
        }
        let jobs = self.store().running_jobs().await?;
        let number = jobs.len();
        for job in jobs {
            self.runner.take_on(job);
        }
        Ok(number)
    }

    /// Waits until every run has saved its work and ended.
    pub async fn drain(&self) {
        self.runner.drain().await;
    }

    /// Checks that the store answers.
    ///
    /// # Errors
    /// The store fails.
    pub async fn check_store(&self) -> Result<(), Error> {
        self.store().listed_jobs(&Owner::local(), None, &Slice::first(1)).await?;
        Ok(())
    }

    /// Counts of cell outcomes of the rows that this process finished.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.services.tally
    }

    /// The configured providers and whether they answer, at most a minute old.
    pub async fn providers(&self) -> Seen {
        self.providers.look().await
    }

    /// Numbers of running and waiting jobs.
    pub fn queue(&self) -> Queue {
        self.runner.queue(self.rules.running_jobs)
    }

    /// The owner of the key with this [hash](key_hash).
    ///
    /// # Errors
    /// The store fails.
    pub async fn owner_of_key(&self, hash: &str) -> Result<Option<Owner>, Error> {
        let Some(key) = self.store().api_key_by_hash(hash).await? else { return Ok(None) };
        self.store().touch_api_key(&key.id, Timestamp::now()).await?;
        Ok(Some(key.owner))
    }

    fn store(&self) -> &dyn Store {
        self.services.store.as_ref()
    }
}

/// The name under which an API key is stored: its SHA-256 in lower-case hex. Keys are random, so a slower
/// hash would protect nothing more.
pub fn key_hash(key: &str) -> String {
    enrich::hex(&Sha256::digest(key))
}
