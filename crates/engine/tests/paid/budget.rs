//! Budgets hold, whatever runs in parallel.

use std::time::Duration;

use ampledata_core::row::{CellOutcome, Stage};
use ampledata_engine::embedded::Ending;
use ampledata_test_support::world::results;

use crate::scene::Scene;
use crate::server::{Fate, Server};

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_rows_overspend_nothing() {
    let whole = Scene::new(Server::start(|_, _| Fate::Answered).await, 200).await;
    assert_eq!(whole.run(50).await.ending, Ending::Completed);
    let expected = results(&*whole.store, &whole.job).await;
    let cap = whole.server.bill() / 3;

    let scene = Scene::new(Server::start(|_, _| Fate::Answered).await, 200).await;
    scene.cap(Some(cap), None).await;
    assert_eq!(scene.run(50).await.ending, Ending::Paused);
    let bill = scene.server.bill();
    println!("cap {cap}, billed {bill}, overspent {}", bill.saturating_sub(cap));
    assert!(bill <= cap, "{bill} where {cap} was allowed");
    assert!(bill > cap / 2, "{bill} of {cap}: the budget was not made use of");
    let spending = scene.store.spending(&scene.job.id).await.unwrap();
    assert_eq!((spending.spent, spending.reserved, spending.lost), (bill, 0, 0));
    let job = scene.store.job(&scene.job.owner, &scene.job.id).await.unwrap().unwrap();
    assert!(job.reason.unwrap().contains("USD of its budget of"));
    assert!(
        results(&*scene.store, &scene.job).await.iter().all(|row| row
            .cells
            .iter()
            .flatten()
            .all(|cell| cell.outcome != CellOutcome::Error)
            || row.error.is_some())
    );

    scene.cap(None, None).await;
    assert_eq!(scene.run(50).await.ending, Ending::Completed);
    assert_eq!(results(&*scene.store, &scene.job).await, expected);
    assert_eq!(scene.server.bill(), whole.server.bill(), "nothing was paid twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_no_one_holds_any_more_is_not_waited_for() {
    let scene = Scene::new(Server::start(|_, _| Fate::Answered).await, 200).await;
    let cap = 1_000_000_000;
    scene.cap(Some(cap), None).await;
    let other_process = async {
        while scene.server.books("serper").calls == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        scene.cut_off(cap).await;
    };
    let both = futures::future::join(scene.run(2), other_process);
    let (summary, ()) = tokio::time::timeout(Duration::from_mins(1), both).await.unwrap();
    assert_eq!(summary.ending, Ending::Paused);
    let spending = scene.store.spending(&scene.job.id).await.unwrap();
    assert_eq!((spending.reserved, spending.lost), (0, cap));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_ends_where_its_own_bound_does() {
    let scene = Scene::new(Server::start(|_, _| Fate::Answered).await, 10).await;
    // Two searches fit into the budget, models do not.
    scene.cap(None, Some(2_100_000)).await;
    assert_eq!(scene.run(10).await.ending, Ending::Completed);
    for provider in ["groq", "gemini"] {
        assert_eq!(scene.server.books(provider).calls, 0, "{provider}");
    }
    for row in results(&*scene.store, &scene.job).await {
        if row.stage == Stage::Completed {
            let cells: Vec<_> = row.cells.iter().flatten().collect();
            assert!(cells.iter().all(|cell| cell.outcome == CellOutcome::Error), "{cells:?}");
            assert!(
                cells[0].reason.contains("the row has a budget of 0.0021 USD"),
                "{}",
                cells[0].reason
            );
        }
    }
}
