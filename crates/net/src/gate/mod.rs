//! The gate in front of a provider: every request to it passes here.
//!
//! It keeps to the provider's limits (from the settings, and from the provider's answers), and while the
//! provider is unavailable it makes all callers wait instead of failing rows one by one. If waiting does
//! not help (a refused key, no credit, unavailable for too long) it reports that with [`Retry::Hold`],
//! and the job pauses.

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

use breaker::{Admission, Breaker};
use quota::Quota;
pub use quota::{LimitRemaining, RateLimitRemaining};

/// The code of an error that only means that the caller was stopped while it waited.
pub const STOPPED: &str = "provider_wait_stopped";

/// How fast a provider may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests per minute; `None`: no limit from the settings.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens per minute, of prompts and their longest possible answers.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Concurrent requests.
    pub concurrency: usize,
    /// How long the provider may be unavailable, or limit the rate, before the job pauses.
    pub max_outage: Duration,
    /// The first pause after a rate limit that states no duration.
    pub initial_backoff: Duration,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            requests_per_minute: None,
            tokens_per_minute: None,
            concurrency: 64,
            max_outage: Duration::from_mins(5),
            initial_backoff: Duration::from_millis(500),
        }
    }
}

/// The gate in front of one provider and key.
#[derive(Debug)]
pub struct Gate {
    provider: String,
    slots: Semaphore,
    quota: Quota,
    breaker: Mutex<Breaker>,
}

/// Permission to send one request to the provider.
#[derive(Debug)]
pub struct Permit<'a> {
    gate: &'a Gate,
    _slot: SemaphorePermit<'a>,
    settled: bool,
}

impl Gate {
    /// A gate for the provider of this name.
    pub fn new(provider: impl Into<String>, limits: RateLimits) -> Self {
        Self {
            provider: provider.into(),
            slots: Semaphore::new(limits.concurrency.max(1)),
            quota: Quota::new(limits),
            breaker: Mutex::new(Breaker::new(limits.max_outage)),
        }
    }

    /// The name of the provider.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Waits until a request of so many tokens may be sent; 0 for requests without tokens.
    ///
    /// # Errors
    /// [`Retry::Hold`] if the provider cannot be called until the user does something; the same with the
    /// code [`STOPPED`] if `stop` was cancelled first.
    pub async fn acquire(
        &self,
        tokens: u64,
        stop: &CancellationToken,
    ) -> Result<Permit<'_>, Error> {
        let slot = self.unless_stopped(stop, self.slots.acquire()).await?;
        // The semaphore of a gate is never closed.
        let slot = slot.map_err(|_| self.stopped_error())?;
        loop {
            let admission = self.lock_breaker().admit(Instant::now());
            match admission {
                Admission::Admit => break,
                Admission::Reject(error) => return Err(error),
                Admission::WaitUntil(until) => {
                    self.unless_stopped(stop, tokio::time::sleep_until(until)).await?;
                }
            }
        }
        let permit = Permit { gate: self, _slot: slot, settled: false };
        self.unless_stopped(stop, self.quota.acquire(tokens)).await?;
        Ok(permit)
    }

    async fn unless_stopped<T>(
        &self,
        stop: &CancellationToken,
        wait: impl Future<Output = T>,
    ) -> Result<T, Error> {
        tokio::select! {
            done = wait => Ok(done),
            () = stop.cancelled() => Err(self.stopped_error()),
        }
    }

    fn stopped_error(&self) -> Error {
        Error {
            kind: FailureKind::Unavailable,
            code: STOPPED,
            message: format!("stopped while waiting for {}", self.provider),
            retry: Retry::Hold,
        }
    }

    fn lock_breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Records an answer, and what it states about the remaining limits.
    pub fn record_success(mut self, left: Option<RateLimitRemaining>) {
        self.settled = true;
        self.gate.lock_breaker().record_success();
        self.gate.quota.record_success(left);
    }

    /// Records a failure, and returns the error with the retry that applies now that all callers wait.
    pub fn record_failure(mut self, error: Error) -> Error {
        self.settled = true;
        let now = Instant::now();
        let mut error = error;
        if error.code == "provider_rate_limited" {
            self.gate.quota.record_rate_limit(error.retry, now);
        }
        error.retry = self.gate.lock_breaker().record_failure(&self.gate.provider, &error, now);
        error
    }
}

impl Drop for Permit<'_> {
    /// A probe that was abandoned leaves probing to the next caller.
    fn drop(&mut self) {
        if !self.settled {
            self.gate.lock_breaker().record_abandoned(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests;
