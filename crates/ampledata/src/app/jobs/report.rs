//! The report of a job over all its rows.

use ampledata_store::{JobId, Owner, Report};

use super::{JobState, Jobs, ServiceError};

/// Reports created at a time; others wait.
pub(super) const MAX_CONCURRENT: usize = 2;
/// Sites listed in a report.
const SITES: u32 = 20;

/// The report of a job.
#[derive(Debug, Clone)]
pub struct JobReport {
    /// Its columns, in plan order.
    pub columns: Vec<String>,
    /// Its progress when the counting started.
    pub state: JobState,
    /// What was counted.
    pub counted: Report,
    /// Its cost so far in US dollars.
    pub cost_usd: f64,
}

impl Jobs {
    /// The report of a job so far.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn report(&self, owner: &Owner, id: &JobId) -> Result<JobReport, ServiceError> {
        let job = self.find(owner, id).await?;
        let columns = job.plan.columns.iter().map(|column| column.name.clone()).collect();
        // The semaphore is never closed; if it were, continuing without a permit would be harmless.
        let _permit = self.reporting.acquire().await.ok();
        let state = self.state(owner, id).await?;
        let cost_usd = self.cost_usd(owner, id).await?;
        let counted = self.store.report(owner, id, SITES).await?;
        Ok(JobReport { columns, state, counted, cost_usd })
    }
}
