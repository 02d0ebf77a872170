use std::time::Duration;

use super::*;

fn error(code: &'static str, retry: Retry) -> Error {
    Error { kind: FailureKind::Unavailable, code, message: code.to_owned(), retry }
}

async fn fail(gate: &Gate, with: Error) -> Retry {
    gate.acquire(0, &CancellationToken::new()).await.unwrap().record_failure(with).retry
}

#[tokio::test]
async fn a_refused_key_holds_everybody() {
    let gate = Gate::new("groq", RateLimits::default());
    let refused = error("provider_key_refused", Retry::Hold);
    assert_eq!(fail(&gate, refused.clone()).await, Retry::Hold);
    assert_eq!(gate.acquire(0, &CancellationToken::new()).await.unwrap_err(), refused);
}

#[tokio::test]
async fn what_is_under_way_is_bounded() {
    let gate = Gate::new("groq", RateLimits { concurrency: 2, ..RateLimits::default() });
    let stop = CancellationToken::new();
    let first = gate.acquire(0, &stop).await.unwrap();
    let _second = gate.acquire(0, &stop).await.unwrap();
    let third = gate.acquire(0, &stop);
    tokio::pin!(third);
    assert!(futures::poll!(&mut third).is_pending());
    first.record_success(None);
    third.await.unwrap();
}

#[tokio::test]
async fn limits_of_the_settings_are_kept() {
    let limits =
        RateLimits { requests_per_minute: NonZeroU32::new(1_200), ..RateLimits::default() };
    let gate = Gate::new("brave", limits);
    let stop = CancellationToken::new();
    let begin = std::time::Instant::now();
    for _ in 0..1_204 {
        gate.acquire(0, &stop).await.unwrap().record_success(None);
    }
    // The bucket holds a minute's worth; after that, twenty per second.
    assert!(begin.elapsed() >= Duration::from_millis(100), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn whoever_is_stopped_does_not_wait() {
    let gate = Gate::new("groq", RateLimits::default());
    let limited = error("provider_rate_limited", Retry::After(Duration::from_mins(1)));
    assert_eq!(fail(&gate, limited).await, Retry::Again);
    let stop = CancellationToken::new();
    stop.cancel();
    let stopped = gate.acquire(0, &stop).await.unwrap_err();
    assert_eq!((stopped.code, stopped.retry), (STOPPED, Retry::Hold));
}
