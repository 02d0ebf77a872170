//! The live web as far as a test may go: every provider on loopback, in its own wire format.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use serde_json::{Value as Json, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::place::{Place, Ran};

/// Three firms; none has its chief executive in a table.
const FIRMS: [(&str, &str); 3] =
    [("Acme Widgets", "Jane Roe"), ("Bolt Works", "Otto Klein"), ("Cog Makers", "Ana Lima")];

/// Serper, Groq, Gemini and the pages, and what they were asked.
#[derive(Default)]
struct Web {
    searches: AtomicUsize,
    decisions: AtomicUsize,
    extractions: AtomicUsize,
    patterns: AtomicUsize,
    /// What Gemini answers to an extraction instead, as a status; 0: it answers.
    refuses: AtomicU16,
    base: std::sync::OnceLock<String>,
}

impl Web {
    fn paid(&self) -> usize {
        [&self.searches, &self.decisions, &self.extractions, &self.patterns]
            .iter()
            .map(|count| count.load(Ordering::SeqCst))
            .sum()
    }

    fn answer(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let body: Json = serde_json::from_slice(&request.body).unwrap_or_default();
        match path {
            "/serper/search" => self.search(&body),
            "/groq/chat/completions" => self.decide(),
            "/v1beta/models/gemini-2.5-flash:generateContent" => self.generate(&body),
            "/groq/models" => self.listed(),
            "/v1beta/models/gemini-2.5-flash" => match self.refuses.load(Ordering::SeqCst) {
                0 => ResponseTemplate::new(200).set_body_json(json!({"name": "models/x"})),
                status => ResponseTemplate::new(status),
            },
            "/robots.txt" => ResponseTemplate::new(404),
            _ => page(path),
        }
    }

    fn search(&self, body: &Json) -> ResponseTemplate {
        self.searches.fetch_add(1, Ordering::SeqCst);
        let query = body["q"].as_str().unwrap();
        let found = FIRMS.iter().enumerate().filter(|(_, (name, _))| query.contains(name));
        let organic = found.map(|(at, (name, _))| {
            let link = format!("{}/firm/{at}", self.base.get().unwrap());
            json!({"title": name, "link": link, "snippet": format!("{name} makes things."),
                "position": 1})
        });
        let organic: Vec<_> = organic.collect();
        ResponseTemplate::new(200).set_body_json(
            json!({"searchParameters": {"q": query}, "organic": organic, "credits": 1}),
        )
    }

    fn listed(&self) -> ResponseTemplate {
        let id =
            if self.refuses.load(Ordering::SeqCst) == 0 { "llama-3.3-70b-versatile" } else { "x" };
        ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": [{"id": id}]}))
    }

    fn decide(&self) -> ResponseTemplate {
        self.decisions.fetch_add(1, Ordering::SeqCst);
        let text = json!({"read": [1], "facts": []}).to_string();
        ResponseTemplate::new(200).set_body_json(json!({
            "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 400, "completion_tokens": 20}
        }))
    }

