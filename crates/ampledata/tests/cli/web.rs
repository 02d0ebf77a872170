//! The live web as far as a test may go: every provider on loopback, in its own wire format.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::place::{Place, Ran};

/// Three firms; none has its chief executive in a table.
const FIRMS: [(&str, &str); 3] =
    [("Acme Widgets", "Jane Roe"), ("Bolt Works", "Otto Klein"), ("Cog Makers", "Ana Lima")];

/// Serper, Groq, Gemini and the pages, and what they were asked.
pub(crate) struct Web {
    pub(crate) searches: AtomicUsize,
    pub(crate) decisions: AtomicUsize,
    pub(crate) extractions: AtomicUsize,
    patterns: AtomicUsize,
    /// How often the two were asked for their models.
    pub(crate) listings: AtomicUsize,
    /// What Gemini answers to an extraction instead, as a status; 0: it answers.
    refuses: AtomicU16,
    /// The same for its list of models.
    refuses_lists: AtomicU16,
    base: std::sync::OnceLock<String>,
    /// The models that the two have.
    pub(crate) models: Mutex<[Vec<&'static str>; 2]>,
    /// The models that were asked for something, in order.
    pub(crate) asked: Mutex<Vec<String>>,
    /// Groq takes no schema beside the prompt.
    pub(crate) without_schema: AtomicBool,
    /// Tokens that Groq's model thinks for before it answers.
    pub(crate) thoughts: AtomicUsize,
    /// The model that Groq drops after so many decisions; 0: none.
    pub(crate) drops_after: AtomicUsize,
}

/// The models of Gemini and of Groq that there are today, as far as a test needs them.
const MODELS: [[&str; 3]; 2] = [
    ["gemini-2.5-flash", "gemini-3.5-flash-lite", "gemini-3.8-flash"],
    ["openai/gpt-oss-20b", "openai/gpt-oss-120b", "whisper-large-v3"],
];

impl Default for Web {
    fn default() -> Self {
        Self {
            searches: AtomicUsize::default(),
            decisions: AtomicUsize::default(),
            extractions: AtomicUsize::default(),
            patterns: AtomicUsize::default(),
            listings: AtomicUsize::default(),
            refuses: AtomicU16::default(),
            refuses_lists: AtomicU16::default(),
            base: std::sync::OnceLock::new(),
            models: Mutex::new(MODELS.map(Vec::from)),
            asked: Mutex::default(),
            without_schema: AtomicBool::default(),
            thoughts: AtomicUsize::default(),
            drops_after: AtomicUsize::default(),
        }
    }
}

impl Web {
    pub(crate) fn paid(&self) -> usize {
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
            "/groq/chat/completions" => self.complete(&body),
            "/v1beta/models" => self.listed_by_gemini(),
            "/groq/models" => self.listed_by_groq(),
            "/robots.txt" => ResponseTemplate::new(404),
            _ => match path.strip_prefix("/v1beta/models/").and_then(|rest| rest.split_once(':')) {
                Some((model, _)) => self.generate(model, &body),
                None => page(path),
            },
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

    fn has(&self, of: usize, model: &str) -> bool {
        self.asked.lock().unwrap().push(model.to_owned());
        self.models.lock().unwrap()[of].contains(&model)
    }

    fn listed_by_gemini(&self) -> ResponseTemplate {
        self.listings.fetch_add(1, Ordering::SeqCst);
        let status = self.refuses_lists.load(Ordering::SeqCst);
        if status != 0 {
            let error = json!({"error": {"code": status, "message": "API key not valid"}});
            return ResponseTemplate::new(status).set_body_json(error);
        }
        let models = self.models.lock().unwrap();
        let models: Vec<_> = models[0]
            .iter()
            .map(|name| {
                json!({"name": format!("models/{name}"), "version": "001", "inputTokenLimit": 1_048_576,
                    "outputTokenLimit": 65_536, "thinking": true,
                    "supportedGenerationMethods": ["generateContent", "countTokens"]})
            })
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({"models": models}))
    }

    fn listed_by_groq(&self) -> ResponseTemplate {
        self.listings.fetch_add(1, Ordering::SeqCst);
        let models = self.models.lock().unwrap();
        let models: Vec<_> = models[1]
            .iter()
            .map(|id| {
                json!({"id": id, "object": "model", "created": 1_754_000_000, "owned_by": "OpenAI",
                    "active": true, "context_window": 131_072, "max_completion_tokens": 65_536})
            })
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": models}))
    }

    /// What Groq does not take of a request, in its words.
    fn objection(&self, body: &Json) -> Option<Json> {
        const KNOWN: [&str; 6] = [
            "model",
            "messages",
            "temperature",
            "max_completion_tokens",
            "response_format",
            "reasoning_effort",
        ];
        let error = |said: &str| json!({"message": said, "type": "invalid_request_error"});
        if let Some(other) = body.as_object()?.keys().find(|key| !KNOWN.contains(&&***key)) {
            return Some(error(&format!("property '{other}' is unsupported")));
        }
        let effort = body["reasoning_effort"].as_str().unwrap_or("medium");
        if !["low", "medium", "high"].contains(&effort) {
            return Some(error("`reasoning_effort` must be one of `low`, `medium`, or `high`"));
        }
        let schema = body["response_format"]["type"] == "json_schema";
        if schema && self.without_schema.load(Ordering::SeqCst) {
            let mut error = error(
                "This model does not support response format `json_schema`. See supported models \
                 at https://console.groq.com/docs/structured-outputs#supported-models",
            );
            error["param"] = json!("response_format");
            return Some(error);
        }
        let thoughts = self.thoughts.load(Ordering::SeqCst) as u64;
        if thoughts + 20 > body["max_completion_tokens"].as_u64()? {
            let mut error = error(
                "Failed to validate JSON. Please adjust your prompt. See 'failed_generation' for \
                 more details.",
            );
            error["code"] = json!("json_validate_failed");
            error["failed_generation"] = json!("");
            return Some(error);
        }
        None
    }

