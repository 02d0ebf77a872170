//! Requests with the options that a model supports: every known refusal of a provider, and how the exchange
//! continues.

use std::sync::Arc;

use ampledata_core::answer;
use ampledata_core::prompt::Prompt;
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_providers::models::gemini::{Gemini, GeminiServer};
use ampledata_providers::models::openai::{OpenAi, OpenAiServer};
use ampledata_providers::models::{ApiKey, Model, ModelClient, Settings};
use ampledata_providers::prices::Prices;
use serde_json::{Value as Json, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::wire::{completion, generated, install};
use ampledata_test_support::models::CountingMeter;

/// The JSON pointer of what is refused, the value that is refused there (any, where none is given), and the
/// provider's words.
type Rule = (&'static str, Option<Json>, Json);

/// Refuses a request that has something, in the words of a provider; answers every other.
struct Refuses {
    rules: Vec<Rule>,
    answer: Json,
}

impl Respond for Refuses {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Json = serde_json::from_slice(&request.body).unwrap();
        let refused = self.rules.iter().find(|(pointer, value, _)| {
            let found = body.pointer(pointer);
            found.is_some_and(|found| value.as_ref().is_none_or(|value| value == found))
        });
        match refused {
            Some((.., words)) => ResponseTemplate::new(400).set_body_json(words),
            None => ResponseTemplate::new(200).set_body_json(&self.answer),
        }
    }
}

async fn server(rules: Vec<Rule>, answer: Json) -> MockServer {
    install();
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Refuses { rules, answer }).mount(&server).await;
    server
}

fn gemini(server: &MockServer, model: &str) -> Arc<dyn Model> {
    Arc::new(Gemini::new(GeminiServer::new(&server.uri(), ApiKey::new("a-key")).unwrap(), model))
}

fn groq(server: &MockServer, model: &str) -> Arc<dyn Model> {
    Arc::new(OpenAi::new(OpenAiServer::groq(&server.uri(), ApiKey::new("a-key")).unwrap(), model))
}

fn openai(server: &MockServer, model: &str) -> Arc<dyn Model> {
    Arc::new(OpenAi::new(OpenAiServer::new(&server.uri(), ApiKey::new("a-key")).unwrap(), model))
}

fn model_client(model: Arc<dyn Model>) -> ModelClient {
    let gate = Arc::new(Gate::new(model.name().provider.name(), RateLimits::default()));
    ModelClient::new(model, gate, Arc::new(Prices::bundled()), Settings::default())
}

fn prompt() -> Prompt {
    Prompt {
        name: "patterns",
        text: "Write search queries. ".repeat(20),
        schema: json!({"type": "object"}),
        max_answer_tokens: 300,
    }
}

const ANSWER: &str = r#"{"patterns": ["%entity"]}"#;

async fn patterns(model_client: &ModelClient, meter: &CountingMeter) -> Vec<String> {
    let read = |text: &str| answer::parse_patterns(text, 3);
    model_client.complete(&prompt(), meter, read).await.unwrap()
}

async fn bodies(server: &MockServer) -> Vec<Json> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| request.body_json().unwrap()).collect()
}

fn google(message: &str) -> Json {
    json!({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}})
}

fn invalid(message: &str, param: Option<&str>) -> Json {
    let mut error = json!({"message": message, "type": "invalid_request_error"});
    if let Some(param) = param {
        error["param"] = json!(param);
    }
    json!({"error": error})
}

