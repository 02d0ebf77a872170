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

fn fetch(crawler: &str, url: &str, page: &Page) -> Fetch {
    Fetch {
        crawler: crawler.to_owned(),
        url: url.to_owned(),
        final_url: format!("{url}final"),
        hash: page.hash.clone(),
        content: Some(ContentHash("01".repeat(32))),
        reader_version: 3,
        content_type: Some("text/html".to_owned()),
        at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
        fresh_until: Some(Timestamp::from_second(4_000_000_000).unwrap()),
        etag: Some("\"v1\"".to_owned()),
        last_modified: None,
    }
}

fn read_page(job: &Job, fetch: Fetch, page: &Arc<Page>, raw: Option<&[u8]>) -> ReadPage {
    ReadPage {
        fetch,
        page: Arc::clone(page),
        charset: Some("koi8-r".to_owned()),
        bytes: raw.map_or(9, |raw| raw.len() as u64),
        raw: raw.map(<[u8]>::to_vec),
        call: call_of_page(job),
    }
}

pub(crate) async fn pages_are_stored_once(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let page = Arc::new(page(&"Acme was founded in 1950.\n".repeat(10_000)));
    for url in ["https://a.example/", "https://b.example/"] {
        let fetch = fetch("web", url, &page);
        store.put_page(read_page(&job, fetch.clone(), &page, None)).await.unwrap();
        assert_eq!(store.fetch_of("web", url).await.unwrap(), Some(fetch.clone()));
        let at = Timestamp::from_millisecond(1_800_000_000_456).unwrap();
        let again = Fetch { at, fresh_until: None, ..fetch };
        store.put_fetch(again.clone(), call_of_page(&job)).await.unwrap();
        assert_eq!(store.fetch_of("web", url).await.unwrap(), Some(again));
    }
    assert_eq!(store.page(&page.hash).await.unwrap().as_ref(), Some(&*page));
    assert_eq!(store.fetch_of("web", "https://c.example/").await.unwrap(), None);
    assert_eq!(store.page(&ContentHash("cd".repeat(32))).await.unwrap(), None);
}

/// Each crawler has its own fetches: another folder with the same addresses, or a browser.
pub(crate) async fn a_fetch_belongs_to_its_crawler(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let url = "https://a.example/";
    // A path may be longer than what a database can index.
    let long = format!("corpus /{}", "folder/".repeat(600));
    let crawlers = ["builtin", "corpus /one", "corpus /two", &long];
    for (number, crawler) in crawlers.iter().enumerate() {
        let hash = ContentHash(format!("{number:02}").repeat(32));
        let page = Arc::new(Page { hash, ..page(&format!("Page {number}")) });
        let fetch = fetch(crawler, url, &page);
        store.put_page(read_page(&job, fetch, &page, None)).await.unwrap();
    }
    for (number, crawler) in crawlers.iter().enumerate() {
        let fetch = store.fetch_of(crawler, url).await.unwrap().unwrap();
        assert_eq!(fetch.crawler, *crawler);
        let page = store.page(&fetch.hash).await.unwrap().unwrap();
        assert_eq!(page.text, format!("Page {number}"));
    }
    for other in ["", "corpus", "corpus /one\nhttps://a.example/", "Builtin"] {
        assert_eq!(store.fetch_of(other, url).await.unwrap(), None, "{other}");
    }
}

/// The bytes are stored once for all pages that were read from them, each with how it was read.
pub(crate) async fn the_bytes_of_a_page_can_be_read_again(store: &dyn Store) {
    let job = job(store, &[&["A", ""]]).await;
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(|n| (n % 1_000).to_le_bytes()).collect();
    for (number, url) in ["https://a.example/", "https://b.example/"].iter().enumerate() {
        let hash = ContentHash(format!("{number:02}").repeat(32));
        let page = Arc::new(Page { hash: hash.clone(), ..page("Acme") });
        let read = read_page(&job, fetch("web", url, &page), &page, Some(&bytes));
        store.put_page(read).await.unwrap();
        let raw = store.raw_page(&hash).await.unwrap().unwrap();
        assert!(raw.bytes == bytes);
        assert_eq!(raw.base, format!("{url}final"));
        assert_eq!(raw.content_type.as_deref(), Some("text/html"));
        assert_eq!(raw.charset.as_deref(), Some("koi8-r"));
    }
    assert_eq!(store.raw_page(&ContentHash("cd".repeat(32))).await.unwrap(), None);
    let hash = ContentHash("99".repeat(32));
    let page = Arc::new(Page { hash: hash.clone(), ..page("A file of a folder") });
    let content = Some(ContentHash("02".repeat(32)));
    let fetch = Fetch { content, ..fetch("corpus", "file:a.html", &page) };
    store.put_page(read_page(&job, fetch, &page, None)).await.unwrap();
    assert_eq!(store.raw_page(&hash).await.unwrap(), None);
}

/// Of more bytes than `limit`, the newest stay. The pages stay in any case.
pub(crate) async fn only_the_newest_bytes_are_kept(store: &dyn Store, limit: usize) {
    let job = job(store, &[&["A", ""]]).await;
    let mut noise: u64 = 1;
    let mut hashes = Vec::new();
    for number in 0..40_u32 {
        // Bytes that no compression makes smaller.
        let bytes = std::iter::repeat_with(|| {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            noise.to_le_bytes()[0]
        });
        let bytes: Vec<u8> = bytes.take(limit / 10).collect();
        let hash = ContentHash(format!("{number:064x}"));
        let page = Arc::new(Page { hash: hash.clone(), ..page("Acme") });
        let content = Some(ContentHash(format!("{:064x}", number + 1_000)));
        let fetch =
            Fetch { content, ..fetch("web", &format!("https://a.example/{number}"), &page) };
        store.put_page(read_page(&job, fetch, &page, Some(&bytes))).await.unwrap();
        hashes.push(hash);
    }
    let mut kept = Vec::new();
    for (number, hash) in hashes.iter().enumerate() {
        assert!(store.page(hash).await.unwrap().is_some());
        if store.raw_page(hash).await.unwrap().is_some() {
            kept.push(number);
        }
    }
    // The limit is enforced after as many bytes as it allows.
    assert!((9..=21).contains(&kept.len()), "{kept:?}");
    assert!(kept.contains(&39) && !kept.contains(&0), "{kept:?}");
    let whole: Vec<u8> = vec![7; limit * 4];
    let hash = ContentHash("ee".repeat(32));
    let page = Arc::new(Page { hash: hash.clone(), ..page("Small once compressed") });
    let content = Some(ContentHash("ef".repeat(32)));
    let fetch = Fetch { content, ..fetch("web", "https://a.example/whole", &page) };
    store.put_page(read_page(&job, fetch, &page, Some(&whole))).await.unwrap();
    assert!(store.raw_page(&hash).await.unwrap().is_some());
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
