//! Groq and every server with OpenAI's `chat/completions` protocol
//! (platform.openai.com/docs/api-reference/chat, console.groq.com/docs/api-reference).

use ampledata_core::model::{ModelName, ModelProvider, is_model_name};
use async_trait::async_trait;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::catalog::SchemaSupport;
use super::http::{self, ApiKey, MAX_MODELS, ServerError, ServerResponse, SetupError};
use super::listing::ListedModel;
use super::options::{
    NegotiatedOptions, OptionComplaint, RequestOptions, Thinking, TokenLimitField,
};
use super::{
    Answer, CompletionRequest, FinishReason, Model, OPTION_REFUSED, PROBE_TIMEOUT, TokenUsage,
    prompt_with_schema, unknown_model_error,
};
use ampledata_net::Error;
use ampledata_net::Retry;

/// OpenAI's own server; any other server at `OPENAI_BASE_URL` is the user's own.
const OPENAI_HOST: &str = "api.openai.com";

/// An OpenAI-compatible server: its address and its key.
#[derive(Debug, Clone)]
pub struct OpenAiServer {
    client: Client,
    pub(super) provider: ModelProvider,
    pub(super) base: String,
    pub(super) key: ApiKey,
}

impl OpenAiServer {
    /// The server at `GROQ_BASE_URL`.
    ///
    /// # Errors
    /// If the address is invalid, or TLS cannot be set up.
    pub fn groq(base: &str, key: ApiKey) -> Result<Self, SetupError> {
        Self::for_provider(ModelProvider::Groq, base, key)
    }

    /// The server at `OPENAI_BASE_URL`: OpenAI's own, or Ollama, vLLM, llama.cpp; the key may be empty.
    ///
    /// # Errors
    /// If the address is invalid, or TLS cannot be set up.
    pub fn new(base: &str, key: ApiKey) -> Result<Self, SetupError> {
        Self::for_provider(ModelProvider::OpenAi, base, key)
    }

    fn for_provider(provider: ModelProvider, base: &str, key: ApiKey) -> Result<Self, SetupError> {
        Ok(Self {
            client: http::build_client()?,
            provider,
            base: http::parse_base_address(base)?,
            key,
        })
    }

    fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        match self.key.get() {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    /// Local servers only know the older name of the limit; the two companies reject it beside the newer
    /// one.
    fn bound_field(&self) -> TokenLimitField {
        let local = self.provider == ModelProvider::OpenAi && !self.base.contains(OPENAI_HOST);
        if local { TokenLimitField::Both } else { TokenLimitField::Completion }
    }

    /// The names of the available models: `GET /models`, which is free.
    ///
    /// # Errors
    /// If the server does not answer, or rejects the key.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>, Error> {
        let request = self.authorize(self.client.get(format!("{}/models", self.base)));
        let provider = self.provider.name();
        let reply = http::send(request, PROBE_TIMEOUT, provider).await?;
        if reply.status != 200 {
            return Err(reply.to_error(provider, &self.key, &reply.parse_error(), None));
        }
        let listed = reply.parse_json::<Models>(provider)?.data.into_iter();
        let usable = listed.filter(|model| model.active && is_model_name(&model.id));
        let listed = usable.map(|model| ListedModel {
            name: model.id,
            retires: model.shutdown_date.and_then(|day| day.parse().ok()),
        });
        Ok(listed.take(MAX_MODELS).collect())
    }
}

/// A model behind an OpenAI-compatible server.
#[derive(Debug)]
pub struct OpenAi {
    server: OpenAiServer,
    model: ModelName,
    options: NegotiatedOptions,
}

impl OpenAi {
    /// A model of this server.
    pub fn new(server: OpenAiServer, model: impl Into<String>) -> Self {
        let model = ModelName::new(server.provider, model);
        let options = NegotiatedOptions::for_model(&model, server.bound_field());
        Self { server, model, options }
    }

    fn body(&self, request: &CompletionRequest<'_>, options: &RequestOptions) -> Json {
        let says = |role: &str, text: String| json!({"role": role, "content": text});
        let constrained =
            matches!(options.schema, SchemaSupport::Strict | SchemaSupport::BestEffort);
        let prompt =
            if constrained { request.prompt.to_owned() } else { prompt_with_schema(request) };
        let mut messages = vec![says("user", prompt)];
        if let Some(repair) = request.repair {
            messages.push(says("assistant", repair.answer.to_owned()));
            messages.push(says("user", repair.message()));
        }
        let mut body = json!({"model": self.model.name, "messages": messages});
        match options.schema {
            SchemaSupport::Strict | SchemaSupport::BestEffort => {
                let strict = options.schema == SchemaSupport::Strict;
                let schema =
                    json!({"name": request.name, "strict": strict, "schema": request.schema});
                body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
            }
            SchemaSupport::Json => body["response_format"] = json!({"type": "json_object"}),
            SchemaSupport::Prompt => {}
        }
        if options.sampling {
            body["temperature"] = json!(0);
        }
        if let Thinking::Effort(effort) = &options.thinking {
            body["reasoning_effort"] = json!(effort);
        }
        let bound = json!(options.answer_limit(request.max_answer_tokens, request.thinking_room));
        if options.token_limit_field != TokenLimitField::Tokens {
            body["max_completion_tokens"] = bound.clone();
        }
        if options.token_limit_field != TokenLimitField::Completion {
            body["max_tokens"] = bound;
        }
        body
    }

