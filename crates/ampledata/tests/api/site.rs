//! The web app: a built one served by itself, and whatever is embedded in the program.

use std::sync::Arc;

use ampledata::ui::Site;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use include_dir::{Dir, include_dir};
use reqwest::{Client, Method};

use crate::place::{Answer, Place};

static PAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/api/data/web");
const SCRIPT: &str = "/assets/index-D1a2b3c4.js";

/// A server of this page alone, and a client that decodes nothing.
struct Served {
    base: String,
    client: Client,
}

impl Served {
    async fn new() -> Self {
        let site = Arc::new(Site::of(&PAGE));
        let answer = async move |request: Request| {
            let answer =
                site.answer(request.method(), request.uri().path(), request.headers(), None);
            answer.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().no_gzip().no_brotli().no_zstd().no_proxy().build().unwrap();
        Self { base, client }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> (Answer, Vec<u8>) {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        (Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }, bytes)
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers).await.0
    }
}

fn bytes(path: &str) -> &'static [u8] {
    PAGE.get_file(path.trim_start_matches('/')).unwrap().contents()
}

#[tokio::test]
async fn every_view_is_the_page() {
    let served = Served::new().await;
    for path in ["/", "/index.html", "/jobs/1/rows/2", "/jobs%20", "/?view=1"] {
        let page = served.get(path, &[("accept", "text/html")]).await;
        assert_eq!((page.status, page.text.as_bytes()), (200, bytes("index.html")), "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert!(page.header("content-security-policy").contains("script-src 'self';"));
    }
    for path in
        ["/favicon.png", "/assets/gone.js", "/assets/gone", "/../Cargo.toml", "/%2e%2e/x.rs"]
    {
        assert_eq!(served.get(path, &[("accept", "text/html")]).await.status, 404, "{path}");
    }
    for path in ["/api/v2", "/api", "/uploads/", "/healthz/x", "/readyz/", "/metrics/x"] {
        assert_eq!(served.get(path, &[("accept", "text/html")]).await.status, 404, "{path}");
    }
    assert_eq!(served.get("/jobs/1", &[("accept", "application/json")]).await.status, 404);
    assert_eq!(served.ask(Method::POST, "/", &[]).await.0.status, 404);
}

#[tokio::test]
async fn assets_are_kept_for_good_and_come_in_the_smallest_form() {
    let served = Served::new().await;
    let mut tags = Vec::new();
    for (accepted, coding, file) in [
        ("identity", "", SCRIPT.to_owned()),
        ("gzip", "gzip", format!("{SCRIPT}.gz")),
        ("gzip, br", "br", format!("{SCRIPT}.br")),
    ] {
        let asked = [("accept-encoding", accepted)];
        let (script, sent) = served.ask(Method::GET, SCRIPT, &asked).await;
        assert_eq!((script.status, sent.as_slice()), (200, bytes(&file)), "{script:?}");
        assert_eq!(script.header("content-encoding"), coding);
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(script.header("vary"), "accept-encoding");
        let tag = script.header("etag").to_owned();
        let again = [("accept-encoding", accepted), ("if-none-match", tag.as_str())];
        let again = served.get(SCRIPT, &again).await;
        assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", &*tag));
        tags.push(tag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    assert_eq!(served.get(&format!("{SCRIPT}.gz"), &[]).await.status, 404);
}

#[tokio::test]
async fn the_head_of_a_file_has_its_length() {
    let served = Served::new().await;
    let (head, sent) = served.ask(Method::HEAD, "/favicon.svg", &[]).await;
    assert_eq!((head.status, sent.len()), (200, 0));
    assert_eq!(head.header("content-length"), bytes("favicon.svg").len().to_string());
    assert_eq!(head.header("content-type"), "image/svg+xml");
}

#[tokio::test]
async fn the_program_serves_a_page_without_a_token() {
    const KEYS: (&str, &str) = ("API_KEYS", "ann:ann-0123456789abcdef0123");
    let place = Place::with(&[("AUTH", "api-keys"), KEYS]);
    let page = place.get("//").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(!page.text.contains("<script>"), "{page:?}");
    let view = place.request(Method::GET, "//jobs/1").header("accept", "text/html");
    assert_eq!(Answer::of(view.send().await.unwrap()).await.text, page.text);
    place.get("//assets/gone.js").await.fails(404, "no_such_route");
    let inside = place.request(Method::GET, "/gone").header("accept", "text/html");
    Answer::of(inside.send().await.unwrap()).await.fails(404, "no_such_route");
}
