//! Language models: a prompt, a schema and limits in; an answer with its usage out.
//!
//! [`Model`] is the protocol client. [`ModelClient`] sits between it and the model roles: it meters calls,
//! stores answers, and repairs an unusable answer once. The roles turn claims into suggestions, which are
//! not trusted until they are checked.

use std::fmt::Debug;
use std::time::Duration;

use ampledata_core::answer::AnswerProblem;
use ampledata_core::model::ModelName;
use ampledata_core::row::FailureKind;
use ampledata_net::gate::RateLimitRemaining;
use async_trait::async_trait;
use serde_json::Value as Json;

use crate::clock::Clock;
use ampledata_net::Error;
use ampledata_net::Retry;
use catalog::Catalog;

pub mod catalog;
mod decide;
mod doubt;
mod excerpts;
mod extract;
pub mod gemini;
mod http;
mod keys;
pub mod listing;
mod model_client;
pub mod openai;
mod options;
mod patterns;
mod rate_limit;
pub mod roles;
pub mod server;

pub use decide::ModelDecider;
pub use extract::ModelExtractor;
pub use http::{ApiKey, SetupError};
pub use keys::ModelKeys;
pub use model_client::{ModelClient, Settings, answer_key};
pub use patterns::ModelPatterns;

/// The code of an error after which the same request should be sent again at once: the server does not
/// know one of its options, and the client has recorded that it must be left out.
pub const OPTION_REFUSED: &str = "provider_option_refused";

/// A request to a model.
#[derive(Debug, Clone, Copy)]
pub struct CompletionRequest<'a> {
    /// A short name of the request: letters and underscores.
    pub name: &'a str,
    /// The prompt.
    pub prompt: &'a str,
    /// JSON Schema of the answer.
    pub schema: &'a Json,
    /// Maximum number of tokens of the answer.
    pub max_answer_tokens: u32,
    /// Maximum number of tokens for thoughts in addition to the answer: [`Model::thinking_room`] when the
    /// call was reserved.
    pub thinking_room: u32,
    /// Timeout of the complete answer.
    pub timeout: Duration,
    /// An earlier, unusable answer to the same prompt.
    pub repair: Option<Repair<'a>>,
}

/// An unusable answer.
#[derive(Debug, Clone, Copy)]
pub struct Repair<'a> {
    /// The answer.
    pub answer: &'a str,
    /// Why it was unusable.
    pub problem: AnswerProblem,
}

impl Repair<'_> {
    /// The message to the model about its answer.
    pub fn message(&self) -> String {
        format!(
            "This cannot be used: {}. Answer again, with nothing but JSON of the given schema.",
            self.problem
        )
    }
}

/// The answer of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its text; may be empty.
    pub text: String,
    /// How it ended.
    pub finish_reason: FinishReason,
    /// What it cost.
    pub usage: TokenUsage,
    /// What the provider reports as left of its limits.
    pub remaining_limits: Option<RateLimitRemaining>,
}

impl Answer {
    /// Whether thoughts used half or more of a limit that cut the answer off. If an answer reaches its
    /// limit before it begins, thoughts used all of it, whether the provider counts them or not.
    fn is_cut_off_by_thoughts(&self) -> bool {
        let counted = self.usage.thinking_out > 0
            && self.usage.thinking_out.saturating_mul(2) >= self.usage.tokens_out;
        self.finish_reason == FinishReason::CutOff && (counted || self.text.trim().is_empty())
    }
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// At its natural end.
    Stop,
    /// At the limit of tokens.
    CutOff,
    /// The model or its provider refused to answer.
    Refused,
    /// The provider itself found that the answer does not match the schema.
    OffSchema,
}

/// Tokens of one call, as the provider counts them; 0 if it does not report them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenUsage {
    /// Of the prompt, including those read from the provider's cache.
    pub tokens_in: u64,
    /// Of the answer, including the thoughts before it.
    pub tokens_out: u64,
    /// The part of these used for thoughts, if the provider reports it.
    pub thinking_out: u64,
    /// Of the prompt, read from the provider's cache.
    pub cached_in: u64,
}

/// Answers prompts: one request to one server.
#[async_trait]
pub trait Model: Debug + Send + Sync {
    /// The model.
    fn name(&self) -> &ModelName;

    /// Number of tokens for thoughts in addition to an answer; they are charged as tokens of the answer.
    fn thinking_room(&self) -> u32 {
        0
    }

    /// Makes more room for thoughts that used up the limit of an answer. Returns whether there is more
    /// now than `had`.
    fn raise_thinking_room(&self, had: u32) -> bool {
        let _ = had;
        false
    }

    /// Sends one request.
    ///
    /// # Errors
    /// If no answer came. [`OPTION_REFUSED`] means that sending the request again at once will work. The
    /// other codes are `provider_key_refused`, `provider_no_credit`, `provider_rate_limited`,
    /// `provider_unavailable`, `provider_bad_request` and `provider_model_unknown`. An answer that cannot
    /// be used is not an error here.
    async fn complete(&self, request: &CompletionRequest<'_>) -> Result<Answer, Error>;

    /// Checks that the server accepts the key and has the model. This is free.
    ///
    /// # Errors
    /// As [`Model::complete`].
    async fn probe(&self) -> Result<(), Error>;
}

/// Timeout of a probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// The code of an error that means that the provider does not have the model, or no longer has it.
pub const MODEL_UNKNOWN: &str = "provider_model_unknown";

/// The error if the server does not have the model; it names the day of its retirement and its
/// replacement.
pub(crate) fn unknown_model_error(model: &ModelName) -> Error {
    let today = Clock::system().today();
    let catalog = Catalog::bundled();
    let retired = catalog.facts(model).and_then(|facts| facts.retires).filter(|day| *day <= today);
    let retired = retired.map(|day| format!(" (retired on {day})")).unwrap_or_default();
    let replacement = catalog.replacement(model, today);
    let replacement = replacement.map(|other| format!("; ask {other} instead")).unwrap_or_default();
    Error {
        kind: FailureKind::Unavailable,
        code: MODEL_UNKNOWN,
        message: format!(
            "{} does not have the model {}{retired}{replacement}",
            model.provider, model.name
        ),
        retry: Retry::Hold,
    }
}

/// The prompt for a server without schema support: it includes the schema.
fn prompt_with_schema(request: &CompletionRequest<'_>) -> String {
    format!("{}\n\nThe JSON Schema of the answer:\n{}", request.prompt, request.schema)
}
