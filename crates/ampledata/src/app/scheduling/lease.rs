//! Leases on jobs: of several processes, one runs a job, and another takes over if it disappears.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::Scheduler;
use crate::app::ServiceError;

/// How long a process keeps its jobs without renewing its leases.
pub(super) const DURATION: Duration = Duration::from_secs(15);
/// How often a process renews its leases and looks for expired ones.
const RENEW_EVERY: Duration = Duration::from_secs(5);

impl Scheduler {
    /// Renews the leases of this process's jobs, and takes over jobs whose lease has expired, until it is
    /// stopped.
    pub async fn keep_leases(&self, stop: &CancellationToken) {
        while !self.is_exclusive && !stop.is_cancelled() {
            if let Err(error) = self.renew_leases().await {
                tracing::error!(%error, "cannot look for jobs of other processes");
            }
            tokio::select! {
                () = tokio::time::sleep(RENEW_EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn renew_leases(&self) -> Result<(), ServiceError> {
        let now = Timestamp::now();
        let owned = self.runner.owned_jobs();
        if !owned.is_empty() {
            self.store.renew_lease(&owned, now + DURATION).await?;
        }
        for job in self.store.claim_expired(now, now + DURATION).await? {
            tracing::info!(job = %job.id, "taking over a job whose lease has expired");
            self.runner.take_over(job);
        }
        Ok(())
    }
}
