//! Metering: the maximum cost of a paid call is reserved before it, its actual cost is recorded before
//! its answer is used, and a stored answer costs nothing.

use std::fmt::Debug;

use ampledata_core::usage::CallUsage;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use ampledata_net::Error;

/// Keeps account of calls on behalf of one row.
#[async_trait]
pub trait Meter: Debug + Send + Sync {
    /// Reserves the maximum cost of the next call, as soon as the budget has room beside the calls under
    /// way. [`Meter::record`] replaces the reservation by the actual cost.
    ///
    /// # Errors
    /// If the budget does not allow the call; it must not be made then.
    async fn reserve(&self, most_nano_usd: u64) -> Result<(), Error>;

    /// Cancelled when no further work should be started.
    fn stop_token(&self) -> &CancellationToken;

    /// Records a call.
    ///
    /// # Errors
    /// If the call cannot be recorded; its answer must not be used then.
    async fn record(&self, spent: &CallUsage) -> Result<(), Error>;

    /// The answer stored under this key.
    ///
    /// # Errors
    /// If the stored answer cannot be read.
    async fn stored_answer(&self, key: &str) -> Result<Option<String>, Error>;

    /// Stores a usable answer.
    ///
    /// # Errors
    /// If it cannot be written.
    async fn store_answer(&self, key: &str, answer: &str) -> Result<(), Error>;
}

/// Allows every call and stores nothing: for providers that cost nothing.
#[derive(Debug, Clone, Default)]
pub struct Unmetered(CancellationToken);

#[async_trait]
impl Meter for Unmetered {
    async fn reserve(&self, _: u64) -> Result<(), Error> {
        Ok(())
    }

    fn stop_token(&self) -> &CancellationToken {
        &self.0
    }

    async fn record(&self, _: &CallUsage) -> Result<(), Error> {
        Ok(())
    }

    async fn stored_answer(&self, _: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn store_answer(&self, _: &str, _: &str) -> Result<(), Error> {
        Ok(())
    }
}
