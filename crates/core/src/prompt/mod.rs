//! Prompts: plain files, rendered by pure functions.
//!
//! What pages say stands between fences that do not occur in it, so that no page can end its own
//! passage; passages and results have numbers, and a model can only name what it was shown by number.

mod describe;
mod key;
mod render;

use serde_json::Value as Json;

pub use key::{KeyPrompt, Sampled};
pub use render::{DecidePrompt, ExtractPrompt, PatternPrompt, Shown};

/// A prompt and the schema of its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// A short name of what is asked: `extract`, `decide`, `patterns`, `key`.
    pub name: &'static str,
    /// What the model is sent.
    pub text: String,
    /// JSON Schema that the answer must have.
    pub schema: Json,
    /// Tokens that the answer may have.
    pub max_answer_tokens: u32,
}
