//! Search engines in their own formats, on loopback.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod locale;
mod refusals;
mod secrets;

use std::time::Duration;

use ampledata_core::serp::Serp;
use ampledata_core::value::PartialDate;
use ampledata_providers::Search;
use ampledata_providers::search::{ApiKey, Brave, Searxng, Serper, Settings};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A key that must not occur in any message.
const KEY: &str = "s3cr3t-key";

/// All engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Serper,
    Brave,
    Searxng,
}

const ENGINES: [Engine; 3] = [Engine::Serper, Engine::Brave, Engine::Searxng];

impl Engine {
    fn at(self, settings: Settings) -> Box<dyn Search> {
        // Another test of this process may have installed it already.
        drop(rustls::crypto::ring::default_provider().install_default());
        match self {
            Self::Serper => Box::new(Serper::new(settings, &ApiKey::new(KEY)).unwrap()),
            Self::Brave => Box::new(Brave::new(settings, &ApiKey::new(KEY)).unwrap()),
            Self::Searxng => Box::new(Searxng::new(settings).unwrap()),
        }
    }
}

/// Settings whose dates count from 5 March 2024.
fn settings(base_url: &str) -> Settings {
    Settings {
        today: PartialDate::full(2024, 3, 5),
        timeout: Duration::from_secs(5),
        ..Settings::new(base_url)
    }
}

/// The result of an engine for an answer.
async fn read(engine: Engine, answer: Value) -> Serp {
    let server = answering(ResponseTemplate::new(200).set_body_json(answer)).await;
    engine.at(settings(&server.uri())).search("acme").await.unwrap()
}

/// A server with one answer to everything.
async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// A server that answers with these bytes, and closes the connection if `is_ended`.
async fn sending(bytes: &'static str, is_ended: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0_u8; 4096];
            if stream.read(&mut request).await.is_ok() {
                drop(stream.write_all(bytes.as_bytes()).await);
            }
            if !is_ended {
                open.push(stream);
            }
        }
    });
    format!("http://{address}")
}
