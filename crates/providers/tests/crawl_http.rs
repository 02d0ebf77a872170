//! The HTTP crawler with real servers on loopback, friendly and hostile.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::time::Duration;

use ampledata_core::row::FailureKind;
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::Validators;
use ampledata_net::guard::Guard;
use ampledata_providers::crawl::http::{HttpCrawler, Settings};
use ampledata_providers::{Crawl, RefreshOutcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn settings() -> Settings {
    Settings {
        pause: Duration::ZERO,
        total_timeout: Duration::from_secs(2),
        max_bytes: 64 * 1024,
        ..Settings::new(Guard { allow_private: true })
    }
}

fn crawler() -> HttpCrawler {
    crawler_with(settings())
}

fn crawler_with(settings: Settings) -> HttpCrawler {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    HttpCrawler::new(settings).unwrap()
}

async fn site(pages: &[(&str, ResponseTemplate)]) -> MockServer {
    let server = MockServer::start().await;
    for (at, answer) in pages {
        Mock::given(method("GET")).and(path(*at)).respond_with(answer.clone()).mount(&server).await;
    }
    server
}

fn html(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/html; charset=utf-8")
}

async fn failure(server: &MockServer, at: &str) -> Error {
    crawler().crawl(&format!("{}{at}", server.uri())).await.unwrap_err()
}

#[tokio::test]
async fn a_page_comes_with_its_type_and_final_address() {
    let moved = ResponseTemplate::new(301).insert_header("location", "/new?x=1");
    let server = site(&[("/old", moved), ("/new", html("<p>hello"))]).await;
    let page = crawler().crawl(&format!("{}/old", server.uri())).await.unwrap();
    assert_eq!(page.url, format!("{}/new?x=1", server.uri()));
    assert_eq!(page.body, b"<p>hello");
    assert_eq!(page.content_type.as_deref(), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn blocked_absent_and_broken_are_distinguished() {
    let with = |status: u16| ResponseTemplate::new(status);
    let server = site(&[
        ("/401", with(401)),
        ("/402", with(402)),
        ("/403", with(403)),
        ("/404", with(404)),
        ("/410", with(410)),
        ("/429", with(429).insert_header("retry-after", "7")),
        ("/451", with(451)),
        ("/500", with(500)),
        ("/503", with(503).insert_header("retry-after", "100000")),
        ("/pic", ResponseTemplate::new(200).set_body_raw(vec![0_u8; 9], "image/png")),
        ("/loop", ResponseTemplate::new(302).insert_header("location", "/loop")),
        ("/nowhere", ResponseTemplate::new(302)),
    ])
    .await;
    let expected = [
        ("/401", FailureKind::Blocked, "page_login_wall", Retry::Never),
        ("/402", FailureKind::Blocked, "page_paywall", Retry::Never),
        ("/403", FailureKind::Blocked, "page_denied", Retry::Never),
        ("/404", FailureKind::Gone, "page_gone", Retry::Never),
        ("/410", FailureKind::Gone, "page_gone", Retry::Never),
        ("/429", FailureKind::Blocked, "page_rate_limited", Retry::After(Duration::from_secs(7))),
        ("/451", FailureKind::Blocked, "page_denied", Retry::Never),
        ("/500", FailureKind::Unavailable, "page_unavailable", Retry::Backoff),
        ("/503", FailureKind::Unavailable, "page_unavailable", Retry::Never),
        ("/pic", FailureKind::BadAnswer, "page_not_text", Retry::Never),
        ("/loop", FailureKind::Unavailable, "page_redirect_loop", Retry::Never),
        ("/nowhere", FailureKind::Unavailable, "page_redirect_broken", Retry::Never),
        ("/missing", FailureKind::Gone, "page_gone", Retry::Never),
    ];
    for (at, kind, code, retry) in expected {
        let error = failure(&server, at).await;
        assert_eq!((error.kind, error.code, error.retry), (kind, code, retry), "{at}: {error}");
    }
}

#[tokio::test]
async fn robots_txt_is_heeded() {
    let robots = ResponseTemplate::new(200).set_body_string(
        "User-agent: *\nDisallow: /\n\nUser-agent: ampledata\nDisallow: /private\n",
    );
    let server = site(&[
        ("/robots.txt", robots),
        ("/private/x", html("secret")),
        ("/public", html("open")),
        ("/to-private", ResponseTemplate::new(302).insert_header("location", "/private/x")),
    ])
    .await;
    assert!(crawler().crawl(&format!("{}/public", server.uri())).await.is_ok());
    for at in ["/private/x", "/to-private"] {
        let error = failure(&server, at).await;
        assert_eq!((error.kind, error.code), (FailureKind::Blocked, "page_robots"), "{at}");
    }
}

#[tokio::test]
async fn robots_txt_is_fetched_once_for_many_pages() {
    let server = MockServer::start().await;
    let robots =
        Mock::given(path("/robots.txt")).respond_with(ResponseTemplate::new(404)).expect(1);
    robots.mount(&server).await;
    Mock::given(path("/page")).respond_with(html("x")).expect(8).mount(&server).await;
    let (crawler, url) = (crawler(), format!("{}/page", server.uri()));
    let pages = futures::future::join_all((0..8).map(|_| crawler.crawl(&url))).await;
    assert!(pages.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_server_without_its_robots_txt_is_asked_again_later() {
    let server = site(&[("/robots.txt", ResponseTemplate::new(503)), ("/page", html("x"))]).await;
    let error = failure(&server, "/page").await;
    assert_eq!((error.kind, error.retry), (FailureKind::Unavailable, Retry::Backoff));
}

#[tokio::test]
async fn compressed_pages_are_read_and_bombs_are_not() {
    use std::io::Write;
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        ResponseTemplate::new(200)
            .insert_header("content-encoding", "gzip")
            .set_body_raw(encoder.finish().unwrap(), "text/html")
    };
    let bomb = vec![b'a'; 20_000_000];
    let server = site(&[("/small", gzip(b"<p>small")), ("/bomb", gzip(&bomb))]).await;
    let page = crawler().crawl(&format!("{}/small", server.uri())).await.unwrap();
    assert_eq!(page.body, b"<p>small");
    assert_eq!(failure(&server, "/bomb").await.code, "page_too_large");
}

/// A server that answers robots.txt with 404, and everything else with raw bytes.
async fn raw_site<F, W>(answer: F) -> SocketAddr
where
    F: Fn(tokio::net::TcpStream) -> W + Send + Sync + Clone + 'static,
    W: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0_u8; 4096];
                let Ok(read) = stream.read(&mut request).await else { return };
                if request[..read].starts_with(b"GET /robots.txt") {
                    let none =
                        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    drop(stream.write_all(none).await);
                } else {
                    answer(stream).await;
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn an_endless_page_is_cut_off() {
    let address = raw_site(|mut stream| async move {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n";
        if stream.write_all(head).await.is_err() {
            return;
        }
        while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
    })
    .await;
    let error = crawler().crawl(&format!("http://{address}/")).await.unwrap_err();
    assert_eq!(error.code, "page_too_large");
}

#[tokio::test]
async fn a_page_that_drips_runs_into_the_time_limit() {
    let address = raw_site(|mut stream| async move {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1000\r\n\r\n";
        if stream.write_all(head).await.is_err() {
            return;
        }
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let quick = Settings { total_timeout: Duration::from_millis(300), ..settings() };
    let error = crawler_with(quick).crawl(&format!("http://{address}/")).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (FailureKind::Unavailable, Retry::Backoff));
}

#[tokio::test]
async fn half_a_page_is_no_page() {
    let address = raw_site(|mut stream| async move {
        let half =
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1000\r\n\r\n<p>half";
        drop(stream.write_all(half).await);
    })
    .await;
    let error = crawler().crawl(&format!("http://{address}/")).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (FailureKind::Unavailable, Retry::Backoff));
}

#[tokio::test]
async fn nothing_inside_is_reached() {
    let server = MockServer::start().await;
    Mock::given(path("/secret")).respond_with(html("secret")).expect(0).mount(&server).await;
    let port = server.address().port();
    let closed = crawler_with(Settings { guard: Guard { allow_private: false }, ..settings() });
    for host in ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]"] {
        let error = closed.crawl(&format!("http://{host}:{port}/secret")).await.unwrap_err();
        assert_eq!((error.kind, error.code), (FailureKind::Blocked, "address_refused"), "{host}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_refused() {
    let moved = ResponseTemplate::new(302).insert_header("location", "file:///etc/passwd");
    let server = site(&[("/out", moved)]).await;
    assert_eq!(failure(&server, "/out").await.code, "address_refused");
}

#[tokio::test]
async fn requests_to_one_host_are_paced() {
    let server = site(&[("/page", html("x"))]).await;
    let paced = crawler_with(Settings {
        pause: Duration::from_millis(100),
        total_timeout: Duration::from_secs(20),
        ..settings()
    });
    let url = format!("{}/page", server.uri());
    let begin = std::time::Instant::now();
    let pages = futures::future::join_all((0..5).map(|_| paced.crawl(&url))).await;
    assert!(pages.iter().all(Result::is_ok));
    assert!(begin.elapsed() >= Duration::from_millis(400), "four pauses lie between five requests");
}

/// A page with an `ETag`, which answers 304 to requests that carry it.
async fn tagged(at: &str) -> MockServer {
    let server = site(&[]).await;
    let same = ResponseTemplate::new(304).insert_header("cache-control", "max-age=60");
    let same = same.insert_header("age", "5");
    Mock::given(path(at))
        .and(wiremock::matchers::header("if-none-match", "\"v1\""))
        .respond_with(same)
        .with_priority(1)
        .mount(&server)
        .await;
    let page = html("<p>v1").insert_header("etag", "\"v1\"");
    let page = page.insert_header("cache-control", "max-age=600").insert_header("age", "100");
    Mock::given(path(at)).respond_with(page).mount(&server).await;
    server
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let server = tagged("/page").await;
    let (crawler, url) = (crawler(), format!("{}/page", server.uri()));
    let page = crawler.crawl(&url).await.unwrap();
    assert_eq!(page.freshness, Freshness::For(Duration::from_secs(500)));
    assert_eq!(
        (page.validators.url.as_str(), page.validators.etag.as_deref()),
        (url.as_str(), Some("\"v1\""))
    );
    let RefreshOutcome::NotModified(same) = crawler.refresh(&url, &page.validators).await.unwrap()
    else {
        panic!("the page is the same");
    };
    assert_eq!(same.freshness, Freshness::For(Duration::from_secs(55)));
    assert_eq!(same.validators, page.validators);
    // With another validator, or without any, the complete page is returned.
    let old = Validators { etag: Some("\"v0\"".to_owned()), ..page.validators.clone() };
    let none = Validators { url: url.clone(), ..Validators::default() };
    for known in [old, none] {
        let again = crawler.refresh(&url, &known).await.unwrap();
        assert_eq!(again, RefreshOutcome::Changed(page.clone()));
    }
}

#[tokio::test]
async fn only_the_page_itself_is_asked_whether_it_changed() {
    let server = tagged("/new").await;
    let moved = ResponseTemplate::new(301).insert_header("location", "/new");
    Mock::given(path("/old")).respond_with(moved).mount(&server).await;
    let (crawler, url) = (crawler(), format!("{}/old", server.uri()));
    let page = crawler.crawl(&url).await.unwrap();
    assert_eq!(page.validators.url, format!("{}/new", server.uri()));
    let again = crawler.refresh(&url, &page.validators).await.unwrap();
    assert!(matches!(again, RefreshOutcome::NotModified(_)));
    let is_asked = |request: &&wiremock::Request| request.headers.contains_key("if-none-match");
    let requests = server.received_requests().await.unwrap();
    let asked: Vec<_> = requests.iter().filter(is_asked).map(|r| r.url.path()).collect();
    assert_eq!(asked, ["/new"]);
    // After a new redirect it is another page, whatever the validators are.
    let elsewhere = Validators { url: format!("{}/gone", server.uri()), ..page.validators };
    let again = crawler.refresh(&url, &elsewhere).await.unwrap();
    assert!(matches!(again, RefreshOutcome::Changed(_)));
}

#[tokio::test]
async fn an_unconditional_request_is_not_answered_with_not_modified() {
    let server = site(&[("/page", ResponseTemplate::new(304))]).await;
    let error = failure(&server, "/page").await;
    assert_eq!((error.code, error.retry), ("page_unavailable", Retry::Never));
}
