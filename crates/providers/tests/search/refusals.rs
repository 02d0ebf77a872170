//! Every way of getting no answer has its code, and states correctly whether a retry can help.

use std::time::Duration;

use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_providers::search::{ApiKey, Serper, Settings, SetupError};
use wiremock::ResponseTemplate;

use crate::{ENGINES, Engine, KEY, answering, sending, settings};

async fn refused(engine: Engine, answer: ResponseTemplate) -> Error {
    let server = answering(answer).await;
    let error = engine.at(settings(&server.uri())).search("acme").await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(KEY), "{engine:?}: {error:?}");
    error
}

const AFTER: Retry = Retry::After(Duration::from_secs(7));

#[tokio::test]
async fn statuses_of_every_engine() {
    let table = [
        (400, "", "", "provider_bad_request", Retry::Never),
        (400, "", r#"{"message":"bad q, key s3cr3t-key"}"#, "provider_bad_request", Retry::Never),
        (400, "", r#"{"message":"Not enough credits"}"#, "provider_no_credit", Retry::Hold),
        (401, "", r#"{"message":"Unauthorized."}"#, "provider_key_refused", Retry::Hold),
        (402, "", "", "provider_no_credit", Retry::Hold),
        (422, "", r#"{"error":{"code":"VALIDATION"}}"#, "provider_bad_request", Retry::Never),
        (429, "", "", "provider_rate_limited", Retry::Backoff),
        (429, "7", "", "provider_rate_limited", AFTER),
        (429, "soon", "", "provider_rate_limited", Retry::Backoff),
        (429, "90000", "", "provider_rate_limited", Retry::After(Duration::from_hours(25))),
        (500, "", "", "provider_unavailable", Retry::Backoff),
        (503, "7", "", "provider_unavailable", AFTER),
        (302, "", "", "provider_bad_request", Retry::Never),
        (200, "", "", "provider_unavailable", Retry::Backoff),
        (200, "", "<html>Bad gateway</html>", "provider_unavailable", Retry::Backoff),
        (200, "", r#"{"results": [{"#, "provider_unavailable", Retry::Backoff),
        (200, "", "[]", "provider_bad_answer", Retry::Never),
        (200, "", r#"{"organic": 7, "web": 7, "results": 7}"#, "provider_bad_answer", Retry::Never),
    ];
    for engine in ENGINES {
        for (status, wait, body, code, retry) in table {
            let mut answer = ResponseTemplate::new(status).set_body_string(body);
            if !wait.is_empty() {
                answer = answer.insert_header("retry-after", wait);
            }
            let answer = answer.insert_header("location", "http://127.0.0.1:9/elsewhere");
            let error = refused(engine, answer).await;
            let what = format!("{engine:?}, status {status}, {body:?}");
            assert_eq!((error.code, error.retry), (code, retry), "{what}");
        }
    }
}

#[tokio::test]
async fn a_closed_door_is_named_by_what_opens_it() {
    for engine in [Engine::Serper, Engine::Brave] {
        let error = refused(engine, ResponseTemplate::new(403)).await;
        assert_eq!((error.code, error.retry), ("provider_key_refused", Retry::Hold));
    }
    let body = r#"{"error":{"code":"SUBSCRIPTION_TOKEN_INVALID"},"type":"ErrorResponse"}"#;
    let answer = ResponseTemplate::new(422).set_body_string(body);
    assert_eq!(refused(Engine::Brave, answer).await.code, "provider_key_refused");
    let error = refused(Engine::Searxng, ResponseTemplate::new(403)).await;
    assert_eq!((error.code, error.retry), ("provider_bad_request", Retry::Never));
    assert!(error.message.contains("search.formats"), "{error}");
}

#[tokio::test]
async fn a_search_that_no_engine_made_is_no_answer() {
    let answer = |results: serde_json::Value, silent: serde_json::Value| {
        let body = serde_json::json!({ "query": "acme", "results": results, "answers": [],
            "infoboxes": [], "unresponsive_engines": silent });
        ResponseTemplate::new(200).set_body_json(body)
    };
    let silent = serde_json::json!([["google", "CAPTCHA"], ["bing", "timeout"]]);
    let error = refused(Engine::Searxng, answer(serde_json::json!([]), silent.clone())).await;
    assert_eq!((error.code, error.retry), ("provider_unavailable", Retry::Backoff));
    let one = serde_json::json!([{ "title": "A", "url": "https://a.example/", "content": "c" }]);
    let server = answering(answer(one, silent)).await;
    let serp = Engine::Searxng.at(settings(&server.uri())).search("acme").await.unwrap();
    assert_eq!(serp.results.len(), 1, "what some engines found is an answer");
}

#[tokio::test]
async fn a_rate_limit_is_distinguished_from_a_quota() {
    let limited = |left: &str, reset: &str| {
        ResponseTemplate::new(429)
            .insert_header("x-ratelimit-remaining", left)
            .insert_header("x-ratelimit-reset", reset)
    };
    let pace = refused(Engine::Brave, limited("0, 14523", "2, 1419704")).await;
    let two = Retry::After(Duration::from_secs(2));
    assert_eq!((pace.code, pace.retry), ("provider_rate_limited", two));
    let quota = refused(Engine::Brave, limited("0, 0", "1, 1419704")).await;
    assert_eq!((quota.code, quota.retry), ("provider_no_credit", Retry::Hold));
}

#[tokio::test]
async fn connections_that_fail() {
    let cut = sending("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"organic\": [", true).await;
    let reset = sending("", true).await;
    let slow = sending("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{", false).await;
    let closed = "http://127.0.0.1:1".to_owned();
    for engine in ENGINES {
        for base in [&cut, &reset, &slow, &closed] {
            let settings = Settings { timeout: Duration::from_millis(500), ..settings(base) };
            let error = engine.at(settings).search("acme").await.unwrap_err();
            assert_eq!((error.code, error.retry), ("provider_unavailable", Retry::Backoff));
            assert!(!error.message.contains("127.0.0.1"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    for engine in ENGINES {
        let huge = ResponseTemplate::new(200).set_body_string(" ".repeat(3_000_000));
        let error = refused(engine, huge).await;
        assert_eq!((error.code, error.retry), ("provider_bad_answer", Retry::Never));
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused_at_once() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let new = |base: &str, key: &str| Serper::new(settings(base), &ApiKey::new(key)).unwrap_err();
    for base in
        ["", "acme", "ftp://a.example", "https://a.example/?token=1", "https://a.example/#x"]
    {
        assert!(matches!(new(base, KEY), SetupError::BaseUrl), "{base}");
    }
    assert!(matches!(new("https://a.example", " "), SetupError::NoKey));
    assert!(matches!(new("https://a.example", "two\nlines"), SetupError::Key));
}
