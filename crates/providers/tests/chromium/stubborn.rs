//! Pages that never end: they are taken as they are when their time is up.

use std::time::Duration;

use tokio::time::Instant;
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::{browser, fetched, site, text};

const TIME: Duration = Duration::from_secs(3);

/// The page as it was, taken within its time and a little more; the browser keeps running.
async fn taken(script: &str) -> String {
    let server = site(&[("/never", ""), ("/", "<p>kept</p>")]).await;
    let never = ResponseTemplate::new(200).set_delay(Duration::from_mins(10));
    Mock::given(path("/slow")).respond_with(never).mount(&server).await;
    let chromium = browser(true, TIME);
    // The start of the browser does not count.
    let first = chromium.render(&fetched("https://page.example/", "<p>first</p>")).await.unwrap();
    assert!(text(first).contains("first"));
    let url = format!("{}/", server.uri());
    let body = format!("<p>kept</p><script>{script}</script><p>end</p>");
    let start = Instant::now();
    let page = chromium.render(&fetched(&url, &body)).await.unwrap();
    assert!(start.elapsed() < TIME + Duration::from_secs(10), "{:?}", start.elapsed());
    let next = chromium.render(&fetched("https://page.example/", "<p>next</p>")).await.unwrap();
    assert!(text(next).contains("next"));
    text(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_loops_for_ever() {
    let text = taken("for (;;) {}").await;
    assert!(text.contains("kept"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_starts_looping_again_and_again() {
    let text =
        taken("setInterval(() => { for (;;) {} }, 1); setInterval(() => { for (;;) {} }, 1)").await;
    assert!(text.contains("kept") && text.contains("end"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_without_end() {
    let text =
        taken("const go = () => fetch('/never').finally(() => setTimeout(go, 50)); go()").await;
    assert!(text.contains("kept") && text.contains("end"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_everything_waits_for() {
    let wait = "const x = new XMLHttpRequest(); x.open('GET', '/slow', false); x.send()";
    assert!(taken(wait).await.contains("kept"));
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_without_end() {
    let text = taken("for (;;) { alert('hi'); confirm('sure?'); prompt('what?') }").await;
    assert!(text.contains("kept"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_before_leaving() {
    let ask = "onbeforeunload = e => { e.preventDefault(); return 'stay' }; \
               setTimeout(() => location.reload(), 100)";
    assert!(taken(ask).await.contains("kept"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_grows_without_end_is_too_large() {
    let chromium = browser(true, Duration::from_secs(20));
    let body = "<script>document.body.textContent = 'x'.repeat(11 * 1024 * 1024)</script>";
    let body = format!("<body>{body}</body>");
    let error = chromium.render(&fetched("https://page.example/", &body)).await.unwrap_err();
    assert_eq!(error.code, "page_too_large");
}
