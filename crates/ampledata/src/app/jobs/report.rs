//! The report of a job over all its rows.

use ampledata_store::{JobId, Owner, Report};

use super::{Desk, Error, Standing};

/// Reports created at a time; others wait.
pub(super) const AT_A_TIME: usize = 2;
/// Sites listed in a report.
const SITES: u32 = 20;

/// The report of a job.
#[derive(Debug, Clone)]
pub struct JobReport {
    /// Its columns, in plan order.
    pub columns: Vec<String>,
    /// Its progress when the counting started.
    pub standing: Standing,
    /// What was counted.
    pub counted: Report,
    /// Its cost so far in US dollars.
    pub cost_usd: f64,
}

impl Desk {
    /// The report of a job so far.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn report(&self, owner: &Owner, id: &JobId) -> Result<JobReport, Error> {
        let job = self.job(owner, id).await?;
        let columns = job.plan.columns.iter().map(|column| column.name.clone()).collect();
        // The semaphore is never closed; if it were, continuing without a permit would be harmless.
        let _turn = self.reporting.acquire().await.ok();
        let standing = self.standing(owner, id).await?;
        let cost_usd = self.cost_usd(owner, id).await?;
        let counted = self.store().report(owner, id, SITES).await?;
        Ok(JobReport { columns, standing, counted, cost_usd })
    }
}
