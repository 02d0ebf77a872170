//! The services of the HTTP API, wired together.

use std::sync::Arc;

use ampledata_engine::perform::Tally;
use ampledata_providers::blob::Bucket;
use ampledata_store::{Owner, Slice};
use tokio_util::sync::CancellationToken;

use super::accounts::Accounts;
use super::jobs::Jobs;
use super::providers::ProviderMonitor;
use super::scheduling::Scheduler;
use super::sources::Sources;
use super::webhooks::{WebhookSender, Webhooks};
use super::{ServiceError, Services};
use crate::config::Settings;

/// Everything that clients of the HTTP API can do, by subject.
pub struct Application {
    /// API keys, templates, repeated requests and usage of an owner.
    pub accounts: Accounts,
    /// Tables and uploads.
    pub sources: Arc<Sources>,
    /// Jobs, their rows and cells.
    pub jobs: Jobs,
    /// Which jobs this process runs.
    pub scheduler: Scheduler,
    /// Notifications.
    pub webhooks: Webhooks,
    /// The configured providers.
    pub providers: ProviderMonitor,
    services: Services,
}

impl Application {
    /// The application over these services. Clients send their files to the bucket, if there is one, else to
    /// this server. Runs end when `stop` is cancelled.
    pub fn new(
        services: Services,
        sender: Arc<dyn WebhookSender>,
        bucket: Option<Bucket>,
        settings: &Settings,
        stop: CancellationToken,
    ) -> Self {
        let store = || Arc::clone(&services.store);
        let models = || Arc::clone(&services.models);
        let sources = Arc::new(Sources::new(store(), models(), bucket, settings));
        let scheduler = Scheduler::new(services.clone(), settings, stop);
        Self {
            accounts: Accounts::new(store()),
            jobs: Jobs::new(services.clone(), Arc::clone(&sources), scheduler.clone(), settings),
            webhooks: Webhooks::new(store(), sender),
            providers: ProviderMonitor::new(settings, models()),
            sources,
            scheduler,
            services,
        }
    }

    /// Checks that the store answers.
    ///
    /// # Errors
    /// The store fails.
    pub async fn check_store(&self) -> Result<(), ServiceError> {
        self.services.store.listed_jobs(&Owner::local(), None, &Slice::first(1)).await?;
        Ok(())
    }

    /// Counts of cell outcomes of the rows that this process finished.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.services.tally
    }
}
