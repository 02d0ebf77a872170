//! Webhooks: notified once, signed, and only at safe addresses.

use std::time::{Duration, Instant};

use ring::hmac;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::place::{FIRMS, Place};

async fn until_settled(place: &Place, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let list = place.get(&format!("/webhooks/{id}/deliveries")).await.is(200);
        let delivery = list["deliveries"][0].clone();
        if delivery["attempts"].as_u64().is_some_and(|attempts| attempts > 0)
            && !delivery["status_code"].is_null()
        {
            return delivery;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{list}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_finished_job_is_delivered_once_and_signed() {
    let receiver = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(204)).mount(&receiver).await;
    let place = Place::with(&[("ALLOW_PRIVATE_NETWORKS", "on")]);
    let made = place.post("/webhooks", json!({ "url": receiver.uri() })).await.is(200);
    let secret = made["secret"].as_str().unwrap().to_owned();
    let listed = place.get("/webhooks").await;
    assert!(!listed.text.contains(&secret), "{}", listed.text);
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let delivery = until_settled(&place, made["id"].as_str().unwrap()).await;
    assert_eq!((&delivery["state"], &delivery["status_code"]), (&json!("delivered"), &json!(204)));
    let sent = receiver.received_requests().await.unwrap();
    assert_eq!(sent.len(), 1);
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!((&body["event"], &body["job_id"]), (&json!("job.completed"), &json!(job)));
    let signature = sent[0].headers["x-ampledata-signature"].to_str().unwrap();
    let (time, tag) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let signed = [time.as_bytes(), b".", &sent[0].body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag: Vec<u8> = (0..tag.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&tag[at..at + 2], 16).unwrap())
        .collect();
    assert!(hmac::verify(&key, &signed, &tag).is_ok(), "{signature}");
}

#[tokio::test]
async fn a_pause_is_delivered_with_its_reason() {
    let receiver = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(204)).mount(&receiver).await;
    let model = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(401)).mount(&model).await;
    let place = Place::with(&[
        ("ALLOW_PRIVATE_NETWORKS", "on"),
        ("EXTRACTION_MODEL", "groq:openai/gpt-oss-120b"),
        ("PATTERN_MODEL", "builtin"),
        ("DECISION_MODEL", "builtin"),
        ("GROQ_API_KEY", "groq-secret"),
        ("GROQ_BASE_URL", &model.uri()),
    ]);
    let made = place.post("/webhooks", json!({ "url": receiver.uri() })).await.is(200);
    let (job, _) = place.upload("text/csv", FIRMS).await;
    let columns = json!([{ "name": "chief executive", "type": "string" }]);
    let ask = json!({ "key_column": "name", "columns_metadata": columns });
    place.post(&format!("/jobs/{job}/start"), ask).await.is(200);
    place.until(&job, "PAUSED").await;
    until_settled(&place, made["id"].as_str().unwrap()).await;
    let sent = receiver.received_requests().await.unwrap();
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!((&body["event"], &body["status"]), (&json!("job.paused"), &json!("PAUSED")));
    let shown = place.get(&format!("/jobs/{job}")).await.is(200);
    assert_eq!(body["reason"], shown["reason"]);
    assert!(body["reason"].as_str().unwrap().contains("does not accept the key"), "{body}");
}

#[tokio::test]
async fn a_delivery_that_fails_is_repeated_later() {
    let receiver = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(500)).mount(&receiver).await;
    let place = Place::with(&[("ALLOW_PRIVATE_NETWORKS", "on")]);
    let ask = json!({ "url": receiver.uri(), "events": ["job.completed"] });
    let made = place.post("/webhooks", ask).await.is(200);
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let delivery = until_settled(&place, made["id"].as_str().unwrap()).await;
    assert_eq!((&delivery["state"], &delivery["status_code"]), (&json!("waiting"), &json!(500)));
    assert!(delivery["next_at"].as_str().unwrap() > delivery["created_at"].as_str().unwrap());
}

#[tokio::test]
async fn addresses_inside_are_refused() {
    let place = Place::new();
    for url in [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://169.254.169.254/",
        "ftp://x.example/",
        &format!("https://x.example/#{}", "x".repeat(2_000)),
        "x",
    ] {
        place.post("/webhooks", json!({ "url": url })).await.fails(400, "webhook_refused");
    }
    let ask = json!({ "url": "https://hooks.example.com/", "events": ["job.eaten"] });
    place.post("/webhooks", ask).await.fails(400, "wrong_body");
}
