//! Settings that are a choice.

use std::fmt;
use std::path::PathBuf;

use super::secret::Secret;

/// Which driver runs jobs.
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

/// What a worker can be made to take on, where Temporal has a task queue for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkKind {
    /// Workflows, searches, and what has no queue of its own.
    Jobs,
    /// Crawls.
    Crawls,
    /// Calls of models.
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

/// Where data is kept.
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

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchProvider {
    /// Serper: Google's results.
    Serper,
    /// Brave Search.
    Brave,
    /// A SearXNG.
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

/// Who fetches pages.
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
    /// Anybody on this machine.
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

/// Who is asked for patterns, decisions or values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    /// The deterministic extractor that needs no model.
    Builtin,
    /// A model of Gemini, by name.
    Gemini(String),
    /// A model of Groq, by name.
    Groq(String),
    /// A model of a server that speaks like OpenAI's, by name.
    Openai(String),
}

impl Model {
    pub(super) const ALLOWED: &str = "builtin, gemini:NAME, groq:NAME, openai:NAME";

    pub(super) fn read(text: &str) -> Option<Self> {
        if text == "builtin" {
            return Some(Self::Builtin);
        }
        let (provider, name) = text.split_once(':')?;
        let name = Some(name.trim()).filter(|name| !name.is_empty())?.to_owned();
        match provider {
            "gemini" => Some(Self::Gemini(name)),
            "groq" => Some(Self::Groq(name)),
            "openai" => Some(Self::Openai(name)),
            _ => None,
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str("builtin"),
            Self::Gemini(name) => write!(f, "gemini:{name}"),
            Self::Groq(name) => write!(f, "groq:{name}"),
            Self::Openai(name) => write!(f, "openai:{name}"),
        }
    }
}
