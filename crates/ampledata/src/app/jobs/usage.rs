//! Calls and their cost.

use ampledata_store::{JobId, Owner, Usage};

use super::{Jobs, ServiceError};
use crate::app::pricing::usd;

impl Jobs {
    /// Calls of a job by kind, provider and model. A job that was not started has none.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn usage(&self, owner: &Owner, id: &JobId) -> Result<Vec<Usage>, ServiceError> {
        if self.store.job(owner, id).await?.is_none() {
            self.state(owner, id).await?;
            return Ok(Vec::new());
        }
        Ok(self.store.usage(id).await?)
    }

    /// The cost of a job so far in US dollars.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn cost_usd(&self, owner: &Owner, id: &JobId) -> Result<f64, ServiceError> {
        let usage = self.usage(owner, id).await?;
        Ok(usd(usage.iter().map(|usage| usage.cost_nano_usd).sum()))
    }
}
