//! Each client against servers that answer as the real ones do.

use std::time::Duration;

use ampledata_core::answer::AnswerProblem;
use ampledata_core::row::FailureKind;
use ampledata_net::Error;
use ampledata_net::Retry;
use ampledata_providers::models::gemini::{Gemini, GeminiServer};
use ampledata_providers::models::openai::{OpenAi, OpenAiServer};
use ampledata_providers::models::{
    Answer, ApiKey, CompletionRequest, FinishReason, Model, OPTION_REFUSED, Repair, TokenUsage,
};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

const SECRET: &str = "sk-live-0123456789";
/// The model that is requested from Groq.
pub(crate) const GROQ_MODEL: &str = "openai/gpt-oss-120b";

pub(crate) fn install() {
    // Another test of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
}

pub(crate) fn groq(base: &str) -> OpenAi {
    install();
    OpenAi::new(OpenAiServer::groq(base, ApiKey::new(SECRET)).unwrap(), GROQ_MODEL)
}

fn gemini(base: &str) -> Gemini {
    install();
    gemini_named(base, "gemini-3.5-flash-lite")
}

fn gemini_named(base: &str, model: &str) -> Gemini {
    install();
    Gemini::new(GeminiServer::new(base, ApiKey::new(SECRET)).unwrap(), model)
}

pub(crate) fn completion(text: &str) -> Json {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                     "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120,
                  "prompt_tokens_details": {"cached_tokens": 40}}
    })
}

pub(crate) fn generated(text: &str) -> Json {
    json!({
        "candidates": [{"content": {"role": "model", "parts": [{"text": text}]},
                        "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20,
                          "thoughtsTokenCount": 5, "cachedContentTokenCount": 40,
                          "totalTokenCount": 125},
        "modelVersion": "gemini-3.5-flash-lite"
    })
}

async fn ask(model: &dyn Model) -> Result<Answer, Error> {
    ask_with(model, Duration::from_secs(5), None).await
}

async fn ask_with(
    model: &dyn Model,
    timeout: Duration,
    repair: Option<Repair<'_>>,
) -> Result<Answer, Error> {
    let schema = json!({"type": "object", "properties": {"a": {"type": "integer"}}});
    let ask = CompletionRequest {
        name: "extract",
        prompt: "the prompt",
        schema: &schema,
        max_answer_tokens: 300,
        thinking_room: model.thinking_room(),
        timeout,
        repair,
    };
    model.complete(&ask).await
}

async fn server(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    for answer in answers {
        Mock::given(method("POST")).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    server
}

fn json_answer(status: u16, body: Json) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

async fn bodies(server: &MockServer) -> Vec<Json> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| request.body_json().unwrap()).collect()
}

#[tokio::test]
async fn openai_compatible_servers_get_a_schema_and_give_usage() {
    let server = server(vec![json_answer(200, completion("{\"a\":1}"))]).await;
    let answer = ask(&groq(&server.uri())).await.unwrap();
    let usage = TokenUsage { tokens_in: 100, tokens_out: 20, thinking_out: 0, cached_in: 40 };
    assert_eq!(
        answer,
        Answer {
            text: "{\"a\":1}".into(),
            finish_reason: FinishReason::Stop,
            usage,
            remaining_limits: None
        }
    );
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].url.path(), "/chat/completions");
    assert_eq!(requests[0].headers["authorization"], format!("Bearer {SECRET}"));
    let body = &bodies(&server).await[0];
    assert_eq!(body["model"], GROQ_MODEL);
    assert_eq!(body["max_completion_tokens"], 300 + 1_024, "with room for thoughts");
    assert_eq!(body["reasoning_effort"], "low");
    assert_eq!(body["messages"], json!([{"role": "user", "content": "the prompt"}]));
    let format = &body["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(
        (&format["json_schema"]["name"], &format["json_schema"]["strict"]),
        (&json!("extract"), &json!(true))
    );
    assert_eq!(format["json_schema"]["schema"]["properties"]["a"]["type"], "integer");
    assert_eq!(body.get("max_tokens"), None);
}

