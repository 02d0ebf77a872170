//! Keys, templates and usage.

use reqwest::Method;
use serde_json::{Value, json};

use crate::place::{Answer, Place};

const ANN: &str = "ann-0123456789abcdef0123";

#[tokio::test]
async fn a_key_is_shown_once_and_can_be_revoked() {
    let mut place = Place::with(&[("AUTH", "api-keys"), ("API_KEYS", &format!("ann:{ANN}"))]);
    place.acting(ANN);
    let made = place.post("/api-keys", json!({ "name": "ci" })).await.is(200);
    let key = made["key"].as_str().unwrap().to_owned();
    let listed = place.get("/api-keys").await;
    let entry = &listed.is(200)["api_keys"][0];
    assert_eq!((&entry["name"], &entry["used_at"]), (&json!("ci"), &Value::Null));
    assert!(!listed.text.contains(&key), "{}", listed.text);
    let file = std::fs::read(place.folder.path().join(".ampledata/ampledata.db")).unwrap();
    assert!(!file.windows(key.len()).any(|bytes| bytes == key.as_bytes()));

    let me = place.acting(&key).get("/me").await.is(200);
    assert_eq!(me["owner"], "ann");
    let path = format!("/api-keys/{}", made["id"].as_str().unwrap());
    let revoke = async |place: &Place| {
        Answer::of(place.request(Method::DELETE, &path).send().await.unwrap()).await
    };
    revoke(&place).await.is(200);
    place.get("/me").await.fails(401, "unauthorized");
    place.acting(ANN);
    revoke(&place).await.fails(404, "key_not_found");
    place.post("/api-keys", json!({ "name": " " })).await.fails(400, "wrong_body");
}

#[tokio::test]
async fn templates_are_kept_and_those_of_the_system_stay() {
    let place = Place::new();
    let columns =
        json!([{ "name": "founded", "type": "number", "minimum": -0.5, "maximum": 3000 }]);
    let ask = json!({ "name": "mine", "columns_metadata": columns });
    let made = place.post("/templates", ask.clone()).await.is(200);
    assert_eq!(
        (&made["system"], &made["columns_metadata"][0]["type"]),
        (&json!(false), &json!("number"))
    );
    // What the API returns can be sent back unchanged.
    assert_eq!(made["columns_metadata"][0]["minimum"], json!(-0.5));
    let again = json!({ "name": "mine", "columns_metadata": made["columns_metadata"] });
    let again = place
        .request(Method::PUT, &format!("/templates/{}", made["id"].as_str().unwrap()))
        .json(&again);
    Answer::of(again.send().await.unwrap()).await.is(200);
    let all = place.get("/templates").await.is(200);
    let all = all["templates"].as_array().unwrap();
    assert!(all.iter().any(|template| template["system"] == true));
    assert_eq!(all.iter().filter(|template| template["system"] == false).count(), 1);
    let put = async |id: &str, body: Value| {
        let path = format!("/templates/{id}");
        let sent = place.request(Method::PUT, &path).json(&body).send().await.unwrap();
        Answer::of(sent).await
    };
    let id = made["id"].as_str().unwrap();
    let renamed = json!({ "name": "yours", "columns_metadata": [] });
    assert_eq!(put(id, renamed).await.is(200)["name"], "yours");
    put("system-book", ask).await.fails(404, "template_not_found");
    place.get("/templates/system-book").await.is(200);
    for (id, status) in [("system-book", 404), (id, 200), (id, 404)] {
        let path = format!("/templates/{id}");
        let sent = place.request(Method::DELETE, &path).send().await.unwrap();
        assert_eq!(sent.status(), status);
    }
}

#[tokio::test]
async fn calls_are_summed_by_job_and_by_month() {
    let place = Place::new();
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let usage = place.get(&format!("/jobs/{job}/usage")).await.is(200);
    let kinds: Vec<_> =
        usage["calls"].as_array().unwrap().iter().map(|call| &call["kind"]).collect();
    assert!(kinds.contains(&&json!("search")), "{usage}");
    let month = place.get("/usage").await.is(200);
    assert!(month["calls"][0]["month"].as_str().unwrap().len() == 7, "{month}");
    assert!(place.get("/usage?from=9999-01").await.is(200)["calls"].as_array().unwrap().is_empty());
    place.get("/usage?from=soon").await.fails(400, "wrong_parameter");
}
