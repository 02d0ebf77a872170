//! Settings: environment variables over `ampledata.toml`, and flags over both.
//!
//! [`table`] lists them. Every value is checked and parsed into its type here, once; errors name the setting, its
//! value, where the value comes from and what is allowed. Nothing else in the program reads the environment.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

mod choices;
mod deserialize;
mod error;
mod formats;
mod origin;
pub mod reference;
mod resolve;
mod secret;
mod server;
mod setting;
mod sources;
pub mod table;

pub use choices::{Auth, Crawler, Database, Driver, Model, SearchProvider, WorkKind};
pub use error::{Error, InvalidValue};
pub use origin::Origin;
pub use resolve::Effective;
pub use secret::{HIDDEN, Secret, without_password};
pub use server::{AccessKey, Server};
pub use setting::{DefaultValue, Format, Group, Kind, Setting};
pub use sources::{FILE_NAME, Sources};

/// All settings, typed.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    /// The engine that runs jobs.
    #[serde(rename = "ENGINE")]
    pub engine: Driver,
    /// Where rows, cells and the ledger are stored.
    #[serde(rename = "DATABASE_URL_ENRICH")]
    pub database: Database,
    /// Folder for the SQLite file, uploads and stored pages.
    #[serde(rename = "DATA_DIR")]
    pub data_dir: PathBuf,
    /// Address that the API listens on.
    #[serde(rename = "SERVER_ADDR")]
    pub server_addr: String,
    /// Limits of the API.
    #[serde(flatten)]
    pub server: Server,
    /// Temporal.
    #[serde(flatten)]
    pub temporal: Temporal,
    /// The search provider.
    #[serde(flatten)]
    pub search: Search,
    /// What fetches pages.
    #[serde(flatten)]
    pub crawl: Crawl,
    /// The models for patterns, decisions and values.
    #[serde(flatten)]
    pub models: Models,
    /// Additional attempts per row, 0 to 20.
    #[serde(rename = "MAX_ENRICHMENT_RETRIES")]
    pub retries: u8,
    /// Confidence below which a cell is weak, 0 to 1.
    #[serde(rename = "CONFIDENCE_THRESHOLD")]
    pub threshold: f64,
    /// Rows processed at the same time per job, at least 1.
    #[serde(rename = "CONCURRENCY_ROW_ENRICHMENT_LIMIT")]
    pub concurrency: usize,
    /// Who may call the API.
    #[serde(rename = "AUTH")]
    pub auth: Auth,
    /// Verification of bearer tokens.
    #[serde(flatten)]
    pub jwt: Jwt,
    /// Storage of uploads and exports.
    #[serde(rename = "BLOB_URL")]
    pub blob_url: String,
    /// Whether the crawler may reach loopback and private addresses.
    #[serde(rename = "ALLOW_PRIVATE_NETWORKS")]
    pub allow_private_networks: bool,
    #[serde(skip)]
    effective: Vec<Effective>,
}

/// How to connect to Temporal.
#[derive(Debug, Clone, Deserialize)]
pub struct Temporal {
    /// `host:port` of the server.
    #[serde(rename = "TEMPORAL_HOST_PORT")]
    pub host_port: String,
    /// Namespace.
    #[serde(rename = "TEMPORAL_NAMESPACE")]
    pub namespace: String,
    /// Task queue.
    #[serde(rename = "TEMPORAL_TASK_QUEUE")]
    pub task_queue: String,
    /// Task queue of crawls; [`Temporal::task_queue`] if none.
    #[serde(rename = "TEMPORAL_CRAWL_TASK_QUEUE")]
    pub crawl_queue: Option<String>,
    /// Task queue of model calls; [`Temporal::task_queue`] if none.
    #[serde(rename = "TEMPORAL_MODEL_TASK_QUEUE")]
    pub model_queue: Option<String>,
    /// The kinds of tasks that a worker runs.
    #[serde(rename = "WORKER_TAKES")]
    pub worker_takes: Vec<WorkKind>,
    /// Address at which the SDK's metrics are served.
    #[serde(rename = "TEMPORAL_METRICS_ADDR")]
    pub metrics: Option<SocketAddr>,
    /// API key of Temporal Cloud.
    #[serde(rename = "TEMPORAL_API_KEY")]
    pub api_key: Option<Secret>,
    /// The worker deployment, for worker versioning.
    #[serde(rename = "TEMPORAL_DEPLOYMENT_NAME")]
    pub deployment: String,
    /// The build id of this worker; without it, worker versioning is off.
    #[serde(rename = "TEMPORAL_WORKER_BUILD_ID")]
    pub build_id: Option<String>,
    /// Keys that encrypt histories: `ID:KEY, ID:KEY`.
    #[serde(rename = "TEMPORAL_CODEC_KEYS")]
    pub codec_keys: Option<Secret>,
    /// TLS.
    #[serde(flatten)]
    pub tls: TemporalTls,
    /// Rows per workflow; chosen by the size of the job if none.
    #[serde(rename = "TEMPORAL_ROWS_PER_WORKFLOW")]
    pub rows_per_workflow: Option<u32>,
    /// Activities that a worker runs at the same time.
    #[serde(rename = "WORKER_ACTIVITIES")]
    pub activities: usize,
    /// Workflows that a worker caches in memory.
    #[serde(rename = "WORKER_CACHED_WORKFLOWS")]
    pub cached_workflows: usize,
    /// How long activities may continue after a worker is asked to stop.
    #[serde(rename = "WORKER_GRACE_SECONDS", deserialize_with = "deserialize::seconds")]
    pub grace: Duration,
}

