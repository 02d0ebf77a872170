//! Keys and passwords are sent to their own services, and appear nowhere else.

use std::io::Write;
use std::sync::{Arc, Mutex};

use ampledata_providers::search::{ApiKey, Brave, Searxng, Serper};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use wiremock::ResponseTemplate;

use crate::{ENGINES, Engine, KEY, answering, settings};

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_line_holds_a_key() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("the log is heard");
    for engine in ENGINES {
        for status in [200, 401, 500] {
            let body = json!({ "organic": [], "results": [], "type": "search", "said": KEY });
            let server = answering(ResponseTemplate::new(status).set_body_json(body)).await;
            let answered = engine.at(settings(&server.uri())).search("acme").await;
            assert_eq!(answered.is_ok(), status == 200);
            assert!(!format!("{answered:?}").contains(KEY));
        }
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("the log is heard"));
    assert!(!logged.contains(KEY), "{logged}");
}

#[tokio::test]
async fn debug_hides_keys_and_passwords() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let settings = || settings(&format!("https://user:{KEY}@search.example/api/"));
    let key = ApiKey::new(KEY);
    let shown = [
        format!("{key:?}"),
        format!("{:?}", settings()),
        format!("{:?}", Serper::new(settings(), &key).unwrap()),
        format!("{:?}", Brave::new(settings(), &key).unwrap()),
        format!("{:?}", Searxng::new(settings()).unwrap()),
    ];
    for text in &shown {
        assert!(!text.contains(KEY), "{text}");
    }
    assert!(shown[1].contains("https://search.example/api/"), "{}", shown[1]);
}

#[tokio::test]
async fn a_password_in_an_address_is_sent_but_not_stored() {
    let server = answering(
        ResponseTemplate::new(200).set_body_json(json!({ "results": [], "answers": ["42"] })),
    )
    .await;
    let base = server.uri().replace("http://", &format!("http://user:{KEY}@"));
    let serp = Engine::Searxng.at(settings(&base)).search("acme").await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    assert!(request.headers["authorization"].to_str().unwrap().starts_with("Basic "));
    assert_eq!(serp.results.len(), 1);
    assert!(!format!("{serp:?}").contains(KEY), "{serp:?}");
}
