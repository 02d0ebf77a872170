//! Language models: a prompt, a schema and limits in; an answer with its usage out.
//!
//! [`Model`] is the wire. [`Asker`] stands between it and the trades: it meters, remembers answers,
//! and repairs an unusable one once. The trades turn claims into suggestions that nobody believes
//! before they are checked.

use std::fmt::Debug;
use std::time::Duration;

use ampledata_core::answer::Problem;
use ampledata_core::model::ModelName;
use ampledata_core::row::FailureKind;
use ampledata_net::gate::Left;
use async_trait::async_trait;
use serde_json::Value as Json;

use super::{Error, Retry};
use crate::clock::Clock;
use catalog::Catalog;

mod asker;
pub mod catalog;
mod decide;
mod extract;
pub mod gemini;
mod http;
mod keys;
pub mod listing;
pub mod openai;
mod options;
mod patterns;
pub mod roles;
pub mod server;
mod view;
mod wait;

pub use asker::{Asker, Settings, answer_key};
pub use decide::ModelDecider;
pub use extract::ModelExtractor;
pub use http::{Key, SetupError};
pub use keys::ModelKeys;
pub use patterns::ModelPatterns;

/// The code of an error after which the same request is to be sent again at once: the server does
/// not know one of its options, and the client has remembered to do without it.
pub const OPTION_REFUSED: &str = "provider_option_refused";

/// What a model is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// A short name of what is asked: letters and underscores.
    pub name: &'a str,
    /// The prompt.
    pub prompt: &'a str,
    /// JSON Schema of the answer.
    pub schema: &'a Json,
    /// Tokens that the answer may have.
    pub max_answer_tokens: u32,
    /// Tokens that the model may think for beside the answer: [`Model::thinking_room`] when the call was
    /// paid for.
    pub thinking_room: u32,
    /// Until the whole answer is there.
    pub timeout: Duration,
    /// An earlier answer to the same prompt that could not be used.
    pub repair: Option<Repair<'a>>,
}

/// An answer that could not be used.
#[derive(Debug, Clone, Copy)]
pub struct Repair<'a> {
    /// The answer.
    pub answer: &'a str,
    /// What was wrong with it.
    pub problem: Problem,
}

impl Repair<'_> {
    /// What the model is told about its answer.
    pub fn words(&self) -> String {
        format!(
            "This cannot be used: {}. Answer again, with nothing but JSON of the given schema.",
            self.problem
        )
    }
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its text; may be empty.
    pub text: String,
    /// How it ended.
    pub finish: Finish,
    /// What it cost.
    pub usage: Usage,
    /// What the provider says is left of its limits.
    pub left: Option<Left>,
}

impl Answer {
    /// Whether thoughts took half or more of a bound that cut the answer off. Where an answer ends at its
    /// bound before it begins, thoughts took all of it, whether the provider counts them or not.
    fn is_cut_off_by_thoughts(&self) -> bool {
        let counted = self.usage.thinking_out > 0
            && self.usage.thinking_out.saturating_mul(2) >= self.usage.tokens_out;
        self.finish == Finish::CutOff && (counted || self.text.trim().is_empty())
    }
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// By itself.
    Stop,
    /// At the limit of tokens.
    CutOff,
    /// The model or its provider declined.
    Refused,
    /// The provider itself found the answer not to have the shape asked for.
    OffSchema,
}

/// Tokens of one call, as the provider counts them; 0 where it does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the prompt, those read from the provider's cache included.
    pub tokens_in: u64,
    /// Of the answer and of the thoughts before it.
    pub tokens_out: u64,
    /// Of these, the thoughts, where the provider says so.
    pub thinking_out: u64,
    /// Of the prompt, read from the provider's cache.
    pub cached_in: u64,
}

/// Answers prompts: one request to one server.
#[async_trait]
pub trait Model: Debug + Send + Sync {
    /// The model.
    fn name(&self) -> &ModelName;

    /// Tokens that the model may think for beside an answer; they are charged as tokens of the answer.
    fn thinking_room(&self) -> u32 {
        0
    }

    /// Makes more room for thoughts that have filled the bound of an answer. Returns whether there is more
    /// now than `had`.
    fn raise_thinking_room(&self, had: u32) -> bool {
        let _ = had;
        false
    }

    /// Sends one request.
    ///
    /// # Errors
    /// Where no answer came: [`OPTION_REFUSED`] means that asking again at once will do;
    /// `provider_key_refused`, `provider_no_credit`, `provider_rate_limited`,
    /// `provider_unavailable`, `provider_bad_request`, `provider_model_unknown` are what they say.
    /// An answer that came but cannot be used is no error here.
    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Error>;

    /// Asks whether the server takes the key and has the model, which costs nothing.
    ///
    /// # Errors
    /// As [`Model::ask`].
    async fn probe(&self) -> Result<(), Error>;
}

/// Until a probe is answered.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// The code of an error that says that the provider does not have the model, or no longer.
pub const MODEL_UNKNOWN: &str = "provider_model_unknown";

/// The server answers, and does not have the model: names when it was retired and what takes its place.
pub(crate) fn unknown_model(model: &ModelName) -> Error {
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

/// The prompt for a server that takes no schema: the schema stands in its text.
fn with_schema(ask: &Ask<'_>) -> String {
    format!("{}\n\nThe JSON Schema of the answer:\n{}", ask.prompt, ask.schema)
}