    fn generate(&self, body: &Json) -> ResponseTemplate {
        let prompt = body["contents"][0]["parts"][0]["text"].as_str().unwrap();
        let text = if prompt.contains("Passages, each") {
            self.extractions.fetch_add(1, Ordering::SeqCst);
            match self.refuses.load(Ordering::SeqCst) {
                0 => extracted(prompt),
                status => {
                    let error = json!({"error": {"code": status, "message": "API key not valid",
                        "status": "UNAUTHENTICATED"}});
                    return ResponseTemplate::new(status).set_body_json(error);
                }
            }
        } else {
            self.patterns.fetch_add(1, Ordering::SeqCst);
            json!({"patterns": ["%entity chief executive"]})
        };
        ResponseTemplate::new(200).set_body_json(json!({
            "candidates": [{"content": {"role": "model", "parts": [{"text": text.to_string()}]},
                "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 600, "candidatesTokenCount": 60,
                "totalTokenCount": 660}
        }))
    }
}

fn extracted(prompt: &str) -> Json {
    let (_, passages) = prompt.split_once("Passages, each").unwrap();
    let found = FIRMS.iter().find(|(name, ceo)| passages.contains(&quote(name, ceo)));
    let cells: Vec<_> = found
        .map(|(name, ceo)| {
            json!({"column": "ceo", "outcome": "found", "value": ceo, "quote": quote(name, ceo),
                "passage": 1, "score": 0.9})
        })
        .into_iter()
        .collect();
    json!({"cells": cells})
}

fn quote(name: &str, ceo: &str) -> String {
    format!("The ceo of {name} has been {ceo} for years")
}

fn page(path: &str) -> ResponseTemplate {
    let at: Option<usize> = path.strip_prefix("/firm/").and_then(|at| at.parse().ok());
    let Some((name, ceo)) = at.and_then(|at| FIRMS.get(at)) else {
        return ResponseTemplate::new(404);
    };
    let html = format!(
        "<!doctype html><html lang=en><head><title>{name}</title></head><body><h1>{name}</h1>\
         <p>{name} is a firm that makes things.</p><p>{}, and the works have grown.</p></body></html>",
        quote(name, ceo)
    );
    ResponseTemplate::new(200).set_body_raw(html, "text/html; charset=utf-8")
}

struct Shared(Arc<Web>);

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        self.0.answer(request)
    }
}

/// A place with a table of the firms, and the web around it.
struct Scene {
    place: Arc<Place>,
    web: Arc<Web>,
    _server: MockServer,
}

impl Scene {
    async fn new() -> Self {
        let (place, web) = (Place::new(), Arc::new(Web::default()));
        let server = MockServer::start().await;
        web.base.set(server.uri()).unwrap();
        Mock::given(any()).respond_with(Shared(Arc::clone(&web))).mount(&server).await;
        let names = FIRMS.map(|(name, _)| name).join("\n");
        place.write("firms.csv", format!("name\n{names}\n"));
        Self { place: Arc::new(place), web, _server: server }
    }

    async fn run(&self, more: &[&str]) -> Ran {
        let enrich = ["enrich", "firms.csv", "-k", "name", "-c", "ceo", "-o", "out.csv"];
        self.command(&[&enrich, more].concat()).await
    }

    async fn command(&self, arguments: &[&str]) -> Ran {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let base = self.web.base.get().unwrap();
        let environment = [
            ("SERPER_API_KEY", "serper-secret-1".to_owned()),
            ("SERPER_BASE_URL", format!("{base}/serper")),
            ("GROQ_API_KEY", "groq-secret-2".to_owned()),
            ("GROQ_BASE_URL", format!("{base}/groq")),
            ("GEMINI_API_KEY", "gemini-secret-3".to_owned()),
            ("GEMINI_BASE_URL", base.clone()),
            ("ALLOW_PRIVATE_NETWORKS", "on".to_owned()),
            ("MAX_ENRICHMENT_RETRIES", "0".to_owned()),
            ("RUST_LOG", "debug".to_owned()),
        ];
        let place = Arc::clone(&self.place);
        let ran = tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
            place.run_with(&arguments, &environment)
        });
        let ran = ran.await.unwrap();
        for secret in ["serper-secret-1", "groq-secret-2", "gemini-secret-3"] {
            assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{}", ran.stderr);
        }
        ran
    }

    fn out(&self) -> String {
        self.place.read("out.csv")
    }
}

const FILLED: &str =
    "name,ceo\nAcme Widgets,Jane Roe\nBolt Works,Otto Klein\nCog Makers,Ana Lima\n";

