//! What the use cases need and do not choose: `main` names the concrete parts.

use std::path::PathBuf;
use std::sync::Arc;

use ampledata_backend::providers::PatternMaker;
use ampledata_backend::store::{Job, Store};
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
}

/// Puts workshops together.
#[async_trait]
pub trait Parts: Send + Sync {
    /// What tells webhooks.
    ///
    /// # Errors
    /// TLS is not to be had.
    fn notifier(&self, settings: &Settings) -> Result<Arc<dyn Notify>, Error>;

    /// A workshop for these settings. The database is the one given, or that of the settings.
    ///
    /// # Errors
    /// A provider that is not configured or not part of this version; a store that does not open.
    async fn workshop(
        &self,
        settings: &Settings,
        database: Option<PathBuf>,
    ) -> Result<Workshop, Error>;
}
