//! A job keeps its models, and can be resumed with others if a provider drops one.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::place::{FIRMS, Place, ask_for_firms};

const LARGE: &str = "openai/gpt-oss-120b";
const SMALL: &str = "openai/gpt-oss-20b";

/// Groq with these models.
#[derive(Clone)]
struct Groq(Arc<Mutex<Vec<&'static str>>>);

impl Respond for Groq {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let models = self.0.lock().unwrap().clone();
        if request.method == "GET" {
            let data: Vec<_> =
                models.iter().map(|id| json!({ "id": id, "active": true })).collect();
            return ResponseTemplate::new(200).set_body_json(json!({ "data": data }));
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let model = body["model"].as_str().unwrap();
        if !models.contains(&model) {
            let error = json!({ "error": { "code": "model_not_found", "message": "gone" } });
            return ResponseTemplate::new(404).set_body_json(error);
        }
        let said = json!({ "read": [1], "facts": [] }).to_string();
        ResponseTemplate::new(200).set_body_json(json!({
            "choices": [{ "message": { "content": said }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 10 }
        }))
    }
}

async fn scene() -> (MockServer, Groq, Place) {
    let (server, groq) =
        (MockServer::start().await, Groq(Arc::new(Mutex::new(vec![LARGE, SMALL]))));
    Mock::given(any()).respond_with(groq.clone()).mount(&server).await;
    let place = Place::with(&[
        ("DECISION_MODEL", "groq"),
        ("PATTERN_MODEL", "builtin"),
        ("EXTRACTION_MODEL", "builtin"),
        ("GROQ_API_KEY", "groq-secret"),
        ("GROQ_BASE_URL", &server.uri()),
    ]);
    (server, groq, place)
}

#[tokio::test]
async fn a_job_whose_model_vanishes_is_resumed_with_another() {
    let (_server, groq, place) = scene().await;
    let (job, _) = place.upload("text/csv", FIRMS).await;
    // Today's list still has the model; it is gone when it is called.
    groq.0.lock().unwrap().retain(|name| *name != LARGE);
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    place.until(&job, "PAUSED").await;
    let shown = place.get(&format!("/jobs/{job}")).await.is(200);
    let models =
        json!({ "patterns": "builtin", "decisions": format!("groq:{LARGE}"), "values": "builtin" });
    assert_eq!(shown["models"], models);
    let reason = shown["reason"].as_str().unwrap();
    assert!(reason.contains("groq does not have the model openai/gpt-oss-120b"), "{reason}");

    let resume = format!("/jobs/{job}/resume");
    for (body, words) in [
        (json!({ "decisions": "mistral:x" }), "decisions: `mistral:x`"),
        (json!({ "decision": "groq:x" }), "decision"),
    ] {
        let refused = place.post(&resume, body).await.fails(400, "wrong_body");
        assert!(refused["message"].as_str().unwrap().contains(words), "{refused}");
    }
    let gone = json!({ "decisions": "groq:another-that-is-gone" });
    place.post(&resume, gone).await.fails(502, "provider_model_unknown");
    assert_eq!(place.get(&format!("/jobs/{job}")).await.is(200)["models"], models);

    place.post(&resume, json!({ "decisions": format!("groq:{SMALL}") })).await.is(200);
    place.until(&job, "COMPLETED").await;
    let shown = place.get(&format!("/jobs/{job}")).await.is(200);
    assert_eq!(shown["models"]["decisions"], format!("groq:{SMALL}"));
    let late = json!({ "decisions": format!("groq:{SMALL}") });
    place.post(&resume, late).await.fails(409, "wrong_job_status");
}

#[tokio::test]
async fn without_a_role_what_is_gone_is_replaced() {
    let (_server, groq, place) = scene().await;
    let (job, _) = place.upload("text/csv", FIRMS).await;
    groq.0.lock().unwrap().retain(|name| *name != LARGE);
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    place.until(&job, "PAUSED").await;
    // The cached list still has the model, so its removal is not known.
    let lists = place.folder.path().join(".ampledata").join("model-lists.json");
    assert!(std::fs::read_to_string(lists).unwrap().contains(LARGE));
    let body = json!({ "model": format!("groq:{SMALL}") });
    place.post(&format!("/jobs/{job}/resume"), body).await.is(200);
    place.until(&job, "COMPLETED").await;
    let shown = place.get(&format!("/jobs/{job}")).await.is(200);
    assert_eq!(shown["models"]["decisions"], format!("groq:{SMALL}"));
    assert_eq!(shown["models"]["values"], "builtin");
}

#[tokio::test]
async fn a_paused_job_is_resumed_without_a_body_as_before() {
    let (_server, groq, place) = scene().await;
    let (job, _) = place.upload("text/csv", FIRMS).await;
    let models = groq.0.lock().unwrap().clone();
    groq.0.lock().unwrap().clear();
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    place.until(&job, "PAUSED").await;
    *groq.0.lock().unwrap() = models;
    let resume = place.request(reqwest::Method::POST, &format!("/jobs/{job}/resume"));
    assert_eq!(resume.send().await.unwrap().status(), 200);
    place.until(&job, "COMPLETED").await;
}
