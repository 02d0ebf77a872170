//! Pages, searches and answers, and the calls that returned them.

use super::*;

fn page(text: &str) -> Page {
    Page {
        hash: ContentHash("ab".repeat(32)),
        title: Some("Acme".to_owned()),
        language: Some("en".to_owned()),
        canonical: None,
        published: None,
        modified: Some(PartialDate::year_only(2020).unwrap()),
        access: Access::Open,
        text: text.to_owned(),
        body_end: 4,
        is_cut: false,
        entities: vec![],
        facts: vec![],
    }
}

pub(crate) fn call(job: &Job, kind: CallKind, cost_nano_usd: u64) -> Call {
    Call {
        row: row(job, 0),
        kind,
        provider: "test".to_owned(),
        model: None,
        units_in: 3,
        units_out: 5,
        cost_nano_usd,
        cached: false,
        failed: false,
        metered: cost_nano_usd > 0,
        reservation: None,
    }
}

fn call_of_page(job: &Job) -> Call {
    call(job, CallKind::Crawl, 0)
}

pub(crate) async fn pages_are_stored_once(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let page = Arc::new(page(&"Acme was founded in 1950.\n".repeat(10_000)));
    for url in ["https://a.example/", "https://b.example/"] {
        let fetch = Fetch {
            url: url.to_owned(),
            final_url: format!("{url}final"),
            hash: page.hash.clone(),
            content_type: Some("text/html".to_owned()),
            at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
            fresh_until: Some(Timestamp::from_second(4_000_000_000).unwrap()),
            etag: Some("\"v1\"".to_owned()),
            last_modified: None,
        };
        let call = call_of_page(&job);
        let read = ReadPage { fetch: fetch.clone(), page: Arc::clone(&page), bytes: 9, call };
        store.put_page(read).await.unwrap();
        assert_eq!(store.fetch_of(url).await.unwrap(), Some(fetch.clone()));
        let at = Timestamp::from_millisecond(1_800_000_000_456).unwrap();
        let again = Fetch { at, fresh_until: None, ..fetch };
        store.put_fetch(again.clone(), call_of_page(&job)).await.unwrap();
        assert_eq!(store.fetch_of(url).await.unwrap(), Some(again));
    }
    assert_eq!(store.page(&page.hash).await.unwrap().as_ref(), Some(&*page));
    assert_eq!(store.fetch_of("https://c.example/").await.unwrap(), None);
    assert_eq!(store.page(&ContentHash("cd".repeat(32))).await.unwrap(), None);
}

pub(crate) async fn searches_belong_to_their_job(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let result = SearchResult {
        url: "https://a.example/".to_owned(),
        title: "A".to_owned(),
        snippet: "about \"A\"".to_owned(),
        date: None,
        kind: ResultKind::Organic,
    };
    let serp = Arc::new(Serp { query: "a".to_owned(), url: None, results: vec![result] });
    let hash = ContentHash("ef".repeat(32));
    let search = Searched {
        provider: "test".to_owned(),
        query: "a".to_owned(),
        hash: hash.clone(),
        serp: Arc::clone(&serp),
        call: call(&job, CallKind::Search, 0),
    };
    store.put_search(search.clone()).await.unwrap();
    store.put_search(search).await.unwrap();
    assert_eq!(store.search_of(&job.id, "test", "a").await.unwrap(), Some(hash.clone()));
    assert_eq!(store.search_of(&job.id, "other", "a").await.unwrap(), None);
    assert_eq!(store.search_of(&job.id, "test", "b").await.unwrap(), None);
    assert_eq!(store.serp(&hash).await.unwrap().as_ref(), Some(&*serp));
    let second = NewJob { id: JobId("second".to_owned()), ..new_job(&job.source) };
    let second = create_job(store, &second).await.unwrap();
    assert_eq!(store.search_of(&second.id, "test", "a").await.unwrap(), None);
}

pub(crate) async fn calls_are_summed_and_paid_ones_listed(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let paid = call(&job, CallKind::Search, 1_000_000);
    store.put_call(paid.clone()).await.unwrap();
    store.put_call(call(&job, CallKind::Search, 0)).await.unwrap();
    let spared = Call { cached: true, ..call(&job, CallKind::Search, 0) };
    store.put_call(spared).await.unwrap();
    let model = Some("m".to_owned());
    store.put_call(Call { model, ..call(&job, CallKind::Extract, 7) }).await.unwrap();
    let usage = store.usage(&job.id).await.unwrap();
    let sums: Vec<_> = usage
        .iter()
        .map(|sum| {
            (sum.kind, sum.model.as_deref(), sum.calls, sum.cached, sum.units_in, sum.cost_nano_usd)
        })
        .collect();
    let expected =
        [(CallKind::Extract, Some("m"), 1, 0, 3, 7), (CallKind::Search, None, 2, 1, 9, 1_000_000)];
    assert_eq!(sums, expected);
    let ledger = store.ledger(&job.id, 0, 10).await.unwrap();
    assert_eq!(ledger.len(), 2);
    assert_eq!(ledger[0].call, paid);
    assert_eq!(store.ledger(&job.id, 1, 10).await.unwrap(), ledger[1..]);
}

pub(crate) async fn answers_of_models_stay(store: &dyn Store) {
    assert_eq!(store.answer("a").await.unwrap(), None);
    store.put_answer("a", "{\"cells\": [\"é\"]}").await.unwrap();
    store.put_answer("a", "another").await.unwrap();
    store.put_answer("b", "").await.unwrap();
    assert_eq!(store.answer("a").await.unwrap().as_deref(), Some("{\"cells\": [\"é\"]}"));
    assert_eq!(store.answer("b").await.unwrap().as_deref(), Some(""));
}
