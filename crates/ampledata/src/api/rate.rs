//! The rate limit of each caller.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::error::Error;

/// Number of callers beyond which idle ones are forgotten.
const CALLERS: usize = 10_000;

/// Counts the requests of each caller.
pub(super) struct Rate {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Rate {
    pub(super) fn new(per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(per_minute)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one request.
    pub(super) fn check(&self, meter: &str) -> Result<(), Error> {
        if self.limiter.len() > CALLERS {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&meter.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            Error::rate_limited(wait.as_secs() + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_its_own_count() {
        let rate = Rate::new(2);
        assert!(rate.check("a").is_ok() && rate.check("a").is_ok() && rate.check("b").is_ok());
        assert_eq!(rate.check("a").unwrap_err().status(), 429);
    }
}
