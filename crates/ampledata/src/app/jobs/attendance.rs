//! Jobs of which several processes could see to: one does, and another where that one is gone.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{Desk, Error};

/// How long a process that is not heard of any more is believed to see to its jobs.
pub(super) const LASTS: Duration = Duration::from_secs(15);
/// How often a process says that it is there, and looks for those that are not.
const EVERY: Duration = Duration::from_secs(5);

impl Desk {
    /// Sees to the jobs that this process took on, and to those of processes that are gone, until it is
    /// told to stop.
    pub async fn attend(&self, stop: &CancellationToken) {
        while !self.rules.alone && !stop.is_cancelled() {
            if let Err(error) = self.attend_now().await {
                tracing::error!(%error, "jobs of other processes cannot be looked for");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn attend_now(&self) -> Result<(), Error> {
        let now = Timestamp::now();
        let taken = self.runner.taken();
        if !taken.is_empty() {
            self.store().attend(&taken, now + LASTS).await?;
        }
        for job in self.store().take_unattended(now, now + LASTS).await? {
            tracing::info!(job = %job.id, "nobody saw to this job any more");
            self.runner.take_up(job);
        }
        Ok(())
    }
}
