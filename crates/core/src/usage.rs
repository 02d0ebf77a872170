//! What asking a paid service used, and what it cost.

/// One metered call, or one that was spared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Who was asked: `gemini`, `groq`, `openai`, `serper`.
    pub provider: String,
    /// The model's name, as the provider has it; none for searches.
    pub model: Option<String>,
    /// Tokens of the prompt, those read from the provider's cache included; 1 for a search.
    pub units_in: u64,
    /// Tokens of the answer and of the thoughts before it; results of a search.
    pub units_out: u64,
    /// Price in billionths of a US dollar; 0 where the price is unknown.
    pub cost_nano_usd: u64,
    /// Whether a stored answer was used, so that nobody was asked.
    pub cached: bool,
    /// Whether no answer came: the call was made, and nothing was charged.
    pub failed: bool,
}
