//! Pages whose text scripts produce; `builtin` with the browser as its fallback.

use ampledata_providers::Crawl;
use ampledata_providers::crawl::chromium::{Chromium, Settings, SetupError};
use ampledata_providers::crawl::fallback::BrowserFallback;
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::{PATIENCE, asked, browser, http, settings, site, text};

const SHELL: &str = "<!doctype html><div id=root></div><script src=/app.js></script>";
const APP: &str = "fetch('/data').then(r => r.text())\
    .then(t => document.getElementById('root').textContent = t + (20 + 22))";

#[tokio::test(flavor = "multi_thread")]
async fn scripts_and_their_requests_make_the_page() {
    let server = site(&[("/", SHELL), ("/app.js", APP), ("/data", "answer ")]).await;
    let page = browser(true, PATIENCE).crawl(&server.uri()).await.unwrap();
    assert_eq!(page.url, format!("{}/", server.uri()));
    assert_eq!(page.content_type.as_deref(), Some("text/html; charset=utf-8"));
    let text = text(page);
    assert!(text.contains("answer 42"), "{text}");
    assert_eq!(asked(&server).await, ["/", "/app.js", "/data"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_fonts_and_films_are_not_fetched() {
    let body = "<link rel=icon href=/icon.ico><link rel=stylesheet href=/style.css>\
        <link rel=preload as=font href=/f.woff2 crossorigin>\
        <style>@font-face { font-family: f; src: url(/g.woff2) } p { font-family: f; \
        background: url(/back.png) }</style>\
        <p id=p>start</p><img src=/pic.png><picture><source srcset=/pic.webp><img></picture>\
        <video src=/film.mp4 autoplay></video><audio src=/sound.mp3 autoplay></audio>\
        <object data=/thing.pdf></object><embed src=/other.swf>\
        <script>new Image().src = '/late.png'; p.textContent = 'made by script'</script>";
    let server = site(&[("/", body)]).await;
    let page = browser(true, PATIENCE).crawl(&server.uri()).await.unwrap();
    assert!(text(page).contains("made by script"));
    assert_eq!(asked(&server).await, ["/"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn builtin_asks_the_browser_for_shells_only() {
    let full = format!("<p>{}</p><script src=/app.js></script>", "Many words of text. ".repeat(20));
    let wall = "<p>Please verify you are human</p><script src=/app.js></script>";
    let pages =
        [("/shell", SHELL), ("/full", &full), ("/wall", wall), ("/app.js", APP), ("/data", "a ")];
    let server = site(&pages).await;
    for (at, status) in [("/denied", 403), ("/limited", 429)] {
        let body = ResponseTemplate::new(status).set_body_raw(SHELL, "text/html");
        Mock::given(path(at)).respond_with(body).mount(&server).await;
    }
    let crawler = BrowserFallback::new(http(), browser(true, PATIENCE));
    let crawl = async |at: &str| crawler.crawl(&format!("{}{at}", server.uri())).await;
    assert_eq!(text(crawl("/full").await.unwrap()), full);
    assert_eq!(text(crawl("/wall").await.unwrap()), wall);
    assert_eq!(crawl("/denied").await.unwrap_err().code, "page_denied");
    assert_eq!(crawl("/limited").await.unwrap_err().code, "page_rate_limited");
    assert!(!asked(&server).await.contains(&"/app.js".to_owned()));
    assert!(text(crawl("/shell").await.unwrap()).contains("a 42"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_html_comes_as_it_is() {
    let server = site(&[]).await;
    let plain = ResponseTemplate::new(200).set_body_raw("<b>plain</b>", "text/plain");
    Mock::given(path("/a.txt")).respond_with(plain).mount(&server).await;
    let page = browser(true, PATIENCE).crawl(&format!("{}/a.txt", server.uri())).await.unwrap();
    assert_eq!(text(page), "<b>plain</b>");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_share_nothing() {
    let body = "<p id=p></p><script>p.textContent = 'seen ' + localStorage.length + document.cookie;\
        localStorage.setItem('a', 'b'); document.cookie = 'c=d'</script>";
    let server = site(&[("/", body)]).await;
    let browser = browser(true, PATIENCE);
    for _ in 0..2 {
        let text = text(browser.crawl(&server.uri()).await.unwrap());
        assert!(text.contains("<p id=\"p\">seen 0</p>"), "{text}");
    }
}

#[test]
fn a_browser_that_is_not_there_is_missed_at_once() {
    let program = Some("/nowhere/chromium".into());
    let settings = Settings { program, ..settings(true, PATIENCE) };
    let error = Chromium::new(settings, http()).unwrap_err();
    assert!(matches!(error, SetupError::Missing) && error.to_string().contains("apt-get install"));
}