/// The standard `TEMPORAL_TLS…` variables.
#[derive(Debug, Clone, Deserialize)]
pub struct TemporalTls {
    /// Whether to use TLS; if unset, a key or a certificate turns it on.
    #[serde(rename = "TEMPORAL_TLS")]
    pub enabled: Option<bool>,
    #[serde(rename = "TEMPORAL_TLS_CLIENT_CERT_PATH")]
    client_cert_path: Option<PathBuf>,
    #[serde(rename = "TEMPORAL_TLS_CLIENT_CERT_DATA")]
    client_cert_data: Option<Secret>,
    #[serde(rename = "TEMPORAL_TLS_CLIENT_KEY_PATH")]
    client_key_path: Option<PathBuf>,
    #[serde(rename = "TEMPORAL_TLS_CLIENT_KEY_DATA")]
    client_key_data: Option<Secret>,
    #[serde(rename = "TEMPORAL_TLS_SERVER_CA_CERT_PATH")]
    server_ca_path: Option<PathBuf>,
    #[serde(rename = "TEMPORAL_TLS_SERVER_CA_CERT_DATA")]
    server_ca_data: Option<Secret>,
    /// The name that the server's certificate must have.
    #[serde(rename = "TEMPORAL_TLS_SERVER_NAME")]
    pub server_name: Option<String>,
    /// Whether the check of that name is skipped.
    #[serde(rename = "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION")]
    pub skip_host_verification: bool,
}

impl TemporalTls {
    /// The client's certificate.
    pub fn client_cert(&self) -> Option<Pem> {
        Pem::choose(self.client_cert_data.as_ref(), self.client_cert_path.as_ref())
    }

    /// The client's key.
    pub fn client_key(&self) -> Option<Pem> {
        Pem::choose(self.client_key_data.as_ref(), self.client_key_path.as_ref())
    }

    /// The CA certificate that signed the server's.
    pub fn server_ca(&self) -> Option<Pem> {
        Pem::choose(self.server_ca_data.as_ref(), self.server_ca_path.as_ref())
    }
}

/// PEM text, or the path of a file with it.
#[derive(Debug, Clone)]
pub enum Pem {
    /// A file.
    Path(PathBuf),
    /// The text.
    Data(Secret),
}

impl Pem {
    /// The text takes precedence over the file.
    fn choose(data: Option<&Secret>, path: Option<&PathBuf>) -> Option<Self> {
        data.cloned().map(Self::Data).or_else(|| path.cloned().map(Self::Path))
    }
}

/// The search provider and its settings.
#[derive(Debug, Clone, Deserialize)]
pub struct Search {
    /// The chosen provider.
    #[serde(rename = "SEARCH_PROVIDER")]
    pub provider: SearchProvider,
    /// API key of Serper.
    #[serde(rename = "SERPER_API_KEY")]
    pub serper_key: Option<Secret>,
    /// URL of Serper.
    #[serde(rename = "SERPER_BASE_URL")]
    pub serper_url: String,
    /// API key of Brave Search.
    #[serde(rename = "BRAVE_API_KEY")]
    pub brave_key: Option<Secret>,
    /// URL of a SearXNG server.
    #[serde(rename = "SEARXNG_URL")]
    pub searxng_url: Option<String>,
    /// Country to search from, as ISO 3166 alpha-2.
    #[serde(rename = "SEARCH_COUNTRY")]
    pub country: Option<String>,
    /// Language to search in, as BCP 47.
    #[serde(rename = "SEARCH_LANGUAGE")]
    pub language: Option<String>,
    /// Searches per minute; as many as the service allows if none.
    #[serde(rename = "SEARCH_REQUESTS_PER_MINUTE", deserialize_with = "deserialize::limit")]
    pub per_minute: Option<NonZeroU32>,
    /// A folder of pages.
    #[serde(rename = "CORPUS_DIR")]
    pub corpus_dir: Option<PathBuf>,
}

