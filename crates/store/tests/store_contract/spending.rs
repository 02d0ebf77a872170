//! Cost limits and spending of jobs.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::page::ContentHash;
use ampledata_core::row::Stage;
use ampledata_core::serp::Serp;
use ampledata_store::{
    Call, CallKind, Caps, Job, JobStatus, Owner, Reservation, Reserved, Searched, StatusChange,
    Store,
};
use jiff::{SignedDuration, Timestamp};

use super::{call, finished, job, row};

pub(crate) async fn searches_serve_other_jobs_for_a_while(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let serp = Arc::new(Serp { query: "a".to_owned(), url: None, results: vec![] });
    let hash = ContentHash("ef".repeat(32));
    let call = call(&job, CallKind::Search, 1_000_000);
    let (provider, query) = ("serper de".to_owned(), "a".to_owned());
    let search = Searched { provider, query, hash: hash.clone(), serp, call };
    store.put_search(search).await.unwrap();
    let now = Timestamp::now();
    let minute = SignedDuration::from_mins(1);
    let recent = store.recent_search("serper de", "a", now - minute).await.unwrap();
    assert_eq!(recent, Some(hash));
    assert_eq!(store.recent_search("serper de", "a", now + minute).await.unwrap(), None);
    assert_eq!(store.recent_search("serper", "a", now - minute).await.unwrap(), None);
}

async fn capped(store: &dyn Store, job_cap: Option<u64>, row_cap: Option<u64>) -> Job {
    let job = job(store, &[&["A", ""], &["B", ""]]).await;
    store.set_caps(&job.id, Caps { job: job_cap, row: row_cap }).await.unwrap();
    job
}

fn granted(reserved: Reserved) -> Option<Reservation> {
    match reserved {
        Reserved::Granted(reservation) => Some(reservation),
        Reserved::Wait | Reserved::JobSpent | Reserved::RowSpent => None,
    }
}

pub(crate) async fn nothing_is_reserved_beyond_the_bounds(store: &dyn Store) {
    let job = capped(store, Some(100), Some(60)).await;
    let (first, second) = (row(&job, 0), row(&job, 1));
    assert_eq!(store.reserve(&first, 61).await.unwrap(), Reserved::RowSpent);
    let reservation = granted(store.reserve(&first, 50).await.unwrap());
    assert!(reservation.is_some());
    assert_eq!(store.reserve(&first, 11).await.unwrap(), Reserved::Wait);
    assert_eq!(store.reserve(&second, 51).await.unwrap(), Reserved::Wait);
    // The call was cheaper than its reservation: the rest is available again.
    store.put_call(Call { reservation, ..call(&job, CallKind::Extract, 20) }).await.unwrap();
    assert_eq!(store.reserve(&first, 41).await.unwrap(), Reserved::RowSpent);
    let reservation = granted(store.reserve(&second, 60).await.unwrap());
    let spending = store.spending(&job.id).await.unwrap();
    assert_eq!((spending.spent, spending.reserved, spending.lost), (20, 60, 0));
    assert_eq!(spending.caps, Caps { job: Some(100), row: Some(60) });
    let dear = Call { row: second.clone(), reservation, ..call(&job, CallKind::Extract, 55) };
    store.put_call(dear).await.unwrap();
    assert_eq!(store.reserve(&first, 26).await.unwrap(), Reserved::JobSpent);
    store.set_caps(&job.id, Caps { job: Some(200), row: None }).await.unwrap();
    assert!(granted(store.reserve(&second, 120).await.unwrap()).is_some());
    assert_eq!(store.progress(&job.id).await.unwrap().cost_nano_usd, 75);
}

pub(crate) async fn parallel_reservations_never_exceed_the_bound(store: &dyn Store) {
    let job = capped(store, Some(1_000), None).await;
    let (first, second) = (row(&job, 0), row(&job, 1));
    let asked = (0..50).map(|at| store.reserve(if at % 2 == 0 { &first } else { &second }, 70));
    let answers = futures::future::join_all(asked).await;
    let granted = answers.into_iter().filter_map(|answer| granted(answer.unwrap())).count();
    assert_eq!(granted, 14);
    assert_eq!(store.spending(&job.id).await.unwrap().reserved, 980);
}

pub(crate) async fn a_reservation_that_was_cut_off_counts_in_full(store: &dyn Store) {
    let job = capped(store, Some(100), None).await;
    let row = row(&job, 0);
    granted(store.reserve(&row, 70).await.unwrap()).unwrap();
    store.expire_reservations(&job.id, Duration::from_hours(1)).await.unwrap();
    let spending = store.spending(&job.id).await.unwrap();
    assert_eq!((spending.reserved, spending.lost), (70, 0), "its call may still be under way");
    store.expire_reservations(&job.id, Duration::ZERO).await.unwrap();
    let spending = store.spending(&job.id).await.unwrap();
    assert_eq!((spending.spent, spending.reserved, spending.lost), (0, 0, 70));
    assert_eq!(store.reserve(&row, 31).await.unwrap(), Reserved::JobSpent);
    assert!(granted(store.reserve(&row, 30).await.unwrap()).is_some());
}

pub(crate) async fn experience_is_sorted_by_kind(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let begin =
        StatusChange { from: vec![JobStatus::Pending], to: JobStatus::Running, reason: None };
    assert!(store.set_status(&job.id, begin).await.unwrap());
    let kinds = [CallKind::Search, CallKind::Extract, CallKind::Patterns, CallKind::Crawl];
    for provider in ["b", "a", "c"] {
        for kind in kinds {
            let call = Call { provider: provider.to_owned(), ..call(&job, kind, 7) };
            store.put_call(call).await.unwrap();
        }
    }
    store.finish_row(&row(&job, 0), &finished(vec![None, None])).await.unwrap();
    let history = store.usage_history(&job.owner).await.unwrap();
    let order: Vec<_> = history.iter().map(|one| (one.kind.name(), &*one.provider)).collect();
    assert!(order.len() == 12 && order.is_sorted(), "{order:?}");
}

pub(crate) async fn experience_is_what_rows_needed(store: &dyn Store) {
    let job = job(store, &[&["A", ""], &["B", ""]]).await;
    assert_eq!(store.usage_history(&job.owner).await.unwrap(), []);
    let begin =
        StatusChange { from: vec![JobStatus::Pending], to: JobStatus::Running, reason: None };
    assert!(store.set_status(&job.id, begin).await.unwrap());
    for index in 0..2 {
        for _ in 0..3 {
            let call = Call { row: row(&job, index), ..call(&job, CallKind::Search, 7) };
            store.put_call(call).await.unwrap();
        }
        store.finish_row(&row(&job, index), &finished(vec![None, None])).await.unwrap();
    }
    let usage_history = store.usage_history(&job.owner).await.unwrap();
    assert_eq!(usage_history.len(), 1);
    let search = &usage_history[0];
    assert_eq!((search.kind, search.rows), (CallKind::Search, 2));
    assert_eq!((search.calls_per_row, search.units_in, search.units_out), (3.0, 3.0, 5.0));
    let totals = store.totals().await.unwrap();
    assert_eq!(totals.rows.get(&Stage::Completed), Some(&2));
    assert_eq!(totals.usage, store.usage(&job.id).await.unwrap());
    assert_eq!((totals.usage[0].calls, totals.usage[0].cost_nano_usd), (6, 42));
    let other = Owner("another owner".to_owned());
    assert_eq!(store.usage_history(&other).await.unwrap(), []);
}
