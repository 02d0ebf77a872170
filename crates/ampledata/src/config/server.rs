//! Settings of the API: who may call it, and its limits.

use std::time::Duration;

use super::raw::Raw;
use super::read::{Defaults, HTTP_URL, http_url, number};
use super::secret::Secret;

/// Minimum length of a key in bytes; shorter keys can be guessed.
const KEY_BYTES: usize = 24;

/// Limits of the API.
#[derive(Debug, Clone)]
pub struct Server {
    /// Keys that the operator issues.
    pub keys: Vec<AccessKey>,
    /// URL at which clients reach the API; the request's `Host` if unset.
    pub public_url: Option<String>,
    /// Web origins that may call the API.
    pub cors_origins: Vec<String>,
    /// Requests per minute that one caller may make.
    pub rate_per_minute: u32,
    /// Maximum duration of a request, except uploads.
    pub request_timeout: Duration,
    /// Maximum number of open connections.
    pub connections: usize,
    /// Maximum size of an uploaded file in bytes.
    pub upload_bytes: u64,
    /// Jobs that run at the same time.
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

pub(super) fn read(raw: &mut Raw, defaults: &mut Defaults) -> Server {
    let timeout = number(raw, defaults, "REQUEST_TIMEOUT_SECONDS", 30, 1..=3_600);
    Server {
        keys: raw.read("API_KEYS", KEYS, keys).unwrap_or_default(),
        public_url: raw.read("PUBLIC_URL", HTTP_URL, http_url),
        cors_origins: raw.read("CORS_ORIGINS", ORIGINS, origins).unwrap_or_default(),
        rate_per_minute: number(raw, defaults, "RATE_LIMIT_PER_MINUTE", 1_200, 1..=10_000_000),
        request_timeout: Duration::from_secs(timeout),
        connections: number(raw, defaults, "MAX_CONNECTIONS", 1_024, 1..=1_000_000),
        upload_bytes: number(raw, defaults, "MAX_UPLOAD_BYTES", 4 << 30, 1..=1 << 40),
        running_jobs: number(raw, defaults, "MAX_RUNNING_JOBS", 4, 1..=1_000),
    }
}

const KEYS: &str = "OWNER:KEY[,OWNER:KEY], each key of at least 24 characters";

fn keys(text: &str) -> Option<Vec<AccessKey>> {
    let key = |pair: &str| {
        let (owner, key) = pair.trim().split_once(':')?;
        let good = !owner.is_empty()
            && key.len() >= KEY_BYTES
            && key.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| AccessKey { owner: owner.to_owned(), key: Secret::new(key.to_owned()) })
    };
    text.split(',').map(key).collect()
}

const ORIGINS: &str = "web origins such as https://app.example.com, separated by commas";

fn origins(text: &str) -> Option<Vec<String>> {
    let origin = |text: &str| {
        let origin = http_url(text.trim())?;
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        (!host.contains('/') && host.is_ascii()).then_some(origin)
    };
    text.split(',').map(origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_need_an_owner_and_a_length() {
        let read = keys("ann:0123456789abcdef01234567, bob:abcdefghijklmnopqrstuvwxyz").unwrap();
        let owners: Vec<_> = read.iter().map(|key| key.owner.as_str()).collect();
        assert_eq!(owners, ["ann", "bob"]);
        for wrong in ["ann:short", ":0123456789abcdef01234567", "0123456789abcdef01234567", ""] {
            assert!(keys(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn origins_have_no_path() {
        assert_eq!(origins("https://a.example, http://b:3000").unwrap().len(), 2);
        for wrong in ["a.example", "https://a.example/path", "*", ""] {
            assert!(origins(wrong).is_none(), "{wrong}");
        }
    }
}
