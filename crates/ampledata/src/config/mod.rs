//! Settings: environment variables over `ampledata.toml`, and flags over both.
//!
//! Every value is parsed into its type here, once; errors name the setting, its value, where the value comes
//! from and what is allowed. Nothing else in the program reads the environment.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

mod choices;
mod error;
mod raw;
mod read;
mod secret;
mod server;
mod setting;

pub use choices::{Auth, Crawler, Database, Driver, Model, SearchProvider, WorkKind};
pub use error::{Error, Wrong};
pub use raw::{FILE_NAME, Origin, Sources};
pub use secret::{HIDDEN, Secret, without_password};
pub use server::{AccessKey, Server};
pub use setting::{ALL, Setting};

/// All settings, typed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The engine that runs jobs.
    pub engine: Driver,
    /// Where rows, cells and the ledger are stored.
    pub database: Database,
    /// Folder for the SQLite file, uploads and stored pages.
    pub data_dir: PathBuf,
    /// Address that the API listens on.
    pub server_addr: String,
    /// Limits of the API.
    pub server: Server,
    /// Temporal.
    pub temporal: Temporal,
    /// The search provider.
    pub search: Search,
    /// What fetches pages.
    pub crawl: Crawl,
    /// The models for patterns, decisions and values.
    pub models: Models,
    /// Additional attempts per row, 0 to 20.
    pub retries: u8,
    /// Confidence below which a cell is weak, 0 to 1.
    pub threshold: f64,
    /// Rows processed at the same time per job, at least 1.
    pub concurrency: usize,
    /// Who may call the API.
    pub auth: Auth,
    /// Verification of bearer tokens.
    pub jwt: Jwt,
    /// Storage of uploads and exports.
    pub blob_url: String,
    /// Whether the crawler may reach loopback and private addresses.
    pub allow_private_networks: bool,
    effective: Vec<Effective>,
}

/// How to connect to Temporal.
#[derive(Debug, Clone)]
pub struct Temporal {
    /// `host:port` of the server.
    pub host_port: String,
    /// Namespace.
    pub namespace: String,
    /// Task queue.
    pub task_queue: String,
    /// Task queue of crawls; [`Temporal::task_queue`] if none.
    pub crawl_queue: Option<String>,
    /// Task queue of model calls; [`Temporal::task_queue`] if none.
    pub model_queue: Option<String>,
    /// The kinds of tasks that a worker runs.
    pub worker_takes: Vec<WorkKind>,
    /// Address at which the SDK's metrics are served.
    pub metrics: Option<SocketAddr>,
    /// API key of Temporal Cloud.
    pub api_key: Option<Secret>,
    /// The worker deployment, for worker versioning.
    pub deployment: String,
    /// The build id of this worker; without it, worker versioning is off.
    pub build_id: Option<String>,
    /// Keys that encrypt histories: `ID:KEY, ID:KEY`.
    pub codec_keys: Option<Secret>,
    /// TLS.
    pub tls: TemporalTls,
    /// Rows per workflow; chosen by the size of the job if none.
    pub rows_per_workflow: Option<u32>,
    /// Activities that a worker runs at the same time.
    pub activities: usize,
    /// Workflows that a worker caches in memory.
    pub cached_workflows: usize,
    /// How long activities may continue after a worker is asked to stop.
    pub grace: Duration,
}

/// The standard `TEMPORAL_TLS…` variables.
#[derive(Debug, Clone)]
pub struct TemporalTls {
    /// Whether to use TLS; if unset, a key or a certificate turns it on.
    pub enabled: Option<bool>,
    /// The client's certificate.
    pub client_cert: Option<Pem>,
    /// The client's key.
    pub client_key: Option<Pem>,
    /// The CA certificate that signed the server's.
    pub server_ca: Option<Pem>,
    /// The name that the server's certificate must have.
    pub server_name: Option<String>,
    /// Whether the check of that name is skipped.
    pub skip_host_verification: bool,
}

/// PEM text, or the path of a file with it.
#[derive(Debug, Clone)]
pub enum Pem {
    /// A file.
    Path(PathBuf),
    /// The text.
    Data(Secret),
}

/// The search provider and its settings.
#[derive(Debug, Clone)]
pub struct Search {
    /// The chosen provider.
    pub provider: SearchProvider,
    /// API key of Serper.
    pub serper_key: Option<Secret>,
    /// URL of Serper.
    pub serper_url: String,
    /// API key of Brave Search.
    pub brave_key: Option<Secret>,
    /// URL of a SearXNG server.
    pub searxng_url: Option<String>,
    /// Country to search from, as ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Language to search in, as BCP 47.
    pub language: Option<String>,
    /// Searches per minute; as many as the service allows if none.
    pub per_minute: Option<NonZeroU32>,
    /// A folder of pages.
    pub corpus_dir: Option<PathBuf>,
}

/// What fetches pages, and its settings.
#[derive(Debug, Clone)]
pub struct Crawl {
    /// The chosen crawler.
    pub crawler: Crawler,
    /// URL of a Crawl4AI server.
    pub crawl4ai_url: String,
    /// Whether a browser reads pages that are empty without scripts.
    pub browser_fallback: bool,
    /// Path of the browser; searched for on the `PATH` if none.
    pub chromium: Option<PathBuf>,
}

/// The models for patterns, decisions and values, and their settings.
#[derive(Debug, Clone)]
pub struct Models {
    /// Writes query patterns.
    pub pattern: Model,
    /// Decides which pages to read.
    pub decision: Model,
    /// Extracts values.
    pub extraction: Model,
    /// API key of Gemini.
    pub gemini_key: Option<Secret>,
    /// URL of Gemini.
    pub gemini_url: String,
    /// API key of Groq.
    pub groq_key: Option<Secret>,
    /// URL of Groq.
    pub groq_url: String,
    /// API key of OpenAI or a compatible server.
    pub openai_key: Option<Secret>,
    /// URL of OpenAI or a compatible server.
    pub openai_url: String,
    /// Requests per minute to each provider; as many as it allows if none.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens per minute for each provider; as many as it allows if none.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Timeout for the complete answer of a model.
    pub timeout: Duration,
    /// Maximum tokens of a prompt.
    pub prompt_tokens: usize,
    /// Path of a file with prices that override the built-in ones.
    pub prices: Option<PathBuf>,
}

/// Verification of bearer tokens.
#[derive(Debug, Clone)]
pub struct Jwt {
    /// URL of the keys.
    pub jwks_url: Option<String>,
    /// The issuer that tokens must name.
    pub issuer: Option<String>,
    /// The audience that tokens must name.
    pub audience: Option<String>,
}

/// The value of one setting, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// The setting.
    pub name: &'static str,
    /// Its value, hidden if secret; none if there is neither value nor default.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: Origin,
}

impl Settings {
    /// Reads all settings.
    ///
    /// # Errors
    /// The settings file cannot be read, a key in it is not a setting, or values are not allowed; all of
    /// these are listed.
    pub fn load(sources: &Sources) -> Result<Self, Error> {
        read::settings(raw::Raw::gather(sources)?)
    }

    /// All settings as they apply, secrets hidden, in the documented order.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// Where a setting's value comes from.
    pub fn origin(&self, name: &str) -> Origin {
        let found = self.effective.iter().find(|effective| effective.name == name);
        found.map_or(Origin::Default, |effective| effective.source)
    }
}

#[cfg(test)]
mod tests;
