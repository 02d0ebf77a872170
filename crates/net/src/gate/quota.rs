//! The requests and tokens that a provider allows: from the settings and from its answers.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::DefaultDirectRateLimiter;
use tokio::time::Instant;

use super::RateLimits;
use crate::Retry;

/// Pauses after rate limits that state no duration double up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What a provider reports as left of its limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLimitRemaining {
    /// Requests.
    pub requests: Option<LimitRemaining>,
    /// Tokens.
    pub tokens: Option<LimitRemaining>,
}

/// What is left of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitRemaining {
    /// The remaining amount.
    pub remaining: u64,
    /// Time until the limit is full again.
    pub resets_in: Duration,
}

/// The limits of one provider.
#[derive(Debug)]
pub(super) struct Quota {
    requests: Option<DefaultDirectRateLimiter>,
    tokens: Option<(NonZeroU32, DefaultDirectRateLimiter)>,
    pause: Duration,
    learned: Mutex<ObservedLimits>,
}

#[derive(Debug, Default)]
struct ObservedLimits {
    requests: Option<LimitWindow>,
    tokens: Option<LimitWindow>,
    not_before: Option<Instant>,
    refusals: u32,
}

/// What is left until a point in time.
#[derive(Debug, Clone, Copy)]
struct LimitWindow {
    left: u64,
    until: Instant,
}

impl Quota {
    pub(super) fn new(limits: RateLimits) -> Self {
        let limiter =
            |most: NonZeroU32| DefaultDirectRateLimiter::direct(governor::Quota::per_minute(most));
        Self {
            requests: limits.requests_per_minute.map(limiter),
            tokens: limits.tokens_per_minute.map(|most| (most, limiter(most))),
            pause: limits.initial_backoff,
            learned: Mutex::default(),
        }
    }

    /// Waits until a request of so many tokens is allowed.
    pub(super) async fn acquire(&self, tokens: u64) {
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
            let wait = self.lock_observed().try_acquire(tokens, Instant::now());
            match wait {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }

    /// Records an answer, and what it states about the remaining limits.
    pub(super) fn record_success(&self, left: Option<RateLimitRemaining>) {
        let now = Instant::now();
        let mut learned = self.lock_observed();
        learned.refusals = 0;
        let window = |reported: LimitRemaining| LimitWindow {
            left: reported.remaining,
            until: now + reported.resets_in,
        };
        if let Some(left) = left {
            learned.requests = left.requests.map(window);
            learned.tokens = left.tokens.map(window);
        }
    }

    /// Records that the provider refused a request because of its limits.
    pub(super) fn record_rate_limit(&self, retry: Retry, now: Instant) {
        let mut learned = self.lock_observed();
        let own = self.pause.saturating_mul(1 << learned.refusals.min(16)).min(LONGEST_PAUSE);
        let pause = if let Retry::After(pause) = retry { pause } else { own };
        learned.refusals += 1;
        learned.not_before = learned.not_before.max(Some(now + pause));
    }

    fn lock_observed(&self) -> MutexGuard<'_, ObservedLimits> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ObservedLimits {
    /// Takes the requested amount, or returns until when to wait.
    fn try_acquire(&mut self, tokens: u64, now: Instant) -> Option<Instant> {
        self.not_before = self.not_before.filter(|until| now < *until);
        for window in [&mut self.requests, &mut self.tokens] {
            *window = window.filter(|window| now < window.until);
        }
        if self.not_before.is_some() {
            return self.not_before;
        }
        let lacks = |window: Option<LimitWindow>, wanted: u64| {
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

    fn remaining(left: u64, seconds: u32) -> LimitRemaining {
        LimitRemaining { remaining: left, resets_in: seconds * SECOND }
    }

    #[test]
    fn requests_are_learned_from_answers() {
        let quota = Quota::new(RateLimits::default());
        quota.record_success(Some(RateLimitRemaining {
            requests: Some(remaining(2, 10)),
            tokens: None,
        }));
        let now = Instant::now();
        let take =
            |after: u32| quota.lock_observed().try_acquire(0, now + after * SECOND).is_none();
        assert_eq!(
            [take(0), take(0), take(0), take(9), take(11)],
            [true, true, false, false, true]
        );
    }

    #[test]
    fn tokens_are_learned_from_answers() {
        let quota = Quota::new(RateLimits::default());
        quota.record_success(Some(RateLimitRemaining {
            requests: None,
            tokens: Some(remaining(1_000, 20)),
        }));
        let now = Instant::now();
        assert_eq!(quota.lock_observed().try_acquire(900, now), None);
        let until = quota.lock_observed().try_acquire(200, now).unwrap();
        assert!(until > now + 19 * SECOND && until <= now + 21 * SECOND, "100 are not enough");
        assert_eq!(
            quota.lock_observed().try_acquire(50, now),
            None,
            "but for a small request they are"
        );
    }

    #[test]
    fn a_refusal_makes_everybody_wait_as_long_as_it_says() {
        let (quota, now) = (Quota::new(RateLimits::default()), Instant::now());
        quota.record_rate_limit(Retry::After(37 * SECOND), now);
        assert_eq!(quota.lock_observed().try_acquire(0, now), Some(now + 37 * SECOND));
        quota.record_rate_limit(Retry::After(SECOND), now);
        assert_eq!(
            quota.lock_observed().try_acquire(0, now),
            Some(now + 37 * SECOND),
            "the longer one counts"
        );
        assert_eq!(quota.lock_observed().try_acquire(0, now + 37 * SECOND), None);
    }

    #[test]
    fn refusals_without_a_word_wait_longer_and_longer() {
        let (quota, now) = (Quota::new(RateLimits::default()), Instant::now());
        let waits = [(); 9].map(|()| {
            quota.record_rate_limit(Retry::Backoff, now);
            quota.lock_observed().try_acquire(0, now).map(|until| (until - now).as_millis())
        });
        let doubled = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
        assert_eq!(waits, doubled.map(Some));
        quota.record_success(None);
        assert_eq!(quota.lock_observed().refusals, 0);
    }
}
