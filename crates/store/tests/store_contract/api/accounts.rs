use ampledata_core::column::{Column, ColumnType};
use ampledata_core::usage::CallUsage;
use ampledata_store::{
    Call, CallKind, IdempotentRequest, KeptAnswer, Known, NewApiKey, Owner, OwnerCall, Store,
    Template,
};

use super::{at, job, other};
use crate::store_contract::call;

fn key(id: &str) -> NewApiKey {
    NewApiKey {
        id: id.to_owned(),
        owner: Owner::local(),
        name: "laptop".to_owned(),
        prefix: "ad_12".to_owned(),
        hash: format!("hash of {id}"),
    }
}

pub(crate) async fn keys_are_made_listed_and_revoked(store: &dyn Store) {
    let me = Owner::local();
    store.add_api_key(&key("a")).await.unwrap();
    store.add_api_key(&key("b")).await.unwrap();
    assert_eq!(store.add_api_key(&key("a")).await.unwrap_err().code(), "store_exists");
    let keys = store.api_keys(&me).await.unwrap();
    assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(store.api_key_by_hash("hash of a").await.unwrap().as_ref(), Some(&keys[1]));
    assert_eq!(store.api_key_by_hash("hash of c").await.unwrap(), None);
    for (second, noted) in [(0, 0), (59, 0), (61, 61)] {
        store.touch_api_key("a", at(second)).await.unwrap();
        let used = store.api_key_by_hash("hash of a").await.unwrap().unwrap().used_at;
        assert_eq!(used, Some(at(noted)));
    }
    assert!(!store.revoke_api_key(&other(), "a").await.unwrap());
    assert!(store.revoke_api_key(&me, "a").await.unwrap());
    assert!(!store.revoke_api_key(&me, "a").await.unwrap());
    assert_eq!(store.api_key_by_hash("hash of a").await.unwrap(), None);
    assert!(store.api_keys(&me).await.unwrap()[1].revoked_at.is_some());
    assert_eq!(store.api_keys(&other()).await.unwrap(), []);
}

pub(crate) async fn templates_are_their_owners(store: &dyn Store) {
    let me = Owner::local();
    let template = |name: &str, owner: &Owner| Template {
        id: "t".to_owned(),
        owner: owner.clone(),
        name: name.to_owned(),
        columns: vec![Column::new("founded", ColumnType::Date)],
    };
    store.put_template(&template("old", &me)).await.unwrap();
    store.put_template(&template("new", &me)).await.unwrap();
    let taken = store.put_template(&template("theirs", &other())).await.unwrap_err();
    assert_eq!(taken.code(), "store_exists");
    assert_eq!(store.templates(&me).await.unwrap(), [template("new", &me)]);
    assert_eq!(store.template(&me, "t").await.unwrap(), Some(template("new", &me)));
    assert_eq!(store.templates(&other()).await.unwrap(), []);
    assert_eq!(store.template(&other(), "t").await.unwrap(), None);
    assert!(!store.delete_template(&other(), "t").await.unwrap());
    assert!(store.delete_template(&me, "t").await.unwrap());
    assert_eq!(store.template(&me, "t").await.unwrap(), None);
}

