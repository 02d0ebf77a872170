//! Accounts: an owner's API keys, templates, repeated requests and usage.

use std::sync::Arc;

use ampledata_store::{ApiKey, MonthUsage, NewApiKey, Owner, Store};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::ServiceError;

mod idempotency;
mod templates;

pub use ampledata_store::{KeptAnswer, Known, Template};
pub use templates::is_system_template;

/// Random bytes in a key.
const KEY_BYTES: usize = 32;
/// Leading characters of a key that identify it to its owner.
const PREFIX: usize = 10;

/// Everything that belongs to an owner rather than to a table or a job.
#[derive(Clone)]
pub struct Accounts {
    store: Arc<dyn Store>,
}

/// Random text that cannot be guessed.
///
/// # Errors
/// The system provides no random numbers.
pub(super) fn generate_secret(prefix: &str) -> Result<String, ServiceError> {
    let mut bytes = [0; KEY_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| ServiceError::NoRandomNumbers)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The name under which an API key is stored: its SHA-256 in lower-case hex. Keys are random, so a slower
/// hash would protect nothing more.
pub fn hash_key(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

impl Accounts {
    /// The accounts in this store.
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Creates a key and returns it, this once.
    ///
    /// # Errors
    /// The store fails.
    pub async fn create_key(
        &self,
        owner: &Owner,
        name: &str,
    ) -> Result<(NewApiKey, String), ServiceError> {
        let key = generate_secret("amd_")?;
        let new = NewApiKey {
            id: Uuid::new_v4().to_string(),
            owner: owner.clone(),
            name: name.to_owned(),
            prefix: key[..PREFIX].to_owned(),
            hash: hash_key(&key),
        };
        self.store.add_api_key(&new).await?;
        Ok((new, key))
    }

    /// The owner's keys, newest first, revoked ones included.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list_keys(&self, owner: &Owner) -> Result<Vec<ApiKey>, ServiceError> {
        Ok(self.store.api_keys(owner).await?)
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// There is no such key, or it is already revoked.
    pub async fn revoke_key(&self, owner: &Owner, id: &str) -> Result<(), ServiceError> {
        let revoked = self.store.revoke_api_key(owner, id).await?;
        let missing = || ServiceError::NotFound { what: "API key", id: id.to_owned() };
        revoked.then_some(()).ok_or_else(missing)
    }

    /// The owner of the key with this [hash](hash_key), and notes that the key was used.
    ///
    /// # Errors
    /// The store fails.
    pub async fn find_key_owner(&self, hash: &str) -> Result<Option<Owner>, ServiceError> {
        let Some(key) = self.store.api_key_by_hash(hash).await? else { return Ok(None) };
        self.store.touch_api_key(&key.id, Timestamp::now()).await?;
        Ok(Some(key.owner))
    }

    /// The owner's calls by month, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn usage_by_month(
        &self,
        owner: &Owner,
        from: Option<&str>,
    ) -> Result<Vec<MonthUsage>, ServiceError> {
        Ok(self.store.usage_by_month(owner, from).await?)
    }
}
