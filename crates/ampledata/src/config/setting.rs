//! The list of all settings.

/// One setting: an environment variable, and the same name in lower case in `ampledata.toml`.
#[derive(Debug)]
pub struct Setting {
    /// The variable's name.
    pub name: &'static str,
    /// Whether its value is hidden in all output.
    pub secret: bool,
    /// What it sets: a short phrase in lower case, without a full stop.
    pub meaning: &'static str,
}

impl Setting {
    /// The setting with this name, in the environment's or the file's spelling.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|setting| setting.name.eq_ignore_ascii_case(name))
    }
}

const fn plain(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, secret: false, meaning }
}

const fn secret(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, secret: true, meaning }
}

/// All settings, in the order in which they are listed.
pub const ALL: &[Setting] = &[
    plain("ENGINE", "engine that runs jobs: embedded or temporal"),
    plain("DATABASE_URL_ENRICH", "database: sqlite://… or postgres://…"),
    plain("DATA_DIR", "folder for the SQLite file, uploads and stored pages"),
    plain("SERVER_ADDR", "address that the API listens on"),
    plain("TEMPORAL_HOST_PORT", "address of the Temporal server"),
    plain("TEMPORAL_NAMESPACE", "Temporal namespace"),
    plain("TEMPORAL_TASK_QUEUE", "Temporal task queue"),
    plain("TEMPORAL_CRAWL_TASK_QUEUE", "task queue of crawls, if they have their own"),
    plain("TEMPORAL_MODEL_TASK_QUEUE", "task queue of model calls, if they have their own"),
    plain("WORKER_TAKES", "kinds of tasks that a worker runs: jobs, crawls, models"),
    plain("TEMPORAL_METRICS_ADDR", "address of the SDK's metrics for Prometheus: IP:PORT"),
    plain(
        "TEMPORAL_ROWS_PER_WORKFLOW",
        "rows per workflow, 1 to 200; unset: chosen by the job's size",
    ),
    plain("WORKER_ACTIVITIES", "activities that a worker runs at the same time"),
    plain("WORKER_CACHED_WORKFLOWS", "workflows that a worker keeps in memory"),
    plain("WORKER_GRACE_SECONDS", "how long activities may continue after a worker stops"),
    plain("TEMPORAL_DEPLOYMENT_NAME", "worker deployment, for worker versioning"),
    plain("TEMPORAL_WORKER_BUILD_ID", "build id of this worker; unset: no worker versioning"),
    secret("TEMPORAL_API_KEY", "API key of Temporal Cloud"),
    secret(
        "TEMPORAL_CODEC_KEYS",
        "keys that encrypt histories, ID:BASE64 of 32 bytes; the first encrypts, all decrypt",
    ),
    plain("TEMPORAL_TLS", "whether to connect to Temporal over TLS"),
    plain("TEMPORAL_TLS_CLIENT_CERT_PATH", "file of the client certificate"),
    secret("TEMPORAL_TLS_CLIENT_CERT_DATA", "the client certificate itself"),
    plain("TEMPORAL_TLS_CLIENT_KEY_PATH", "file of the client's private key"),
    secret("TEMPORAL_TLS_CLIENT_KEY_DATA", "the client's private key itself"),
    plain(
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
        "file of the CA certificate that signed the server's",
    ),
    secret("TEMPORAL_TLS_SERVER_CA_CERT_DATA", "the CA certificate itself"),
    plain("TEMPORAL_TLS_SERVER_NAME", "name that the server's certificate must have"),
    plain("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "skip the check of the server's name"),
    plain("SEARCH_PROVIDER", "search provider: serper, brave, searxng or corpus"),
    secret("SERPER_API_KEY", "API key of Serper"),
    plain("SERPER_BASE_URL", "URL of Serper"),
    secret("BRAVE_API_KEY", "API key of Brave Search"),
    plain("SEARXNG_URL", "URL of a SearXNG server"),
    plain("SEARCH_COUNTRY", "country to search from, such as de"),
    plain("SEARCH_LANGUAGE", "language to search in, such as de"),
    plain("SEARCH_REQUESTS_PER_MINUTE", "searches per minute; 0: as many as the service allows"),
    plain("CORPUS_DIR", "folder of pages to search and read instead of the web"),
    plain("CRAWLER", "what fetches pages: builtin, crawl4ai or chromium"),
    plain("CRAWL4AI_URL", "URL of a Crawl4AI server"),
    plain("CRAWLER_FALLBACK", "what reads pages that need scripts: none or chromium"),
    plain("CHROMIUM_PATH", "path of the browser; unset: searched for on the PATH"),
    secret("GEMINI_API_KEY", "API key of Gemini"),
    plain("GEMINI_BASE_URL", "URL of Gemini"),
    secret("GROQ_API_KEY", "API key of Groq"),
    plain("GROQ_BASE_URL", "URL of Groq"),
    secret("OPENAI_API_KEY", "API key of OpenAI or of a compatible server"),
    plain("OPENAI_BASE_URL", "URL of OpenAI or of a compatible server"),
    plain("PATTERN_MODEL", "model for query patterns: builtin, PROVIDER or PROVIDER:NAME"),
    plain("DECISION_MODEL", "model for choosing pages: builtin, PROVIDER or PROVIDER:NAME"),
    plain("EXTRACTION_MODEL", "model for extraction: builtin, PROVIDER or PROVIDER:NAME"),
    plain(
        "MODEL_REQUESTS_PER_MINUTE",
        "requests per minute to each model provider; 0: its own limit",
    ),
    plain("MODEL_TOKENS_PER_MINUTE", "tokens per minute for each model provider; 0: its own limit"),
    plain("MODEL_TIMEOUT_SECONDS", "timeout for the complete answer of a model"),
    plain("PROMPT_TOKENS", "maximum tokens per prompt"),
    plain("PRICES_FILE", "file of prices that override the built-in ones"),
    plain("MAX_ENRICHMENT_RETRIES", "additional attempts per row"),
    plain("CONFIDENCE_THRESHOLD", "confidence below which a cell is weak"),
    plain("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "rows processed at the same time, per job"),
    plain("AUTH", "who may call the API: none, api-keys or jwt"),
    secret("API_KEYS", "keys for AUTH=api-keys: OWNER:KEY, separated by commas"),
    plain("JWT_JWKS_URL", "URL of the keys that verify bearer tokens"),
    plain("JWT_ISSUER", "required issuer of bearer tokens"),
    plain("JWT_AUDIENCE", "required audience of bearer tokens"),
    plain("PUBLIC_URL", "URL at which clients reach the API, for upload URLs"),
    plain("CORS_ORIGINS", "web origins that may call the API, separated by commas"),
    plain("RATE_LIMIT_PER_MINUTE", "requests per minute that one caller may make"),
    plain("REQUEST_TIMEOUT_SECONDS", "maximum duration of a request, except uploads"),
    plain("MAX_CONNECTIONS", "maximum number of open connections to the API"),
    plain("MAX_UPLOAD_BYTES", "maximum size of an uploaded file"),
    plain("MAX_RUNNING_JOBS", "jobs that run at the same time; others wait"),
    plain("BLOB_URL", "uploads and exports: file://, s3://, gs:// or az://"),
    plain("ALLOW_PRIVATE_NETWORKS", "let the crawler reach loopback and private addresses"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_in_both_spellings() {
        for setting in ALL {
            let same: Vec<_> = ALL.iter().filter(|other| other.name == setting.name).collect();
            assert_eq!(same.len(), 1, "{}", setting.name);
            let lower = setting.name.to_ascii_lowercase();
            assert_eq!(Setting::named(&lower).map(|found| found.name), Some(setting.name));
        }
        assert!(Setting::named("concurrency").is_none());
    }

    #[test]
    fn every_key_is_a_secret() {
        for setting in ALL.iter().filter(|setting| setting.name.contains("API_KEY")) {
            assert!(setting.secret, "{}", setting.name);
        }
    }
}
