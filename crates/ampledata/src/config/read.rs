//! Parses the settings and applies the documented defaults.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ampledata_core::model::ModelProvider;

use super::choices::{Auth, Crawler, Database, Driver, Model, SearchProvider, WorkKind};
use super::error::Error;
use super::raw::{Given, Origin, Raw};
use super::secret::{HIDDEN, Secret, without_password};
use super::setting::ALL;
use super::{Crawl, Effective, Jwt, Models, Pem, Search, Settings, Temporal, TemporalTls};

pub(super) const HTTP_URL: &str = "an address that begins with http:// or https://";

/// The defaults as they are displayed, by setting; a setting without an entry has none.
pub(super) type Defaults = BTreeMap<&'static str, String>;

pub(super) fn settings(mut raw: Raw) -> Result<Settings, Error> {
    let mut defaults = Defaults::new();
    let data_dir = PathBuf::from(text_or(&mut defaults, &raw, "DATA_DIR", "./.ampledata"));
    let blobs = format!("file://{}", data_dir.join("uploads").display());
    let mut settings = Settings {
        engine: engine(&mut raw, &mut defaults),
        database: database(&mut raw, &mut defaults, &data_dir),
        server_addr: server_addr(&mut raw, &mut defaults),
        server: super::server::read(&mut raw, &mut defaults),
        temporal: temporal(&mut raw, &mut defaults),
        search: search(&mut raw, &mut defaults),
        crawl: crawl(&mut raw, &mut defaults),
        models: models(&mut raw, &mut defaults),
        retries: number(&mut raw, &mut defaults, "MAX_ENRICHMENT_RETRIES", 2, 0..=20),
        threshold: threshold(&mut raw, &mut defaults),
        concurrency: number(
            &mut raw,
            &mut defaults,
            "CONCURRENCY_ROW_ENRICHMENT_LIMIT",
            10,
            1..=10_000,
        ),
        auth: auth(&mut raw, &mut defaults),
        jwt: Jwt {
            jwks_url: raw.read("JWT_JWKS_URL", HTTP_URL, http_url),
            issuer: raw.text("JWT_ISSUER"),
            audience: raw.text("JWT_AUDIENCE"),
        },
        blob_url: blob_url(&mut raw, &mut defaults, blobs),
        allow_private_networks: switch(&mut raw, &mut defaults, "ALLOW_PRIVATE_NETWORKS"),
        data_dir,
        effective: Vec::new(),
    };
    settings.effective = effective(&raw.finish()?, &defaults);
    Ok(settings)
}

fn effective(given: &BTreeMap<&'static str, Given>, defaults: &Defaults) -> Vec<Effective> {
    let one = |setting: &super::Setting| match given.get(setting.name) {
        Some(_) if setting.secret => (Some(HIDDEN.to_owned()), None),
        Some(given) => (Some(without_password(&given.text)), None),
        None => (defaults.get(setting.name).cloned(), Some(Origin::Default)),
    };
    let all = ALL.iter().map(|setting| {
        let (value, default) = one(setting);
        let source = default.or_else(|| given.get(setting.name).map(|given| given.origin));
        Effective { name: setting.name, value, source: source.unwrap_or(Origin::Default) }
    });
    all.collect()
}

fn text_or(defaults: &mut Defaults, raw: &Raw, name: &'static str, default: &str) -> String {
    defaults.insert(name, default.to_owned());
    raw.text(name).unwrap_or_else(|| default.to_owned())
}

fn secret(raw: &Raw, name: &str) -> Option<Secret> {
    raw.text(name).map(Secret::new)
}

pub(super) fn http_url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    (!rest.is_empty()).then(|| text.trim_end_matches('/').to_owned())
}

fn url_or(raw: &mut Raw, defaults: &mut Defaults, name: &'static str, default: &str) -> String {
    defaults.insert(name, default.to_owned());
    raw.read(name, HTTP_URL, http_url).unwrap_or_else(|| default.to_owned())
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "on" | "yes" => Some(true),
        "0" | "false" | "off" | "no" => Some(false),
        _ => None,
    }
}

