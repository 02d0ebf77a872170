//! Metering: what a paid call may cost at most is reserved before it, what it did cost is written
//! down before its answer is used, and an answer that is known already costs nothing.

use std::fmt::Debug;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::Error;

/// One metered call, or one that was spared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Who was asked: `gemini`, `groq`, `openai`, `serper`.
    pub provider: String,
    /// The model's name, as the provider has it; none for searches.
    pub model: Option<String>,
    /// Tokens of the prompt, those read from the provider's cache included; 1 for a search.
    pub units_in: u64,
    /// Tokens of the answer and of the thoughts before it; results of a search.
    pub units_out: u64,
    /// Price in billionths of a US dollar; 0 where the price is unknown.
    pub cost_nano_usd: u64,
    /// Whether a stored answer was used, so that nobody was asked.
    pub cached: bool,
    /// Whether no answer came: the call was made, and nothing was charged.
    pub failed: bool,
}

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
