//! Gemini: `generateContent` (ai.google.dev/api/generate-content).

use ampledata_core::model::{ModelName, ModelProvider, is_model_name};
use async_trait::async_trait;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::catalog::SchemaSupport;
use super::http::{self, ApiKey, MAX_MODELS, ServerResponse, SetupError};
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

/// The provider's name in the ledger.
const PROVIDER: &str = "gemini";
/// Maximum number of pages of the model list that are read.
const LIST_PAGES: usize = 10;

/// The server of the Gemini API: its address and its key.
#[derive(Debug, Clone)]
pub struct GeminiServer {
    client: Client,
    pub(super) base: String,
    pub(super) key: ApiKey,
}

impl GeminiServer {
    /// The server at `GEMINI_BASE_URL`.
    ///
    /// # Errors
    /// If the address is invalid, or TLS cannot be set up.
    pub fn new(base: &str, key: ApiKey) -> Result<Self, SetupError> {
        Ok(Self { client: http::build_client()?, base: http::parse_base_address(base)?, key })
    }

    fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        match self.key.get() {
            Some(key) => request.header("x-goog-api-key", key),
            None => request,
        }
    }

    /// The names of the models that can generate content: `GET /v1beta/models`
    /// (ai.google.dev/api/models), which is free.
    ///
    /// # Errors
    /// If the server does not answer, or rejects the key.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>, Error> {
        let mut models = Vec::new();
        let mut page_token = String::new();
        for _ in 0..LIST_PAGES {
            let mut url = format!("{}/v1beta/models?pageSize=1000", self.base);
            if !page_token.is_empty() {
                let token = utf8_percent_encode(&page_token, NON_ALPHANUMERIC);
                url = format!("{url}&pageToken={token}");
            }
            let request = self.client.get(url);
            let reply = http::send(self.authorize(request), PROBE_TIMEOUT, PROVIDER).await?;
            if reply.status != 200 {
                return Err(reply.to_error(PROVIDER, &self.key, &reply.parse_error(), None));
            }
            let page = reply.parse_json::<Listing>(PROVIDER)?;
            models.extend(page.models.into_iter().filter_map(ListedEntry::into_listed_model));
            models.truncate(MAX_MODELS);
            page_token = page.next_page_token;
            if page_token.is_empty() || models.len() == MAX_MODELS {
                break;
            }
        }
        Ok(models)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    #[serde(default)]
    models: Vec<ListedEntry>,
    #[serde(default)]
    next_page_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedEntry {
    name: String,
    supported_generation_methods: Option<Vec<String>>,
}

impl ListedEntry {
    fn into_listed_model(self) -> Option<ListedModel> {
        let generates = |methods: &Vec<String>| methods.iter().any(|one| one == "generateContent");
        if !self.supported_generation_methods.as_ref().is_none_or(generates) {
            return None;
        }
        let name = self.name.strip_prefix("models/").unwrap_or(&self.name);
        is_model_name(name).then(|| ListedModel { name: name.to_owned(), retires: None })
    }
}

/// A Gemini model.
#[derive(Debug)]
pub struct Gemini {
    server: GeminiServer,
    model: ModelName,
    options: NegotiatedOptions,
}

impl Gemini {
    /// A model of this server.
    pub fn new(server: GeminiServer, model: impl Into<String>) -> Self {
        let model = ModelName::new(ModelProvider::Gemini, model);
        let options = NegotiatedOptions::for_model(&model, TokenLimitField::Completion);
        Self { server, model, options }
    }

    fn error_of_refusal(&self, reply: &ServerResponse, sent: &RequestOptions) -> Error {
        let fault = reply.parse_error();
        let error = reply.to_error(PROVIDER, &self.server.key, &fault, Some(&self.model));
        if error.code == "provider_bad_request"
            && self
                .options
                .drop_refused(sent, &OptionComplaint::parse(&fault.error, &fault.message))
        {
            return Error { code: OPTION_REFUSED, retry: Retry::Backoff, ..error };
        }
        error
    }
}