fn switch(raw: &mut Raw, defaults: &mut Defaults, name: &'static str) -> bool {
    defaults.insert(name, "off".to_owned());
    raw.read(name, "on, off", boolean).unwrap_or(false)
}

pub(super) fn number<N>(
    raw: &mut Raw,
    defaults: &mut Defaults,
    name: &'static str,
    default: N,
    range: std::ops::RangeInclusive<N>,
) -> N
where
    N: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    defaults.insert(name, default.to_string());
    let allowed = format!("a whole number from {} to {}", range.start(), range.end());
    let within = |text: &str| text.parse().ok().filter(|number: &N| range.contains(number));
    raw.read(name, &allowed, within).unwrap_or(default)
}

fn threshold(raw: &mut Raw, defaults: &mut Defaults) -> f64 {
    const NAME: &str = "CONFIDENCE_THRESHOLD";
    defaults.insert(NAME, "0.75".to_owned());
    let within = |text: &str| text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    raw.read(NAME, "a number from 0 to 1, such as 0.75", within).unwrap_or(0.75)
}

fn engine(raw: &mut Raw, defaults: &mut Defaults) -> Driver {
    let default =
        if raw.is_set("TEMPORAL_HOST_PORT") { Driver::Temporal } else { Driver::Embedded };
    defaults.insert("ENGINE", default.to_string());
    raw.read("ENGINE", Driver::ALLOWED, Driver::read).unwrap_or(default)
}

fn database(raw: &mut Raw, defaults: &mut Defaults, data_dir: &Path) -> Database {
    const NAME: &str = "DATABASE_URL_ENRICH";
    let file = data_dir.join("ampledata.db");
    defaults.insert(NAME, format!("sqlite://{}", file.display()));
    raw.read(NAME, Database::ALLOWED, Database::read).unwrap_or(Database::Sqlite(file))
}

fn server_addr(raw: &mut Raw, defaults: &mut Defaults) -> String {
    const NAME: &str = "SERVER_ADDR";
    defaults.insert(NAME, ":8080".to_owned());
    raw.read(NAME, "HOST:PORT or :PORT", |text| {
        let (_, port) = text.rsplit_once(':')?;
        port.parse::<u16>().ok().map(|_| text.to_owned())
    })
    .unwrap_or_else(|| ":8080".to_owned())
}

fn temporal(raw: &mut Raw, defaults: &mut Defaults) -> Temporal {
    const HOST_PORT: &str = "TEMPORAL_HOST_PORT";
    defaults.insert(HOST_PORT, "localhost:7233".to_owned());
    let host_port = raw
        .read(HOST_PORT, "HOST:PORT", |text| {
            let (host, port) = text.rsplit_once(':')?;
            port.parse::<u16>().ok().filter(|_| !host.is_empty()).map(|_| text.to_owned())
        })
        .unwrap_or_else(|| "localhost:7233".to_owned());
    Temporal {
        host_port,
        namespace: text_or(defaults, raw, "TEMPORAL_NAMESPACE", "default"),
        task_queue: text_or(defaults, raw, "TEMPORAL_TASK_QUEUE", "ampledata-enrichment"),
        crawl_queue: raw.text("TEMPORAL_CRAWL_TASK_QUEUE"),
        model_queue: raw.text("TEMPORAL_MODEL_TASK_QUEUE"),
        worker_takes: worker_takes(raw, defaults),
        metrics: raw.read("TEMPORAL_METRICS_ADDR", "IP:PORT", |text| text.parse().ok()),
        api_key: secret(raw, "TEMPORAL_API_KEY"),
        deployment: text_or(defaults, raw, "TEMPORAL_DEPLOYMENT_NAME", "ampledata"),
        build_id: raw.text("TEMPORAL_WORKER_BUILD_ID"),
        codec_keys: secret(raw, "TEMPORAL_CODEC_KEYS"),
        rows_per_workflow: raw.read(
            "TEMPORAL_ROWS_PER_WORKFLOW",
            "a whole number from 1 to 200",
            |text| text.parse().ok().filter(|rows| (1..=200).contains(rows)),
        ),
        activities: number(raw, defaults, "WORKER_ACTIVITIES", 200, 1..=10_000),
        cached_workflows: number(raw, defaults, "WORKER_CACHED_WORKFLOWS", 1_000, 1..=100_000),
        grace: Duration::from_secs(number(raw, defaults, "WORKER_GRACE_SECONDS", 30, 0..=3_600)),
        tls: TemporalTls {
            enabled: raw.read("TEMPORAL_TLS", "on, off", boolean),
            client_cert: pem(raw, "TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_CERT_DATA"),
            client_key: pem(raw, "TEMPORAL_TLS_CLIENT_KEY_PATH", "TEMPORAL_TLS_CLIENT_KEY_DATA"),
            server_ca: pem(
                raw,
                "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
                "TEMPORAL_TLS_SERVER_CA_CERT_DATA",
            ),
            server_name: raw.text("TEMPORAL_TLS_SERVER_NAME"),
            skip_host_verification: switch(raw, defaults, "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"),
        },
    }
}

