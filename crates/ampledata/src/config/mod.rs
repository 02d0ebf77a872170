//! Settings: environment variables over `ampledata.toml`, and flags over both.
//!
//! Every value is read into its type here, once; what is wrong is reported with the setting's name,
//! the value, where it comes from and what is allowed. Nothing else in the program reads the
//! environment.

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
    /// Which driver runs jobs.
    pub engine: Driver,
    /// Where rows, cells and the ledger are kept.
    pub database: Database,
    /// Folder of the SQLite file, uploads and stored pages.
    pub data_dir: PathBuf,
    /// Address of the API.
    pub server_addr: String,
    /// Bounds of the API.
    pub server: Server,
    /// Temporal.
    pub temporal: Temporal,
    /// Who searches.
    pub search: Search,
    /// Who fetches pages.
    pub crawl: Crawl,
    /// Who is asked for patterns, decisions and values.
    pub models: Models,
    /// Further attempts of a row, 0 to 20.
    pub retries: u8,
    /// Confidence under which a cell is weak, 0 to 1.
    pub threshold: f64,
    /// Rows in flight per job, at least 1.
    pub concurrency: usize,
    /// Who may call the API.
    pub auth: Auth,
    /// Verification of bearer tokens.
    pub jwt: Jwt,
    /// Uploads and exports.
    pub blob_url: String,
    /// Whether the crawler may reach loopback and private addresses.
    pub allow_private_networks: bool,
    effective: Vec<Effective>,
}

/// How Temporal is reached.
#[derive(Debug, Clone)]
pub struct Temporal {
    /// `host:port` of the server.
    pub host_port: String,
    /// Namespace.
    pub namespace: String,
    /// Task queue.
    pub task_queue: String,
    /// Task queue of crawls; none: [`Temporal::task_queue`].
    pub crawl_queue: Option<String>,
    /// Task queue of calls of models; none: [`Temporal::task_queue`].
    pub model_queue: Option<String>,
    /// What a worker takes on.
    pub worker_takes: Vec<WorkKind>,
    /// Where what the SDK measures is told.
    pub metrics: Option<SocketAddr>,
    /// Key of Temporal Cloud.
    pub api_key: Option<Secret>,
    /// The deployment that workers belong to, where versions of them are kept apart.
    pub deployment: String,
    /// The build that this worker is; none: versions are not kept apart.
    pub build_id: Option<String>,
    /// Keys that seal histories, by their names: `ID:KEY, ID:KEY`.
    pub codec_keys: Option<Secret>,
    /// TLS.
    pub tls: TemporalTls,
    /// Rows that one workflow carries; none: chosen by the size of the job.
    pub rows_per_workflow: Option<u32>,
    /// Activities that a worker has under way.
    pub activities: usize,
    /// Workflows that a worker keeps in memory.
    pub cached_workflows: usize,
    /// How long activities may go on after a worker was told to stop.
    pub grace: Duration,
}

/// The standard `TEMPORAL_TLS…` variables.
#[derive(Debug, Clone)]
pub struct TemporalTls {
    /// Whether TLS is on; where not set, a key or a certificate turns it on.
    pub enabled: Option<bool>,
    /// The client's certificate.
    pub client_cert: Option<Pem>,
    /// The client's key.
    pub client_key: Option<Pem>,
    /// The authority that signs the server.
    pub server_ca: Option<Pem>,
    /// The name that the server's certificate must carry.
    pub server_name: Option<String>,
    /// Whether that name goes unchecked.
    pub skip_host_verification: bool,
}

/// PEM text, or the file that holds it.
#[derive(Debug, Clone)]
pub enum Pem {
    /// A file.
    Path(PathBuf),
    /// The text.
    Data(Secret),
}

/// Who searches, and how they are reached.
#[derive(Debug, Clone)]
pub struct Search {
    /// The one that is asked.
    pub provider: SearchProvider,
    /// Key of Serper.
    pub serper_key: Option<Secret>,
    /// Where Serper is.
    pub serper_url: String,
    /// Key of Brave Search.
    pub brave_key: Option<Secret>,
    /// Where a SearXNG is.
    pub searxng_url: Option<String>,
    /// Country to search from, as ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Language to search in, as BCP 47.
    pub language: Option<String>,
    /// Searches in a minute; as fast as the service allows where none is given.
    pub per_minute: Option<NonZeroU32>,
    /// A folder of pages.
    pub corpus_dir: Option<PathBuf>,
}

/// Who fetches pages, and how they are reached.
#[derive(Debug, Clone)]
pub struct Crawl {
    /// The one that is asked.
    pub crawler: Crawler,
    /// Where a Crawl4AI is.
    pub crawl4ai_url: String,
    /// Whether a browser reads pages that are empty without scripts.
    pub browser_fallback: bool,
    /// The browser; looked for on the `PATH` where none is given.
    pub chromium: Option<PathBuf>,
}

/// Who is asked for patterns, decisions and values, and how they are reached.
#[derive(Debug, Clone)]
pub struct Models {
    /// Writes query patterns.
    pub pattern: Model,
    /// Decides what to read.
    pub decision: Model,
    /// Extracts values.
    pub extraction: Model,
    /// Key of Gemini.
    pub gemini_key: Option<Secret>,
    /// Where Gemini is.
    pub gemini_url: String,
    /// Key of Groq.
    pub groq_key: Option<Secret>,
    /// Where Groq is.
    pub groq_url: String,
    /// Key of OpenAI or a server that speaks like it.
    pub openai_key: Option<Secret>,
    /// Where that server is.
    pub openai_url: String,
    /// Requests to each provider in a minute; as many as it allows where none is given.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Tokens for each provider in a minute; as many as it allows where none is given.
    pub tokens_per_minute: Option<NonZeroU32>,
    /// Until the whole answer is there.
    pub timeout: Duration,
    /// Tokens of a prompt at most.
    pub prompt_tokens: usize,
    /// Prices that go before the listed ones.
    pub prices: Option<PathBuf>,
}

/// Verification of bearer tokens.
#[derive(Debug, Clone)]
pub struct Jwt {
    /// Where the keys are.
    pub jwks_url: Option<String>,
    /// The issuer that tokens must name.
    pub issuer: Option<String>,
    /// The audience that tokens must name.
    pub audience: Option<String>,
}

/// One setting as it is in force, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// The setting.
    pub name: &'static str,
    /// Its value, secrets hidden; none where there is neither value nor default.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: Origin,
}

impl Settings {
    /// Reads all settings.
    ///
    /// # Errors
    /// A settings file that does not read, a key in it that is no setting, or all values that are
    /// not allowed.
    pub fn load(sources: &Sources) -> Result<Self, Error> {
        read::settings(raw::Raw::gather(sources)?)
    }

    /// All settings as they are in force, secrets hidden, in the documented order.
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
