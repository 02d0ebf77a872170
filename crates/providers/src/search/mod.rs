//! Search engines: Serper, Brave and SearXNG, queried over HTTP.
//!
//! What an engine itself knows (knowledge graph, info box, answer, questions people also ask) also
//! becomes results of its [`Serp`], before the pages: it is evidence with a source of its own.

mod brave;
mod date;
mod json;
mod searxng;
mod serp_builder;
mod serper;

use std::fmt;
use std::time::Duration;

use ampledata_core::value::PartialDate;
use ampledata_net::service::ServiceAddress;
use reqwest::header::HeaderValue;
use thiserror::Error;

pub use super::models::ApiKey;
pub use brave::Brave;
pub use searxng::Searxng;
pub use serper::Serper;

#[cfg(doc)]
use ampledata_core::serp::Serp;

/// Base address of Serper's service.
pub const SERPER_BASE_URL: &str = "https://google.serper.dev";
/// Base address of Brave's service.
pub const BRAVE_BASE_URL: &str = "https://api.search.brave.com";

/// The header value that carries a key, marked as secret.
fn key_header(key: &ApiKey) -> Result<HeaderValue, SetupError> {
    let key = key.get().ok_or(SetupError::NoKey)?;
    let mut value = HeaderValue::from_str(key).map_err(|_| SetupError::Key)?;
    value.set_sensitive(true);
    Ok(value)
}

/// How a search engine is queried.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Base address of the service, followed by the paths of its API.
    pub base_url: String,
    /// Country to search from, as ISO 3166 alpha-2 (`de`): Serper `gl`, Brave `country`.
    pub country: Option<String>,
    /// Language to search in, as BCP 47 (`de`): Serper `hl`, Brave `search_lang`, SearXNG `language`.
    pub language: Option<String>,
    /// Number of results to request; `None` uses the service's default.
    pub results: Option<u8>,
    /// Timeout of the complete answer.
    pub timeout: Duration,
    /// The day that "2 days ago" counts from; `None` is today in UTC.
    pub today: Option<PartialDate>,
}

impl Settings {
    /// The documented defaults for a service at this address.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            country: None,
            language: None,
            results: None,
            timeout: Duration::from_secs(20),
            today: None,
        }
    }

    /// The address of a path of the service.
    fn service_address(&self, path: &str) -> Result<ServiceAddress, SetupError> {
        ServiceAddress::new(&self.base_url, path).ok_or(SetupError::BaseUrl)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &ServiceAddress::new(&self.base_url, ""))
            .field("country", &self.country)
            .field("language", &self.language)
            .field("results", &self.results)
            .field("timeout", &self.timeout)
            .field("today", &self.today)
            .finish()
    }
}

/// Why a provider cannot be set up.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The base address is not one of http or https.
    #[error("the base address is not an http or https address, or has a query or fragment")]
    BaseUrl,
    /// There is no key.
    #[error("the key is empty")]
    NoKey,
    /// The key contains characters that a header cannot carry.
    #[error("the key contains invalid characters")]
    Key,
    /// No TLS root certificates, or no resolver.
    #[error("cannot create the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}
