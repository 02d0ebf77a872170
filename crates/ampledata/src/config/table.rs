//! The table of all settings. A new setting is one entry here and one field of [`Settings`](super::Settings)
//! or of one of its parts.
//!
//! Reading, checking, `ampledata config`, the help of flags and docs/guide/settings.md come from it.

use super::formats::{
    ACCESS_KEYS, BLOB_URL, COUNTRY, DATABASE_URL, HOST_PORT, HTTP_URL, LANGUAGE, LISTEN_ADDRESS,
    MODEL, SOCKET_ADDRESS, WEB_ORIGINS,
};
use super::setting::DefaultValue::{IfSet, InDataDir};
use super::setting::Kind::{Choice, Choices, Decimal, Format, Integer, List, Switch, Text};
use super::setting::{Group, Setting};

/// The largest limit per minute.
const MAX_PER_MINUTE: u64 = 1_000_000_000;

/// All settings, in the order in which they are listed.
pub const GROUPS: &[Group] = &[
    Group { title: "Engine and storage", settings: STORAGE },
    Group { title: "Jobs and rows", settings: JOBS },
    Group { title: "Search", settings: SEARCH },
    Group { title: "Pages", settings: PAGES },
    Group { title: "Models", settings: MODELS },
    Group { title: "HTTP API", settings: API },
    Group { title: "Authentication", settings: AUTHENTICATION },
    Group { title: "Temporal", settings: TEMPORAL },
    Group { title: "Temporal: workers", settings: WORKERS },
    Group { title: "Temporal: TLS and encryption", settings: TLS },
];

const STORAGE: &[Setting] = &[
    Setting::new("ENGINE", Choice(&["embedded", "temporal"]), "engine that runs jobs")
        .or_default(IfSet { cases: &[("TEMPORAL_HOST_PORT", "temporal")], otherwise: "embedded" }),
    Setting::new(
        "DATABASE_URL_ENRICH",
        Format(DATABASE_URL),
        "database: sqlite://… or postgres://…",
    )
    .or_default(InDataDir { scheme: "sqlite://", path: "ampledata.db" }),
    Setting::new(DATA_DIR, Text, "folder for the SQLite file, uploads and stored pages")
        .or("./.ampledata"),
    Setting::new(
        "BLOB_URL",
        Format(BLOB_URL),
        "uploads and exports: file://, s3://, gs:// or az://",
    )
    .or_default(InDataDir { scheme: "file://", path: "uploads" }),
];

/// The folder that the defaults of other settings are in.
pub(super) const DATA_DIR: &str = "DATA_DIR";

const JOBS: &[Setting] = &[
    Setting::new("MAX_ENRICHMENT_RETRIES", Integer(0, 20), "additional attempts per row").or("2"),
    Setting::new(
        "CONFIDENCE_THRESHOLD",
        Decimal(0.0, 1.0),
        "confidence below which a cell is weak",
    )
    .or("0.75"),
    Setting::new(
        "CONCURRENCY_ROW_ENRICHMENT_LIMIT",
        Integer(1, 10_000),
        "rows processed at the same time, per job",
    )
    .or("10"),
    Setting::new(
        "MAX_RUNNING_JOBS",
        Integer(1, 1_000),
        "jobs that run at the same time; others wait",
    )
    .or("4"),
];

const SEARCH: &[Setting] = &[
    Setting::new(
        "SEARCH_PROVIDER",
        Choice(&["serper", "brave", "searxng", "corpus"]),
        "search provider",
    )
    .or_default(IfSet { cases: &[("SERPER_API_KEY", "serper")], otherwise: "corpus" }),
    Setting::secret("SERPER_API_KEY", "API key of Serper")
        .used_if(&[("SEARCH_PROVIDER", "serper")]),
    Setting::new("SERPER_BASE_URL", Format(HTTP_URL), "URL of Serper")
        .or("https://google.serper.dev")
        .used_if(&[("SEARCH_PROVIDER", "serper")]),
    Setting::secret("BRAVE_API_KEY", "API key of Brave Search")
        .used_if(&[("SEARCH_PROVIDER", "brave")]),
    Setting::new("SEARXNG_URL", Format(HTTP_URL), "URL of a SearXNG server")
        .used_if(&[("SEARCH_PROVIDER", "searxng")]),
    Setting::new("CORPUS_DIR", Text, "folder of pages to search and read instead of the web")
        .used_if(&[("SEARCH_PROVIDER", "corpus")]),
    Setting::new("SEARCH_COUNTRY", Format(COUNTRY), "country to search from, such as de"),
    Setting::new("SEARCH_LANGUAGE", Format(LANGUAGE), "language to search in, such as de"),
    Setting::new(
        "SEARCH_REQUESTS_PER_MINUTE",
        Integer(0, MAX_PER_MINUTE),
        "searches per minute; 0: as many as the service allows",
    )
    .or("0"),
];

