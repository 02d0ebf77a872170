//! Performs one step until it has an outcome: retries transport faults, with pauses.

use std::time::Duration;

use ampledata_core::row::{Outcome, Step};
use ampledata_net::Retry;
use ampledata_store as store;
use async_trait::async_trait;

use super::row::Run;
use crate::drive::{AttemptOutcome, Attempts, LONGEST_PAUSE, exhausted_failure};
use crate::perform::RowContext;

/// How transport faults are retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Maximum number of tries of a step, including the first.
    pub tries: u32,
    /// The pause before the second try; it doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause; a provider that asks for a longer one counts as failed.
    pub longest_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { tries: 5, first_pause: Duration::from_millis(500), longest_pause: LONGEST_PAUSE }
    }
}

impl Retries {
    /// The pause after so many tries; `None` if the step should not be retried.
    fn pause(&self, tried: u32, retry: Retry) -> Option<Duration> {
        if tried >= self.tries {
            return None;
        }
        let own = self.first_pause.saturating_mul(1 << (tried - 1).min(16)).min(self.longest_pause);
        match retry {
            Retry::Never | Retry::Again | Retry::Hold => None,
            Retry::Backoff => Some(own),
            Retry::After(wait) => (wait <= self.longest_pause).then(|| wait.max(own)),
        }
    }
}

#[async_trait]
impl Attempts for Run {
    type Error = store::Error;

    async fn outcome(
        &self,
        context: &RowContext,
        step: &Step,
    ) -> Result<Option<Outcome>, store::Error> {
        perform(self, context, step).await
    }
}

async fn perform(
    run: &Run,
    context: &RowContext,
    step: &Step,
) -> Result<Option<Outcome>, store::Error> {
    let mut tried = 0;
    loop {
        let Some(permit) = run.permit().await else { return Ok(None) };
        tried += 1;
        let outcome = run.rows.attempt_step(context, step).await;
        drop(permit);
        let error = match outcome? {
            AttemptOutcome::Outcome(outcome) => return Ok(Some(outcome)),
            AttemptOutcome::Paused => return Ok(None),
            AttemptOutcome::NotAttempted => {
                tried -= 1;
                continue;
            }
            AttemptOutcome::Failed(error) => error,
        };
        let Some(pause) = run.retries.pause(tried, error.retry) else {
            return Ok(Some(Outcome::Failed(exhausted_failure(&error, tried))));
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = run.rows.stop.cancelled() => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let retries = Retries {
            tries: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(3),
        };
        let pauses: Vec<_> = (1..=4).map(|tried| retries.pause(tried, Retry::Backoff)).collect();
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(pauses, [seconds(1), seconds(2), seconds(3), None]);
    }

    #[test]
    fn a_provider_says_when_to_come_back() {
        let retries = Retries::default();
        let wait = Duration::from_secs(37);
        assert_eq!(retries.pause(1, Retry::After(wait)), Some(wait));
        assert_eq!(retries.pause(1, Retry::After(Duration::from_hours(1))), None);
        assert_eq!(retries.pause(1, Retry::Never), None);
    }
}
