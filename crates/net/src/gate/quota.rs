//! The requests and tokens that a provider allows: from the settings and from its answers.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::DefaultDirectRateLimiter;
use tokio::time::Instant;

use super::Pace;
use crate::Retry;

/// Pauses after rate limits that state no duration double up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What a provider reports as left of its limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Requests.
    pub requests: Option<Remaining>,
    /// Tokens.
    pub tokens: Option<Remaining>,
}

/// What is left of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remaining {
    /// The remaining amount.
    pub left: u64,
    /// Time until the limit is full again.
    pub resets_in: Duration,
}

/// The limits of one provider.
#[derive(Debug)]
pub(super) struct Quota {
    requests: Option<DefaultDirectRateLimiter>,
    tokens: Option<(NonZeroU32, DefaultDirectRateLimiter)>,
    pause: Duration,
    learned: Mutex<Learned>,
}

#[derive(Debug, Default)]
struct Learned {
    requests: Option<Window>,
    tokens: Option<Window>,
    not_before: Option<Instant>,
    refusals: u32,
}

/// What is left until a point in time.
#[derive(Debug, Clone, Copy)]
struct Window {
    left: u64,
    until: Instant,
}

impl Quota {
    pub(super) fn new(pace: Pace) -> Self {
        let limiter =
            |most: NonZeroU32| DefaultDirectRateLimiter::direct(governor::Quota::per_minute(most));
        Self {
            requests: pace.requests_per_minute.map(limiter),
            tokens: pace.tokens_per_minute.map(|most| (most, limiter(most))),
            pause: pace.pause,
            learned: Mutex::default(),
        }
    }

    /// Waits until a request of so many tokens is allowed.
    pub(super) async fn take(&self, tokens: u64) {
        if let Some(requests) = &self.requests {
            requests.until_ready().await;
        }
        if let Some((most, limiter)) = &self.tokens {
            // A request of more than a minute's worth is sent when the bucket is full.
            let tokens = u32::try_from(tokens).unwrap_or(u32::MAX).min(most.get());
            if let Some(tokens) = NonZeroU32::new(tokens)
                && limiter.until_n_ready(tokens).await.is_err()
            {
                tracing::warn!("a request needs more tokens than the limit per minute");
            }
        }
        loop {
            let wait = self.learned().take(tokens, Instant::now());
            match wait {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }

    /// Records an answer, and what it states about the remaining limits.
    pub(super) fn answered(&self, left: Option<Left>) {
        let now = Instant::now();
        let mut learned = self.learned();
        learned.refusals = 0;
        let window = |told: Remaining| Window { left: told.left, until: now + told.resets_in };
        if let Some(left) = left {
            learned.requests = left.requests.map(window);
            learned.tokens = left.tokens.map(window);
        }
    }

    /// Records that the provider refused a request because of its limits.
    pub(super) fn limited(&self, retry: Retry, now: Instant) {
        let mut learned = self.learned();
        let own = self.pause.saturating_mul(1 << learned.refusals.min(16)).min(LONGEST_PAUSE);
        let pause = if let Retry::After(pause) = retry { pause } else { own };
        learned.refusals += 1;
        learned.not_before = learned.not_before.max(Some(now + pause));
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learned {
    /// Takes the requested amount, or returns until when to wait.
    fn take(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        self.not_before = self.not_before.filter(|until| now < *until);
        for window in [&mut self.requests, &mut self.tokens] {
            *window = window.filter(|window| now < window.until);
        }
        if self.not_before.is_some() {
            return self.not_before;
        }
        let lacks = |window: Option<Window>, wanted: u64| {
            window.filter(|window| window.left < wanted).map(|window| window.until)
        };
        let until = lacks(self.requests, 1).max(lacks(self.tokens, tokens));
        if until.is_none() {
            for (window, wanted) in [(&mut self.requests, 1), (&mut self.tokens, tokens)] {
                if let Some(window) = window {
                    window.left -= wanted;
                }
            }
        }
        until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn remaining(left: u64, seconds: u32) -> Remaining {
        Remaining { left, resets_in: seconds * SECOND }
    }

    #[test]
    fn requests_are_learned_from_answers() {
        let quota = Quota::new(Pace::default());
        quota.answered(Some(Left { requests: Some(remaining(2, 10)), tokens: None }));
        let now = Instant::now();
        let take = |after: u32| quota.learned().take(0, now + after * SECOND).is_none();
        assert_eq!(
            [take(0), take(0), take(0), take(9), take(11)],
            [true, true, false, false, true]
        );
    }

    #[test]
    fn tokens_are_learned_from_answers() {
        let quota = Quota::new(Pace::default());
        quota.answered(Some(Left { requests: None, tokens: Some(remaining(1_000, 20)) }));
        let now = Instant::now();
        assert_eq!(quota.learned().take(900, now), None);
        let until = quota.learned().take(200, now).unwrap();
        assert!(until > now + 19 * SECOND && until <= now + 21 * SECOND, "100 are not enough");
        assert_eq!(quota.learned().take(50, now), None, "but for a small request they are");
    }

    #[test]
    fn a_refusal_makes_everybody_wait_as_long_as_it_says() {
        let (quota, now) = (Quota::new(Pace::default()), Instant::now());
        quota.limited(Retry::After(37 * SECOND), now);
        assert_eq!(quota.learned().take(0, now), Some(now + 37 * SECOND));
        quota.limited(Retry::After(SECOND), now);
        assert_eq!(quota.learned().take(0, now), Some(now + 37 * SECOND), "the longer one counts");
        assert_eq!(quota.learned().take(0, now + 37 * SECOND), None);
    }

    #[test]
    fn refusals_without_a_word_wait_longer_and_longer() {
        let (quota, now) = (Quota::new(Pace::default()), Instant::now());
        let waits = [(); 9].map(|()| {
            quota.limited(Retry::Backoff, now);
            quota.learned().take(0, now).map(|until| (until - now).as_millis())
        });
        let doubled = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
        assert_eq!(waits, doubled.map(Some));
        quota.answered(None);
        assert_eq!(quota.learned().refusals, 0);
    }
}
