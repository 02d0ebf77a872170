//! Jobs with failing providers: they complete, and the ledger equals the providers' own accounts.

use std::sync::atomic::{AtomicU64, Ordering};

use ampledata_core::row::{CellOutcome, Stage};
use ampledata_engine::embedded::Ending;
use ampledata_store::JobStatus;
use ampledata_test_support::world::results;

use crate::scene::Scene;
use crate::server::{Fate, Server};

/// One request in five fails, in every possible way, by a fixed pseudo-random sequence
/// (splitmix64) of the provider and the number of its request.
fn one_in_five(provider: &str, call: u64) -> Fate {
    let mut z = (call ^ ((provider.len() as u64) << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    if !z.is_multiple_of(5) {
        return Fate::Answered;
    }
    match (z >> 8) % 7 {
        0 => Fate::Refused(429, Some(0)),
        1 => Fate::Refused(429, None),
        2 => Fate::Refused(500, None),
        3 => Fate::Refused(503, None),
        4 => Fate::Reset,
        5 => Fate::Truncated,
        _ => Fate::SlowLoris,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_rows_end_complete_and_every_call_is_accounted_for() {
    let undisturbed = Scene::new(Server::start(|_, _| Fate::Answered).await, 500).await;
    assert_eq!(undisturbed.run(16).await.ending, Ending::Completed);
    let expected = results(&*undisturbed.store, &undisturbed.job).await;
    let needed = undisturbed.server.calls();

    let scene = Scene::new(Server::start(one_in_five).await, 500).await;
    assert_eq!(scene.run(16).await.ending, Ending::Completed);
    let rows = results(&*scene.store, &scene.job).await;
    assert!(rows.iter().all(|row| row.stage == Stage::Completed || row.error.is_some()));
    assert_eq!(rows, expected, "faults of transport change no result");
    for provider in ["serper", "groq", "gemini"] {
        let books = scene.server.books(provider);
        assert!(books.calls > books.answered && books.answered > 100, "{provider}: {books:?}");
        assert_eq!(scene.ledger(provider).await, books, "{provider}");
    }
    let made = scene.server.calls();
    println!("calls made {made}, needed {needed}: {:.3}", made as f64 / needed as f64);
    assert!(made < needed * 14 / 10, "{made} calls where {needed} would do");

    // The same table again costs nothing at all.
    let scene = scene.again().await;
    assert_eq!(scene.run(16).await.ending, Ending::Completed);
    assert_eq!(scene.server.calls(), made, "not one call more");
    let again = results(&*scene.store, &scene.job).await;
    assert!(again.iter().zip(&rows).all(|(one, other)| one.cells == other.cells));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_for_a_while_costs_no_row() {
    let server = Server::start(|provider, call| {
        // Unavailable for 14 requests after its first 20.
        if provider == "groq" && (21..=34).contains(&call) {
            Fate::Refused(503, None)
        } else {
            Fate::Answered
        }
    })
    .await;
    let scene = Scene::new(server, 60).await;
    assert_eq!(scene.run(10).await.ending, Ending::Completed);
    let rows = results(&*scene.store, &scene.job).await;
    let errors = rows.iter().flat_map(|row| row.cells.iter().flatten());
    assert_eq!(errors.filter(|cell| cell.outcome == CellOutcome::Error).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_in_mid_run_pauses_the_job() {
    let revoked = |provider: &str, call| {
        if provider == "gemini" && call > 10 { Fate::Refused(401, None) } else { Fate::Answered }
    };
    let scene = Scene::new(Server::start(revoked).await, 60).await;
    assert_eq!(scene.run(10).await.ending, Ending::Paused);
    let job = scene.store.job(&scene.job.owner, &scene.job.id).await.unwrap().unwrap();
    assert_eq!(job.status, JobStatus::Paused);
    let reason = job.reason.unwrap();
    assert!(reason.contains("gemini does not accept the key"), "{reason}");
    assert!(!reason.contains("gemini-key"));
    let tried = scene.server.books("gemini").calls;
    assert!(tried <= 10 + 10, "{tried} requests with a revoked key");
    scene.server.behave(|_, _| Fate::Answered);
    // The gate repeats a refusal for some seconds; then one request tries again.
    let mut ending = scene.run(10).await.ending;
    for _ in 0..20 {
        if ending == Ending::Completed {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        ending = scene.run(10).await.ending;
    }
    assert_eq!(ending, Ending::Completed);
    let rows = results(&*scene.store, &scene.job).await;
    let mut cells = rows.iter().flat_map(|row| row.cells.iter().flatten());
    assert!(cells.all(|cell| cell.outcome != CellOutcome::Error || cell.reason.contains("key")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_makes_everybody_wait_and_burns_no_try() {
    static LIMITED: AtomicU64 = AtomicU64::new(0);
    let server = Server::start(|provider, call| {
        if provider == "serper" && call % 4 == 0 {
            LIMITED.fetch_add(1, Ordering::SeqCst);
            return Fate::Refused(429, Some(0));
        }
        Fate::Answered
    })
    .await;
    let scene = Scene::new(server, 100).await;
    assert_eq!(scene.run(20).await.ending, Ending::Completed);
    assert!(LIMITED.load(Ordering::SeqCst) > 20);
    assert_eq!(scene.ledger("serper").await, scene.server.books("serper"));
}
