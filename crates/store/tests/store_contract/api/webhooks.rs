use ampledata_store::{
    Attempted, DeliveryState, Job, JobStatus, Owner, Slice, StatusChange, Store, Webhook,
    WebhookEvent,
};

use super::{at, job, missing, other};

fn hook(id: &str, owner: &Owner, events: &[&str]) -> Webhook {
    Webhook {
        id: id.to_owned(),
        owner: owner.clone(),
        url: format!("https://{id}.example/"),
        secret: "s".to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        active: true,
        created_at: at(0),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the store takes an option")]
fn event(event: &str) -> Option<WebhookEvent<'_>> {
    Some(WebhookEvent { event, payload: "{}" })
}

/// A job that a process owns.
async fn leased_job(store: &dyn Store) -> Job {
    let job = job(store, &["A"]).await;
    store.renew_lease(std::slice::from_ref(&job.id), at(0)).await.unwrap();
    job
}

/// The job after it has run and reached this status.
async fn run_to(store: &dyn Store, job: &Job, to: JobStatus) -> Job {
    for to in [JobStatus::Running, to] {
        let from =
            vec![JobStatus::Pending, JobStatus::Running, JobStatus::Paused, JobStatus::Completed];
        let change = StatusChange { from, to, reason: None };
        assert!(store.set_status(&job.id, change).await.unwrap());
    }
    store.job(&job.owner, &job.id).await.unwrap().unwrap()
}

pub(crate) async fn only_a_status_that_still_holds_is_published(store: &dyn Store) {
    let job = job(store, &["A"]).await;
    run_to(store, &job, JobStatus::Paused).await;
    assert_eq!(store.unpublished_jobs(9).await.unwrap(), [], "it is of the command line");
    store.renew_lease(std::slice::from_ref(&job.id), at(0)).await.unwrap();
    let paused = run_to(store, &job, JobStatus::Paused).await;
    let done = run_to(store, &job, JobStatus::Completed).await;
    assert!(!store.publish(&paused, event("job.paused"), at(1)).await.unwrap(), "not any more");
    assert_eq!(store.unpublished_jobs(9).await.unwrap(), std::slice::from_ref(&done));
    assert!(store.publish(&done, None, at(1)).await.unwrap(), "there is nothing to say of it");
    assert_eq!(store.unpublished_jobs(9).await.unwrap(), []);
    assert_eq!(store.claim_deliveries(at(1), at(60), 10).await.unwrap(), []);
}

pub(crate) async fn a_job_that_no_one_owns_is_taken_once(store: &dyn Store) {
    let job = leased_job(store).await;
    run_to(store, &job, JobStatus::Running).await;
    store.renew_lease(std::slice::from_ref(&job.id), at(10)).await.unwrap();
    assert_eq!(store.claim_expired(at(9), at(19)).await.unwrap(), []);
    let (one, other) =
        tokio::join!(store.claim_expired(at(10), at(20)), store.claim_expired(at(10), at(20)));
    let taken: Vec<_> = [one, other].into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(taken.iter().map(|job| &job.id).collect::<Vec<_>>(), [&job.id]);
    run_to(store, &job, JobStatus::Paused).await;
    assert_eq!(store.claim_expired(at(99), at(100)).await.unwrap(), [], "it is not running");
}

pub(crate) async fn an_event_reaches_those_who_asked_for_it(store: &dyn Store) {
    let me = Owner::local();
    store.put_webhook(&hook("a", &me, &["job.completed", "job.failed"])).await.unwrap();
    store.put_webhook(&hook("b", &me, &["job.failed"])).await.unwrap();
    let silent = Webhook { active: false, ..hook("c", &me, &["job.completed"]) };
    store.put_webhook(&silent).await.unwrap();
    store.put_webhook(&hook("d", &other(), &["job.completed"])).await.unwrap();
    let job = leased_job(store).await;
    let done = run_to(store, &job, JobStatus::Completed).await;
    assert_eq!(store.unpublished_jobs(9).await.unwrap(), std::slice::from_ref(&done));
    assert!(store.publish(&done, event("job.completed"), at(1)).await.unwrap());
    assert!(!store.publish(&done, event("job.completed"), at(1)).await.unwrap(), "once");
    assert_eq!(store.unpublished_jobs(9).await.unwrap(), []);
    let due = store.claim_deliveries(at(1), at(60), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].url.as_str(), due[0].secret.as_str()), ("https://a.example/", "s"));
    let delivery = &due[0].delivery;
    assert_eq!((delivery.webhook.as_str(), delivery.event.as_str()), ("a", "job.completed"));
    assert_eq!((delivery.payload.as_str(), delivery.attempts), ("{}", 1));
    assert_eq!((delivery.state, delivery.created_at), (DeliveryState::Waiting, at(1)));
    let paused = run_to(store, &job, JobStatus::Paused).await;
    assert!(store.publish(&paused, event("job.paused"), at(1)).await.unwrap());
    assert_eq!(store.claim_deliveries(at(1), at(60), 10).await.unwrap(), [], "no one requested it");
}

