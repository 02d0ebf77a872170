//! The gate before a provider: everybody who asks it passes here.
//!
//! It keeps to the provider's limits (those of the settings, and those that its answers tell), and
//! when the provider is away it keeps everybody waiting instead of failing rows one by one. Where
//! waiting does not help (a key that is refused, no credit, away for too long) it says so once, with
//! [`Retry::Hold`], and the job pauses.

use std::future::Future;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ampledata_core::row::FailureKind;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Error, Retry};

mod breaker;
mod quota;

use breaker::{Breaker, Turn};
use quota::Quota;
pub use quota::{Left, Remaining};

/// The code of an error that only says that the caller was stopped while it waited.
pub const STOPPED: &str = "provider_wait_stopped";

/// How fast a provider may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests in a minute; no bound of our own where none is given.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens in a minute, those of the prompt and those that the answer may have.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Requests under way at the same time.
    pub concurrency: usize,
    /// How long the provider may be away, or ask for patience, before the job pauses.
    pub patience: Duration,
    /// The first pause after a refusal for rate that does not say how long.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            requests_per_minute: None,
            tokens_per_minute: None,
            concurrency: 64,
            patience: Duration::from_mins(5),
            pause: Duration::from_millis(500),
        }
    }
}

/// The gate before one provider and key.
#[derive(Debug)]
pub struct Gate {
    provider: String,
    slots: Semaphore,
    quota: Quota,
    breaker: Mutex<Breaker>,
}

/// Leave to ask the provider once.
#[derive(Debug)]
pub struct Pass<'a> {
    gate: &'a Gate,
    _slot: SemaphorePermit<'a>,
    settled: bool,
}

impl Gate {
    /// A gate before the provider of this name.
    pub fn new(provider: impl Into<String>, pace: Pace) -> Self {
        Self {
            provider: provider.into(),
            slots: Semaphore::new(pace.concurrency.max(1)),
            quota: Quota::new(pace),
            breaker: Mutex::new(Breaker::new(pace.patience)),
        }
    }

    /// Whose gate it is.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Waits until the provider may be asked for so many tokens; 0 for requests without tokens.
    ///
    /// # Errors
    /// [`Retry::Hold`] where the provider cannot be asked before somebody does something; the same
    /// with the code [`STOPPED`] where `stop` came first.
    pub async fn enter(&self, tokens: u64, stop: &CancellationToken) -> Result<Pass<'_>, Error> {
        let slot = self.unless_stopped(stop, self.slots.acquire()).await?;
        // Nobody closes the semaphore of a gate.
        let slot = slot.map_err(|_| self.stopped())?;
        loop {
            let turn = self.breaker().turn(Instant::now());
            match turn {
                Turn::Go => break,
                Turn::Held(error) => return Err(error),
                Turn::Wait(until) => {
                    self.unless_stopped(stop, tokio::time::sleep_until(until)).await?;
                }
            }
        }
        let pass = Pass { gate: self, _slot: slot, settled: false };
        self.unless_stopped(stop, self.quota.take(tokens)).await?;
        Ok(pass)
    }

    async fn unless_stopped<T>(
        &self,
        stop: &CancellationToken,
        wait: impl Future<Output = T>,
    ) -> Result<T, Error> {
        tokio::select! {
            done = wait => Ok(done),
            () = stop.cancelled() => Err(self.stopped()),
        }
    }

    fn stopped(&self) -> Error {
        Error {
            kind: FailureKind::Unavailable,
            code: STOPPED,
            message: format!("stopped while waiting for {}", self.provider),
            retry: Retry::Hold,
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The provider answered, and may have told what is left of its limits.
    pub fn answered(mut self, left: Option<Left>) {
        self.settled = true;
        self.gate.breaker().answered();
        self.gate.quota.answered(left);
    }

    /// The provider did not answer, or with an error. Gives the error back with what is to be done
    /// about it now that everybody waits.
    pub fn failed(mut self, error: Error) -> Error {
        self.settled = true;
        let now = Instant::now();
        let mut error = error;
        if error.code == "provider_rate_limited" {
            self.gate.quota.limited(error.retry, now);
        }
        error.retry = self.gate.breaker().failed(&self.gate.provider, &error, now);
        error
    }
}

impl Drop for Pass<'_> {
    /// Who was to probe and never did leaves that to the next.
    fn drop(&mut self) {
        if !self.settled {
            self.gate.breaker().abandoned(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
