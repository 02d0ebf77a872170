//! API keys: those of the operator, from the settings, and those that callers created.

use std::collections::BTreeMap;
use std::sync::Arc;

use ampledata_store::Owner;

use super::Caller;
use crate::api::error::Error;
use crate::app::jobs::{Desk, key_hash};
use crate::config::AccessKey;

/// Looks keys up by hash: the keys themselves are not stored, and the time of comparing hashes reveals
/// nothing about a key.
pub(crate) struct Keys {
    given: BTreeMap<String, String>,
    desk: Arc<Desk>,
}

impl Keys {
    pub(crate) fn new(given: &[AccessKey], desk: Arc<Desk>) -> Self {
        let given = given.iter().map(|key| (key_hash(key.key.expose()), key.owner.clone()));
        Self { given: given.collect(), desk }
    }

    pub(super) async fn caller(&self, key: &str) -> Result<Caller, Error> {
        let hash = key_hash(key);
        let owner = match self.given.get(&hash) {
            Some(owner) => Some(Owner(owner.clone())),
            None => self.desk.owner_of_key(&hash).await?,
        };
        let owner = owner.ok_or_else(|| Error::unauthorized("unknown API key"))?;
        Ok(Caller { owner, by: "api-key", meter: hash })
    }
}