fn worker_takes(raw: &mut Raw, defaults: &mut Defaults) -> Vec<WorkKind> {
    const NAME: &str = "WORKER_TAKES";
    defaults.insert(NAME, "jobs, crawls, models".to_owned());
    let all = || vec![WorkKind::Jobs, WorkKind::Crawls, WorkKind::Models];
    raw.read(NAME, "one or more of jobs, crawls, models", |text| {
        text.split(',').map(|kind| WorkKind::read(kind.trim())).collect()
    })
    .unwrap_or_else(all)
}

fn pem(raw: &Raw, path: &str, data: &str) -> Option<Pem> {
    let file = || raw.text(path).map(|path| Pem::Path(path.into()));
    secret(raw, data).map(Pem::Data).or_else(file)
}

fn search(raw: &mut Raw, defaults: &mut Defaults) -> Search {
    let default =
        if raw.is_set("SERPER_API_KEY") { SearchProvider::Serper } else { SearchProvider::Corpus };
    defaults.insert("SEARCH_PROVIDER", default.to_string());
    let provider = raw.read("SEARCH_PROVIDER", SearchProvider::ALLOWED, SearchProvider::read);
    Search {
        provider: provider.unwrap_or(default),
        serper_key: secret(raw, "SERPER_API_KEY"),
        serper_url: url_or(raw, defaults, "SERPER_BASE_URL", "https://google.serper.dev"),
        brave_key: secret(raw, "BRAVE_API_KEY"),
        searxng_url: raw.read("SEARXNG_URL", HTTP_URL, http_url),
        country: raw.read("SEARCH_COUNTRY", "two letters, such as de", country),
        language: raw.read("SEARCH_LANGUAGE", "a language tag, such as de or pt-BR", language),
        per_minute: per_minute(raw, defaults, "SEARCH_REQUESTS_PER_MINUTE"),
        corpus_dir: raw.text("CORPUS_DIR").map(PathBuf::from),
    }
}

fn crawl(raw: &mut Raw, defaults: &mut Defaults) -> Crawl {
    defaults.insert("CRAWLER", "builtin".to_owned());
    Crawl {
        crawler: raw.read("CRAWLER", Crawler::ALLOWED, Crawler::read).unwrap_or(Crawler::Builtin),
        crawl4ai_url: url_or(raw, defaults, "CRAWL4AI_URL", "http://localhost:8000"),
        browser_fallback: fallback(raw, defaults),
        chromium: raw.text("CHROMIUM_PATH").map(PathBuf::from),
    }
}

