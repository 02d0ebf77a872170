//! Settings with a fixed set of values.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use ampledata_core::model::{InvalidModelName, ModelName, ModelProvider, ModelRef};
use serde::{Deserialize, Deserializer};

use super::deserialize;
use super::secret::Secret;

/// Which engine runs jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// One process, one SQLite file.
    Embedded,
    /// Temporal and PostgreSQL.
    Temporal,
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Embedded => "embedded",
            Self::Temporal => "temporal",
        })
    }
}

/// A kind of task that a worker can run, if Temporal has a task queue for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// Workflows, searches, and activities without a queue of their own.
    Jobs,
    /// Crawls.
    Crawls,
    /// Model calls.
    Models,
}

/// Where data is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL, which may hold a password.
    Postgres(Secret),
}

impl Database {
    pub(super) const ALLOWED: &str = "sqlite://FILE, postgres://USER:PASSWORD@HOST/DATABASE";
}

/// The text is not a database URL.
#[derive(Debug, thiserror::Error)]
#[error("not a database URL")]
pub struct NotADatabase;

impl FromStr for Database {
    type Err = NotADatabase;

    fn from_str(text: &str) -> Result<Self, NotADatabase> {
        let is_given = |rest: &&str| !rest.is_empty();
        let file = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        if let Some(file) = file {
            return Some(file)
                .filter(is_given)
                .map(|file| Self::Sqlite(file.into()))
                .ok_or(NotADatabase);
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        rest.filter(is_given).ok_or(NotADatabase)?;
        Ok(Self::Postgres(Secret::new(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Database {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize::text(deserializer)
    }
}

/// The search provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchProvider {
    /// Serper: Google's results.
    Serper,
    /// Brave Search.
    Brave,
    /// A SearXNG server.
    Searxng,
    /// A folder of pages.
    Corpus,
}

impl fmt::Display for SearchProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Serper => "serper",
            Self::Brave => "brave",
            Self::Searxng => "searxng",
            Self::Corpus => "corpus",
        })
    }
}

/// What fetches pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Crawler {
    /// Plain HTTP, in this process.
    Builtin,
    /// A Crawl4AI server.
    Crawl4ai,
    /// A headless Chromium.
    Chromium,
}

/// Who may call the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// Anyone on this machine.
    None,
    /// Holders of an API key.
    ApiKeys,
    /// Holders of a bearer token.
    Jwt,
}

/// What does one kind of work: a given model, the default model of a provider, or no model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    /// The deterministic extractor, which needs no model.
    Builtin,
    /// The first of the default models that the provider offers when a job is created.
    Default(ModelProvider),
    /// Exactly this model.
    Named(ModelName),
}

impl Model {
    pub(super) const ALLOWED: &str = "builtin, gemini, groq, gemini:NAME, groq:NAME, openai:NAME";
}

impl FromStr for Model {
    type Err = InvalidModelName;

    fn from_str(text: &str) -> Result<Self, InvalidModelName> {
        match text {
            "gemini" => return Ok(Self::Default(ModelProvider::Gemini)),
            "groq" => return Ok(Self::Default(ModelProvider::Groq)),
            _ => {}
        }
        Ok(match text.parse()? {
            ModelRef::Builtin => Self::Builtin,
            ModelRef::Hosted(name) => Self::Named(name),
        })
    }
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize::text(deserializer)
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str("builtin"),
            Self::Default(provider) => provider.fmt(f),
            Self::Named(name) => name.fmt(f),
        }
    }
}
