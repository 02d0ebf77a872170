//! Metering: what a paid call may cost at most is reserved before it, what it did cost is written
//! down before its answer is used, and an answer that is known already costs nothing.

use std::fmt::Debug;

use ampledata_core::usage::Spent;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::Error;

/// Keeps account of calls on behalf of one row.
#[async_trait]
pub trait Meter: Debug + Send + Sync {
    /// Sets aside what the next call may cost at most, as soon as calls under way leave room for it;
    /// [`Meter::record`] takes its place.
    ///
    /// # Errors
    /// Where the budget does not allow it: the call must not be made.
    async fn reserve(&self, most_nano_usd: u64) -> Result<(), Error>;

    /// Is cancelled when nothing further is to be begun.
    fn stop(&self) -> &CancellationToken;

    /// Writes a call down.
    ///
    /// # Errors
    /// Where it cannot be written: then what it brought must not be used.
    async fn record(&self, spent: &Spent) -> Result<(), Error>;

    /// The answer that was kept under this key.
    ///
    /// # Errors
    /// Where what is kept cannot be read.
    async fn known(&self, key: &str) -> Result<Option<String>, Error>;

    /// Keeps an answer that could be used.
    ///
    /// # Errors
    /// Where it cannot be written.
    async fn keep(&self, key: &str, answer: &str) -> Result<(), Error>;
}

/// Allows every call and remembers none: for providers that cost nothing.
#[derive(Debug, Clone, Default)]
pub struct Unmetered(CancellationToken);

#[async_trait]
impl Meter for Unmetered {
    async fn reserve(&self, _: u64) -> Result<(), Error> {
        Ok(())
    }

    fn stop(&self) -> &CancellationToken {
        &self.0
    }

    async fn record(&self, _: &Spent) -> Result<(), Error> {
        Ok(())
    }

    async fn known(&self, _: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn keep(&self, _: &str, _: &str) -> Result<(), Error> {
        Ok(())
    }
}
