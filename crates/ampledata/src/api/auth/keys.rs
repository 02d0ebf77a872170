//! API keys: the operator's, from the settings, and those that callers made themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use ampledata_store::Owner;

use super::Caller;
use crate::api::error::Error;
use crate::app::jobs::{Desk, key_hash};
use crate::config::AccessKey;

/// Keys by their hashes: the keys themselves are not kept, and a comparison of hashes tells nothing
/// about a key by the time that it takes.
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
        let owner = owner.ok_or_else(|| Error::unauthorized("this API key is not known"))?;
        Ok(Caller { owner, by: "api-key", meter: hash })
    }
}