pub(crate) async fn a_request_is_carried_out_once(store: &dyn Store) {
    let me = Owner::local();
    let request = |owner: &Owner, hash: &str, second| IdempotentRequest {
        owner: owner.clone(),
        key: "k".to_owned(),
        hash: hash.to_owned(),
        expires_at: at(second),
    };
    let mine = request(&me, "h", 100);
    assert_eq!(store.begin_request(&mine, at(0)).await.unwrap(), Known::New);
    assert_eq!(store.begin_request(&mine, at(1)).await.unwrap(), Known::UnderWay);
    let theirs = request(&other(), "x", 100);
    assert_eq!(store.begin_request(&theirs, at(1)).await.unwrap(), Known::New);
    store.drop_request(&me, "k").await.unwrap();
    assert_eq!(store.begin_request(&mine, at(2)).await.unwrap(), Known::New);
    let answer = KeptAnswer { status: 201, body: "{}".to_owned() };
    store.finish_request(&me, "k", &answer).await.unwrap();
    store.drop_request(&me, "k").await.unwrap();
    assert_eq!(store.begin_request(&mine, at(3)).await.unwrap(), Known::Answered(answer.clone()));
    let another = request(&me, "another", 100);
    assert_eq!(store.begin_request(&another, at(3)).await.unwrap(), Known::Other);
    assert_eq!(store.begin_request(&theirs, at(3)).await.unwrap(), Known::UnderWay);
    let later = request(&me, "another", 300);
    assert_eq!(store.begin_request(&later, at(100)).await.unwrap(), Known::New);
    assert_eq!(store.expire_requests(at(100)).await.unwrap(), 1);
    assert_eq!(store.expire_requests(at(300)).await.unwrap(), 1);
    let gone = store.finish_request(&me, "k", &answer).await.unwrap_err();
    assert_eq!(gone.code(), "store_not_found");
}

pub(crate) async fn usage_is_summed_by_month_and_outlives_the_job(store: &dyn Store) {
    let me = Owner::local();
    let job = job(store, &["A"]).await;
    store.put_call(call(&job, CallKind::Search, 100)).await.unwrap();
    store.put_call(call(&job, CallKind::Search, 11)).await.unwrap();
    store.put_call(Call { cached: true, ..call(&job, CallKind::Search, 0) }).await.unwrap();
    let usage = store.usage_by_month(&me, None).await.unwrap();
    assert!(matches!(usage.len(), 1 | 2), "two only where a month ended between the calls");
    let sum =
        |count: fn(&ampledata_store::MonthUsage) -> u64| -> u64 { usage.iter().map(count).sum() };
    let whole = &store.usage(&job.id).await.unwrap()[0];
    assert_eq!((sum(|u| u.calls), sum(|u| u.cached)), (2, 1));
    assert_eq!((sum(|u| u.units_in), sum(|u| u.units_out)), (whole.units_in, whole.units_out));
    assert_eq!(sum(|u| u.cost_nano_usd), 111);
    assert_eq!((usage[0].kind, usage[0].provider.as_str()), (CallKind::Search, "test"));
    store.delete_source(&me, &job.source).await.unwrap();
    assert_eq!(store.usage_by_month(&me, Some("2026-01")).await.unwrap(), usage);
    assert_eq!(store.usage_by_month(&me, Some("9999-01")).await.unwrap(), []);
    assert_eq!(store.usage_by_month(&other(), None).await.unwrap(), []);
}

pub(crate) async fn calls_without_a_job_are_in_the_usage_of_their_owner(store: &dyn Store) {
    let me = Owner::local();
    let spent = CallUsage {
        provider: "gemini".to_owned(),
        model: Some("flash".to_owned()),
        units_in: 100,
        units_out: 7,
        cost_nano_usd: 42,
        cached: false,
        failed: false,
    };
    let call = OwnerCall { owner: me.clone(), kind: CallKind::Key, spent };
    store.put_owner_call(&call).await.unwrap();
    store.put_owner_call(&call).await.unwrap();
    let spared =
        CallUsage { units_in: 0, units_out: 0, cost_nano_usd: 0, cached: true, ..call.spent };
    store.put_owner_call(&OwnerCall { spent: spared, ..call }).await.unwrap();
    let usage = store.usage_by_month(&me, None).await.unwrap();
    assert!(matches!(usage.len(), 1 | 2), "two only where a month ended between the calls");
    assert_eq!((usage[0].kind, usage[0].model.as_deref()), (CallKind::Key, Some("flash")));
    let sum =
        |count: fn(&ampledata_store::MonthUsage) -> u64| -> u64 { usage.iter().map(count).sum() };
    assert_eq!((sum(|u| u.calls), sum(|u| u.cached)), (2, 1));
    assert_eq!((sum(|u| u.units_in), sum(|u| u.units_out)), (200, 14));
    assert_eq!(sum(|u| u.cost_nano_usd), 84);
    assert_eq!(store.usage_by_month(&other(), None).await.unwrap(), []);
}
