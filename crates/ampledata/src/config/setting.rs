//! The settings that there are.

/// One setting: an environment variable, and the same name in lower case in `ampledata.toml`.
#[derive(Debug)]
pub struct Setting {
    /// The variable's name.
    pub name: &'static str,
    /// Whether its value is kept out of everything that is shown.
    pub secret: bool,
    /// What it is for, as the end of a sentence.
    pub meaning: &'static str,
}

impl Setting {
    /// The setting of that name in the spelling of either environment or file.
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

/// All of them, in the order in which they are shown.
pub const ALL: &[Setting] = &[
    plain("ENGINE", "which driver runs jobs: embedded or temporal"),
    plain("DATABASE_URL_ENRICH", "the database: sqlite://… or postgres://…"),
    plain("DATA_DIR", "folder of the SQLite file, uploads and stored pages"),
    plain("SERVER_ADDR", "address of the API"),
    plain("TEMPORAL_HOST_PORT", "address of the Temporal server"),
    plain("TEMPORAL_NAMESPACE", "Temporal namespace"),
    plain("TEMPORAL_TASK_QUEUE", "Temporal task queue"),
    plain("TEMPORAL_CRAWL_TASK_QUEUE", "task queue of crawls, where they have one of their own"),
    plain("TEMPORAL_MODEL_TASK_QUEUE", "task queue of calls of models, where they have their own"),
    plain("WORKER_TAKES", "what a worker takes on: jobs, crawls, models"),
    plain("TEMPORAL_METRICS_ADDR", "where the SDK's metrics are told to Prometheus: IP:PORT"),
    plain(
        "TEMPORAL_ROWS_PER_WORKFLOW",
        "rows of one workflow, 1 to 200; by the job's size if unset",
    ),
    plain("WORKER_ACTIVITIES", "activities that a worker has under way"),
    plain("WORKER_CACHED_WORKFLOWS", "workflows that a worker keeps in memory"),
    plain("WORKER_GRACE_SECONDS", "how long activities may go on when a worker stops"),
    plain("TEMPORAL_DEPLOYMENT_NAME", "deployment of workers whose versions are kept apart"),
    plain("TEMPORAL_WORKER_BUILD_ID", "build of this worker; unset: versions are not kept apart"),
    secret("TEMPORAL_API_KEY", "key of Temporal Cloud"),
    secret(
        "TEMPORAL_CODEC_KEYS",
        "keys that seal histories: ID:BASE64 of 32 bytes, the first one seals",
    ),
    plain("TEMPORAL_TLS", "whether Temporal is reached over TLS"),
    plain("TEMPORAL_TLS_CLIENT_CERT_PATH", "file of the client certificate"),
    secret("TEMPORAL_TLS_CLIENT_CERT_DATA", "the client certificate itself"),
    plain("TEMPORAL_TLS_CLIENT_KEY_PATH", "file of the client key"),
    secret("TEMPORAL_TLS_CLIENT_KEY_DATA", "the client key itself"),
    plain("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "file of the authority that signs the server"),
    secret("TEMPORAL_TLS_SERVER_CA_CERT_DATA", "the authority's certificate itself"),
    plain("TEMPORAL_TLS_SERVER_NAME", "name that the server's certificate must carry"),
    plain("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "whether the server's name goes unchecked"),
    plain("SEARCH_PROVIDER", "who searches: serper, brave, searxng or corpus"),
    secret("SERPER_API_KEY", "key of Serper"),
    plain("SERPER_BASE_URL", "where Serper is"),
    secret("BRAVE_API_KEY", "key of Brave Search"),
    plain("SEARXNG_URL", "where a SearXNG is"),
    plain("SEARCH_COUNTRY", "country to search from, such as de"),
    plain("SEARCH_LANGUAGE", "language to search in, such as de"),
    plain("SEARCH_REQUESTS_PER_MINUTE", "searches in a minute; 0: as fast as allowed"),
    plain("CORPUS_DIR", "a folder of pages that is searched and read instead of the web"),
    plain("CRAWLER", "who fetches pages: builtin, crawl4ai or chromium"),
    plain("CRAWL4AI_URL", "where a Crawl4AI is"),
    plain("CRAWLER_FALLBACK", "who reads pages that are empty without scripts: none or chromium"),
    plain("CHROMIUM_PATH", "the browser; looked for on the PATH where not set"),
    secret("GEMINI_API_KEY", "key of Gemini"),
    plain("GEMINI_BASE_URL", "where Gemini is"),
    secret("GROQ_API_KEY", "key of Groq"),
    plain("GROQ_BASE_URL", "where Groq is"),
    secret("OPENAI_API_KEY", "key of OpenAI, or of a server that speaks like it"),
    plain("OPENAI_BASE_URL", "where that server is"),
    plain("PATTERN_MODEL", "who writes query patterns: builtin, PROVIDER or PROVIDER:NAME"),
    plain("DECISION_MODEL", "who decides what to read: builtin, PROVIDER or PROVIDER:NAME"),
    plain("EXTRACTION_MODEL", "who extracts values: builtin, PROVIDER or PROVIDER:NAME"),
    plain(
        "MODEL_REQUESTS_PER_MINUTE",
        "requests to each model provider in a minute; 0: as allowed",
    ),
    plain("MODEL_TOKENS_PER_MINUTE", "tokens for each model provider in a minute; 0: as allowed"),
    plain("MODEL_TIMEOUT_SECONDS", "until the whole answer of a model is there"),
    plain("PROMPT_TOKENS", "tokens of a prompt at most"),
    plain("PRICES_FILE", "a file of prices that go before the listed ones"),
    plain("MAX_ENRICHMENT_RETRIES", "further attempts of a row"),
    plain("CONFIDENCE_THRESHOLD", "confidence under which a cell is weak"),
    plain("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "rows in flight per job"),
    plain("AUTH", "who may call the API: none, api-keys or jwt"),
    secret("API_KEYS", "keys of AUTH=api-keys: OWNER:KEY, several with commas between them"),
    plain("JWT_JWKS_URL", "where the keys of bearer tokens are"),
    plain("JWT_ISSUER", "the issuer that bearer tokens must name"),
    plain("JWT_AUDIENCE", "the audience that bearer tokens must name"),
    plain("PUBLIC_URL", "where clients reach the API, for the addresses of uploads"),
    plain("CORS_ORIGINS", "web sites that may call the API, with commas between them"),
    plain("RATE_LIMIT_PER_MINUTE", "requests a minute that one caller may make"),
    plain("REQUEST_TIMEOUT_SECONDS", "how long a request may take, uploads aside"),
    plain("MAX_CONNECTIONS", "connections that the API holds at a time"),
    plain("MAX_UPLOAD_BYTES", "the largest file that may be uploaded"),
    plain("MAX_RUNNING_JOBS", "jobs that run at a time; further ones wait"),
    plain("BLOB_URL", "uploads and exports: file://, s3://, gs:// or az://"),
    plain("ALLOW_PRIVATE_NETWORKS", "lets the crawler reach loopback and private addresses"),
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
