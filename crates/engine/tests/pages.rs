//! Pages are read once by each version of the reader, and each crawler has its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is not as expected ends the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ampledata_core::column::CompiledColumn;
use ampledata_core::page::{Page, PageRef};
use ampledata_core::row::{Failure, FailureKind, Field, Input, Outcome, Step};
use ampledata_engine::perform::{Configured, Dependencies, FixedRoles, Performer, RowContext};
use ampledata_net::Error;
use ampledata_net::freshness::{Freshness, NotModified, Validators};
use ampledata_page::{Media, READER_VERSION};
use ampledata_providers::{Crawl, Decider, Extractor, FetchedPage, RefreshOutcome, Search};
use ampledata_store::{Call, CallKind, Caps, Fetch, Job, ReadPage, RowId, Store};
use ampledata_test_support::world::{World, companies, open, plan};
use async_trait::async_trait;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const URL: &str = "https://a.example/page";

/// A few pages, and the requests for them.
#[derive(Default)]
struct Site {
    pages: Mutex<BTreeMap<String, FetchedPage>>,
    requests: Mutex<Vec<(String, Option<String>)>>,
    is_local: bool,
}

fn fetched(url: &str, body: &[u8], lasts: u64) -> FetchedPage {
    FetchedPage {
        url: url.to_owned(),
        body: body.to_vec(),
        content_type: Some("text/html".to_owned()),
        charset: None,
        freshness: Freshness::For(Duration::from_secs(lasts)),
        validators: Validators::default(),
    }
}

/// So much text that no reader takes the page for an empty shell.
const FILLER: &str = "Acme is a company that makes many small things which other companies need in order to \
                      make large things, and it has done so for as long as anyone can remember.";

fn html(text: &str) -> Vec<u8> {
    format!("<title>Acme</title><p>{text}</p><p>{FILLER}</p>").into_bytes()
}

impl Site {
    fn with(pages: impl IntoIterator<Item = FetchedPage>) -> Self {
        let site = Self::default();
        for page in pages {
            site.put(page);
        }
        site
    }

    fn put(&self, page: FetchedPage) {
        self.pages.lock().unwrap().insert(page.url.clone(), page);
    }

    /// The requests since the last call, each with its `ETag` if it was conditional.
    fn take_requests(&self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

#[async_trait]
impl Crawl for Site {
    async fn crawl(&self, url: &str) -> Result<FetchedPage, Error> {
        self.requests.lock().unwrap().push((url.to_owned(), None));
        Ok(self.pages.lock().unwrap()[url].clone())
    }

    async fn refresh(&self, url: &str, known: &Validators) -> Result<RefreshOutcome, Error> {
        self.requests.lock().unwrap().push((url.to_owned(), known.etag.clone()));
        let page = self.pages.lock().unwrap()[url].clone();
        if page.validators.etag == known.etag {
            let same = NotModified { freshness: page.freshness, validators: page.validators };
            return Ok(RefreshOutcome::NotModified(same));
        }
        Ok(RefreshOutcome::Changed(page))
    }

    fn is_local(&self) -> bool {
        self.is_local
    }
}

struct Place {
    store: Arc<dyn Store>,
    job: Job,
    _folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, 1).await;
        Self { store, job, _folder: folder }
    }

    /// A process of its own that reads with this version.
    fn process(&self, site: &Arc<Site>, crawler: &str, reader_version: u32) -> Process<'_> {
        let world = Arc::new(World::new());
        let dependencies = Dependencies {
            search: Configured::new("world", Arc::clone(&world) as Arc<dyn Search>),
            crawl: Configured {
                variant: crawler.to_owned(),
                ..Configured::new("site", Arc::clone(site) as Arc<dyn Crawl>)
            },
            roles: Arc::new(FixedRoles {
                decider: Arc::clone(&world) as Arc<dyn Decider>,
                extractor: world as Arc<dyn Extractor>,
            }),
        };
        let performer = Performer::new(dependencies, Arc::clone(&self.store));
        Process { place: self, performer: performer.with_reader_version(reader_version) }
    }

    async fn page(&self, reference: &PageRef) -> Page {
        self.store.page(&reference.hash).await.unwrap().unwrap()
    }

    /// The calls that asked the crawler, and those that did not need to.
    async fn crawls(&self) -> (u64, u64) {
        let usage = self.store.usage(&self.job.id).await.unwrap();
        let sum = usage.iter().find(|sum| sum.kind == CallKind::Crawl);
        sum.map_or((0, 0), |sum| (sum.calls, sum.cached))
    }
}

struct Process<'a> {
    place: &'a Place,
    performer: Performer,
}

