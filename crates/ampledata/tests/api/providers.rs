//! The configured providers, and whether they answer.

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::place::Place;

const KEY: &str = "sk-never-shown-0123456789";

/// A server that lists this model, or refuses the key.
async fn model(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path("/models")).respond_with(answer).mount(&server).await;
    server
}

fn place(base: &str) -> Place {
    Place::with(&[
        ("OPENAI_BASE_URL", base),
        ("OPENAI_API_KEY", KEY),
        ("EXTRACTION_MODEL", "openai:small"),
    ])
}

fn of<'a>(seen: &'a Value, task: &str) -> &'a Value {
    let providers = seen["providers"].as_array().unwrap();
    providers.iter().find(|provider| provider["task"] == task).unwrap()
}

#[tokio::test]
async fn a_server_without_any_setting_searches_the_example_and_says_so() {
    let place = Place::bare();
    let seen = place.get("/me/providers").await.is(200);
    let search = of(&seen, "search");
    assert_eq!(search["provider"], "corpus");
    assert!(search["message"].as_str().unwrap().contains("bundled example"), "{search}");
    assert!(search["remedy"].as_str().unwrap().contains("SERPER_API_KEY"), "{search}");
    let table = place.folder.path().join(".ampledata/example/input_bridges.csv");
    let table = std::fs::read_to_string(table).unwrap();
    let first: Vec<&str> = table.lines().take(4).collect();
    let key = first[0].split(',').next().unwrap();
    let (job, _) = place.upload("text/csv", &first.join("\n")).await;
    let columns =
        json!([{ "name": "length", "type": "number", "description": "Total length in m" }]);
    let ask = json!({ "key_column": key, "columns_metadata": columns });
    place.post(&format!("/jobs/{job}/start"), ask).await.is(200);
    place.until(&job, "COMPLETED").await;
    let found = place.get(&format!("/jobs/{job}")).await.is(200)["cells_found"].as_u64().unwrap();
    assert!(found >= 1, "{found} of 3 cells found");
}

#[tokio::test]
async fn those_that_answer_are_asked_once_a_minute_and_pay_nothing() {
    let listed = json!({ "data": [{ "id": "small" }] });
    let server = model(ResponseTemplate::new(200).set_body_json(listed)).await;
    let place = place(&server.uri());
    let first = place.get("/me/providers").await;
    let seen = first.is(200);
    let values = of(&seen, "values");
    assert_eq!(values["state"], "answers", "{seen}");
    assert_eq!((&values["provider"], &values["model"]), (&json!("openai"), &json!("small")));
    assert_eq!(values["remedy"], Value::Null);
    for (task, name) in [("search", "corpus"), ("crawl", "corpus"), ("decisions", "builtin")] {
        assert_eq!(
            (&of(&seen, task)["provider"], &of(&seen, task)["state"]),
            (&json!(name), &json!("answers"))
        );
    }
    assert!(!first.text.contains(KEY), "{first:?}");
    assert_eq!(place.get("/me/providers").await.is(200), seen);
    let asked = server.received_requests().await.unwrap();
    let asked: Vec<_> = asked.iter().map(|one| (one.method.as_str(), one.url.path())).collect();
    assert_eq!(asked, [("GET", "/models")], "one free question, and no other");
}

#[tokio::test]
async fn those_that_do_not_say_why_and_what_to_do() {
    let refusing = model(ResponseTemplate::new(401)).await;
    let another = json!({ "data": [{ "id": "large" }] });
    let without = model(ResponseTemplate::new(200).set_body_json(another)).await;
    let gone = { MockServer::builder().start().await.uri() };
    for (base, state, remedy) in [
        (refusing.uri(), "key_refused", "OPENAI_API_KEY"),
        (without.uri(), "refused", "EXTRACTION_MODEL"),
        (gone, "unreachable", "OPENAI_BASE_URL"),
    ] {
        let answer = place(&base).get("/me/providers").await;
        let seen = answer.is(200);
        let values = of(&seen, "values");
        assert_eq!(values["state"], state, "{seen}");
        assert!(values["remedy"].as_str().unwrap().contains(remedy), "{seen}");
        assert!(!answer.text.contains(KEY), "{answer:?}");
    }
}
