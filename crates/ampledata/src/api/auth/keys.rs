//! API keys: those of the operator, from the settings, and those that callers created.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Caller;
use crate::api::error::Error;
use crate::app::Application;
use crate::app::Owner;
use crate::app::accounts::hash_key;
use crate::config::AccessKey;

/// Looks keys up by hash: the keys themselves are not stored, and the time of comparing hashes reveals
/// nothing about a key.
pub(crate) struct Keys {
    given: BTreeMap<String, String>,
    app: Arc<Application>,
}

impl Keys {
    pub(crate) fn new(given: &[AccessKey], app: Arc<Application>) -> Self {
        let given = given.iter().map(|key| (hash_key(key.key.expose()), key.owner.clone()));
        Self { given: given.collect(), app }
    }

    pub(super) async fn caller(&self, key: &str) -> Result<Caller, Error> {
        let hash = hash_key(key);
        let owner = match self.given.get(&hash) {
            Some(owner) => Some(Owner(owner.clone())),
            None => self.app.accounts.find_key_owner(&hash).await?,
        };
        let owner = owner.ok_or_else(|| Error::unauthorized("unknown API key"))?;
        Ok(Caller { owner, by: "api-key", meter: hash })
    }
}