const PAGES: &[Setting] = &[
    Setting::new("CRAWLER", Choice(&["builtin", "crawl4ai", "chromium"]), "what fetches pages")
        .or("builtin"),
    Setting::new(
        "CRAWLER_FALLBACK",
        Choice(&["none", "chromium"]),
        "what reads pages that need scripts",
    )
    .or("none")
    .used_if(&[("CRAWLER", "builtin")]),
    Setting::new("CRAWL4AI_URL", Format(HTTP_URL), "URL of a Crawl4AI server")
        .or("http://localhost:8000")
        .used_if(&[("CRAWLER", "crawl4ai")]),
    Setting::new("CHROMIUM_PATH", Text, "path of the browser; unset: searched for on the PATH")
        .used_if(&[("CRAWLER", "chromium"), ("CRAWLER_FALLBACK", "chromium")]),
    Setting::new(
        "ALLOW_PRIVATE_NETWORKS",
        Switch,
        "let the crawler reach loopback and private addresses",
    )
    .or("off"),
];

const MODELS: &[Setting] = &[
    Setting::secret("GEMINI_API_KEY", "API key of Gemini"),
    Setting::new("GEMINI_BASE_URL", Format(HTTP_URL), "URL of Gemini")
        .or("https://generativelanguage.googleapis.com"),
    Setting::secret("GROQ_API_KEY", "API key of Groq"),
    Setting::new("GROQ_BASE_URL", Format(HTTP_URL), "URL of Groq")
        .or("https://api.groq.com/openai/v1"),
    Setting::secret("OPENAI_API_KEY", "API key of OpenAI or of a compatible server"),
    Setting::new("OPENAI_BASE_URL", Format(HTTP_URL), "URL of OpenAI or of a compatible server")
        .or("https://api.openai.com/v1"),
    Setting::new(
        "PATTERN_MODEL",
        Format(MODEL),
        "model for query patterns: builtin, PROVIDER or PROVIDER:NAME",
    )
    .or_default(WRITER),
    Setting::new(
        "DECISION_MODEL",
        Format(MODEL),
        "model for choosing pages: builtin, PROVIDER or PROVIDER:NAME",
    )
    .or_default(DECIDER),
    Setting::new(
        "EXTRACTION_MODEL",
        Format(MODEL),
        "model for extraction: builtin, PROVIDER or PROVIDER:NAME",
    )
    .or_default(WRITER),
    Setting::new(
        "MODEL_REQUESTS_PER_MINUTE",
        Integer(0, MAX_PER_MINUTE),
        "requests per minute to each model provider; 0: its own limit",
    )
    .or("0"),
    Setting::new(
        "MODEL_TOKENS_PER_MINUTE",
        Integer(0, MAX_PER_MINUTE),
        "tokens per minute for each model provider; 0: its own limit",
    )
    .or("0"),
    Setting::new(
        "MODEL_TIMEOUT_SECONDS",
        Integer(1, 3_600),
        "timeout for the complete answer of a model",
    )
    .or("120"),
    Setting::new("PROMPT_TOKENS", Integer(1_000, 100_000), "maximum tokens per prompt").or("3000"),
    Setting::new("PRICES_FILE", Text, "file of prices that override the built-in ones"),
];

/// By default Gemini extracts and writes patterns, and Groq decides; if one key is missing, the other provider
/// does both, and without any key no model is used.
const WRITER: super::setting::DefaultValue = IfSet {
    cases: &[("GEMINI_API_KEY", "gemini"), ("GROQ_API_KEY", "groq")],
    otherwise: "builtin",
};
const DECIDER: super::setting::DefaultValue = IfSet {
    cases: &[("GROQ_API_KEY", "groq"), ("GEMINI_API_KEY", "gemini")],
    otherwise: "builtin",
};

const API: &[Setting] = &[
    Setting::new("SERVER_ADDR", Format(LISTEN_ADDRESS), "address that the API listens on")
        .or(":8080"),
    Setting::new(
        "PUBLIC_URL",
        Format(HTTP_URL),
        "URL at which clients reach the API, for upload URLs",
    ),
    Setting::new(
        "CORS_ORIGINS",
        List(WEB_ORIGINS),
        "web origins that may call the API, separated by commas",
    ),
    Setting::new(
        "RATE_LIMIT_PER_MINUTE",
        Integer(1, 10_000_000),
        "requests per minute that one caller may make",
    )
    .or("1200"),
    Setting::new(
        "REQUEST_TIMEOUT_SECONDS",
        Integer(1, 3_600),
        "maximum duration of a request, except uploads",
    )
    .or("30"),
    Setting::new(
        "MAX_CONNECTIONS",
        Integer(1, 1_000_000),
        "maximum number of open connections to the API",
    )
    .or("1024"),
    Setting::new("MAX_UPLOAD_BYTES", Integer(1, 1 << 40), "maximum size of an uploaded file")
        .or("4294967296"),
];

