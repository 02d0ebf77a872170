use std::time::Duration;

use ampledata_store::intake::create_job;
use ampledata_store::{
    JobId, JobStatus, NewJob, NewSource, NewUpload, Owner, Slice, SourceId, SourceRow, Store,
    UploadChange, UploadState,
};
use ampledata_table::Column;

use super::{at, missing, other};
use crate::store_contract::{new_job, text};

fn promised(name: &str) -> NewUpload {
    NewUpload {
        source: SourceId(format!("source {name}")),
        job: JobId(format!("job {name}")),
        owner: Owner::local(),
        name: format!("{name}.csv"),
        content_type: "text/csv".to_owned(),
        length: 1_000,
        expires_at: at(90),
    }
}

fn change(from: UploadState, to: UploadState) -> UploadChange {
    UploadChange { from: vec![from], to, problem: None, unexpired_at: None }
}

pub(crate) async fn an_upload_is_awaited_and_listed_as_a_pending_job(store: &dyn Store) {
    let (me, new) = (Owner::local(), promised("a"));
    store.add_upload(&new).await.unwrap();
    assert_eq!(store.add_upload(&new).await.unwrap_err().code(), "store_exists");
    let upload = store.upload(&me, &new.source).await.unwrap().unwrap();
    assert_eq!((&upload.promised, upload.state), (&new, UploadState::Signed));
    assert_eq!(store.upload_of_job(&me, &new.job).await.unwrap(), Some(upload.clone()));
    let listed = store.listed_jobs(&me, None, &Slice::first(10)).await.unwrap();
    assert_eq!((listed.total, listed.items.len()), (1, 1));
    let item = &listed.items[0];
    assert_eq!((&item.id, &item.source, item.rows), (&new.job, &new.source, 0));
    assert_eq!((item.status, item.source_name.as_str()), (JobStatus::Pending, "a.csv"));

    let source = NewSource {
        id: new.source.clone(),
        owner: me.clone(),
        name: "a.csv".to_owned(),
        content_hash: "00".to_owned(),
    };
    store.begin_source(&source).await.unwrap();
    let row = SourceRow { index: 0, line: 2, cells: vec![text("Acme"), text("")], problem: None };
    store.append_source_rows(&new.source, vec![row]).await.unwrap();
    let columns = ["name", "city"].map(|name| Column::untyped(name.to_owned()));
    store.finish_source(&new.source, &columns).await.unwrap();
    let job = NewJob { id: new.job.clone(), ..new_job(&new.source) };
    let job = create_job(store, &job).await.unwrap();
    assert_eq!(job.created_at, upload.created_at, "the job keeps its place in the list");
    let listed = store.listed_jobs(&me, None, &Slice::first(10)).await.unwrap();
    assert_eq!((listed.total, listed.items.len(), listed.items[0].rows), (1, 1, 1));
    let state = store.upload(&me, &new.source).await.unwrap().unwrap().state;
    assert_eq!(state, UploadState::Started);
}

pub(crate) async fn an_upload_is_sent_once_and_in_time(store: &dyn Store) {
    use UploadState::{Receiving, Signed};
    let (me, new) = (Owner::local(), promised("a"));
    store.add_upload(&new).await.unwrap();
    let send =
        |second| UploadChange { unexpired_at: Some(at(second)), ..change(Signed, Receiving) };
    assert!(!store.change_upload(&me, &new.source, send(90)).await.unwrap());
    assert!(store.change_upload(&me, &new.source, send(89)).await.unwrap());
    assert!(!store.change_upload(&me, &new.source, send(89)).await.unwrap());
    let late = promised("b");
    store.add_upload(&late).await.unwrap();
    assert_eq!(store.expire_uploads(at(89)).await.unwrap(), 0);
    assert_eq!(store.expire_uploads(at(90)).await.unwrap(), 1);
    let listed = store.listed_jobs(&me, Some(&late.source), &Slice::first(10)).await.unwrap();
    assert_eq!(listed.items[0].status, JobStatus::Failed);
    assert!(listed.items[0].reason.is_some());
}

pub(crate) async fn an_upload_is_its_owners(store: &dyn Store) {
    let new = promised("a");
    store.add_upload(&new).await.unwrap();
    assert_eq!(store.upload(&other(), &new.source).await.unwrap(), None);
    assert_eq!(store.upload_of_job(&other(), &new.job).await.unwrap(), None);
    let cancel = change(UploadState::Signed, UploadState::Cancelled);
    missing(store.change_upload(&other(), &new.source, cancel).await);
    missing(store.delete_source(&other(), &new.source).await);
    missing(store.delete_job(&other(), &new.job).await);
    let listed = store.listed_jobs(&other(), None, &Slice::first(10)).await.unwrap();
    assert_eq!((listed.total, listed.items), (0, vec![]));
    let signed = store.signed_upload(&new.source).await.unwrap().unwrap();
    assert_eq!(signed.promised, new);
}

pub(crate) async fn an_upload_that_was_cut_off_has_failed(store: &dyn Store) {
    let (cut, whole) = (promised("cut"), promised("whole"));
    for upload in [&cut, &whole] {
        store.add_upload(upload).await.unwrap();
        let begin = change(UploadState::Signed, UploadState::Receiving);
        assert!(store.change_upload(&upload.owner, &upload.source, begin).await.unwrap());
    }
    let end = change(UploadState::Receiving, UploadState::Received);
    assert!(store.change_upload(&whole.owner, &whole.source, end).await.unwrap());
    // Another process may still be receiving it, and extends its time while it does.
    let soon = cut.expires_at + Duration::from_mins(1);
    let before = Some(cut.expires_at - Duration::from_millis(1));
    assert_eq!(store.abandon_uploads(before).await.unwrap(), 0);
    assert!(store.extend_upload(&cut.owner, &cut.source, soon).await.unwrap());
    assert!(!store.extend_upload(&whole.owner, &whole.source, soon).await.unwrap());
    assert_eq!(store.abandon_uploads(Some(cut.expires_at)).await.unwrap(), 0);
    assert_eq!(store.abandon_uploads(Some(soon)).await.unwrap(), 1);
    let found = store.upload(&cut.owner, &cut.source).await.unwrap().unwrap();
    assert_eq!(found.state, UploadState::Failed);
    assert!(found.problem.unwrap().contains("cut off"));
    let found = store.upload(&whole.owner, &whole.source).await.unwrap().unwrap();
    assert_eq!(found.state, UploadState::Received);
}
