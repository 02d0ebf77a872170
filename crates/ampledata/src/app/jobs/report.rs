//! What a job came to, over all its rows.

use ampledata_store::{JobId, Owner, Report};

use super::{Desk, Error, Standing};

/// Reports that are made at a time; others wait.
pub(super) const AT_A_TIME: usize = 2;
/// Sites that a report names.
const SITES: u32 = 20;

/// What a job came to.
#[derive(Debug, Clone)]
pub struct JobReport {
    /// Its columns, by their place in the plan.
    pub columns: Vec<String>,
    /// How far it was when the counting began.
    pub standing: Standing,
    /// What was counted.
    pub counted: Report,
    /// What it has cost so far, in US dollars.
    pub cost_usd: f64,
}

impl Desk {
    /// What a job came to so far.
    ///
    /// # Errors
    /// There is no such job, or it was not started.
    pub async fn report(&self, owner: &Owner, id: &JobId) -> Result<JobReport, Error> {
        let job = self.job(owner, id).await?;
        let columns = job.plan.columns.iter().map(|column| column.name.clone()).collect();
        // Nobody closes the semaphore; were it closed, nothing would be lost by going on.
        let _turn = self.reporting.acquire().await.ok();
        let standing = self.standing(owner, id).await?;
        let cost_usd = self.cost_usd(owner, id).await?;
        let counted = self.store().report(owner, id, SITES).await?;
        Ok(JobReport { columns, standing, counted, cost_usd })
    }
}