#[tokio::test]
async fn a_local_server_needs_no_key() {
    install();
    let server = server(vec![json_answer(200, completion("{}"))]).await;
    let base = format!("{}/v1/", server.uri());
    let model = OpenAi::new(OpenAiServer::new(&base, ApiKey::new("")).unwrap(), "qwen");
    ask(&model).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].url.path(), "/v1/chat/completions");
    assert!(!requests[0].headers.contains_key("authorization"));
    assert_eq!(bodies(&server).await[0]["max_tokens"], 300);
}

#[tokio::test]
async fn gemini_gets_a_schema_and_gives_usage() {
    let server = server(vec![json_answer(200, generated("{\"a\":1}"))]).await;
    let answer = ask(&gemini(&server.uri())).await.unwrap();
    let usage = TokenUsage { tokens_in: 100, tokens_out: 25, thinking_out: 5, cached_in: 40 };
    assert_eq!(
        answer,
        Answer {
            text: "{\"a\":1}".into(),
            finish_reason: FinishReason::Stop,
            usage,
            remaining_limits: None
        }
    );
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].url.path(), "/v1beta/models/gemini-3.5-flash-lite:generateContent");
    assert_eq!(requests[0].headers["x-goog-api-key"], SECRET);
    assert_eq!(requests[0].url.query(), None, "a key does not belong into an address");
    let body = &bodies(&server).await[0];
    assert_eq!(body["contents"], json!([{"role": "user", "parts": [{"text": "the prompt"}]}]));
    let config = &body["generationConfig"];
    assert_eq!(config["responseMimeType"], "application/json");
    assert_eq!(config["responseJsonSchema"]["type"], "object");
    assert_eq!(config["maxOutputTokens"], 300 + 1_024, "with room for thoughts");
    assert_eq!(config["thinkingConfig"], json!({"thinkingLevel": "minimal"}));
    assert_eq!(config.get("temperature"), None, "it would be ignored");
}

#[tokio::test]
async fn a_repair_turn_shows_the_earlier_answer() {
    let repair = || Some(Repair { answer: "sorry", problem: AnswerProblem::NotJson });
    let timeout = Duration::from_secs(5);
    let chat = server(vec![json_answer(200, completion("{}"))]).await;
    ask_with(&groq(&chat.uri()), timeout, repair()).await.unwrap();
    let messages = bodies(&chat).await[0]["messages"].clone();
    assert_eq!(messages[1], json!({"role": "assistant", "content": "sorry"}));
    assert!(messages[2]["content"].as_str().unwrap().contains("the answer is not JSON"));
    let google = server(vec![json_answer(200, generated("{}"))]).await;
    ask_with(&gemini(&google.uri()), timeout, repair()).await.unwrap();
    let contents = bodies(&google).await[0]["contents"].clone();
    assert_eq!(contents[1], json!({"role": "model", "parts": [{"text": "sorry"}]}));
    assert_eq!(contents[2]["role"], "user");
}

#[tokio::test]
async fn a_server_without_schemas_is_remembered() {
    let refusal = json!({"error": {"message": "This model does not support response format `json_schema`",
        "type": "invalid_request_error", "param": "response_format"}});
    let server = server(vec![
        json_answer(400, refusal.clone()),
        json_answer(200, completion("{}")),
        json_answer(200, completion("{}")),
        json_answer(400, refusal.clone()),
        json_answer(400, refusal),
    ])
    .await;
    let model = groq(&server.uri());
    assert_eq!(ask(&model).await.unwrap_err().code, OPTION_REFUSED);
    assert!(ask(&model).await.is_ok());
    assert!(ask(&model).await.is_ok());
    let bodies = bodies(&server).await;
    for body in &bodies[1..3] {
        assert_eq!(body["response_format"], json!({"type": "json_object"}));
        let prompt = body["messages"][0]["content"].as_str().unwrap();
        assert!(prompt.starts_with("the prompt") && prompt.contains("\"integer\""), "{prompt}");
    }
    assert_eq!(ask(&model).await.unwrap_err().code, OPTION_REFUSED, "JSON mode goes as well");
    let error = ask(&model).await.unwrap_err();
    assert_eq!(
        (error.code, error.retry),
        ("provider_bad_request", Retry::Never),
        "nothing is left"
    );
}

