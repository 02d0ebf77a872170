//! The headless browser with pages on loopback, friendly and hostile. These tests need a Chromium on the
//! PATH, and fail with that message without one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod guarded;
mod processes;
mod rendering;
mod stubborn;

use std::time::Duration;

use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::Validators;
use ampledata_net::guard::Guard;
use ampledata_providers::FetchedPage;
use ampledata_providers::crawl::chromium::{Chromium, Settings};
use ampledata_providers::crawl::http::{HttpCrawler, Settings as HttpSettings};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const MISSING: &str =
    "no Chromium on the PATH, which these tests need (Debian and Ubuntu: apt-get install chromium)";

const PATIENCE: Duration = Duration::from_secs(20);

fn http() -> HttpCrawler {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let guard = Guard { allow_private: true };
    HttpCrawler::new(HttpSettings { pause: Duration::ZERO, ..HttpSettings::new(guard) }).unwrap()
}

fn settings(allow_private: bool, page_timeout: Duration) -> Settings {
    Settings { page_timeout, ..Settings::new(Guard { allow_private }) }
}

fn browser(allow_private: bool, page_timeout: Duration) -> Chromium {
    Chromium::new(settings(allow_private, page_timeout), http()).expect(MISSING)
}

/// A server with these pages, by path; those that end in `.js` are scripts.
async fn site(pages: &[(&str, &str)]) -> MockServer {
    let server = MockServer::start().await;
    for (at, body) in pages {
        let kind = if at.strip_suffix(".js").is_some() { "text/javascript" } else { "text/html" };
        let page = ResponseTemplate::new(200).set_body_raw((*body).to_owned(), kind);
        Mock::given(path(*at)).respond_with(page).mount(&server).await;
    }
    server
}

/// The paths requested from a server, without its robots.txt.
async fn asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    let paths = requests.iter().map(|request| request.url.path().to_owned());
    paths.filter(|path| path != "/robots.txt").collect()
}

fn fetched(url: &str, body: &str) -> FetchedPage {
    FetchedPage {
        url: url.to_owned(),
        body: body.as_bytes().to_vec(),
        content_type: Some("text/html".to_owned()),
        charset: None,
        freshness: Freshness::DEFAULT,
        validators: Validators::default(),
    }
}

fn text(page: FetchedPage) -> String {
    String::from_utf8(page.body).unwrap()
}
