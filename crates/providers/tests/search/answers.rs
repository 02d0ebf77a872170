//! Parsed answers: pages in their order, preceded by what the engine itself knows.

use ampledata_core::serp::ResultKind::{Answer, KnowledgeGraph, Organic, Question};
use ampledata_core::serp::{ResultKind, Serp};
use ampledata_core::value::PartialDate;
use serde_json::json;

use ampledata_providers::search::Settings;
use wiremock::ResponseTemplate;

use crate::{ENGINES, Engine, read};

fn kinds(serp: &Serp) -> Vec<ResultKind> {
    serp.results.iter().map(|result| result.kind).collect()
}

fn dates(serp: &Serp) -> Vec<Option<PartialDate>> {
    serp.results.iter().map(|result| result.date).collect()
}

#[tokio::test]
async fn serper() {
    let answer = json!({
        "searchParameters": { "q": "acme", "type": "search" },
        "knowledgeGraph": { "title": "Acme", "type": "Company", "website": "https://acme.example/",
            "imageUrl": "https://img.example/a.png", "description": "Maker of anvils.",
            "descriptionSource": "Wikipedia", "descriptionLink": "https://wiki.example/Acme",
            "attributes": { "Founded": "1998", "CEO": "Jo Doe", "Employees": 250 } },
        "answerBox": { "title": "Acme", "answer": "1998", "snippet": "Founded in 1998." },
        "peopleAlsoAsk": [
            { "question": "Who runs Acme?", "snippet": "Jo Doe does.", "title": "T", "link": "https://q.example/" },
            { "question": "No answer?", "title": "T", "link": "https://q.example/2" },
        ],
        "organic": [
            { "title": "A", "link": "https://a.example/", "snippet": "s", "date": "2 days ago", "position": 1,
              "attributes": { "Rating": "4.5" }, "sitelinks": [{ "title": "x", "link": "https://a.example/x" }] },
            { "title": "B", "link": "javascript:alert(1)" }, { "title": 7 }, null,
            { "title": "C", "link": "https://c.example/", "date": "Mar 3, 2024", "position": 2 },
            { "title": "D", "link": "https://d.example/", "date": "one fine day", "position": 3 },
        ],
        "relatedSearches": [{ "query": "acme anvil" }], "credits": 1,
    });
    let serp = read(Engine::Serper, answer).await;
    assert_eq!(kinds(&serp), [KnowledgeGraph, Answer, Question, Organic, Organic, Organic]);
    assert_eq!(
        serp.results[0].snippet,
        "Type: Company\nDescription: Maker of anvils.\nWebsite: https://acme.example/\n\
         Founded: 1998\nCEO: Jo Doe\nEmployees: 250"
    );
    assert_eq!(serp.results[0].url, "https://wiki.example/Acme");
    assert_eq!(serp.results[1].snippet, "1998\nFounded in 1998.");
    assert_eq!(serp.results[2].title, "Who runs Acme?");
    assert_eq!(serp.results[3].snippet, "s\nRating: 4.5");
    let third = PartialDate::full(2024, 3, 3);
    assert_eq!(dates(&serp), [None, None, None, third, third, None]);
    let pages: Vec<_> = serp.pages().map(|page| page.url.as_str()).collect();
    assert!(!pages.contains(&serp.url.as_deref().unwrap()), "the search itself is not a page");
    assert_eq!(
        pages,
        [
            "https://wiki.example/Acme",
            "https://q.example/",
            "https://a.example/",
            "https://c.example/",
            "https://d.example/"
        ]
    );
}

#[tokio::test]
async fn brave() {
    let answer = json!({
        "type": "search",
        "query": { "original": "acme" },
        "infobox": { "results": [{ "title": "Acme", "url": "https://wiki.example/Acme",
            "description": "Maker of anvils.", "website_url": "https://acme.example/",
            "attributes": [["Founded", "1998"], ["CEO", "Jo &amp; Jim"], ["odd"], 7] }] },
        "faq": { "results": [{ "question": "Who?", "answer": "Jo.", "title": "T",
            "url": "https://q.example/" }] },
        "web": { "type": "search", "results": [
            { "title": "A &amp; B", "url": "https://a.example/", "description": "d",
              "page_age": "2024-03-03T10:00:00", "extra_snippets": ["more", "&lt;b&gt;"] },
            { "title": "C", "url": "https://c.example/", "description": "e", "age": "2 days ago" },
        ] },
    });
    let serp = read(Engine::Brave, answer).await;
    assert_eq!(kinds(&serp), [KnowledgeGraph, Question, Organic, Organic]);
    assert_eq!(
        serp.results[0].snippet,
        "Description: Maker of anvils.\nWebsite: https://acme.example/\nFounded: 1998\nCEO: Jo & Jim"
    );
    assert_eq!((serp.results[1].title.as_str(), serp.results[1].snippet.as_str()), ("Who?", "Jo."));
    assert_eq!(serp.results[2].title, "A & B");
    assert_eq!(serp.results[2].snippet, "d\nmore\n<b>");
    let third = PartialDate::full(2024, 3, 3);
    assert_eq!(dates(&serp), [None, None, third, third]);
}

