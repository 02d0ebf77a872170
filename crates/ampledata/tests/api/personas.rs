//! Every route of the OpenAPI document without a token, with a wrong token, and as another user.

use reqwest::Method;
use serde_json::{Value, json};

use crate::place::{Answer, FIRMS, Place, ask_for_firms};

const ANN: &str = "ann-0123456789abcdef0123";
const BOB: &str = "bob-0123456789abcdef0123";

/// Ids of Ann's data, by parameter name.
struct Things(Vec<(&'static str, String)>);

impl Things {
    async fn of(place: &Place) -> Self {
        let (job, source) = place.upload("text/csv", FIRMS).await;
        place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
        place.until(&job, "COMPLETED").await;
        let made = async |path: &str, body: Value| {
            let made = place.post(path, body).await.is(200);
            made["id"].as_str().unwrap().to_owned()
        };
        let columns = json!([{ "name": "secret-column", "type": "string" }]);
        let template = json!({ "name": "secret-template", "columns_metadata": columns });
        Self(vec![
            ("job_id", job),
            ("source_id", source),
            ("template_id", made("/templates", template).await),
            ("key_id", made("/api-keys", json!({ "name": "secret-key" })).await),
            ("webhook_id", made("/webhooks", webhook()).await),
            ("row", "0".to_owned()),
            ("column", "founded".to_owned()),
        ])
    }

    fn fill(&self, path: &str) -> String {
        let filled = self.0.iter().fold(path.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        });
        assert!(!filled.contains('{'), "the test does not know a parameter of {path}");
        filled
    }
}

fn webhook() -> Value {
    json!({ "url": "https://hooks.example.com/secret-hook", "events": ["job.completed"] })
}

/// A body with which the request would be valid.
fn body(path: &str) -> Value {
    match path.strip_prefix("/api/v1").unwrap_or(path) {
        "/enrichment-signed-url" => json!({ "contentType": "text/csv", "length": 10 }),
        "/jobs/{job_id}/start"
        | "/jobs/{job_id}/estimate"
        | "/sources/{source_id}/enrich"
        | "/sources/{source_id}/estimate" => ask_for_firms(),
        "/jobs/{job_id}/retry" => json!({ "rows": [0] }),
        "/jobs/{job_id}/rows/{row}/cells/{column}" => json!({ "value": 1 }),
        "/templates" | "/templates/{template_id}" => json!({ "name": "x", "columns_metadata": [] }),
        "/api-keys" => json!({ "name": "x" }),
        "/columns/suggest" => json!({ "columns": ["x"] }),
        "/webhooks" => json!({ "url": "https://hooks.example.com/" }),
        _ => json!({}),
    }
}

fn routes(document: &Value) -> Vec<(Method, String, bool)> {
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let open = operation["security"] == json!([{}]);
            routes.push((method.to_uppercase().parse().unwrap(), path.clone(), open));
        }
    }
    routes
}

async fn ask(place: &Place, method: &Method, path: &str, filled: &str) -> Answer {
    let mut body = body(path);
    if path.ends_with("/select-key") {
        body = json!({ "job_id": place.folder.path().file_name().unwrap().to_str() });
    }
    let url = format!("{}{filled}", place.base.trim_end_matches("/api/v1"));
    let asked = place.request(method.clone(), "/me").build().unwrap();
    let mut request = place.client.request(method.clone(), url);
    if let Some(token) = asked.headers().get("authorization") {
        request = request.header("authorization", token);
    }
    if *method != Method::GET {
        request = request.json(&body);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn no_one_sees_or_changes_what_is_anothers() {
    let keys = format!("ann:{ANN},bob:{BOB}");
    let mut place = Place::with(&[("AUTH", "api-keys"), ("API_KEYS", &keys)]);
    place.acting(ANN);
    let things = Things::of(&place).await;
    let document = place.get("/openapi.json").await.is(200);
    let routes = routes(&document);
    let mut asked = 0;
    for (method, path, open) in &routes {
        let filled = things.fill(path);
        let what = format!("{method} {path}");
        place.forget();
        let anonymous = ask(&place, method, path, &filled).await;
        let wrong = ask(place.acting("wrong-0123456789abcdef"), method, path, &filled).await;
        let other = ask(place.acting(BOB), method, path, &filled).await;
        asked += 3;
        if *open {
            assert!(anonymous.status != 401, "{what}: {anonymous:?}");
            continue;
        }
        anonymous.fails(401, "unauthorized");
        wrong.fails(401, "unauthorized");
        if path.contains('{') || path.ends_with("/select-key") {
            assert_eq!(other.status, 404, "{what}: {other:?}");
        } else {
            assert_eq!(other.status, 200, "{what}: {other:?}");
        }
        for (name, id) in &things.0[..5] {
            let text = other.text.replace(&format!("\\\"{id}\\\""), "");
            assert!(!text.contains(id.as_str()), "{what} reveals the {name}: {other:?}");
        }
        assert!(!other.text.contains("secret-"), "{what}: {other:?}");
        assert!(!other.text.contains("Acme"), "{what}: {other:?}");
    }
    assert!(routes.len() > 30 && asked == 3 * routes.len(), "{asked}");
    // And nothing of Ann's has changed.
    place.acting(ANN);
    let job = &things.0[0].1;
    assert_eq!(place.get(&format!("/jobs/{job}")).await.is(200)["status"], "COMPLETED");
    let cell = place.get(&format!("/jobs/{job}/rows/0/cells/founded")).await.is(200);
    assert_eq!((&cell["cell"]["value"], &cell["corrected"]), (&json!(1999), &json!(false)));
    assert_eq!(place.get("/jobs").await.is(200)["total_count"], 1);
    assert_eq!(place.get("/api-keys").await.is(200)["api_keys"][0]["revoked_at"], Value::Null);
}
