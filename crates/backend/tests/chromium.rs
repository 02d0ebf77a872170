//! The headless browser against pages on loopback, kind and hostile. It needs a Chromium on the PATH.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use ampledata_backend::guard::Guard;
use ampledata_backend::providers::crawl::chromium::{Chromium, Settings};
use ampledata_backend::providers::crawl::fallback::Fallback;
use ampledata_backend::providers::crawl::http::{HttpCrawler, Settings as HttpSettings};
use ampledata_backend::providers::{Crawl, Fetched};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

fn http() -> HttpCrawler {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let guard = Guard { allow_private: true };
    HttpCrawler::new(HttpSettings { pause: Duration::ZERO, ..HttpSettings::new(guard) }).unwrap()
}

fn browser(allow_private: bool, page_timeout: Duration) -> Chromium {
    let settings = Settings { page_timeout, ..Settings::new(Guard { allow_private }) };
    Chromium::new(settings, http()).expect("these tests need Chromium: apt-get install chromium")
}

async fn site(at: &str, body: &str) -> MockServer {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/html");
    Mock::given(path(at)).respond_with(page).mount(&server).await;
    server
}

fn fetched(url: &str, body: &str) -> Fetched {
    Fetched {
        url: url.to_owned(),
        body: body.as_bytes().to_vec(),
        content_type: Some("text/html".to_owned()),
        charset: None,
    }
}

const SHELL: &str = "<div id=root></div><script>fetch('/data').then(r => r.text())\
    .then(t => document.getElementById('root').textContent = t + (20 + 22))</script>";

#[tokio::test(flavor = "multi_thread")]
async fn scripts_and_their_requests_make_the_page() {
    let server = site("/", SHELL).await;
    let data = ResponseTemplate::new(200).set_body_string("answer ");
    Mock::given(path("/data")).respond_with(data).mount(&server).await;
    let crawler = Fallback::new(http(), browser(true, Duration::from_secs(20)));
    let page = crawler.crawl(&server.uri()).await.unwrap();
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("answer 42"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_guard_keeps_pages_from_the_machine() {
    let server = site("/secret", "hidden").await;
    let secret = format!("{}/secret", server.uri());
    let body = format!(
        "<p id=out>start</p><iframe src='{secret}'></iframe><script src='{secret}'></script>\
         <script>const say = t => document.getElementById('out').textContent += t;\
         try {{ new WebSocket('{}') }} catch (e) {{}}\
         fetch('{secret}', {{mode: 'no-cors'}}).then(() => say(' reached'), () => say(' refused'));\
         fetch('file:///etc/passwd').then(r => r.text()).then(say, () => say(' nofile'));\
         new Worker(URL.createObjectURL(new Blob(['fetch(\"{secret}\")'])));</script>",
        secret.replace("http:", "ws:"),
    );
    let chromium = browser(false, Duration::from_secs(20));
    let page = chromium.render(&fetched("https://page.example/", &body)).await.unwrap();
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains(" refused") && text.contains(" nofile"), "{text}");
    assert!(!text.contains(" reached</p>") && !text.contains("root:"), "{text}");
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_page_is_taken_as_it_stands_and_no_process_is_left() {
    let chromium = browser(false, Duration::from_secs(3));
    let body = "<p>kept</p><script>const go = () => fetch('/more').finally(() => setTimeout(go, 50));\
                go()</script>";
    let page = chromium.render(&fetched("https://127.1.invalid.example/", body)).await.unwrap();
    assert!(String::from_utf8(page.body).unwrap().contains("kept"));
    let folders = browsers_of(std::process::id());
    assert_eq!(folders, 1, "one browser of ours runs");
    drop(chromium);
    let gone = async {
        while browsers_of(std::process::id()) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the browser is reaped");
}

/// Processes that are children of this one: nextest runs each test in a process of its own.
fn browsers_of(parent: u32) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
        .filter_map(|stat| stat.rsplit_once(')').map(|(_, rest)| rest.to_owned()))
        .filter(|rest| rest.split_whitespace().nth(1) == Some(parent.to_string().as_str()))
        .count()
}
