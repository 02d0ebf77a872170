//! The key set of an issuer: fetched on first use, cached for a while, and fetched again when a token names
//! an unknown key, but never more often than [`PAUSE`] allows.

use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{Jwk, JwkSet};
use tokio::sync::Mutex;

/// How long a key set is considered fresh.
const KEPT: Duration = Duration::from_mins(10);
/// How long an old key set is used if the issuer does not answer.
const STALE: Duration = Duration::from_hours(24);
/// The shortest time between two fetches.
const PAUSE: Duration = Duration::from_secs(10);
/// How long a fetch may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of the largest key set that is read.
const MAX_BYTES: usize = 1 << 20;

/// The keys of an issuer.
pub(super) struct Jwks {
    url: String,
    client: reqwest::Client,
    pause: Duration,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: Option<JwkSet>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
}

/// The keys are not available at present.
#[derive(Debug, thiserror::Error)]
#[error("the keys of the issuer cannot be read: {0}")]
pub(super) struct Unavailable(String);

impl Jwks {
    pub(super) fn new(url: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { url, client, pause: PAUSE, kept: Mutex::default() })
    }

    /// The key with this id; if the token names none, the only key of the set.
    pub(super) async fn key(&self, kid: Option<&str>) -> Result<Option<Jwk>, Unavailable> {
        // Concurrent callers wait for the fetch that is running instead of starting another.
        let mut kept = self.kept.lock().await;
        let fresh = kept.fetched.is_some_and(|at| at.elapsed() < KEPT);
        let found = kept.keys.as_ref().and_then(|keys| find(keys, kid));
        let paused = kept.tried.is_some_and(|at| at.elapsed() < self.pause);
        if (fresh && (found.is_some() || paused)) || (paused && kept.keys.is_some()) {
            return Ok(found);
        }
        kept.tried = Some(Instant::now());
        match self.fetch().await {
            Ok(keys) => {
                let found = find(&keys, kid);
                kept.keys = Some(keys);
                kept.fetched = Some(Instant::now());
                Ok(found)
            }
            Err(error) if kept.fetched.is_some_and(|at| at.elapsed() < STALE) => {
                tracing::warn!(%error, "using the issuer's old keys");
                Ok(found)
            }
            Err(error) => Err(error),
        }
    }

    async fn fetch(&self) -> Result<JwkSet, Unavailable> {
        let failed = |error: reqwest::Error| Unavailable(error.without_url().to_string());
        let answer = self.client.get(&self.url).send().await.map_err(failed)?;
        let mut answer = answer.error_for_status().map_err(failed)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BYTES {
                return Err(Unavailable("the key set is too large".to_owned()));
            }
        }
        serde_json::from_slice(&bytes).map_err(|error| Unavailable(error.to_string()))
    }
}

fn find(keys: &JwkSet, kid: Option<&str>) -> Option<Jwk> {
    match kid {
        Some(kid) => keys.find(kid).cloned(),
        None if keys.keys.len() == 1 => keys.keys.first().cloned(),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    async fn publish(server: &MockServer, kids: &[&str]) {
        server.reset().await;
        let keys: Vec<_> = kids
            .iter()
            .map(|kid| json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": "AAAA" }))
            .collect();
        let answer = ResponseTemplate::new(200).set_body_json(json!({ "keys": keys }));
        Mock::given(method("GET")).respond_with(answer).mount(server).await;
    }

    fn jwks(server: &MockServer, pause: Duration) -> Jwks {
        drop(rustls::crypto::ring::default_provider().install_default());
        Jwks { pause, ..Jwks::new(server.uri()).unwrap() }
    }

    #[tokio::test]
    async fn a_key_that_is_new_is_fetched_and_one_that_is_gone_forgotten() {
        let server = MockServer::start().await;
        publish(&server, &["old"]).await;
        let jwks = jwks(&server, Duration::ZERO);
        assert!(jwks.key(Some("old")).await.unwrap().is_some());
        publish(&server, &["new"]).await;
        assert!(jwks.key(Some("new")).await.unwrap().is_some());
        assert!(jwks.key(Some("old")).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn guessed_key_ids_do_not_become_requests() {
        let server = MockServer::start().await;
        publish(&server, &["one", "two"]).await;
        let jwks = jwks(&server, PAUSE);
        for kid in ["a", "b", "c"] {
            assert!(jwks.key(Some(kid)).await.unwrap().is_none());
        }
        assert!(jwks.key(None).await.unwrap().is_none(), "two keys, and none is named");
        assert!(jwks.key(Some("two")).await.unwrap().is_some());
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_issuer_that_fails_is_distinguished_from_a_wrong_key() {
        let server = MockServer::start().await;
        let jwks = jwks(&server, Duration::ZERO);
        assert!(jwks.key(Some("one")).await.is_err());
        publish(&server, &["one"]).await;
        assert!(jwks.key(Some("one")).await.unwrap().is_some());
        server.reset().await;
        assert!(jwks.key(Some("one")).await.unwrap().is_some(), "the old keys go on");
    }
}
