//! Repeated requests: the answer to the first one is kept under its idempotency key.

use std::time::Duration;

use ampledata_store::{IdempotentRequest, KeptAnswer, Known, Owner};
use jiff::Timestamp;

use super::{Accounts, ServiceError};

/// How long the answer to a request is kept for repetitions of it.
const KEPT: Duration = Duration::from_hours(24);

impl Accounts {
    /// Claims an idempotency key for a request, or returns what is known about it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn begin_request(
        &self,
        owner: &Owner,
        key: &str,
        hash: String,
    ) -> Result<Known, ServiceError> {
        let now = Timestamp::now();
        self.store.expire_requests(now).await?;
        let (owner, key) = (owner.clone(), key.to_owned());
        let request = IdempotentRequest { owner, key, hash, expires_at: now + KEPT };
        Ok(self.store.begin_request(&request, now).await?)
    }

    /// Keeps the answer of a request for its repetitions; without an answer, the request may be tried again.
    ///
    /// # Errors
    /// The store fails.
    pub async fn end_request(
        &self,
        owner: &Owner,
        key: &str,
        answer: Option<&KeptAnswer>,
    ) -> Result<(), ServiceError> {
        match answer {
            Some(answer) => Ok(self.store.finish_request(owner, key, answer).await?),
            None => Ok(self.store.drop_request(owner, key).await?),
        }
    }
}
