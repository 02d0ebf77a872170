//! Requests that are sent twice and executed once.

use reqwest::Method;
use serde_json::{Value, json};

use crate::place::{Answer, FIRMS, Place, ask_for_firms};

async fn post(place: &Place, path: &str, key: &str, body: &Value) -> Answer {
    let asked = place.request(Method::POST, path).header("idempotency-key", key).json(body);
    Answer::of(asked.send().await.unwrap()).await
}

#[tokio::test]
async fn a_start_that_is_repeated_starts_once() {
    let place = Place::new();
    let (job, source) = place.upload("text/csv", FIRMS).await;
    let path = format!("/jobs/{job}/start");
    // A failure is not kept: the key can be used again.
    post(&place, &path, "k1", &json!({})).await.fails(400, "wrong_body");
    let first = post(&place, &path, "k1", &ask_for_firms()).await;
    let second = post(&place, &path, "k1", &ask_for_firms()).await;
    assert_eq!(first.is(200), second.is(200));
    assert_eq!(
        (first.header("idempotency-replayed"), second.header("idempotency-replayed")),
        ("", "true")
    );
    let other = post(&place, &path, "k1", &json!({ "key_column": "city" })).await;
    other.fails(422, "idempotency_key_reused");
    place.until(&job, "COMPLETED").await;

    let again = format!("/sources/{source}/enrich");
    let ask = ask_for_firms();
    let many = futures::future::join_all((0..6).map(|_| post(&place, &again, "k2", &ask))).await;
    for answer in many.iter().filter(|answer| answer.status != 200) {
        answer.fails(409, "request_under_way");
    }
    assert_eq!(place.get("/jobs").await.is(200)["total_count"], 2);
    post(&place, &path, "", &ask).await.fails(400, "wrong_parameter");
}