#[tokio::test]
async fn a_table_is_filled_from_the_web_and_the_second_time_for_nothing() {
    let scene = Scene::new().await;
    let ran = scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED, "{}", ran.stderr);
    assert!(ran.stderr.contains("3 of 3 cells found"), "{}", ran.stderr);
    let paid = scene.web.paid();
    assert!((9..=20).contains(&paid), "{paid} paid calls");
    let again = scene.run(&["--fresh"]).await.exits(0);
    assert_eq!(scene.out(), FILLED);
    assert_eq!(scene.web.paid(), paid, "the second run pays nothing: {}", again.stderr);
    assert!(again.stderr.contains("0.0000 USD for 0 metered calls"), "{}", again.stderr);
}

#[tokio::test]
async fn a_dry_run_asks_nobody() {
    let scene = Scene::new().await;
    let ran = scene.run(&["--dry-run"]).await.exits(0);
    assert!(ran.stdout.starts_with("3 rows, 3 of them to be worked on"), "{}", ran.stdout);
    assert!(ran.stdout.contains(" USD if every row"), "{}", ran.stdout);
    assert_eq!(scene.web.paid(), 0);
    assert!(!scene.place.path("out.csv").exists());
    let ran = scene.run(&["--dry-run", "--json"]).await.exits(0);
    let estimate: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert!(estimate["cost_at_most_usd"].as_f64() >= estimate["cost_usd"].as_f64());
}

#[tokio::test]
async fn a_job_pauses_before_it_costs_more_and_goes_on_with_more() {
    let scene = Scene::new().await;
    // Three searches at a tenth of a cent each leave nothing for the models.
    let ran = scene.run(&["--max-cost", "0.004"]).await.exits(1);
    assert!(ran.stderr.contains("error[job_paused]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("0.0040 USD at most"), "{}", ran.stderr);
    let searches = scene.web.searches.load(Ordering::SeqCst);
    scene.run(&["--max-cost", "1"]).await.exits(0);
    assert_eq!(scene.out(), FILLED);
    assert!(searches <= 4 && scene.web.searches.load(Ordering::SeqCst) <= 9);
}

#[tokio::test]
async fn a_refused_key_pauses_the_job_and_fails_no_row() {
    let scene = Scene::new().await;
    scene.web.refuses.store(401, Ordering::SeqCst);
    let ran = scene.run(&[]).await.exits(1);
    assert!(ran.stderr.contains("error[job_paused]"), "{}", ran.stderr);
    assert!(ran.stderr.contains("does not accept the key"), "{}", ran.stderr);
    scene.web.refuses.store(0, Ordering::SeqCst);
    scene.run(&[]).await.exits(0);
    assert_eq!(scene.out(), FILLED);
}

#[tokio::test]
async fn amounts_and_unknown_prices_are_refused_in_words() {
    let scene = Scene::new().await;
    for amount in ["-1", "1e3", "", ".", "1.0000000001", "ten"] {
        let ran = scene.run(&[&format!("--max-cost={amount}")]).await.exits(2);
        assert!(ran.stderr.contains("--max-cost"), "{}", ran.stderr);
    }
    scene.place.write("ampledata.toml", "decision_model = \"groq:some-new-model\"\n");
    let ran = scene.run(&["--max-cost", "1"]).await.exits(2);
    let said =
        ran.stderr.contains("error[price_unknown]") && ran.stderr.contains("groq:some-new-model");
    assert!(said, "{}", ran.stderr);
    assert_eq!(scene.web.paid(), 0);
}

#[tokio::test]
async fn the_doctor_asks_models_whether_they_are_there() {
    let scene = Scene::new().await;
    let ran = scene.command(&["doctor"]).await.exits(0);
    let well = "ok model: groq:llama-3.3-70b-versatile is there, and takes the key";
    assert!(ran.stdout.contains(well), "{}", ran.stdout);
    scene.web.refuses.store(401, Ordering::SeqCst);
    let ran = scene.command(&["doctor"]).await.exits(1);
    assert!(ran.stdout.contains("gemini does not accept the key"), "{}", ran.stdout);
    assert!(ran.stdout.contains("groq does not have the model"), "{}", ran.stdout);
    assert_eq!(scene.web.paid(), 0);
}