/// By default Groq decides, and Gemini extracts and writes patterns; if one key is missing, the other
/// provider does both, and without any key no model is used.
fn models(raw: &mut Raw, defaults: &mut Defaults) -> Models {
    let gemini = raw.is_set("GEMINI_API_KEY").then_some(Model::Default(ModelProvider::Gemini));
    let groq = raw.is_set("GROQ_API_KEY").then_some(Model::Default(ModelProvider::Groq));
    let writes = gemini.clone().or_else(|| groq.clone()).unwrap_or(Model::Builtin);
    let decides = groq.or(gemini).unwrap_or(Model::Builtin);
    let mut model = |name, default: Model| {
        defaults.insert(name, default.to_string());
        raw.read(name, Model::ALLOWED, Model::read).unwrap_or(default)
    };
    let pattern = model("PATTERN_MODEL", writes.clone());
    let decision = model("DECISION_MODEL", decides);
    let extraction = model("EXTRACTION_MODEL", writes);
    Models {
        pattern,
        decision,
        extraction,
        gemini_key: secret(raw, "GEMINI_API_KEY"),
        gemini_url: url_or(
            raw,
            defaults,
            "GEMINI_BASE_URL",
            "https://generativelanguage.googleapis.com",
        ),
        groq_key: secret(raw, "GROQ_API_KEY"),
        groq_url: url_or(raw, defaults, "GROQ_BASE_URL", "https://api.groq.com/openai/v1"),
        openai_key: secret(raw, "OPENAI_API_KEY"),
        openai_url: url_or(raw, defaults, "OPENAI_BASE_URL", "https://api.openai.com/v1"),
        requests_per_minute: per_minute(raw, defaults, "MODEL_REQUESTS_PER_MINUTE"),
        tokens_per_minute: per_minute(raw, defaults, "MODEL_TOKENS_PER_MINUTE"),
        timeout: Duration::from_secs(number(
            raw,
            defaults,
            "MODEL_TIMEOUT_SECONDS",
            120,
            1..=3_600,
        )),
        prompt_tokens: number(raw, defaults, "PROMPT_TOKENS", 3_000, 1_000..=100_000),
        prices: raw.text("PRICES_FILE").map(PathBuf::from),
    }
}

/// 0 means that no limit is set.
fn per_minute(raw: &mut Raw, defaults: &mut Defaults, name: &'static str) -> Option<NonZeroU32> {
    NonZeroU32::new(number(raw, defaults, name, 0, 0..=1_000_000_000))
}

fn country(text: &str) -> Option<String> {
    let is_country = text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic());
    is_country.then(|| text.to_ascii_lowercase())
}

fn language(text: &str) -> Option<String> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    text.split('-').all(part).then(|| text.to_owned())
}

fn fallback(raw: &mut Raw, defaults: &mut Defaults) -> bool {
    const NAME: &str = "CRAWLER_FALLBACK";
    defaults.insert(NAME, "none".to_owned());
    let read = |text: &str| match text {
        "none" => Some(false),
        "chromium" => Some(true),
        _ => None,
    };
    raw.read(NAME, "none, chromium", read).unwrap_or(false)
}

fn auth(raw: &mut Raw, defaults: &mut Defaults) -> Auth {
    defaults.insert("AUTH", "none".to_owned());
    raw.read("AUTH", Auth::ALLOWED, Auth::read).unwrap_or(Auth::None)
}

fn blob_url(raw: &mut Raw, defaults: &mut Defaults, default: String) -> String {
    const SCHEMES: [&str; 4] = ["file://", "s3://", "gs://", "az://"];
    defaults.insert("BLOB_URL", default.clone());
    raw.read("BLOB_URL", "an address that begins with file://, s3://, gs:// or az://", |text| {
        SCHEMES.iter().any(|scheme| text.starts_with(scheme)).then(|| text.to_owned())
    })
    .unwrap_or(default)
}
