//! Settings of the API: who may call it, and its limits.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::deserialize;
use super::secret::Secret;

/// Minimum length of a key in bytes; shorter keys can be guessed.
const MIN_KEY_BYTES: usize = 24;

/// Limits of the API.
#[derive(Debug, Clone, Deserialize)]
pub struct Server {
    /// Keys that the operator issues.
    #[serde(rename = "API_KEYS", default)]
    pub keys: Vec<AccessKey>,
    /// URL at which clients reach the API; the request's `Host` if unset.
    #[serde(rename = "PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Web origins that may call the API.
    #[serde(rename = "CORS_ORIGINS", default)]
    pub cors_origins: Vec<String>,
    /// Requests per minute that one caller may make.
    #[serde(rename = "RATE_LIMIT_PER_MINUTE")]
    pub rate_per_minute: u32,
    /// Maximum duration of a request, except uploads.
    #[serde(rename = "REQUEST_TIMEOUT_SECONDS", deserialize_with = "deserialize::seconds")]
    pub request_timeout: Duration,
    /// Maximum number of open connections.
    #[serde(rename = "MAX_CONNECTIONS")]
    pub connections: usize,
    /// Maximum size of an uploaded file in bytes.
    #[serde(rename = "MAX_UPLOAD_BYTES")]
    pub upload_bytes: u64,
    /// Jobs that run at the same time.
    #[serde(rename = "MAX_RUNNING_JOBS")]
    pub running_jobs: usize,
}

/// A key that the operator issues, and its owner.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// The owner.
    pub owner: String,
    /// The key.
    pub key: Secret,
}

/// The text is not `OWNER:KEY`, or the key is too short.
#[derive(Debug, thiserror::Error)]
#[error("not an access key")]
pub struct NotAnAccessKey;

impl FromStr for AccessKey {
    type Err = NotAnAccessKey;

    fn from_str(text: &str) -> Result<Self, NotAnAccessKey> {
        let (owner, key) = text.split_once(':').ok_or(NotAnAccessKey)?;
        let is_key = key.len() >= MIN_KEY_BYTES && key.bytes().all(|b| b.is_ascii_graphic());
        if owner.is_empty() || !is_key {
            return Err(NotAnAccessKey);
        }
        Ok(Self { owner: owner.to_owned(), key: Secret::new(key.to_owned()) })
    }
}

impl<'de> Deserialize<'de> for AccessKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize::text(deserializer)
    }
}