    /// As Groq answers: what it does not have is a 404, what a model does not take a 400 in words.
    fn complete(&self, body: &Json) -> ResponseTemplate {
        let refused = |status, error: Json| {
            ResponseTemplate::new(status).set_body_json(json!({"error": error}))
        };
        let model = body["model"].as_str().unwrap();
        let drops_after = self.drops_after.load(Ordering::SeqCst);
        let dropped = drops_after > 0 && self.decisions.load(Ordering::SeqCst) >= drops_after;
        if dropped {
            self.models.lock().unwrap()[1].retain(|name| *name != "openai/gpt-oss-120b");
        }
        if !self.has(1, model) {
            let said =
                format!("The model `{model}` does not exist or you do not have access to it.");
            return refused(
                404,
                json!({"message": said, "type": "invalid_request_error",
                "code": "model_not_found"}),
            );
        }
        if let Some(error) = self.objection(body) {
            return refused(400, error);
        }
        let thoughts = self.thoughts.load(Ordering::SeqCst);
        self.decisions.fetch_add(1, Ordering::SeqCst);
        let text = json!({"read": [1], "facts": []}).to_string();
        ResponseTemplate::new(200).set_body_json(json!({
            "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 400, "completion_tokens": 20 + thoughts,
                "completion_tokens_details": {"reasoning_tokens": thoughts}}
        }))
    }

    /// As Gemini answers: the newest models take a level of thinking and no budget.
    fn generate(&self, model: &str, body: &Json) -> ResponseTemplate {
        let refused = |status: u16, message: &str| {
            let error = json!({"code": status, "message": message, "status":
                if status == 404 { "NOT_FOUND" } else { "INVALID_ARGUMENT" }});
            ResponseTemplate::new(status).set_body_json(json!({"error": error}))
        };
        if !self.has(0, model) {
            let said = format!(
                "models/{model} is not found for API version v1beta, or is not \
                supported for generateContent. Call ListModels to see the list of available models \
                and their supported methods."
            );
            return refused(404, &said);
        }
        let thinking = &body["generationConfig"]["thinkingConfig"];
        if model.starts_with("gemini-3") && !thinking["thinkingBudget"].is_null() {
            return refused(400, "Request contains an invalid argument.");
        }
        if model == "gemini-3.8-flash" && thinking["thinkingLevel"] == "minimal" {
            return refused(400, "Thinking level MINIMAL is not supported for this model.");
        }
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
pub(crate) struct Scene {
    pub(crate) place: Arc<Place>,
    pub(crate) web: Arc<Web>,
    _server: MockServer,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let (place, web) = (Place::new(), Arc::new(Web::default()));
        let server = MockServer::start().await;
        web.base.set(server.uri()).unwrap();
        Mock::given(any()).respond_with(Shared(Arc::clone(&web))).mount(&server).await;
        let names = FIRMS.map(|(name, _)| name).join("\n");
        place.write("firms.csv", format!("name\n{names}\n"));
        Self { place: Arc::new(place), web, _server: server }
    }

    pub(crate) async fn run(&self, more: &[&str]) -> Ran {
        let enrich = ["enrich", "firms.csv", "-k", "name", "-c", "ceo", "-o", "out.csv"];
        self.command(&[&enrich, more].concat()).await
    }

    pub(crate) async fn command(&self, arguments: &[&str]) -> Ran {
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

    /// Gemini answers with this status to everything.
    pub(crate) fn refuse_keys(&self, status: u16) {
        self.web.refuses.store(status, Ordering::SeqCst);
        self.web.refuses_lists.store(status, Ordering::SeqCst);
    }

    /// As when a day has gone by since the providers were asked for their models.
    pub(crate) fn forget_lists(&self) {
        std::fs::remove_file(self.place.path(".ampledata").join("model-lists.json")).unwrap();
    }

    pub(crate) fn out(&self) -> String {
        self.place.read("out.csv")
    }
}

pub(crate) const FILLED: &str =
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
async fn a_dry_run_calls_no_provider() {
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
    assert!(ran.stderr.contains("budget of 0.0040 USD"), "{}", ran.stderr);
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
    scene.web.models.lock().unwrap()[1].push("some-new-model");
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
    let well = "ok model: groq:openai/gpt-oss-120b is available and accepts the key";
    assert!(ran.stdout.contains(well), "{}", ran.stdout);
    scene.refuse_keys(401);
    scene.forget_lists();
    let ran = scene.command(&["doctor"]).await.exits(1);
    assert!(ran.stdout.contains("gemini does not accept the key"), "{}", ran.stdout);
    scene.refuse_keys(0);
    scene.place.write("ampledata.toml", "decision_model = \"groq:llama-3.3-70b-versatile\"\n");
    let ran = scene.command(&["doctor"]).await.exits(1);
    assert!(ran.stdout.contains("groq does not have the model"), "{}", ran.stdout);
    assert_eq!(scene.web.paid(), 0);
}