fn body(request: &CompletionRequest<'_>, options: &RequestOptions) -> Json {
    let says = |role: &str, text: String| json!({"role": role, "parts": [{"text": text}]});
    let constrained = matches!(options.schema, SchemaSupport::Strict | SchemaSupport::BestEffort);
    let prompt = if constrained { request.prompt.to_owned() } else { prompt_with_schema(request) };
    let mut contents = vec![says("user", prompt)];
    if let Some(repair) = request.repair {
        contents.push(says("model", repair.answer.to_owned()));
        contents.push(says("user", repair.message()));
    }
    let bound = options.answer_limit(request.max_answer_tokens, request.thinking_room);
    let mut config = json!({"maxOutputTokens": bound});
    if options.schema != SchemaSupport::Prompt {
        config["responseMimeType"] = json!("application/json");
    }
    if constrained {
        config["responseJsonSchema"] = request.schema.clone();
    }
    if options.sampling {
        config["temperature"] = json!(0);
    }
    match &options.thinking {
        Thinking::Off => config["thinkingConfig"] = json!({"thinkingBudget": 0}),
        Thinking::Level(level) => config["thinkingConfig"] = json!({"thinkingLevel": level}),
        Thinking::Unset | Thinking::Effort(_) => {}
    }
    json!({"contents": contents, "generationConfig": config})
}

#[async_trait]
impl Model for Gemini {
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
        let GeminiServer { client, base, .. } = &self.server;
        let url = format!("{base}/v1beta/models/{}:generateContent", self.model.name);
        let options = self.options.current();
        let http_request = self.server.authorize(client.post(url));
        let reply =
            http::post_json(http_request, &body(request, &options), request.timeout, PROVIDER)
                .await?;
        if reply.status != 200 {
            return Err(self.error_of_refusal(&reply, &options));
        }
        Ok(reply.parse_json::<GenerateContentResponse>(PROVIDER)?.into_answer())
    }

    /// `GET /v1beta/models/{model}` (ai.google.dev/api/models).
    async fn probe(&self) -> Result<(), Error> {
        let GeminiServer { client, base, key } = &self.server;
        let request = client.get(format!("{base}/v1beta/models/{}", self.model.name));
        let reply = http::send(self.server.authorize(request), PROBE_TIMEOUT, PROVIDER).await?;
        match reply.status {
            200 => Ok(()),
            404 => Err(unknown_model_error(&self.model)),
            _ => Err(reply.to_error(PROVIDER, key, &reply.parse_error(), Some(&self.model))),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GenerateContentResponse {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<PromptFeedback>,
    #[serde(default)]
    usage_metadata: UsageMetadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
    #[serde(default)]
    thought: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
struct UsageMetadata {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
    cached_content_token_count: u64,
}

impl GenerateContentResponse {
    fn into_answer(self) -> Answer {
        let counted = self.usage_metadata;
        let usage = TokenUsage {
            tokens_in: counted.prompt_token_count,
            tokens_out: counted.candidates_token_count.saturating_add(counted.thoughts_token_count),
            thinking_out: counted.thoughts_token_count,
            cached_in: counted.cached_content_token_count,
        };
        let blocked = self.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some());
        let first = self.candidates.into_iter().next();
        let finish = match first.as_ref().map(|candidate| candidate.finish_reason.as_deref()) {
            _ if blocked => FinishReason::Refused,
            None | Some(None | Some("STOP" | "FINISH_REASON_UNSPECIFIED")) => FinishReason::Stop,
            Some(Some("MAX_TOKENS")) => FinishReason::CutOff,
            // SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII, LANGUAGE, OTHER, …
            Some(Some(_)) => FinishReason::Refused,
        };
        let parts = first.and_then(|candidate| candidate.content).map(|content| content.parts);
        let text = parts
            .unwrap_or_default()
            .into_iter()
            .filter(|part| !part.thought)
            .filter_map(|part| part.text)
            .collect();
        Answer { text, finish_reason: finish, usage, remaining_limits: None }
    }
}
