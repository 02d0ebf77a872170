//! The server is killed and started again, and several processes write about the same rows at once.

use ampledata_core::row::Stage;
use ampledata_store::prelude::*;
use ampledata_store::{Call, CallKind, Caps, JobStatus, Postgres, Reserved, RowId, StatusChange};
use futures::future::join_all;

use crate::server::{Server, database};
use crate::store_contract::{entry, finished, job, row};

fn to(from: JobStatus, to: JobStatus) -> StatusChange {
    StatusChange { from: vec![from], to, reason: None }
}

fn call(row: &RowId, cost: u64) -> Call {
    Call {
        row: row.clone(),
        kind: CallKind::Search,
        provider: "engine".to_owned(),
        model: None,
        units_in: 1,
        units_out: 10,
        cost_nano_usd: cost,
        cached: false,
        failed: false,
        metered: true,
        reservation: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_killed_and_started_again_has_all_that_was_acknowledged() {
    let mut server = Server::start().await;
    let store = Postgres::open(&server.url()).await.unwrap();
    let job = job(&store, &[&["a", ""], &["b", ""]]).await;
    for turn in 0..50 {
        store.journal(&row(&job, 0), entry(turn, 0), Some(Stage::SerpFetched)).await.unwrap();
    }
    store.finish_row(&row(&job, 1), &finished(vec![None, None])).await.unwrap();
    store.put_call(call(&row(&job, 0), 7)).await.unwrap();

    server.kill();
    let error = store.progress(&job.id).await.unwrap_err();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    let error = store.journal(&row(&job, 0), entry(50, 0), None).await.unwrap_err();
    assert_eq!(error.code(), "store_unavailable", "{error}");

    server.start_again();
    let open = store.open_rows(&job.id, 0, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    let turns: Vec<_> = open[0].journal.iter().map(|entry| entry.turn).collect();
    assert_eq!(turns, (0..50).collect::<Vec<_>>());
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.in_stage(Stage::Completed), progress.cost_nano_usd), (1, 7));
    store.journal(&row(&job, 0), entry(50, 0), None).await.unwrap();
    assert_eq!(store.open_rows(&job.id, 0, 10).await.unwrap()[0].journal.len(), 51);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_amid_writes_loses_nothing_that_was_acknowledged() {
    let mut server = Server::start().await;
    let store = Postgres::open(&server.url()).await.unwrap();
    let job = job(&store, &[&["a", ""]]).await;
    let mut acknowledged = Vec::new();
    let mut failures = 0;
    for group in 0..40 {
        let (job, store) = (&job, &store);
        let writes = (0..20).map(|step| async move {
            (step, store.journal(&row(job, 0), entry(group, step), None).await)
        });
        let killed = group == 5;
        let kill = async {
            if killed {
                server.kill();
            }
        };
        let (answers, ()) = tokio::join!(join_all(writes), kill);
        for (step, answer) in answers {
            match answer {
                Ok(()) => acknowledged.push((group, step)),
                Err(error) => {
                    assert_eq!(error.code(), "store_unavailable", "{error}");
                    failures += 1;
                }
            }
        }
        // Writes in progress at the kill may have been committed before it.
        if failures > 0 {
            break;
        }
    }
    assert!(acknowledged.len() >= 100 && failures > 0, "{} {failures}", acknowledged.len());
    server.start_again();
    let open = store.open_rows(&job.id, 0, 1).await.unwrap();
    let kept: Vec<_> = open[0].journal.iter().map(|entry| (entry.turn, entry.step)).collect();
    let lost: Vec<_> = acknowledged.iter().filter(|at| !kept.contains(at)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_processes_never_reserve_beyond_the_bound() {
    let url = database().await;
    let stores = join_all((0..4).map(|_| Postgres::open(&url))).await;
    let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
    let job = job(&stores[0], &[&["a", ""], &["b", ""], &["c", ""], &["d", ""]]).await;
    stores[0].set_caps(&job.id, Caps { job: Some(1_000), row: Some(400) }).await.unwrap();
    // Each store runs on a thread of its own.
    let asked = stores.into_iter().map(|store| {
        let job = job.clone();
        tokio::spawn(async move {
            let asked = (0..60).map(|n| {
                let row = row(&job, n % 4);
                let store = &store;
                async move { store.reserve(&row, 90).await.unwrap() }
            });
            let answers = join_all(asked).await;
            let granted = answers.iter().filter(|answer| matches!(answer, Reserved::Granted(_)));
            (granted.count() as u64, store.spending(&job.id).await.unwrap().reserved)
        })
    });
    let answers: Vec<_> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
    let granted: u64 = answers.iter().map(|(granted, _)| granted).sum();
    assert_eq!(granted, 11, "{answers:?}");
    assert!(answers.iter().all(|(_, reserved)| *reserved <= 1_000), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_that_comes_late_does_not_undo_a_cancel() {
    let url = database().await;
    let (api, worker) = (Postgres::open(&url).await.unwrap(), Postgres::open(&url).await.unwrap());
    let job = job(&api, &[&["a", ""], &["b", ""]]).await;
    assert!(api.set_status(&job.id, to(JobStatus::Pending, JobStatus::Running)).await.unwrap());
    assert!(api.set_status(&job.id, to(JobStatus::Running, JobStatus::Cancelled)).await.unwrap());
    // The worker has not noticed it yet.
    worker.journal(&row(&job, 0), entry(0, 0), Some(Stage::Crawled)).await.unwrap();
    worker.finish_row(&row(&job, 0), &finished(vec![None, None])).await.unwrap();
    assert!(
        !worker.set_status(&job.id, to(JobStatus::Running, JobStatus::Completed)).await.unwrap()
    );
    assert_eq!(worker.status(&job.id).await.unwrap(), JobStatus::Cancelled);
    let progress = api.progress(&job.id).await.unwrap();
    assert_eq!((progress.rows, progress.in_stage(Stage::Cancelled)), (2, 2), "{progress:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_are_right_after_many_processes_wrote_about_the_same_rows() {
    const ROWS: u64 = 60;
    let url = database().await;
    let stores = join_all((0..3).map(|_| Postgres::open(&url))).await;
    let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
    let names: Vec<String> = (0..ROWS).map(|n| format!("Company {n}")).collect();
    let rows: Vec<[&str; 2]> = names.iter().map(|name| [name.as_str(), ""]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
    let job = job(&stores[0], &rows).await;
    let work = stores.into_iter().enumerate().map(|(process, store)| {
        let job = job.clone();
        tokio::spawn(async move {
            // Each processes the rows from another end; no deadlock may occur.
            let order = (0..ROWS).map(|n| if process % 2 == 0 { n } else { ROWS - 1 - n });
            let written = join_all(order.map(|index| {
                let (store, row) = (&store, row(&job, index));
                async move {
                    store.journal(&row, entry(0, 0), Some(Stage::SerpFetched)).await?;
                    store.put_call(call(&row, 3)).await?;
                    store.finish_row(&row, &finished(vec![None, None])).await
                }
            }));
            written.await.into_iter().collect::<Result<Vec<()>, _>>().map(|_| store)
        })
    });
    let done: Vec<_> = join_all(work).await.into_iter().map(Result::unwrap).collect();
    let store = done.into_iter().map(Result::unwrap).next().unwrap();
    let progress = store.progress(&job.id).await.unwrap();
    assert_eq!((progress.rows, progress.in_stage(Stage::Completed)), (ROWS, ROWS), "{progress:?}");
    assert_eq!(progress.cost_nano_usd, 3 * 3 * ROWS);
    assert_eq!(store.ledger(&job.id, 0, 1_000).await.unwrap().len() as u64, 3 * ROWS);
    assert_eq!(store.usage(&job.id).await.unwrap()[0].calls, 3 * ROWS);
    assert_eq!(store.open_rows(&job.id, 0, 100).await.unwrap(), []);
}