/// What fetches pages, and its settings.
#[derive(Debug, Clone, Deserialize)]
pub struct Crawl {
    /// The chosen crawler.
    #[serde(rename = "CRAWLER")]
    pub crawler: Crawler,
    /// URL of a Crawl4AI server.
    #[serde(rename = "CRAWL4AI_URL")]
    pub crawl4ai_url: String,
    /// Whether a browser reads pages that are empty without scripts.
    #[serde(rename = "CRAWLER_FALLBACK", deserialize_with = "deserialize::is_some")]
    pub browser_fallback: bool,
    /// Path of the browser; searched for on the `PATH` if none.
    #[serde(rename = "CHROMIUM_PATH")]
    pub chromium: Option<PathBuf>,
}

/// The models for patterns, decisions and values, and their settings.
#[derive(Debug, Clone, Deserialize)]
pub struct Models {
    /// Writes query patterns.
    #[serde(rename = "PATTERN_MODEL")]
    pub pattern: Model,
    /// Decides which pages to read.
    #[serde(rename = "DECISION_MODEL")]
    pub decision: Model,
    /// Extracts values.
    #[serde(rename = "EXTRACTION_MODEL")]
    pub extraction: Model,
    /// API key of Gemini.
    #[serde(rename = "GEMINI_API_KEY")]
    pub gemini_key: Option<Secret>,
    /// URL of Gemini.
    #[serde(rename = "GEMINI_BASE_URL")]
    pub gemini_url: String,
    /// API key of Groq.
    #[serde(rename = "GROQ_API_KEY")]
    pub groq_key: Option<Secret>,
    /// URL of Groq.
    #[serde(rename = "GROQ_BASE_URL")]
    pub groq_url: String,
    /// API key of OpenAI or a compatible server.
    #[serde(rename = "OPENAI_API_KEY")]
    pub openai_key: Option<Secret>,
    /// URL of OpenAI or a compatible server.
    #[serde(rename = "OPENAI_BASE_URL")]
    pub openai_url: String,
    /// Requests per minute to each provider; as many as it allows if none.
    #[serde(rename = "MODEL_REQUESTS_PER_MINUTE", deserialize_with = "deserialize::limit")]
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens per minute for each provider; as many as it allows if none.
    #[serde(rename = "MODEL_TOKENS_PER_MINUTE", deserialize_with = "deserialize::limit")]
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Timeout for the complete answer of a model.
    #[serde(rename = "MODEL_TIMEOUT_SECONDS", deserialize_with = "deserialize::seconds")]
    pub timeout: Duration,
    /// Maximum tokens of a prompt.
    #[serde(rename = "PROMPT_TOKENS")]
    pub prompt_tokens: usize,
    /// Path of a file with prices that override the built-in ones.
    #[serde(rename = "PRICES_FILE")]
    pub prices: Option<PathBuf>,
}

/// Verification of bearer tokens.
#[derive(Debug, Clone, Deserialize)]
pub struct Jwt {
    /// URL of the keys.
    #[serde(rename = "JWT_JWKS_URL")]
    pub jwks_url: Option<String>,
    /// The issuer that tokens must name.
    #[serde(rename = "JWT_ISSUER")]
    pub issuer: Option<String>,
    /// The audience that tokens must name.
    #[serde(rename = "JWT_AUDIENCE")]
    pub audience: Option<String>,
}

impl Settings {
    /// Reads all settings.
    ///
    /// # Errors
    /// The settings file cannot be read, a key in it is not a setting, or values are not allowed; all of
    /// these are listed.
    pub fn load(sources: &Sources) -> Result<Self, Error> {
        let resolved = resolve::resolve(&sources.read()?)?;
        let typed: Self = serde_json::from_value(Value::Object(resolved.typed))?;
        Ok(Self { effective: resolved.effective, ..typed })
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