#[tokio::test]
async fn a_gemini_model_that_must_think_is_let() {
    let refusal = json!({"error": {"code": 400, "status": "INVALID_ARGUMENT",
        "message": "Budget 0 is invalid. This model only works in thinking mode."}});
    let server = server(vec![json_answer(400, refusal), json_answer(200, generated("{}"))]).await;
    let model = gemini_named(&server.uri(), "gemini-2.5-pro");
    assert_eq!(ask(&model).await.unwrap_err().code, OPTION_REFUSED);
    assert!(ask(&model).await.is_ok());
    let config = bodies(&server).await[1]["generationConfig"].clone();
    assert_eq!(config.get("thinkingConfig"), None);
    assert!(config["maxOutputTokens"].as_u64().unwrap() > 300);
}

#[tokio::test]
async fn endings_are_distinguished() {
    let chat = |change: fn(&mut Json)| {
        let mut body = completion("{\"a\"");
        change(&mut body);
        body
    };
    let cases = [
        (chat(|body| body["choices"][0]["finish_reason"] = json!("length")), FinishReason::CutOff),
        (
            chat(|body| body["choices"][0]["finish_reason"] = json!("content_filter")),
            FinishReason::Refused,
        ),
        (
            chat(|body| body["choices"][0]["message"]["refusal"] = json!("I can't")),
            FinishReason::Refused,
        ),
        (chat(|body| body["choices"][0]["message"]["content"] = Json::Null), FinishReason::Stop),
        (chat(|body| body["choices"] = json!([])), FinishReason::Stop),
    ];
    for (body, finish) in cases {
        let server = server(vec![json_answer(200, body.clone())]).await;
        assert_eq!(ask(&groq(&server.uri())).await.unwrap().finish_reason, finish, "{body}");
    }
    for (reason, finish) in [
        ("MAX_TOKENS", FinishReason::CutOff),
        ("SAFETY", FinishReason::Refused),
        ("RECITATION", FinishReason::Refused),
        ("PROHIBITED_CONTENT", FinishReason::Refused),
    ] {
        let mut body = generated("{");
        body["candidates"][0]["finishReason"] = json!(reason);
        let server = server(vec![json_answer(200, body)]).await;
        assert_eq!(ask(&gemini(&server.uri())).await.unwrap().finish_reason, finish, "{reason}");
    }
    let blocked = json!({"promptFeedback": {"blockReason": "SAFETY"},
        "usageMetadata": {"promptTokenCount": 9}});
    let server = server(vec![json_answer(200, blocked)]).await;
    let answer = ask(&gemini(&server.uri())).await.unwrap();
    assert_eq!((answer.finish_reason, answer.usage.tokens_in), (FinishReason::Refused, 9));
}

#[tokio::test]
async fn an_answer_that_failed_validation_is_an_answer() {
    let body = json!({"error": {"message": "Failed to generate JSON", "code": "json_validate_failed",
        "type": "invalid_request_error", "failed_generation": "{\"a\": oops"}});
    let server = server(vec![json_answer(400, body)]).await;
    let answer = ask(&groq(&server.uri())).await.unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.finish_reason),
        ("{\"a\": oops", FinishReason::OffSchema)
    );
}