    fn answer_of_refusal(
        &self,
        reply: &ServerResponse,
        sent: &RequestOptions,
    ) -> Result<Answer, Error> {
        let fault = reply.parse_error();
        if matches!(reply.status, 400 | 422) && fault.code == "json_validate_failed" {
            return Ok(rejected_output(&fault));
        }
        let provider = self.server.provider.name();
        let error = reply.to_error(provider, &self.server.key, &fault, Some(&self.model));
        if error.code == "provider_bad_request"
            && self
                .options
                .drop_refused(sent, &OptionComplaint::parse(&fault.error, &fault.message))
        {
            return Err(Error { code: OPTION_REFUSED, retry: Retry::Backoff, ..error });
        }
        Err(error)
    }
}

/// Groq found that the model's answer does not match the schema, and returns that answer.
fn rejected_output(fault: &ServerError) -> Answer {
    let text = fault.error.get("failed_generation").and_then(Json::as_str);
    let text = text.unwrap_or_default();
    // Thoughts used up the limit before there was an answer to check.
    let cut_off = text.is_empty() || fault.message.contains("max completion tokens");
    Answer {
        text: text.to_owned(),
        finish_reason: if cut_off { FinishReason::CutOff } else { FinishReason::OffSchema },
        usage: TokenUsage::default(),
        remaining_limits: None,
    }
}

#[async_trait]
impl Model for OpenAi {
    fn name(&self) -> &ModelName {
        &self.model
    }

    fn thinking_room(&self) -> u32 {
        self.options.current().thinking_room
    }

    fn raise_thinking_room(&self, had: u32) -> bool {
        self.options.raise_thinking_room(had)
    }

    async fn complete(&self, request: &CompletionRequest<'_>) -> Result<Answer, Error> {
        let OpenAiServer { client, base, provider, .. } = &self.server;
        let options = self.options.current();
        let http_request = self.server.authorize(client.post(format!("{base}/chat/completions")));
        let body = self.body(request, &options);
        let reply = http::post_json(http_request, &body, request.timeout, provider.name()).await?;
        if reply.status != 200 {
            return self.answer_of_refusal(&reply, &options);
        }
        let left = super::rate_limit::read_remaining_limits(&reply.headers);
        let answer =
            reply.parse_json::<Completion>(provider.name()).map(Completion::into_answer)?;
        Ok(Answer { remaining_limits: left, ..answer })
    }

    async fn probe(&self) -> Result<(), Error> {
        let models = self.server.list_models().await?;
        if models.iter().any(|listed| listed.has_name(&self.model.name)) {
            return Ok(());
        }
        Err(unknown_model_error(&self.model))
    }
}

#[derive(Deserialize)]
struct Models {
    data: Vec<ListedEntry>,
}

#[derive(Deserialize)]
struct ListedEntry {
    id: String,
    /// Groq also lists models that it does not serve at the moment.
    #[serde(default = "default_true")]
    active: bool,
    /// OpenAI's date of a model's shutdown.
    shutdown_date: Option<String>,
}

fn default_true() -> bool {
    true
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<UsageCounts>,
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
struct UsageCounts {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    prompt_tokens_details: Option<PromptDetails>,
    completion_tokens_details: Option<CompletionDetails>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct CompletionDetails {
    reasoning_tokens: Option<u64>,
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
        let thoughts = counted.completion_tokens_details.unwrap_or_default().reasoning_tokens;
        let usage = TokenUsage {
            tokens_in: counted.prompt_tokens,
            // Some servers include thoughts only in the total.
            tokens_out: counted
                .completion_tokens
                .max(counted.total_tokens.saturating_sub(counted.prompt_tokens)),
            thinking_out: thoughts.unwrap_or(0),
            cached_in: details.cached_tokens.unwrap_or(0),
        };
        let Some(choice) = self.choices.into_iter().next() else {
            return Answer {
                text: String::new(),
                finish_reason: FinishReason::Stop,
                usage,
                remaining_limits: None,
            };
        };
        let refused = choice.message.refusal.is_some_and(|words| !words.trim().is_empty());
        let finish = match choice.finish_reason.as_deref() {
            _ if refused => FinishReason::Refused,
            Some("content_filter") => FinishReason::Refused,
            Some("length") => FinishReason::CutOff,
            _ => FinishReason::Stop,
        };
        Answer {
            text: choice.message.content.unwrap_or_default(),
            finish_reason: finish,
            usage,
            remaining_limits: None,
        }
    }
}
