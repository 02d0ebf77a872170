//! Groq and every server that speaks OpenAI's `chat/completions`
//! (platform.openai.com/docs/api-reference/chat, console.groq.com/docs/api-reference).

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::http::{self, Fault, Key, Reply, SetupError};
use super::{
    Answer, Ask, Finish, Model, OPTION_REFUSED, PROBE_TIMEOUT, Usage, unknown_model, with_schema,
};
use crate::{Error, Retry};

/// A model behind an OpenAI-compatible server.
#[derive(Debug)]
pub struct OpenAi {
    client: Client,
    provider: &'static str,
    base: String,
    key: Key,
    model: String,
    /// The server takes no schema beside the prompt.
    plain: AtomicBool,
}

impl OpenAi {
    /// A model behind `GROQ_BASE_URL`.
    ///
    /// # Errors
    /// Where the address is none, or TLS cannot be set up.
    pub fn groq(base: &str, key: Key, model: impl Into<String>) -> Result<Self, SetupError> {
        Self::named("groq", base, key, model.into())
    }

    /// A model behind `OPENAI_BASE_URL`: OpenAI's own, or Ollama, vLLM, llama.cpp; the key may be
    /// empty.
    ///
    /// # Errors
    /// Where the address is none, or TLS cannot be set up.
    pub fn new(base: &str, key: Key, model: impl Into<String>) -> Result<Self, SetupError> {
        Self::named("openai", base, key, model.into())
    }

    fn named(
        provider: &'static str,
        base: &str,
        key: Key,
        model: String,
    ) -> Result<Self, SetupError> {
        let (client, base) = (http::client()?, http::base(base)?);
        Ok(Self { client, provider, base, key, model, plain: AtomicBool::new(false) })
    }

    fn body(&self, ask: &Ask<'_>) -> Json {
        let plain = self.plain.load(Ordering::Relaxed);
        let says = |role: &str, text: String| json!({"role": role, "content": text});
        let prompt = if plain { with_schema(ask) } else { ask.prompt.to_owned() };
        let mut messages = vec![says("user", prompt)];
        if let Some(repair) = ask.repair {
            messages.push(says("assistant", repair.answer.to_owned()));
            messages.push(says("user", repair.words()));
        }
        let format = if plain {
            json!({"type": "json_object"})
        } else {
            let schema = json!({"name": ask.name, "strict": true, "schema": ask.schema});
            json!({"type": "json_schema", "json_schema": schema})
        };
        let mut body = json!({
            "model": self.model,
            "messages": messages,
            "temperature": 0,
            "max_completion_tokens": ask.max_answer_tokens,
            "response_format": format,
        });
        // Local servers know the older name only; the two companies refuse it beside the newer one.
        if self.provider == "openai" && !self.base.contains("api.openai.com") {
            body["max_tokens"] = json!(ask.max_answer_tokens);
        }
        body
    }

    fn refusal(&self, reply: &Reply) -> Result<Answer, Error> {
        let fault = reply.fault();
        let asks_otherwise = matches!(reply.status, 400 | 422);
        if asks_otherwise && fault.code == "json_validate_failed" {
            return Ok(unvalidated(&fault));
        }
        let error = reply.error(self.provider, &self.key, &fault);
        let about_schema = asks_otherwise
            && error.code == "provider_bad_request"
            && fault.mentions(&["response_format", "json_schema", "schema", "grammar"]);
        if about_schema && !self.plain.swap(true, Ordering::Relaxed) {
            return Err(Error { code: OPTION_REFUSED, retry: Retry::Backoff, ..error });
        }
        Err(error)
    }
}

/// Groq found the model's answer not to have the shape asked for, and says what it was.
fn unvalidated(fault: &Fault) -> Answer {
    let text = fault.error.get("failed_generation").and_then(Json::as_str);
    Answer {
        text: text.unwrap_or_default().to_owned(),
        finish: Finish::OffSchema,
        usage: Usage::default(),
        left: None,
    }
}

#[async_trait]
impl Model for OpenAi {
    fn provider(&self) -> &str {
        self.provider
    }

    fn model(&self) -> &str {
        &self.model
    }

    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let mut request = self.client.post(format!("{}/chat/completions", self.base));
        if let Some(key) = self.key.get() {
            request = request.bearer_auth(key);
        }
        let reply = http::send(request, &self.body(ask), ask.timeout, self.provider).await?;
        if reply.status != 200 {
            return self.refusal(&reply);
        }
        let left = super::wait::left(&reply.headers);
        let answer = reply.json::<Completion>(self.provider).map(Completion::into_answer)?;
        Ok(Answer { left, ..answer })
    }

    /// `GET /models`, which every such server knows.
    async fn probe(&self) -> Result<(), Error> {
        let mut request = self.client.get(format!("{}/models", self.base));
        if let Some(key) = self.key.get() {
            request = request.bearer_auth(key);
        }
        let reply = http::exchange(request, PROBE_TIMEOUT, self.provider).await?;
        if reply.status != 200 {
            return Err(reply.error(self.provider, &self.key, &reply.fault()));
        }
        let models = reply.json::<Models>(self.provider)?.data;
        // Ollama lists `qwen:latest` where `qwen` is asked for.
        let latest = format!("{}:latest", self.model);
        if models.iter().any(|model| model.id == self.model || model.id == latest) {
            return Ok(());
        }
        Err(unknown_model(self.provider, &self.model))
    }
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Counted {
    prompt_tokens: u64,
    completion_tokens: u64,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

impl Completion {
    fn into_answer(self) -> Answer {
        let counted = self.usage.unwrap_or_default();
        let details = counted.prompt_tokens_details.unwrap_or_default();
        let usage = Usage {
            tokens_in: counted.prompt_tokens,
            tokens_out: counted.completion_tokens,
            cached_in: details.cached_tokens.unwrap_or(0),
        };
        let Some(choice) = self.choices.into_iter().next() else {
            return Answer { text: String::new(), finish: Finish::Stop, usage, left: None };
        };
        let refused = choice.message.refusal.is_some_and(|words| !words.trim().is_empty());
        let finish = match choice.finish_reason.as_deref() {
            _ if refused => Finish::Refused,
            Some("content_filter") => Finish::Refused,
            Some("length") => Finish::CutOff,
            _ => Finish::Stop,
        };
        Answer { text: choice.message.content.unwrap_or_default(), finish, usage, left: None }
    }
}