pub(crate) async fn a_delivery_is_claimed_by_one_at_a_time(store: &dyn Store) {
    let me = Owner::local();
    store.put_webhook(&hook("a", &me, &["e"])).await.unwrap();
    let job = leased_job(store).await;
    for second in [1, 2] {
        let job = run_to(store, &job, JobStatus::Paused).await;
        assert!(store.publish(&job, event("e"), at(second)).await.unwrap());
    }
    assert_eq!(store.claim_deliveries(at(0), at(60), 10).await.unwrap(), []);
    let first = store.claim_deliveries(at(5), at(60), 1).await.unwrap().remove(0).delivery;
    let second = store.claim_deliveries(at(5), at(60), 10).await.unwrap().remove(0).delivery;
    assert_eq!((first.created_at, second.created_at), (at(1), at(2)));
    assert_eq!(store.claim_deliveries(at(59), at(90), 10).await.unwrap(), []);
    let settle = |state, code, problem: Option<&str>| Attempted {
        status_code: code,
        problem: problem.map(str::to_owned),
        state,
        next_at: at(70),
    };
    let arrived = settle(DeliveryState::Delivered, Some(204), None);
    store.settle_delivery(first.id, &arrived).await.unwrap();
    let again = settle(DeliveryState::Waiting, Some(500), Some("broken"));
    store.settle_delivery(second.id, &again).await.unwrap();
    assert_eq!(store.claim_deliveries(at(69), at(90), 10).await.unwrap(), []);
    let due = store.claim_deliveries(at(70), at(90), 10).await.unwrap();
    assert_eq!((due.len(), due[0].delivery.id, due[0].delivery.attempts), (1, second.id, 2));
    // The process that claimed it died: it is due again when the lease expires.
    assert_eq!(store.claim_deliveries(at(90), at(99), 10).await.unwrap().len(), 1);
    let listed = store.deliveries(&me, "a", &Slice::first(1)).await.unwrap();
    assert_eq!((listed.total, listed.items[0].id), (2, second.id));
    assert_eq!(listed.items[0].status_code, Some(500));
    assert_eq!(listed.items[0].problem.as_deref(), Some("broken"));
    let rest = Slice { after: Some(second.id.to_string()), ..Slice::first(9) };
    let rest = store.deliveries(&me, "a", &rest).await.unwrap().items;
    assert_eq!((rest.len(), rest[0].state), (1, DeliveryState::Delivered));
    missing(store.settle_delivery(999, &arrived).await);
}

pub(crate) async fn webhooks_are_their_owners(store: &dyn Store) {
    let me = Owner::local();
    let mine = hook("a", &me, &["e"]);
    store.put_webhook(&mine).await.unwrap();
    let changed = Webhook { active: false, ..mine.clone() };
    store.put_webhook(&changed).await.unwrap();
    let taken = store.put_webhook(&hook("a", &other(), &["e"])).await.unwrap_err();
    assert_eq!(taken.code(), "store_exists");
    assert_eq!(store.webhooks(&me).await.unwrap(), std::slice::from_ref(&changed));
    assert_eq!(store.webhook(&me, "a").await.unwrap(), Some(changed));
    assert_eq!(store.webhooks(&other()).await.unwrap(), []);
    assert_eq!(store.webhook(&other(), "a").await.unwrap(), None);
    missing(store.deliveries(&other(), "a", &Slice::first(1)).await);
    assert!(!store.delete_webhook(&other(), "a").await.unwrap());
    assert!(store.delete_webhook(&me, "a").await.unwrap());
    missing(store.deliveries(&me, "a", &Slice::first(1)).await);
}
