//! Facts about models: when each was released and retires, which model replaces it, and which request
//! options it supports. The facts are data (`models.toml`), each with its source and the day on which it
//! was read.

use std::sync::LazyLock;

use ampledata_core::model::{ModelName, ModelProvider};
use jiff::civil::Date;
use serde::Deserialize;

use crate::wildcard;

const LIST: &str = include_str!("models.toml");

/// How a request sets the amount of thinking before the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThinkingParameter {
    /// It does not think, or nothing is known about it.
    #[default]
    None,
    /// Gemini's `thinkingBudget`, in tokens; 0 turns thinking off.
    Budget,
    /// Gemini's `thinkingLevel`.
    Level,
    /// `reasoning_effort` of the OpenAI protocol.
    Effort,
}

/// How well a model can be held to a JSON Schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaSupport {
    /// The schema constrains decoding.
    #[default]
    Strict,
    /// The server asks the model to follow the schema and checks the answer.
    BestEffort,
    /// The answer is valid JSON; the schema is part of the prompt.
    Json,
    /// The schema is part of the prompt, and nothing enforces it.
    Prompt,
}

/// Facts about one model, or about all models whose names match a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFacts {
    /// Its provider.
    pub provider: ModelProvider,
    /// Its name; `*` stands for any run of characters.
    pub name: String,
    /// Whether it may be chosen if the settings name no model; of several, the first in the list that the
    /// provider offers.
    #[serde(default)]
    pub default: bool,
    /// The day on which it was released.
    pub released: Option<Date>,
    /// The first day on which it is not available any more.
    pub retires: Option<Date>,
    /// The model that replaces it.
    pub replacement: Option<String>,
    /// How its amount of thinking is set.
    #[serde(default)]
    pub thinking: ThinkingParameter,
    /// The supported levels or efforts, lowest first.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Whether it supports a temperature.
    #[serde(default = "default_true")]
    pub sampling: bool,
    /// How well it can be held to a schema.
    #[serde(default)]
    pub schema: SchemaSupport,
    /// Maximum number of tokens of a prompt and its answer together.
    pub context: Option<u32>,
    /// Maximum number of tokens of an answer, including thoughts.
    pub max_output: Option<u32>,
    /// The day on which these facts were read.
    pub read: Date,
    /// The web page on which they were read.
    pub source: String,
}

fn default_true() -> bool {
    true
}

/// A list of facts about models.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    #[serde(rename = "model")]
    models: Vec<ModelFacts>,
}

impl Catalog {
    /// The bundled list.
    pub fn bundled() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
            toml::from_str(LIST).expect("a test checks that the bundled list parses")
        });
        &CATALOG
    }

    /// The facts about a model: the first entry whose name matches.
    pub fn facts(&self, model: &ModelName) -> Option<&ModelFacts> {
        self.models.iter().find(|facts| {
            facts.provider == model.provider && wildcard::matches_pattern(&facts.name, &model.name)
        })
    }

    /// The models of a provider that may be chosen if the settings name none, preferred one first.
    pub fn defaults(&self, provider: ModelProvider) -> impl Iterator<Item = &ModelFacts> {
        self.models.iter().filter(move |facts| facts.default && facts.provider == provider)
    }

    /// The preferred model of a provider that is not retired on this day; the preferred one if all are.
    pub fn preferred(&self, provider: ModelProvider, today: Date) -> Option<ModelName> {
        let lasting = |facts: &&ModelFacts| facts.retires.is_none_or(|day| day > today);
        let facts = self.defaults(provider).find(lasting);
        let facts = facts.or_else(|| self.defaults(provider).next())?;
        Some(ModelName::new(provider, &facts.name))
    }

    /// The model to use instead of this one: the replacement that the provider names, or else the
    /// preferred one of the provider that is not retired on this day.
    pub fn replacement(&self, model: &ModelName, today: Date) -> Option<ModelName> {
        let named = self.facts(model).and_then(|facts| facts.replacement.clone());
        let named = named.map(|name| ModelName::new(model.provider, name));
        let lasting = |facts: &&ModelFacts| facts.retires.is_none_or(|day| day > today);
        let other = |facts: &&ModelFacts| facts.name != model.name;
        let preferred = || self.defaults(model.provider).filter(lasting).find(other);
        named.or_else(|| Some(ModelName::new(model.provider, &preferred()?.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(text: &str) -> ModelName {
        let (provider, name) = text.split_once(':').unwrap();
        let mut providers = ModelProvider::ALL.into_iter();
        ModelName::new(providers.find(|one| one.name() == provider).unwrap(), name)
    }

    #[test]
    fn every_fact_says_when_and_where_it_was_read() {
        let catalog = Catalog::bundled();
        for facts in &catalog.models {
            assert!(facts.source.starts_with("https://"), "{facts:?}");
            assert!(facts.default <= !facts.name.contains('*'), "{facts:?}");
            if facts.thinking == ThinkingParameter::Level {
                assert!(!facts.levels.is_empty(), "{facts:?}");
            }
            if let (Some(released), Some(retires)) = (facts.released, facts.retires) {
                assert!(released < retires, "{facts:?}");
            }
            if let Some(replacement) = &facts.replacement {
                let replacement = ModelName::new(facts.provider, replacement);
                let known = catalog.facts(&replacement).unwrap();
                assert!(known.retires.is_none_or(|day| Some(day) > facts.retires), "{facts:?}");
            }
        }
    }

    #[test]
    fn each_company_has_two_models_to_choose_by_itself() {
        for provider in [ModelProvider::Gemini, ModelProvider::Groq] {
            assert!(Catalog::bundled().defaults(provider).count() >= 2, "{provider}");
        }
    }

    #[test]
    fn a_model_that_is_gone_names_what_takes_its_place() {
        let today = jiff::civil::date(2026, 11, 28);
        let replacement = |text: &str| {
            let found = Catalog::bundled().replacement(&model(text), today);
            found.map(|model| model.to_string())
        };
        let flash = Some("gemini:gemini-3.5-flash-lite".to_owned());
        let oss = Some("groq:openai/gpt-oss-120b".to_owned());
        assert_eq!(replacement("gemini:gemini-2.5-flash"), flash);
        assert_eq!(replacement("groq:llama-3.3-70b-versatile"), oss);
        assert_eq!(replacement("groq:a-model-that-never-was"), oss);
        let small = Some("groq:openai/gpt-oss-20b".to_owned());
        assert_eq!(replacement("groq:openai/gpt-oss-120b"), small, "never itself");
        assert_eq!(replacement("openai:some-local-model"), None);
    }
}