/// A model, what its provider refuses, and how many calls it then takes to get an answer.
type Case = (&'static str, Vec<Rule>, usize);

const EFFORT: &str = "/reasoning_effort";
const STRICT: &str = "/response_format/json_schema";

/// Gemini's refusals: a model without `minimal` (3.8 Flash), one of the 2.5 line that is given a level, one that
/// only works in thinking mode (2.5 Pro), and those that name nothing at all (3.5 Flash-Lite).
fn gemini_cases() -> Vec<Case> {
    let level = "/generationConfig/thinkingConfig/thinkingLevel";
    let budget = "/generationConfig/thinkingConfig/thinkingBudget";
    let schema = "/generationConfig/responseJsonSchema";
    let minimal = google("Thinking level MINIMAL is not supported for this model.");
    let no_level = google("Thinking level is not supported for this model.");
    let must_think = google("Budget 0 is invalid. This model only works in thinking mode.");
    let bare = google("Request contains an invalid argument.");
    vec![
        ("gemini-9-flash", vec![(level, Some(json!("minimal")), minimal)], 2),
        ("gemini-9-flash", vec![(level, None, no_level)], 2),
        ("gemini-2.5-pro", vec![(budget, None, must_think)], 2),
        ("gemini-2.5-flash", vec![(budget, None, bare.clone())], 2),
        ("gemini-2.5-flash", vec![(schema, None, bare)], 4),
    ]
}

/// Groq's refusals: no strict schema, a keyword of a schema, another set of efforts, none at all.
fn groq_cases() -> Vec<Case> {
    let no_schema = invalid(
        "This model does not support response format `json_schema`. See supported models at \
         https://console.groq.com/docs/structured-outputs#supported-models",
        Some("response_format"),
    );
    let keyword = invalid(
        "invalid schema for response format: response_format/json_schema/patterns: minItems is not \
         supported",
        None,
    );
    let others = invalid("`reasoning_effort` must be one of `none` or `default`", None);
    let none = invalid("`reasoning_effort` is not supported with this model", None);
    vec![
        ("moonshotai/next", vec![(STRICT, None, no_schema)], 2),
        ("openai/gpt-oss-120b", vec![(STRICT, None, keyword)], 2),
        ("openai/gpt-oss-120b", vec![(EFFORT, Some(json!("low")), others)], 2),
        ("openai/gpt-oss-120b", vec![(EFFORT, None, none)], 2),
    ]
}

/// OpenAI's refusals: reasoning models take no temperature and not the older limit, and differ in efforts. The
/// last one is Ollama's.
fn openai_cases() -> Vec<Case> {
    let temperature = invalid(
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) \
         value is supported.",
        Some("temperature"),
    );
    let max_tokens = invalid(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
         'max_completion_tokens' instead.",
        Some("max_tokens"),
    );
    let minimal = invalid(
        "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported \
         values are: 'none', 'low', 'medium', 'high', 'xhigh'.",
        Some("reasoning_effort"),
    );
    let local = json!({"error": {"message": "think value \"minimal\" is not supported for this model",
        "type": "api_error", "param": null, "code": null}});
    let reasoning = vec![("/temperature", None, temperature), ("/max_tokens", None, max_tokens)];
    vec![
        ("a-reasoning-model", reasoning, 3),
        ("gpt-5.9", vec![(EFFORT, Some(json!("minimal")), minimal)], 2),
        ("gpt-5.9", vec![(EFFORT, None, local)], 3),
    ]
}

#[tokio::test]
async fn each_refused_option_is_dropped_and_the_call_repeated() {
    let of = |provider, cases: Vec<Case>| cases.into_iter().map(move |case| (provider, case));
    let cases = of("gemini", gemini_cases())
        .chain(of("groq", groq_cases()))
        .chain(of("openai", openai_cases()));
    for (provider, (model, rules, calls)) in cases {
        let what = format!("{model}: {}", rules[0].2);
        let answer = if provider == "gemini" { generated(ANSWER) } else { completion(ANSWER) };
        let server = server(rules, answer).await;
        let model = match provider {
            "gemini" => gemini(&server, model),
            "groq" => groq(&server, model),
            _ => openai(&server, model),
        };
        let (model_client, meter) = (model_client(model), CountingMeter::default());
        assert_eq!(patterns(&model_client, &meter).await, ["%entity"], "{what}");
        assert_eq!(bodies(&server).await.len(), calls, "{what}");
        // The refusal was recorded and cost nothing; the learnt option is kept.
        let spent = meter.spent.lock().unwrap().clone();
        assert_eq!(spent.iter().filter(|one| one.failed).count(), calls - 1, "{what}");
        assert!(spent.iter().all(|one| one.failed == (one.units_out == 0)), "{what}");
        assert_eq!(patterns(&model_client, &CountingMeter::default()).await, ["%entity"]);
        assert_eq!(bodies(&server).await.len(), calls + 1, "{what}");
    }
}

#[tokio::test]
async fn calls_that_are_refused_at_once_all_go_on() {
    let rule = (
        "/reasoning_effort",
        None,
        invalid("`reasoning_effort` is not supported with this model", None),
    );
    let server = server(vec![rule], completion(ANSWER)).await;
    let model_client = model_client(groq(&server, "openai/gpt-oss-120b"));
    let asked = (0..20).map(|at| {
        let model_client = model_client.clone();
        async move {
            let prompt = Prompt { text: format!("prompt {at}"), ..prompt() };
            let meter = CountingMeter::default();
            model_client.complete(&prompt, &meter, |text| answer::parse_patterns(text, 3)).await
        }
    });
    for answer in futures::future::join_all(asked).await {
        assert_eq!(answer.unwrap(), ["%entity"]);
    }
}

/// Thoughts use the limit up to this many tokens.
struct Thinks {
    thoughts: u64,
    gemini: bool,
}