const AUTHENTICATION: &[Setting] = &[
    Setting::new("AUTH", Choice(&["none", "api-keys", "jwt"]), "who may call the API").or("none"),
    Setting::new(
        "API_KEYS",
        List(ACCESS_KEYS),
        "keys for AUTH=api-keys: OWNER:KEY, separated by commas",
    )
    .hidden()
    .used_if(&[("AUTH", "api-keys")]),
    Setting::new("JWT_JWKS_URL", Format(HTTP_URL), "URL of the keys that verify bearer tokens")
        .used_if(&[("AUTH", "jwt")]),
    Setting::new("JWT_ISSUER", Text, "required issuer of bearer tokens")
        .used_if(&[("AUTH", "jwt")]),
    Setting::new("JWT_AUDIENCE", Text, "required audience of bearer tokens")
        .used_if(&[("AUTH", "jwt")]),
];

const TEMPORAL: &[Setting] = &[
    Setting::new("TEMPORAL_HOST_PORT", Format(HOST_PORT), "address of the Temporal server")
        .or("localhost:7233"),
    Setting::new("TEMPORAL_NAMESPACE", Text, "Temporal namespace").or("default"),
    Setting::secret("TEMPORAL_API_KEY", "API key of Temporal Cloud"),
    Setting::new("TEMPORAL_TASK_QUEUE", Text, "Temporal task queue").or("ampledata-enrichment"),
    Setting::new("TEMPORAL_CRAWL_TASK_QUEUE", Text, "task queue of crawls, if they have their own"),
    Setting::new(
        "TEMPORAL_MODEL_TASK_QUEUE",
        Text,
        "task queue of model calls, if they have their own",
    ),
    Setting::new(
        "TEMPORAL_ROWS_PER_WORKFLOW",
        Integer(1, 200),
        "rows per workflow, 1 to 200; unset: chosen by the job's size",
    ),
];

const WORKERS: &[Setting] = &[
    Setting::new(
        "WORKER_TAKES",
        Choices(&["jobs", "crawls", "models"]),
        "kinds of tasks that a worker runs",
    )
    .or("jobs, crawls, models"),
    Setting::new(
        "WORKER_ACTIVITIES",
        Integer(1, 10_000),
        "activities that a worker runs at the same time",
    )
    .or("200"),
    Setting::new(
        "WORKER_CACHED_WORKFLOWS",
        Integer(1, 100_000),
        "workflows that a worker keeps in memory",
    )
    .or("1000"),
    Setting::new(
        "WORKER_GRACE_SECONDS",
        Integer(0, 3_600),
        "how long activities may continue after a worker stops",
    )
    .or("30"),
    Setting::new("TEMPORAL_DEPLOYMENT_NAME", Text, "worker deployment, for worker versioning")
        .or("ampledata"),
    Setting::new(
        "TEMPORAL_WORKER_BUILD_ID",
        Text,
        "build id of this worker; unset: no worker versioning",
    ),
    Setting::new(
        "TEMPORAL_METRICS_ADDR",
        Format(SOCKET_ADDRESS),
        "address of the SDK's metrics for Prometheus: IP:PORT",
    ),
];

const TLS: &[Setting] = &[
    Setting::secret(
        "TEMPORAL_CODEC_KEYS",
        "keys that encrypt histories, ID:BASE64 of 32 bytes; the first encrypts, all decrypt",
    ),
    Setting::new(
        "TEMPORAL_TLS",
        Switch,
        "whether to connect to Temporal over TLS; unset: if a key or certificate is set",
    ),
    Setting::new("TEMPORAL_TLS_CLIENT_CERT_PATH", Text, "file of the client certificate"),
    Setting::secret("TEMPORAL_TLS_CLIENT_CERT_DATA", "the client certificate itself"),
    Setting::new("TEMPORAL_TLS_CLIENT_KEY_PATH", Text, "file of the client's private key"),
    Setting::secret("TEMPORAL_TLS_CLIENT_KEY_DATA", "the client's private key itself"),
    Setting::new(
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
        Text,
        "file of the CA certificate that signed the server's",
    ),
    Setting::secret("TEMPORAL_TLS_SERVER_CA_CERT_DATA", "the CA certificate itself"),
    Setting::new("TEMPORAL_TLS_SERVER_NAME", Text, "name that the server's certificate must have"),
    Setting::new(
        "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION",
        Switch,
        "skip the check of the server's name",
    )
    .or("off"),
];

/// All settings, in the order in which they are listed.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}

/// The setting with this name, in the environment's or the file's spelling.
pub fn find(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name.eq_ignore_ascii_case(name))
}

/// The setting with the most similar spelling, if any is similar.
pub(super) fn find_similar(key: &str) -> Option<&'static str> {
    const SIMILAR: f64 = 0.85;
    let key = key.to_ascii_lowercase();
    let score = |name: &str| strsim::jaro_winkler(&name.to_ascii_lowercase(), &key);
    all()
        .map(|setting| (score(setting.name), setting.name))
        .filter(|(score, _)| *score > SIMILAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