#[tokio::test]
async fn searxng() {
    let answer = json!({
        "query": "acme", "number_of_results": 0,
        "results": [
            { "title": "A", "url": "https://a.example/", "content": "c", "publishedDate": null,
              "engine": "bing", "score": 1.0 },
            { "title": "B", "url": "https://b.example/", "content": "d",
              "publishedDate": "2024-03-03T00:00:00" },
        ],
        "answers": ["42", { "answer": "43", "url": "https://x.example" }],
        "infoboxes": [{ "infobox": "Acme", "id": "https://wiki.example/Acme", "content": "Anvils.",
            "attributes": [{ "label": "Founded", "value": "1998" }],
            "urls": [{ "title": "Site", "url": "https://acme.example/" }] }],
        "corrections": [], "suggestions": [], "unresponsive_engines": [],
    });
    let serp = read(Engine::Searxng, answer).await;
    assert_eq!(kinds(&serp), [KnowledgeGraph, Answer, Answer, Organic, Organic]);
    assert_eq!(serp.results[0].snippet, "Description: Anvils.\nFounded: 1998");
    assert_eq!(serp.results[0].url, "https://wiki.example/Acme");
    assert_eq!(serp.results[1].snippet, "42");
    assert!(!serp.results[1].is_page(&serp) && serp.results[2].is_page(&serp));
    assert_eq!(serp.results[4].date, PartialDate::full(2024, 3, 3));
}

#[tokio::test]
async fn nothing_found_is_an_answer() {
    for engine in ENGINES {
        let answer = match engine {
            Engine::Serper => json!({ "searchParameters": { "q": "acme" }, "organic": [] }),
            Engine::Brave => json!({ "type": "search", "query": { "original": "acme" } }),
            Engine::Searxng => json!({ "query": "acme", "results": [], "answers": [] }),
        };
        let serp = read(engine, answer).await;
        assert_eq!((serp.query.as_str(), serp.results.len()), ("acme", 0), "{engine:?}");
    }
}

#[tokio::test]
async fn answers_that_go_on_and_on_are_cut() {
    let long = "word ".repeat(10_000);
    let many: Vec<_> = (0..1_000)
        .map(|n| json!({ "title": long, "link": format!("https://{n}.example/"), "snippet": "s" }))
        .take(20)
        .chain(
            (20..1_000).map(|n| json!({ "title": "t", "link": format!("https://{n}.example/") })),
        )
        .collect();
    let serp = read(Engine::Serper, json!({ "organic": many })).await;
    assert_eq!(serp.results.len(), 50);
    assert!(serp.results.iter().all(|result| result.title.chars().count() <= 500));
}

#[tokio::test]
async fn a_query_costs_the_credits_that_its_answer_names() {
    let answer = |credits: serde_json::Value| {
        let mut answer = json!({ "searchParameters": { "q": "acme" }, "organic": [] });
        answer["credits"] = credits;
        ResponseTemplate::new(200).set_body_json(answer)
    };
    // If the answer states no cost, the maximum cost of the request counts.
    for (credits, results, units) in [
        (json!(1), None, 1),
        (json!(2), None, 2),
        (serde_json::Value::Null, None, 1),
        (serde_json::Value::Null, Some(20), 2),
    ] {
        let server = crate::answering(answer(credits)).await;
        let settings = crate::settings(&server.uri());
        let engine = Engine::Serper.at(Settings { results, ..settings });
        assert!(engine.max_units() <= 2);
        assert_eq!(engine.search_charged("acme").await.unwrap().units, units);
    }
}
