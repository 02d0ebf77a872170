//! Names of language models, and which of them a job uses for what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest accepted name of a model, in bytes.
pub const MAX_MODEL_NAME: usize = 200;

/// A company, or a kind of server, that offers models under its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelProvider {
    /// Google's Gemini API.
    Gemini,
    /// Groq.
    Groq,
    /// OpenAI, or any server that speaks its protocol: Ollama, vLLM, llama.cpp.
    OpenAi,
}

impl ModelProvider {
    /// Every provider, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Gemini, Self::Groq, Self::OpenAi];

    /// The name used in settings, in the ledger and in price lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gemini => "gemini",
            Self::Groq => "groq",
            Self::OpenAi => "openai",
        }
    }
}

impl fmt::Display for ModelProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A model of a provider, written `PROVIDER:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelName {
    /// Its provider.
    pub provider: ModelProvider,
    /// Its name, as the provider spells it.
    pub name: String,
}

impl ModelName {
    /// A model from its provider and its name.
    pub fn new(provider: ModelProvider, name: impl Into<String>) -> Self {
        Self { provider, name: name.into() }
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.provider, self.name)
    }
}

/// What does one kind of work of a job: a model, or the built-in extractor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ModelRef {
    /// The deterministic extractor of this program, which needs no model; written `builtin`.
    Builtin,
    /// A model of a provider.
    Hosted(ModelName),
}

impl ModelRef {
    /// The model, if there is one.
    pub fn hosted(&self) -> Option<&ModelName> {
        match self {
            Self::Builtin => None,
            Self::Hosted(name) => Some(name),
        }
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str("builtin"),
            Self::Hosted(name) => name.fmt(f),
        }
    }
}

impl From<ModelRef> for String {
    fn from(model: ModelRef) -> Self {
        model.to_string()
    }
}

/// The text does not name a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not one of builtin, gemini:NAME, groq:NAME, openai:NAME")]
pub struct InvalidModelName(pub String);

impl FromStr for ModelRef {
    type Err = InvalidModelName;

    fn from_str(text: &str) -> Result<Self, InvalidModelName> {
        let text = text.trim();
        if text == "builtin" {
            return Ok(Self::Builtin);
        }
        let refused = || InvalidModelName(text.chars().take(MAX_MODEL_NAME).collect());
        let (provider, name) = text.split_once(':').ok_or_else(refused)?;
        let mut providers = ModelProvider::ALL.into_iter();
        let provider = providers.find(|one| one.name() == provider).ok_or_else(refused)?;
        let name = name.trim();
        if !is_model_name(name) {
            return Err(refused());
        }
        Ok(Self::Hosted(ModelName::new(provider, name)))
    }
}

impl TryFrom<String> for ModelRef {
    type Error = InvalidModelName;

    fn try_from(text: String) -> Result<Self, InvalidModelName> {
        text.parse()
    }
}

/// Whether a text can be the name of a model: printable ASCII without blanks, so that it is safe in a
/// URL, in a log line and on a terminal.
pub fn is_model_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_MODEL_NAME
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'`<>?#%\\".contains(&byte))
}

/// The kinds of work that a model can do in a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelRole {
    /// Writes the query patterns, once per job.
    Patterns,
    /// Decides which pages to read.
    Decisions,
    /// Extracts values from pages.
    Values,
}

impl ModelRole {
    /// Every role, in the order in which a job needs them.
    pub const ALL: [Self; 3] = [Self::Patterns, Self::Decisions, Self::Values];

    /// The name used on the command line and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patterns => "patterns",
            Self::Decisions => "decisions",
            Self::Values => "values",
        }
    }

    /// The setting that chooses the model of this role.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Patterns => "PATTERN_MODEL",
            Self::Decisions => "DECISION_MODEL",
            Self::Values => "EXTRACTION_MODEL",
        }
    }
}

/// The models of a job. They are stored with the job, so that a resumed run uses the same ones even if
/// the defaults have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobModels {
    /// Writes the query patterns.
    pub patterns: ModelRef,
    /// Decides which pages to read.
    pub decisions: ModelRef,
    /// Extracts values.
    pub values: ModelRef,
}

impl JobModels {
    /// The model, or the extractor, that has a role.
    pub fn for_role(&self, role: ModelRole) -> &ModelRef {
        match role {
            ModelRole::Patterns => &self.patterns,
            ModelRole::Decisions => &self.decisions,
            ModelRole::Values => &self.values,
        }
    }

    /// The same models, with one role replaced.
    #[must_use]
    pub fn with(mut self, role: ModelRole, model: ModelRef) -> Self {
        match role {
            ModelRole::Patterns => self.patterns = model,
            ModelRole::Decisions => self.decisions = model,
            ModelRole::Values => self.values = model,
        }
        self
    }

    /// The models in use, without duplicates, each with the first role that uses it.
    pub fn hosted(&self) -> Vec<(ModelRole, &ModelName)> {
        let mut found: Vec<(ModelRole, &ModelName)> = Vec::new();
        for role in ModelRole::ALL {
            if let Some(name) = self.for_role(role).hosted()
                && found.iter().all(|(_, known)| *known != name)
            {
                found.push((role, name));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_read_as_it_is_written() {
        for text in ["builtin", "gemini:gemini-3.5-flash-lite", "groq:openai/gpt-oss-120b"] {
            assert_eq!(text.parse::<ModelRef>().map(|model| model.to_string()), Ok(text.into()));
        }
        let tagged: ModelRef = " openai: qwen2.5:7b ".parse().unwrap();
        assert_eq!(tagged.to_string(), "openai:qwen2.5:7b");
    }

    #[test]
    fn what_is_not_a_model_is_refused() {
        let long = format!("groq:{}", "x".repeat(MAX_MODEL_NAME + 1));
        for text in
            ["", "gemini", "gemini:", "mistral:x", "groq:a b", "groq:a\nb", "groq:a?b", &long]
        {
            assert!(text.parse::<ModelRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_models_of_a_job_survive_storage() {
        let models = JobModels {
            patterns: "gemini:a".parse().unwrap(),
            decisions: "groq:b".parse().unwrap(),
            values: ModelRef::Builtin,
        };
        let text = serde_json::to_string(&models).unwrap();
        assert_eq!(text, r#"{"patterns":"gemini:a","decisions":"groq:b","values":"builtin"}"#);
        assert_eq!(serde_json::from_str::<JobModels>(&text).unwrap(), models);
        let again = models.clone().with(ModelRole::Values, "gemini:a".parse().unwrap());
        let asked: Vec<String> = again.hosted().iter().map(|(_, name)| name.to_string()).collect();
        assert_eq!(asked, ["gemini:a", "groq:b"]);
    }
}