impl Process<'_> {
    async fn try_crawl(&self, url: &str) -> Result<PageRef, Failure> {
        let key = Field { name: "name".to_owned(), value: "Acme".to_owned() };
        let context = RowContext {
            row: RowId { job: self.place.job.id.clone(), index: 0 },
            plan: Arc::new(plan()),
            columns: CompiledColumn::compile_plan(&plan().columns).into(),
            input: Arc::new(Input { key: vec![key], context: vec![], requested: vec![0] }),
            caps: Caps::default(),
            models: None,
            stop: CancellationToken::new(),
        };
        let step = Step::Crawl { url: url.to_owned() };
        match self.performer.perform(&context, &step).await.unwrap() {
            Outcome::Crawled(page) => Ok(page),
            Outcome::Failed(failure) => Err(failure),
            other => panic!("{other:?}"),
        }
    }

    async fn crawl(&self, url: &str) -> PageRef {
        self.try_crawl(url).await.unwrap()
    }
}

#[tokio::test]
async fn an_upgraded_reader_reads_the_stored_bytes_and_sends_no_request() {
    let place = Place::new().await;
    let site = Arc::new(Site::with([fetched(URL, &html("Founded in 1950."), 3_600)]));
    let old = place.process(&site, "", 7).crawl(URL).await;
    assert_eq!(site.take_requests().len(), 1);
    let new = place.process(&site, "", 8).crawl(URL).await;
    assert_ne!(new.hash, old.hash);
    assert_eq!((&new.content, new.read_at), (&old.content, old.read_at));
    assert_eq!(place.page(&new).await.text, place.page(&old).await.text);
    let again = place.process(&site, "", 8).crawl(URL).await;
    assert_eq!(again, new);
    // Back to the older one, as after a downgrade; and to a third.
    assert_eq!(place.process(&site, "", 7).crawl(URL).await, old);
    assert_ne!(place.process(&site, "", 9).crawl(URL).await.hash, new.hash);
    assert_eq!(site.take_requests(), []);
    assert_eq!(place.crawls().await, (1, 4));
}

#[tokio::test]
async fn a_stale_page_of_another_reader_is_read_again_if_its_server_has_the_same() {
    let place = Place::new().await;
    let mut page = fetched(URL, &html("Founded in 1950."), 0);
    page.validators =
        Validators { url: URL.to_owned(), etag: Some("\"one\"".to_owned()), last_modified: None };
    let site = Arc::new(Site::with([page.clone()]));
    let old = place.process(&site, "", 1).crawl(URL).await;
    let new = place.process(&site, "", 2).crawl(URL).await;
    let one = Some("\"one\"".to_owned());
    assert_eq!(site.take_requests(), [(URL.to_owned(), None), (URL.to_owned(), one.clone())]);
    assert!(new.hash != old.hash && new.content == old.content);
    page.validators.etag = Some("\"two\"".to_owned());
    page.body = html("Founded in 1951.");
    site.put(page);
    let changed = place.process(&site, "", 3).crawl(URL).await;
    assert_eq!(site.take_requests(), [(URL.to_owned(), one)]);
    assert!(place.page(&changed).await.text.contains("1951"));
    assert!(place.page(&new).await.text.contains("1950"));
}

/// Stores a page that is fresh for ever and was read from these bytes by this version of the reader.
async fn store_page(place: &Place, body: &[u8], reader_version: u32, keeps_bytes: bool) -> PageRef {
    let page = ampledata_page::read(&html("As read then."), &Media::default()).unwrap();
    let fetch = Fetch {
        crawler: "site".to_owned(),
        url: URL.to_owned(),
        final_url: URL.to_owned(),
        hash: page.hash.clone(),
        content: keeps_bytes.then(|| ampledata_page::content_hash(body)),
        reader_version,
        content_type: Some("text/html".to_owned()),
        at: Timestamp::from_second(1_700_000_000).unwrap(),
        fresh_until: None,
        etag: Some("\"one\"".to_owned()),
        last_modified: None,
    };
    let call = Call {
        row: RowId { job: place.job.id.clone(), index: 0 },
        kind: CallKind::Crawl,
        provider: "site".to_owned(),
        model: None,
        units_in: 1,
        units_out: 0,
        cost_nano_usd: 0,
        cached: false,
        failed: false,
        metered: false,
        reservation: None,
    };
    let hash = page.hash.clone();
    let (page, bytes) = (Arc::new(page), body.len() as u64);
    let raw = keeps_bytes.then(|| body.to_vec());
    let read = ReadPage { fetch, page, charset: None, bytes, raw, call };
    place.store.put_page(read).await.unwrap();
    PageRef { url: URL.to_owned(), hash, content: None, read_at: None }
}

/// Pages of earlier versions of the program have no bytes: a 304 answer would lead nowhere.
#[tokio::test]
async fn a_page_without_its_bytes_is_fetched_unconditionally() {
    let place = Place::new().await;
    let body = html("Founded in 1950.");
    let site = Arc::new(Site::with([fetched(URL, &body, 3_600)]));
    let old = store_page(&place, &body, 0, false).await;
    let new = place.process(&site, "", READER_VERSION).crawl(URL).await;
    assert_eq!(site.take_requests(), [(URL.to_owned(), None)]);
    assert!(place.page(&old).await.text.contains("As read then"));
    assert!(place.page(&new).await.text.contains("1950"));
}

