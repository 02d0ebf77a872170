//! Leases on jobs: of several processes, one runs a job, and another takes over if it disappears.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{Desk, Error};

/// How long a process keeps its jobs without renewing its leases.
pub(super) const LASTS: Duration = Duration::from_secs(15);
/// How often a process renews its leases and looks for expired ones.
const EVERY: Duration = Duration::from_secs(5);

impl Desk {
    /// Renews the leases of this process's jobs, and takes over jobs whose lease has expired, until it is
    /// stopped.
    pub async fn keep_leases(&self, stop: &CancellationToken) {
        while !self.rules.alone && !stop.is_cancelled() {
            if let Err(error) = self.renew_now().await {
                tracing::error!(%error, "cannot look for jobs of other processes");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn renew_now(&self) -> Result<(), Error> {
        let now = Timestamp::now();
        let taken = self.runner.taken();
        if !taken.is_empty() {
            self.store().renew_lease(&taken, now + LASTS).await?;
        }
        for job in self.store().claim_expired(now, now + LASTS).await? {
            tracing::info!(job = %job.id, "taking over a job whose lease has expired");
            self.runner.take_up(job);
        }
        Ok(())
    }
}
