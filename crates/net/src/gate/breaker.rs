//! The circuit breaker (Nygard, "Release It!"): closed, open, half open.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Error, Retry};

/// Number of consecutive failures after which the provider counts as unavailable.
const FAILURES: u32 = 8;
/// The first pause; each further pause is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a refusal that needs action by the user applies to all requests; then one request tries
/// again.
const REJECT_FOR: Duration = Duration::from_secs(5);
/// While one request probes, the others check again after this time.
const PROBE_POLL: Duration = Duration::from_millis(100);

/// What a caller at the gate should do.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Admission {
    /// Send the request.
    Admit,
    /// Try again at this time.
    WaitUntil(Instant),
    /// Give up with this error.
    Reject(Error),
}

/// Counts failures; see the module documentation.
#[derive(Debug)]
pub(super) struct Breaker {
    patience: Duration,
    failures: u32,
    /// When the first of the consecutive failures occurred.
    since: Option<Instant>,
    pause: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    Closed,
    Open {
        until: Instant,
    },
    /// One request is under way to check whether the provider is available again.
    HalfOpen,
    Rejecting {
        until: Instant,
        error: Error,
    },
}

impl Breaker {
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, failures: 0, since: None, pause: FIRST_PAUSE, state: State::Closed }
    }

    pub(super) fn admit(&mut self, now: Instant) -> Admission {
        match &self.state {
            State::Closed => Admission::Admit,
            State::Open { until } if now < *until => Admission::WaitUntil(*until),
            State::HalfOpen => Admission::WaitUntil(now + PROBE_POLL),
            State::Rejecting { until, error } if now < *until => Admission::Reject(error.clone()),
            State::Open { .. } | State::Rejecting { .. } => {
                self.state = State::HalfOpen;
                Admission::Admit
            }
        }
    }

    pub(super) fn record_abandoned(&mut self, now: Instant) {
        if matches!(self.state, State::HalfOpen) {
            self.state = State::Open { until: now };
        }
    }

    pub(super) fn record_success(&mut self) {
        *self = Self::new(self.patience);
    }

    /// Records a failure and returns what its caller should do.
    pub(super) fn record_failure(&mut self, provider: &str, error: &Error, now: Instant) -> Retry {
        match error.code {
            "provider_unavailable" => self.record_unavailable(provider, error, now),
            "provider_rate_limited" => self.record_rate_limit(provider, error, now),
            // This is about one model of the provider: others can still be used.
            "provider_model_unknown" => {
                self.record_success();
                error.retry
            }
            _ if error.retry == Retry::Hold => self.reject_all(error.clone(), now),
            // This is about the request, not about the provider, which is available.
            _ => {
                self.record_success();
                error.retry
            }
        }
    }

    fn record_unavailable(&mut self, provider: &str, error: &Error, now: Instant) -> Retry {
        self.failures += 1;
        let since = *self.since.get_or_insert(now);
        let probing = matches!(self.state, State::HalfOpen);
        if !probing && self.failures < FAILURES {
            return error.retry;
        }
        if now.duration_since(since) >= self.patience {
            let minutes = self.patience.as_secs_f64() / 60.0;
            let message =
                format!("{} (no answer from {provider} for {minutes:.1} min)", error.message);
            return self.reject_all(Error { message, retry: Retry::Hold, ..error.clone() }, now);
        }
        if probing || matches!(self.state, State::Closed) {
            self.state = State::Open { until: now + self.pause };
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
        Retry::Again
    }

    /// The quota makes all callers wait; this only measures for how long.
    fn record_rate_limit(&mut self, provider: &str, error: &Error, now: Instant) -> Retry {
        let since = *self.since.get_or_insert(now);
        let wait = if let Retry::After(wait) = error.retry { wait } else { Duration::ZERO };
        if wait > self.patience || now.duration_since(since) >= self.patience {
            let message = format!("{}: {provider} accepts no requests", error.message);
            return self.reject_all(Error { message, retry: Retry::Hold, ..error.clone() }, now);
        }
        if matches!(self.state, State::HalfOpen) {
            self.state = State::Closed;
        }
        Retry::Again
    }

    fn reject_all(&mut self, error: Error, now: Instant) -> Retry {
        self.since = None;
        self.failures = 0;
        self.pause = FIRST_PAUSE;
        self.state = State::Rejecting { until: now + REJECT_FOR, error };
        Retry::Hold
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::row::FailureKind;

    use super::*;

    const PATIENCE: Duration = Duration::from_mins(5);

    fn error(code: &'static str, retry: Retry) -> Error {
        Error { kind: FailureKind::Unavailable, code, message: code.to_owned(), retry }
    }

    fn away(breaker: &mut Breaker, now: Instant) -> Retry {
        breaker.record_failure("serper", &error("provider_unavailable", Retry::Backoff), now)
    }

    fn limited(breaker: &mut Breaker, retry: Retry, now: Instant) -> Retry {
        breaker.record_failure("serper", &error("provider_rate_limited", retry), now)
    }

    #[test]
    fn single_failures_are_for_the_driver_to_try_again() {
        let (mut breaker, now) = (Breaker::new(PATIENCE), Instant::now());
        for _ in 0..5 {
            for _ in 1..FAILURES {
                assert_eq!(away(&mut breaker, now), Retry::Backoff);
            }
            breaker.record_success();
        }
        assert_eq!(breaker.admit(now), Admission::Admit);
    }

    #[test]
    fn a_provider_that_is_away_keeps_everybody_waiting_while_one_request_probes() {
        let (mut breaker, now) = (Breaker::new(PATIENCE), Instant::now());
        for _ in 1..FAILURES {
            away(&mut breaker, now);
        }
        assert_eq!(away(&mut breaker, now), Retry::Again);
        assert_eq!(breaker.admit(now), Admission::WaitUntil(now + FIRST_PAUSE));
        let later = now + FIRST_PAUSE;
        assert_eq!(breaker.admit(later), Admission::Admit, "the probe");
        assert_eq!(breaker.admit(later), Admission::WaitUntil(later + PROBE_POLL), "the others");
        assert_eq!(away(&mut breaker, later), Retry::Again);
        assert_eq!(
            breaker.admit(later),
            Admission::WaitUntil(later + 2 * FIRST_PAUSE),
            "twice as long"
        );
        let later = later + 2 * FIRST_PAUSE;
        assert_eq!(breaker.admit(later), Admission::Admit);
        breaker.record_success();
        assert_eq!(
            [breaker.admit(later), breaker.admit(later)],
            [Admission::Admit, Admission::Admit]
        );
    }

    #[test]
    fn a_probe_that_is_dropped_is_left_to_the_next() {
        let (mut breaker, now) = (Breaker::new(PATIENCE), Instant::now());
        for _ in 0..FAILURES {
            away(&mut breaker, now);
        }
        let later = now + FIRST_PAUSE;
        assert_eq!(breaker.admit(later), Admission::Admit);
        breaker.record_abandoned(later);
        assert_eq!(breaker.admit(later), Admission::Admit);
    }

    #[test]
    fn the_job_pauses_when_a_provider_stays_away() {
        let (mut breaker, begin) = (Breaker::new(PATIENCE), Instant::now());
        let (mut now, mut asked) = (begin, 0);
        loop {
            match breaker.admit(now) {
                Admission::WaitUntil(until) => now = until,
                Admission::Reject(error) => panic!("{error}"),
                Admission::Admit => {
                    asked += 1;
                    if away(&mut breaker, now) == Retry::Hold {
                        break;
                    }
                }
            }
        }
        let waited = now - begin;
        assert!(waited >= PATIENCE && waited <= PATIENCE + LONGEST_PAUSE, "{waited:?}");
        assert!(asked < 30, "{asked} requests to an unavailable provider");
        let Admission::Reject(error) = breaker.admit(now) else { panic!("not held") };
        assert_eq!((error.code, error.retry), ("provider_unavailable", Retry::Hold));
        assert!(error.message.contains("5.0 min"), "{}", error.message);
        assert_eq!(breaker.admit(now + REJECT_FOR), Admission::Admit, "the user may have fixed it");
    }

    #[test]
    fn refusals_for_rate_wait_and_end_in_a_pause() {
        let (mut breaker, now) = (Breaker::new(PATIENCE), Instant::now());
        let soon = Retry::After(Duration::from_secs(37));
        assert_eq!(limited(&mut breaker, soon, now), Retry::Again);
        assert_eq!(limited(&mut breaker, Retry::Backoff, now + PATIENCE / 2), Retry::Again);
        assert_eq!(limited(&mut breaker, soon, now + PATIENCE), Retry::Hold);
        let hours = Retry::After(Duration::from_hours(3));
        assert_eq!(limited(&mut Breaker::new(PATIENCE), hours, now), Retry::Hold);
    }

    #[test]
    fn what_concerns_one_request_is_no_failure_of_the_provider() {
        let (mut breaker, now) = (Breaker::new(PATIENCE), Instant::now());
        for _ in 0..3 * FAILURES {
            let bad = error("provider_bad_request", Retry::Never);
            assert_eq!(breaker.record_failure("serper", &bad, now), Retry::Never);
        }
        assert_eq!(breaker.admit(now), Admission::Admit);
    }
}