#[tokio::test]
async fn an_upgraded_reader_that_sees_a_wall_reports_it_without_a_request() {
    let place = Place::new().await;
    let site = Arc::new(Site::default());
    let wall = b"<title>Just a moment</title><p>Please verify you are human</p>";
    let old = store_page(&place, wall, 1, true).await;
    let failure = place.process(&site, "", 2).try_crawl(URL).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Blocked, "{failure:?}");
    assert_eq!(site.take_requests(), []);
    assert!(place.page(&old).await.text.contains("As read then"));
}

#[tokio::test]
async fn crawlers_do_not_share_pages() {
    let place = Place::new().await;
    let plain = Arc::new(Site::with([fetched(URL, &html("Loading …"), 3_600)]));
    let browser = Arc::new(Site::with([fetched(URL, &html("Founded in 1950."), 3_600)]));
    let first = place.process(&plain, "", 1).crawl(URL).await;
    let second = place.process(&browser, "browser", 1).crawl(URL).await;
    assert!(place.page(&second).await.text.contains("1950"));
    assert_eq!(place.process(&plain, "", 1).crawl(URL).await, first);
    assert_eq!(place.process(&browser, "browser", 1).crawl(URL).await, second);
    assert_eq!((plain.take_requests().len(), browser.take_requests().len()), (1, 1));
}

#[tokio::test]
async fn the_same_bytes_at_two_addresses_keep_their_links_apart() {
    let place = Place::new().await;
    let body = [&b"<link rel=canonical href=/acme>"[..], &html("Founded in 1950.")].concat();
    let urls = ["https://a.example/x", "https://b.example/y"];
    let site = Arc::new(Site::with(urls.map(|url| fetched(url, &body, 3_600))));
    let process = place.process(&site, "", 1);
    let (a, b) = (process.crawl(urls[0]).await, process.crawl(urls[1]).await);
    assert!(a.hash != b.hash && a.is_same_content(&b));
    let canonical = |page: Page| page.canonical.unwrap();
    assert_eq!(canonical(place.page(&a).await), "https://a.example/acme");
    assert_eq!(canonical(place.page(&b).await), "https://b.example/acme");
    let upgraded = place.process(&site, "", 2);
    let (a, b) = (upgraded.crawl(urls[0]).await, upgraded.crawl(urls[1]).await);
    assert_eq!(canonical(place.page(&a).await), "https://a.example/acme");
    assert_eq!(canonical(place.page(&b).await), "https://b.example/acme");
    assert_eq!(site.take_requests().len(), 2);
}

#[tokio::test]
async fn the_same_bytes_with_two_charsets_are_two_texts() {
    let place = Place::new().await;
    let body = [&b"<p>\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0.</p>"[..], &html("")].concat();
    let page = |url: &str, content_type: &str, charset: Option<&str>| FetchedPage {
        content_type: Some(content_type.to_owned()),
        charset: charset.map(str::to_owned),
        ..fetched(url, &body, 3_600)
    };
    let site = Arc::new(Site::with([
        page("https://a.example/1", "text/html; charset=windows-1251", None),
        page("https://a.example/2", "text/html; charset=koi8-r", None),
        page("https://a.example/3", "text/html", Some("windows-1251")),
    ]));
    for version in [1, 2] {
        let process = place.process(&site, "", version);
        let mut texts = Vec::new();
        for number in 1..=3 {
            let reference = process.crawl(&format!("https://a.example/{number}")).await;
            texts.push(place.page(&reference).await.text);
        }
        assert!(texts[0].contains("Привет"), "{texts:?}");
        assert!(!texts[1].contains("Привет"), "{texts:?}");
        assert_eq!(texts[0], texts[2]);
    }
    assert_eq!(site.take_requests().len(), 3);
}

#[tokio::test]
async fn an_edited_file_is_read_again_and_an_unchanged_one_is_not() {
    let place = Place::new().await;
    let site = Site { is_local: true, ..Site::with([fetched(URL, &html("Built in 1950."), 0)]) };
    let site = Arc::new(site);
    let process = place.process(&site, "/corpus", 1);
    let first = process.crawl(URL).await;
    let again = process.crawl(URL).await;
    assert_eq!((&again.hash, &again.content), (&first.hash, &first.content));
    assert_eq!(place.crawls().await, (1, 1));
    // In the same process and the same job, by a file of the same size.
    site.put(fetched(URL, &html("Built in 1960."), 0));
    let edited = process.crawl(URL).await;
    assert!(place.page(&edited).await.text.contains("1960"));
    assert!(place.page(&first).await.text.contains("1950"));
    site.put(fetched(URL, &html("Built in 1950."), 0));
    assert_eq!(process.crawl(URL).await.hash, first.hash);
    // The folder has the bytes, so the store does not keep them.
    assert_eq!(place.store.raw_page(&first.hash).await.unwrap(), None);
    assert_ne!(place.process(&site, "/corpus", 2).crawl(URL).await.hash, first.hash);
}
