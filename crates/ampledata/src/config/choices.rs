//! Settings with a fixed set of values.

use std::fmt;
use std::path::PathBuf;

use ampledata_core::model::{ModelName, ModelProvider, ModelRef};

use super::secret::Secret;

/// Which engine runs jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// One process, one SQLite file.
    Embedded,
    /// Temporal and PostgreSQL.
    Temporal,
}

impl Driver {
    pub(super) const ALLOWED: &str = "embedded, temporal";

    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "embedded" => Some(Self::Embedded),
            "temporal" => Some(Self::Temporal),
            _ => None,
        }
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    /// Workflows, searches, and activities without a queue of their own.
    Jobs,
    /// Crawls.
    Crawls,
    /// Model calls.
    Models,
}

impl WorkKind {
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "jobs" => Some(Self::Jobs),
            "crawls" => Some(Self::Crawls),
            "models" => Some(Self::Models),
            _ => None,
        }
    }
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

    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"))
        {
            return (!path.is_empty()).then(|| Self::Sqlite(PathBuf::from(path)));
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        rest.filter(|rest| !rest.is_empty()).map(|_| Self::Postgres(Secret::new(text.to_owned())))
    }
}

/// The search provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl SearchProvider {
    pub(super) const ALLOWED: &str = "serper, brave, searxng, corpus";

    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "serper" => Some(Self::Serper),
            "brave" => Some(Self::Brave),
            "searxng" => Some(Self::Searxng),
            "corpus" => Some(Self::Corpus),
            _ => None,
        }
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crawler {
    /// Plain HTTP, in this process.
    Builtin,
    /// A Crawl4AI server.
    Crawl4ai,
    /// A headless Chromium.
    Chromium,
}

impl Crawler {
    pub(super) const ALLOWED: &str = "builtin, crawl4ai, chromium";

    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "builtin" => Some(Self::Builtin),
            "crawl4ai" => Some(Self::Crawl4ai),
            "chromium" => Some(Self::Chromium),
            _ => None,
        }
    }
}

/// Who may call the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Anyone on this machine.
    None,
    /// Holders of an API key.
    ApiKeys,
    /// Holders of a bearer token.
    Jwt,
}

impl Auth {
    pub(super) const ALLOWED: &str = "none, api-keys, jwt";

    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::None),
            "api-keys" => Some(Self::ApiKeys),
            "jwt" => Some(Self::Jwt),
            _ => None,
        }
    }
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

    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "gemini" => return Some(Self::Default(ModelProvider::Gemini)),
            "groq" => return Some(Self::Default(ModelProvider::Groq)),
            _ => {}
        }
        Some(match text.parse().ok()? {
            ModelRef::Builtin => Self::Builtin,
            ModelRef::Hosted(name) => Self::Named(name),
        })
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