impl Respond for Thinks {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Json = serde_json::from_slice(&request.body).unwrap();
        let bound = if self.gemini {
            &body["generationConfig"]["maxOutputTokens"]
        } else {
            &body["max_completion_tokens"]
        };
        let bound = bound.as_u64().unwrap();
        if bound < self.thoughts + 20 {
            return ResponseTemplate::new(200).set_body_json(if self.gemini {
                json!({"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}],
                    "usageMetadata": {"promptTokenCount": 100, "thoughtsTokenCount": bound}})
            } else {
                json!({"choices": [{"message": {"content": ""}, "finish_reason": "length"}],
                    "usage": {"prompt_tokens": 100, "completion_tokens": bound,
                        "completion_tokens_details": {"reasoning_tokens": bound}}})
            });
        }
        let mut answer = if self.gemini { generated(ANSWER) } else { completion(ANSWER) };
        if self.gemini {
            answer["usageMetadata"]["thoughtsTokenCount"] = json!(self.thoughts);
        } else {
            answer["usage"]["completion_tokens"] = json!(self.thoughts + 20);
            answer["usage"]["total_tokens"] = json!(self.thoughts + 120);
        }
        ResponseTemplate::new(200).set_body_json(answer)
    }
}

#[tokio::test]
async fn thoughts_that_fill_the_bound_get_room_and_are_paid_for() {
    install();
    for gemini_speaks in [true, false] {
        let server = MockServer::start().await;
        let thinks = Thinks { thoughts: 3_000, gemini: gemini_speaks };
        Mock::given(method("POST")).respond_with(thinks).mount(&server).await;
        let model = if gemini_speaks {
            gemini(&server, "gemini-3.5-flash-lite")
        } else {
            groq(&server, "openai/gpt-oss-120b")
        };
        let (model_client, meter) = (model_client(model), CountingMeter::default());
        assert_eq!(patterns(&model_client, &meter).await, ["%entity"]);
        let spent = meter.spent.lock().unwrap().clone();
        assert_eq!(spent.len(), 2, "one answer was cut off, one was not");
        assert_eq!(spent[0].units_out, 1_324, "the bound of the first, thoughts alone");
        assert_eq!(spent[1].units_out, 3_020, "thoughts are tokens of the answer");
        let reserved = meter.reserved.lock().unwrap().clone();
        let costs = spent.iter().map(|one| one.cost_nano_usd);
        assert!(reserved.iter().zip(costs).all(|(most, cost)| cost > 0 && cost <= *most));
        // The next call has the room from the start.
        patterns(&model_client, &CountingMeter::default()).await;
        assert_eq!(bodies(&server).await.len(), 3);
    }
}

#[tokio::test]
async fn an_empty_answer_that_groq_could_not_check_was_cut_off_by_thoughts() {
    install();
    let server = MockServer::start().await;
    let failed = json!({"error": {"message": "Failed to validate JSON. Please adjust your prompt. See \
        'failed_generation' for more details.", "type": "invalid_request_error",
        "code": "json_validate_failed", "failed_generation": ""}});
    let first = ResponseTemplate::new(400).set_body_json(failed);
    Mock::given(method("POST")).respond_with(first).up_to_n_times(1).mount(&server).await;
    let then = ResponseTemplate::new(200).set_body_json(completion(ANSWER));
    Mock::given(method("POST")).respond_with(then).mount(&server).await;
    let model_client = model_client(groq(&server, "openai/gpt-oss-120b"));
    assert_eq!(patterns(&model_client, &CountingMeter::default()).await, ["%entity"]);
    let bodies = bodies(&server).await;
    let bound = |at: usize| bodies[at]["max_completion_tokens"].as_u64().unwrap();
    assert!(bound(1) > bound(0), "{bodies:?}");
    assert_eq!(bodies[1]["messages"].as_array().unwrap().len(), 1, "nothing is to be repaired");
}

#[tokio::test]
async fn a_model_that_is_gone_names_what_takes_its_place() {
    install();
    let decommissioned = "The model `llama-3.3-70b-versatile` has been decommissioned and is no longer \
        supported. Please refer to https://console.groq.com/docs/deprecations for a recommendation on \
        which model to use instead.";
    let missing =
        "The model `llama-3.3-70b-versatile` does not exist or you do not have access to it.";
    let new_users = "This model models/gemini-2.5-flash is no longer available to new users. Please \
        update your code to use a newer model for the latest features and improvements.";
    let cases = [
        (
            400,
            json!({"error": {"message": decommissioned, "code": "model_decommissioned"}}),
            "groq",
        ),
        (404, json!({"error": {"message": missing, "code": "model_not_found"}}), "groq"),
        (
            404,
            json!({"error": {"code": 404, "message": new_users, "status": "NOT_FOUND"}}),
            "gemini",
        ),
    ];
    for (status, body, provider) in cases {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_json(&body);
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let (model, instead) = if provider == "groq" {
            (groq(&server, "llama-3.3-70b-versatile"), "groq:openai/gpt-oss-120b")
        } else {
            (gemini(&server, "gemini-2.5-flash"), "gemini:gemini-3.5-flash-lite")
        };
        let model_client = model_client(model);
        let asked = model_client
            .complete(&prompt(), &CountingMeter::default(), |text| answer::parse_patterns(text, 3))
            .await;
        let error = asked.unwrap_err();
        assert_eq!(error.code, "provider_model_unknown", "{error}");
        assert!(error.message.contains(instead), "{error}");
    }
}
