//! Search engines in their wire formats, on loopback.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use ampledata_backend::providers::search::{Brave, Key, Searxng, Serper, Settings};
use ampledata_backend::providers::{Error, Retry, Search};
use ampledata_core::serp::ResultKind::{Answer, KnowledgeGraph, Organic, Question};
use ampledata_core::value::PartialDate;
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "s3cr3t-key";

fn settings(server: &MockServer) -> Settings {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    Settings {
        country: Some("de".to_owned()),
        language: Some("en".to_owned()),
        today: PartialDate::full(2024, 3, 5),
        timeout: Duration::from_secs(5),
        ..Settings::new(server.uri())
    }
}

async fn serper(answer: ResponseTemplate) -> Result<ampledata_core::serp::Serp, Error> {
    let server = MockServer::start().await;
    Mock::given(path("/search"))
        .and(header("x-api-key", KEY))
        .and(body_partial_json(json!({ "q": "acme", "gl": "de", "hl": "en" })))
        .respond_with(answer)
        .mount(&server)
        .await;
    Serper::new(settings(&server), &Key::new(KEY)).unwrap().search("acme").await
}

#[tokio::test]
async fn serper_answers_with_what_google_knows_and_pages() {
    let answer = json!({
        "searchParameters": { "q": "acme" },
        "knowledgeGraph": { "title": "Acme", "type": "Company", "website": "https://acme.example/",
            "attributes": { "Founded": "1998", "CEO": "Jo Doe" } },
        "answerBox": { "title": "Acme", "answer": "1998" },
        "peopleAlsoAsk": [{ "question": "Who?", "snippet": "Jo", "link": "https://q.example/" }],
        "organic": [
            { "title": "A", "link": "https://a.example/", "snippet": "s", "date": "2 days ago" },
            { "title": "B", "link": "javascript:alert(1)" }, { "title": 7 }, null,
            { "title": "C", "link": "https://c.example/", "date": "Mar 3, 2024" },
        ],
    });
    let serp = serper(ResponseTemplate::new(200).set_body_json(answer)).await.unwrap();
    let kinds: Vec<_> = serp.results.iter().map(|result| result.kind).collect();
    assert_eq!(kinds, [KnowledgeGraph, Answer, Question, Organic, Organic]);
    assert_eq!(
        serp.results[0].snippet,
        "Type: Company\nWebsite: https://acme.example/\nFounded: 1998\nCEO: Jo Doe"
    );
    assert!(!serp.results[1].is_page(&serp) && serp.results[0].is_page(&serp));
    let third = PartialDate::full(2024, 3, 3);
    assert_eq!((serp.results[3].date, serp.results[4].date), (third, third));
}

#[tokio::test]
async fn every_refusal_has_its_name_and_none_shows_the_key() {
    let table = [
        (401, "", "provider_key_refused", Retry::Never),
        (403, "", "provider_key_refused", Retry::Never),
        (402, "", "provider_no_credit", Retry::Never),
        (400, "{\"message\":\"Not enough credits\"}", "provider_no_credit", Retry::Never),
        (400, "s3cr3t-key", "provider_bad_request", Retry::Never),
        (429, "", "provider_rate_limited", Retry::After(Duration::from_secs(7))),
        (503, "", "provider_unavailable", Retry::After(Duration::from_secs(7))),
        (200, "{\"organic\": [", "provider_unavailable", Retry::Backoff),
        (200, "{\"organic\": 7}", "provider_bad_answer", Retry::Never),
        (200, "[]", "provider_bad_answer", Retry::Never),
    ];
    for (status, body, code, retry) in table {
        let answer = ResponseTemplate::new(status).set_body_string(body);
        let error = serper(answer.insert_header("retry-after", "7")).await.unwrap_err();
        assert_eq!((error.code, error.retry), (code, retry), "status {status}, {body}");
        assert!(!format!("{error:?} {error}").contains(KEY));
    }
    let huge = ResponseTemplate::new(200).set_body_string(" ".repeat(3_000_000));
    assert_eq!(serper(huge).await.unwrap_err().code, "provider_bad_answer");
    assert!(!format!("{:?}", Key::new(KEY)).contains(KEY));
}

#[tokio::test]
async fn brave_and_searxng_answer_in_their_own_ways() {
    let server = MockServer::start().await;
    let brave = json!({ "type": "search",
        "infobox": { "results": [{ "title": "Acme", "attributes": [["Founded", "1998"]] }] },
        "web": { "results": [{ "title": "A &amp; B", "url": "https://a.example/",
            "description": "d", "page_age": "2024-03-03T10:00:00" }] } });
    mount(&server, "/res/v1/web/search", ("country", "DE"), brave).await;
    let searxng = json!({ "results": [{ "title": "A", "url": "https://a.example/", "content": "c",
            "publishedDate": null }], "answers": ["42", { "answer": "43", "url": "https://x.example" }],
        "infoboxes": [{ "infobox": "Acme", "attributes": [{ "label": "Founded", "value": "1998" }] }] });
    mount(&server, "/search", ("language", "en"), searxng).await;
    let brave = Brave::new(settings(&server), &Key::new(KEY)).unwrap().search("q").await.unwrap();
    assert_eq!(brave.results[0].snippet, "Founded: 1998");
    assert_eq!(brave.results[1].title, "A & B");
    assert_eq!(brave.results[1].date, PartialDate::full(2024, 3, 3));
    let searxng = Searxng::new(settings(&server)).unwrap().search("q").await.unwrap();
    assert_eq!(searxng.results.len(), 4);
    assert_eq!(searxng.results[0].snippet, "Founded: 1998");
    assert_eq!(searxng.pages().count(), 2);
}

async fn mount(server: &MockServer, at: &str, pair: (&str, &str), answer: Value) {
    let answer = ResponseTemplate::new(200).set_body_json(answer);
    let mock = Mock::given(path(at)).and(query_param(pair.0, pair.1));
    mock.respond_with(answer).mount(server).await;
}
