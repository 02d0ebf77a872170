use ampledata_core::row::Stage;
use ampledata_store::intake::create_job;
use ampledata_store::{
    JobId, JobStatus, NewJob, NewSource, Owner, Slice, SourceId, StatusChange, Store,
};

use super::{complete, job, missing, other, refused, sure};
use crate::store_contract::new_job;

fn change(from: JobStatus, to: JobStatus) -> StatusChange {
    StatusChange { from: vec![from], to, reason: None }
}

pub(crate) async fn sources_and_jobs_are_listed_newest_first(store: &dyn Store) {
    let me = Owner::local();
    let first = job(store, &["A"]).await;
    for name in ["b", "c"] {
        let id = SourceId(name.to_owned());
        let name = name.to_owned();
        let new =
            NewSource { id: id.clone(), owner: me.clone(), name, content_hash: String::new() };
        store.begin_source(&new).await.unwrap();
        store.finish_source(&id, &[]).await.unwrap();
    }
    for name in ["second", "third"] {
        let id = JobId(name.to_owned());
        create_job(store, &NewJob { id, ..new_job(&first.source) }).await.unwrap();
    }
    let sources = store.sources(&me, &Slice::first(2)).await.unwrap();
    let names: Vec<_> = sources.items.iter().map(|source| source.id.0.as_str()).collect();
    assert_eq!((names, sources.total), (vec!["c", "b"], 3));
    let rest = Slice { after: Some("b".to_owned()), ..Slice::first(2) };
    let rest = store.sources(&me, &rest).await.unwrap();
    assert_eq!(rest.items[0].id, first.source);
    let all = store.listed_jobs(&me, None, &Slice::first(10)).await.unwrap();
    assert_eq!((all.items.len(), all.total), (3, 3));
    let mut paged = Vec::new();
    let mut slice = Slice::first(1);
    loop {
        let page = store.listed_jobs(&me, Some(&first.source), &slice).await.unwrap();
        let Some(item) = page.items.into_iter().next() else { break };
        slice.after = Some(item.id.0.clone());
        paged.push(item);
    }
    assert_eq!(paged, all.items);
    let offset = Slice { offset: 2, ..Slice::first(10) };
    let last = store.listed_jobs(&me, None, &offset).await.unwrap();
    assert_eq!(last.items, all.items[2..]);
    let empty = store.listed_jobs(&me, Some(&SourceId("b".to_owned())), &Slice::first(1)).await;
    assert_eq!(empty.unwrap().total, 0);
}

pub(crate) async fn a_source_goes_with_everything_under_it(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A", "a", "B"]).await;
    complete(store, &job, 0, [sure("x", 0.9), None]).await;
    store.delete_source(&me, &job.source).await.unwrap();
    assert_eq!(store.source(&me, &job.source).await.unwrap(), None);
    assert_eq!(store.job(&me, &job.id).await.unwrap(), None);
    assert_eq!(store.sources(&me, &Slice::first(10)).await.unwrap().total, 0);
    assert_eq!(store.listed_jobs(&me, None, &Slice::first(10)).await.unwrap().total, 0);
    missing(store.progress(&job.id).await);
    missing(store.source_rows(&job.source, 0, 1).await);
    missing(store.delete_source(&me, &job.source).await);
    // The ids can be used again, and nothing of the old data is left.
    let again = super::job(store, &["C"]).await;
    assert_eq!(again.id, job.id);
    let results = store.job_results(&me, &again.id, 0, 10).await.unwrap();
    assert_eq!((results.len(), results[0].stage), (1, Stage::Pending));
    assert_eq!(results[0].cells, [None, None]);
    store.delete_job(&me, &again.id).await.unwrap();
    assert_eq!(store.job(&me, &again.id).await.unwrap(), None);
    assert!(store.source(&me, &again.source).await.unwrap().is_some());
    missing(store.delete_job(&me, &again.id).await);
}

pub(crate) async fn nothing_is_thrown_away_under_a_running_job(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A"]).await;
    let run = change(JobStatus::Pending, JobStatus::Running);
    assert!(store.change_job(&me, &job.id, run).await.unwrap());
    refused(store.delete_source(&me, &job.source).await);
    refused(store.delete_job(&me, &job.id).await);
    assert_eq!(store.job_results(&me, &job.id, 0, 10).await.unwrap().len(), 1);
    let cancel = change(JobStatus::Running, JobStatus::Cancelled);
    assert!(store.change_job(&me, &job.id, cancel).await.unwrap());
    store.delete_source(&me, &job.source).await.unwrap();
}

pub(crate) async fn another_owner_finds_nothing(store: &dyn Store) {
    let job = job(store, &["A"]).await;
    let run = change(JobStatus::Pending, JobStatus::Running);
    missing(store.change_job(&other(), &job.id, run).await);
    missing(store.job_progress(&other(), &job.id).await);
    missing(store.job_results(&other(), &job.id, 0, 1).await);
    missing(store.source_page(&other(), &job.source, 0, 1).await);
    missing(store.delete_source(&other(), &job.source).await);
    missing(store.delete_job(&other(), &job.id).await);
    assert_eq!(store.sources(&other(), &Slice::first(10)).await.unwrap().total, 0);
    let jobs = store.listed_jobs(&other(), Some(&job.source), &Slice::first(10)).await.unwrap();
    assert_eq!((jobs.total, jobs.items), (0, vec![]));
    let me = Owner::local();
    assert_eq!(store.job_progress(&me, &job.id).await.unwrap().rows, 1);
    assert_eq!(store.source_page(&me, &job.source, 0, 10).await.unwrap().len(), 1);
}
