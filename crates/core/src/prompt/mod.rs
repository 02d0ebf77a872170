//! Prompts: plain text files, rendered by pure functions.
//!
//! Text from pages is enclosed in fences that do not occur in it, so that no page can end its own
//! passage. Passages and results are numbered, and a model can only refer to them by number.

mod describe;
mod key;
mod render;

use serde_json::Value as Json;

pub use key::{KeyPrompt, SampledColumn};
pub use render::{DecidePrompt, ExtractPrompt, PatternPrompt, ShownText};

/// A prompt and the schema of its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// A short name of the request: `extract`, `decide`, `patterns`, `key`.
    pub name: &'static str,
    /// The text sent to the model.
    pub text: String,
    /// JSON Schema of the answer.
    pub schema: Json,
    /// Maximum number of tokens of the answer.
    pub max_answer_tokens: u32,
}
