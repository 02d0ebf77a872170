//! Crawl4AI in both shapes, on loopback.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_net::guard::Guard;
use ampledata_providers::crawl::crawl4ai::Crawl4Ai;
use ampledata_providers::{Crawl, FetchedPage};
use serde_json::{Value, json};
use wiremock::matchers::{any, body_partial_json, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PAGE: &str = "https://93.184.216.34/x";

async fn crawl(answer: Value, url: &str) -> Result<FetchedPage, Error> {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let server = MockServer::start().await;
    Mock::given(path("/crawl"))
        .and(body_partial_json(json!({ "urls": [PAGE] })))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    let guard = Guard { allow_private: false };
    Crawl4Ai::new(&server.uri(), guard, Duration::from_secs(5)).unwrap().crawl(url).await
}

fn official(success: bool, status: u64, message: &str, markdown: &str) -> Value {
    json!({ "success": true, "results": [{ "url": PAGE, "success": success, "status_code": status,
        "error_message": message, "markdown": { "raw_markdown": markdown, "fit_markdown": "" } }] })
}

#[tokio::test]
async fn both_shapes_and_a_short_page_are_pages() {
    let short = "Blocked by anti-bot protection: minimal_text";
    for answer in [
        json!({ "content": "# Hi", "success": true }),
        official(true, 200, "", "# Hi"),
        official(false, 200, short, "# Hi"),
    ] {
        let page = crawl(answer, PAGE).await.unwrap();
        assert_eq!((page.url.as_str(), page.body.as_slice()), (PAGE, b"# Hi".as_slice()));
        assert_eq!(page.content_type.as_deref(), Some("text/markdown; charset=utf-8"));
    }
}

#[tokio::test]
async fn the_rendered_page_goes_before_its_markdown() {
    let html = "<p style='display:none'>4,000 staff</p><p>400 staff</p>";
    let mut answer = official(true, 200, "", "4,000 staff\n\n400 staff");
    answer["results"][0]["html"] = html.into();
    let page = crawl(answer, PAGE).await.unwrap();
    assert_eq!((page.body.as_slice(), page.charset.as_deref()), (html.as_bytes(), None));
    assert_eq!(page.content_type.as_deref(), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn failures_are_distinguished() {
    let table = [
        (official(false, 403, "", "Forbidden"), "page_denied"),
        (official(false, 429, "", ""), "page_rate_limited"),
        (official(false, 404, "", ""), "page_gone"),
        (official(false, 0, "net::ERR_NAME_NOT_RESOLVED", ""), "host_not_found"),
        (json!({ "content": "", "success": false }), "page_unavailable"),
        (json!({ "results": [] }), "provider_bad_answer"),
        (json!([1]), "provider_bad_answer"),
    ];
    for (answer, code) in table {
        assert_eq!(crawl(answer, PAGE).await.unwrap_err().code, code);
    }
    let inside = crawl(json!({ "content": "x" }), "http://127.0.0.1/x").await.unwrap_err();
    assert_eq!(inside.code, "address_refused");
}

#[tokio::test]
async fn the_end_of_its_redirects_is_checked() {
    let moved = |to: &str| {
        let mut answer = official(true, 200, "", "# Hi");
        answer["results"][0]["redirected_url"] = to.into();
        answer
    };
    let page = crawl(moved("https://93.184.216.34/y"), PAGE).await.unwrap();
    assert_eq!(page.url, "https://93.184.216.34/y");
    for inside in ["http://169.254.169.254/latest", "file:///etc/passwd", "http://localhost/"] {
        let error = crawl(moved(inside), PAGE).await.unwrap_err();
        assert_eq!((error.code, error.retry), ("address_refused", Retry::Never), "{inside}");
    }
}

#[tokio::test]
async fn a_service_that_refuses_or_fails_is_not_the_page_s_fault() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let after = Retry::After(Duration::from_secs(7));
    let table = [
        (400, "", "provider_bad_request", Retry::Never),
        (401, "", "provider_key_refused", Retry::Hold),
        (403, "", "provider_key_refused", Retry::Hold),
        (429, "", "provider_rate_limited", after),
        (500, "{\"detail\": \"boom\"}", "provider_unavailable", after),
        (200, "", "provider_unavailable", Retry::Backoff),
        (200, "<html>", "provider_unavailable", Retry::Backoff),
        (200, "{\"results\": [{\"url\"", "provider_unavailable", Retry::Backoff),
        (200, "{\"results\": [{}]}", "provider_bad_answer", Retry::Never),
        (200, "{\"results\": []}", "provider_bad_answer", Retry::Never),
    ];
    for (status, body, code, retry) in table {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_string(body);
        let answer = answer.insert_header("retry-after", "7");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let base = server.uri().replace("http://", "http://user:s3cr3t@");
        let guard = Guard { allow_private: false };
        let crawler = Crawl4Ai::new(&base, guard, Duration::from_secs(5)).unwrap();
        let error = crawler.crawl(PAGE).await.unwrap_err();
        assert_eq!((error.code, error.retry), (code, retry), "status {status}, {body}");
        assert!(!format!("{error:?} {crawler:?}").contains("s3cr3t"), "{crawler:?}");
    }
}
