//! The country and the language of searches.

use ampledata_providers::search::Settings;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::{ENGINES, Engine, KEY, answering, settings};

/// The request that an engine sends: its query string's pairs and its body.
async fn asked(engine: Engine, locale: (&str, &str)) -> (Vec<(String, String)>, Value) {
    let server = served(engine).await;
    let settings = Settings {
        country: Some(locale.0.to_owned()).filter(|text| !text.is_empty()),
        language: Some(locale.1.to_owned()).filter(|text| !text.is_empty()),
        results: Some(30),
        ..settings(&server.uri())
    };
    engine.at(settings).search("acme & söhne").await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    let (path, header) = match engine {
        Engine::Serper => ("/search", Some("x-api-key")),
        Engine::Brave => ("/res/v1/web/search", Some("x-subscription-token")),
        Engine::Searxng => ("/search", None),
    };
    assert_eq!(request.url.path(), path);
    if let Some(header) = header {
        assert_eq!(request.headers[header], KEY);
    }
    let pairs = request.url.query_pairs().into_owned().collect();
    (pairs, serde_json::from_slice(&request.body).unwrap_or_default())
}

async fn served(engine: Engine) -> MockServer {
    let answer = match engine {
        Engine::Serper => json!({ "organic": [] }),
        Engine::Brave => json!({ "type": "search" }),
        Engine::Searxng => json!({ "results": [] }),
    };
    answering(ResponseTemplate::new(200).set_body_json(answer)).await
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn serper_gets_the_locale_as_gl_and_hl() {
    let (_, body) = asked(Engine::Serper, ("DE", "de")).await;
    assert_eq!(body, json!({ "q": "acme & söhne", "gl": "de", "hl": "de", "num": 30 }));
    let (_, body) = asked(Engine::Serper, ("", "")).await;
    assert_eq!(body, json!({ "q": "acme & söhne", "num": 30 }));
}

#[tokio::test]
async fn brave_gets_the_locale_as_country_and_its_own_names_of_languages() {
    let (pairs, _) = asked(Engine::Brave, ("de", "de-AT")).await;
    let sent = ["q", "country", "search_lang", "count"].map(|name| value(&pairs, name));
    assert_eq!(sent, [Some("acme & söhne"), Some("DE"), Some("de"), Some("20")]);
    for (language, name) in [("ja", "jp"), ("pt-BR", "pt-br"), ("zh", "zh-hans"), ("en-US", "en")] {
        let (pairs, _) = asked(Engine::Brave, ("", language)).await;
        assert_eq!((value(&pairs, "search_lang"), value(&pairs, "country")), (Some(name), None));
    }
}

#[tokio::test]
async fn searxng_gets_the_locale_as_language() {
    let (pairs, _) = asked(Engine::Searxng, ("de", "de")).await;
    let sent = ["q", "language", "format"].map(|name| value(&pairs, name));
    assert_eq!(sent, [Some("acme & söhne"), Some("de"), Some("json")]);
}

#[tokio::test]
async fn no_provider_gets_what_is_not_set() {
    for engine in ENGINES {
        let (pairs, _) = asked(engine, ("", "")).await;
        for name in ["country", "search_lang", "language", "gl", "hl"] {
            assert_eq!(value(&pairs, name), None, "{engine:?}");
        }
    }
}
