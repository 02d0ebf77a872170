//! The usage and the cost of one call to a paid service.

/// One metered call, or one that a stored answer made unnecessary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallUsage {
    /// The provider that was called: `gemini`, `groq`, `openai`, `serper`.
    pub provider: String,
    /// The model's name, as the provider spells it; `None` for searches.
    pub model: Option<String>,
    /// Tokens of the prompt, including those read from the provider's cache; 1 for a search.
    pub units_in: u64,
    /// Tokens of the answer, including its reasoning; results of a search.
    pub units_out: u64,
    /// Price in billionths of a US dollar; 0 if the price is unknown.
    pub cost_nano_usd: u64,
    /// Whether a stored answer was used, so that no call was made.
    pub cached: bool,
    /// Whether the call brought no answer; it was not charged.
    pub failed: bool,
}