#[tokio::test]
async fn each_status_means_what_it_says() {
    let error = |message: &str| json!({"error": {"message": message, "code": 1}});
    let after = |seconds| Retry::After(Duration::from_secs(seconds));
    let said = format!("Incorrect API key provided: {SECRET}.");
    let delay = json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "quota",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}]}});
    let no_credit = json!({"error": {"message": "quota", "code": "insufficient_quota"}});
    let bad_key = json!({"error": {"code": 400, "message": "API key not valid", "status":
        "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}});
    let limits = json_answer(429, error("slow"))
        .insert_header("x-ratelimit-remaining-tokens", "0")
        .insert_header("x-ratelimit-reset-tokens", "7s");
    let cases = [
        (json_answer(401, error(&said)), "provider_key_refused", Retry::Hold),
        (json_answer(403, error("no")), "provider_key_refused", Retry::Hold),
        (json_answer(400, bad_key), "provider_key_refused", Retry::Hold),
        (json_answer(402, error("pay")), "provider_no_credit", Retry::Hold),
        (json_answer(429, no_credit), "provider_no_credit", Retry::Hold),
        (json_answer(404, error("no such model")), "provider_model_unknown", Retry::Hold),
        (json_answer(400, error("too long")), "provider_bad_request", Retry::Never),
        (
            ResponseTemplate::new(307).insert_header("location", "http://127.0.0.1:1/"),
            "provider_bad_request",
            Retry::Never,
        ),
        (json_answer(429, error("slow")), "provider_rate_limited", Retry::Backoff),
        (
            json_answer(429, error("slow")).insert_header("retry-after", "5"),
            "provider_rate_limited",
            after(5),
        ),
        (json_answer(429, delay), "provider_rate_limited", after(37)),
        (limits, "provider_rate_limited", after(7)),
        (
            ResponseTemplate::new(500).set_body_string("<html>oops"),
            "provider_unavailable",
            Retry::Backoff,
        ),
        (
            json_answer(503, error("busy")).insert_header("retry-after", "2"),
            "provider_unavailable",
            after(2),
        ),
        (
            ResponseTemplate::new(200).set_body_string("<html>a proxy"),
            "provider_unavailable",
            Retry::Backoff,
        ),
    ];
    for (answer, code, retry) in cases {
        let server = server(vec![answer.clone(), answer]).await;
        for model in [&groq(&server.uri()) as &dyn Model, &gemini(&server.uri())] {
            let error = ask(model).await.unwrap_err();
            assert_eq!((error.code, error.retry), (code, retry), "{error}");
            assert_eq!(error.kind, FailureKind::Unavailable);
            assert!(!format!("{error:?} {error} {model:?}").contains(SECRET), "{error:?}");
        }
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let server =
        server(vec![ResponseTemplate::new(200).set_body_string("x".repeat((1 << 20) + 1))]).await;
    let error = ask(&groq(&server.uri())).await.unwrap_err();
    assert_eq!((error.code, error.kind), ("model_answer_too_long", FailureKind::BadAnswer));
}

#[tokio::test]
async fn a_slow_answer_times_out() {
    let late = json_answer(200, completion("{}")).set_delay(Duration::from_secs(30));
    let server = server(vec![late]).await;
    let timeout = Duration::from_millis(100);
    let error = ask_with(&groq(&server.uri()), timeout, None).await.unwrap_err();
    assert_eq!((error.code, error.retry), ("provider_unavailable", Retry::Backoff));
    assert_eq!(error.message, "groq did not answer in time");
}

/// A server that sends `answer` on every connection, and closes it.
async fn raw(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0_u8; 4096];
            let read = stream.read(&mut request).await.unwrap_or(0);
            if read > 0 && stream.write_all(answer).await.is_ok() {
                drop(stream);
            }
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn truncated_bodies_and_resets_are_worth_another_try() {
    let half: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"choices\":[{";
    for answer in [half, b"", b"not http at all\r\n\r\n"] {
        let base = raw(answer).await;
        for model in [&groq(&base) as &dyn Model, &gemini(&base)] {
            let error = ask(model).await.unwrap_err();
            assert_eq!((error.code, error.retry), ("provider_unavailable", Retry::Backoff));
            assert!(!error.message.contains("127.0.0.1"), "{error}");
        }
    }
}
