//! Calls and their cost.

use ampledata_store::{JobId, MonthUsage, Owner, Usage};

use super::{Desk, Error};

/// Converts billionths of a US dollar to dollars.
pub fn usd(nano: u64) -> f64 {
    nano as f64 / 1e9
}

impl Desk {
    /// Calls of a job by kind, provider and model. A job that was not started has none.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn usage(&self, owner: &Owner, id: &JobId) -> Result<Vec<Usage>, Error> {
        if self.store().job(owner, id).await?.is_none() {
            self.standing(owner, id).await?;
            return Ok(Vec::new());
        }
        Ok(self.store().usage(id).await?)
    }

    /// The cost of a job so far in US dollars.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn cost_usd(&self, owner: &Owner, id: &JobId) -> Result<f64, Error> {
        let usage = self.usage(owner, id).await?;
        Ok(usd(usage.iter().map(|usage| usage.cost_nano_usd).sum()))
    }

    /// The owner's calls by month, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn usage_by_month(
        &self,
        owner: &Owner,
        from: Option<&str>,
    ) -> Result<Vec<MonthUsage>, Error> {
        Ok(self.store().usage_by_month(owner, from).await?)
    }
}
