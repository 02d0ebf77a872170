//! Gemini: `generateContent` (ai.google.dev/api/generate-content).

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

/// The name under which calls are written down.
const PROVIDER: &str = "gemini";
/// What a model that cannot be kept from thinking may think beside its answer, in tokens.
const THOUGHTS: u32 = 4_096;

/// A Gemini model.
#[derive(Debug)]
pub struct Gemini {
    client: Client,
    base: String,
    key: Key,
    model: String,
    /// The model cannot be told not to think.
    thinks: AtomicBool,
    /// The model takes no schema beside the prompt.
    plain: AtomicBool,
}

impl Gemini {
    /// A model behind `GEMINI_BASE_URL`.
    ///
    /// # Errors
    /// Where the address is none, or TLS cannot be set up.
    pub fn new(base: &str, key: Key, model: impl Into<String>) -> Result<Self, SetupError> {
        Ok(Self {
            client: http::client()?,
            base: http::base(base)?,
            key,
            model: model.into(),
            thinks: AtomicBool::new(false),
            plain: AtomicBool::new(false),
        })
    }

    fn body(&self, ask: &Ask<'_>) -> Json {
        let (thinks, plain) =
            (self.thinks.load(Ordering::Relaxed), self.plain.load(Ordering::Relaxed));
        let says = |role: &str, text: String| json!({"role": role, "parts": [{"text": text}]});
        let prompt = if plain { with_schema(ask) } else { ask.prompt.to_owned() };
        let mut contents = vec![says("user", prompt)];
        if let Some(repair) = ask.repair {
            contents.push(says("model", repair.answer.to_owned()));
            contents.push(says("user", repair.words()));
        }
        let mut config = json!({
            "temperature": 0,
            "maxOutputTokens": self.most_charged(ask.max_answer_tokens),
            "responseMimeType": "application/json",
        });
        if !plain {
            config["responseJsonSchema"] = ask.schema.clone();
        }
        if !thinks {
            config["thinkingConfig"] = json!({"thinkingBudget": 0});
        }
        json!({"contents": contents, "generationConfig": config})
    }

    /// Remembers to do without the option that a server refused; false: it was none.
    fn give_up_option(&self, fault: &Fault) -> bool {
        let drop = |option: &AtomicBool| !option.swap(true, Ordering::Relaxed);
        if fault.mentions(&["thinking", "budget 0"]) {
            return drop(&self.thinks);
        }
        fault.mentions(&["schema", "responsemimetype", "response_mime_type"]) && drop(&self.plain)
    }

    fn refusal(&self, reply: &Reply) -> Error {
        let fault = reply.fault();
        let error = reply.error(PROVIDER, &self.key, &fault);
        if error.code == "provider_bad_request"
            && reply.status == 400
            && self.give_up_option(&fault)
        {
            return Error { code: OPTION_REFUSED, retry: Retry::Backoff, ..error };
        }
        error
    }
}

#[async_trait]
impl Model for Gemini {
    fn provider(&self) -> &str {
        PROVIDER
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn most_charged(&self, max_answer_tokens: u32) -> u32 {
        let thoughts = if self.thinks.load(Ordering::Relaxed) { THOUGHTS } else { 0 };
        max_answer_tokens.saturating_add(thoughts)
    }

    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        let url = format!("{}/v1beta/models/{}:generateContent", self.base, self.model);
        let mut request = self.client.post(url);
        if let Some(key) = self.key.get() {
            request = request.header("x-goog-api-key", key);
        }
        let reply = http::send(request, &self.body(ask), ask.timeout, PROVIDER).await?;
        if reply.status != 200 {
            return Err(self.refusal(&reply));
        }
        Ok(reply.json::<Generated>(PROVIDER)?.into_answer())
    }

    /// `GET /v1beta/models/{model}` (ai.google.dev/api/models).
    async fn probe(&self) -> Result<(), Error> {
        let mut request = self.client.get(format!("{}/v1beta/models/{}", self.base, self.model));
        if let Some(key) = self.key.get() {
            request = request.header("x-goog-api-key", key);
        }
        let reply = http::exchange(request, PROBE_TIMEOUT, PROVIDER).await?;
        match reply.status {
            200 => Ok(()),
            404 => Err(unknown_model(PROVIDER, &self.model)),
            _ => Err(reply.error(PROVIDER, &self.key, &reply.fault())),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Generated {
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

impl Generated {
    fn into_answer(self) -> Answer {
        let counted = self.usage_metadata;
        let usage = Usage {
            tokens_in: counted.prompt_token_count,
            tokens_out: counted.candidates_token_count.saturating_add(counted.thoughts_token_count),
            cached_in: counted.cached_content_token_count,
        };
        let blocked = self.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some());
        let first = self.candidates.into_iter().next();
        let finish = match first.as_ref().map(|candidate| candidate.finish_reason.as_deref()) {
            _ if blocked => Finish::Refused,
            None | Some(None | Some("STOP" | "FINISH_REASON_UNSPECIFIED")) => Finish::Stop,
            Some(Some("MAX_TOKENS")) => Finish::CutOff,
            // SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII, LANGUAGE, OTHER, …
            Some(Some(_)) => Finish::Refused,
        };
        let parts = first.and_then(|candidate| candidate.content).map(|content| content.parts);
        let text = parts
            .unwrap_or_default()
            .into_iter()
            .filter(|part| !part.thought)
            .filter_map(|part| part.text)
            .collect();
        Answer { text, finish, usage, left: None }
    }
}
