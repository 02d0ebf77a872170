//! The models that a provider offers: requested once a day and stored in a file of the data directory, so
//! that not every run and command sends the request.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ampledata_core::model::is_model_name;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::http::MAX_MODELS;
use super::server::ModelServer;
use crate::clock::Clock;
use ampledata_net::Error;

/// How long a list is valid.
const LIST_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// How long a server's failure to list its models is remembered.
const FAILURE_LASTS: SignedDuration = SignedDuration::from_mins(1);
/// Maximum number of bytes of the file that are read.
const MAX_FILE: u64 = 4 << 20;
/// Maximum number of lists in the file; the newest are kept.
const MAX_LISTS: usize = 20;

/// A model that a provider lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedModel {
    /// Its name.
    pub name: String,
    /// The day on which the provider shuts it down, if its list states one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires: Option<Date>,
}

impl ListedModel {
    /// Whether it is the model of this name; Ollama lists `qwen:latest` for `qwen`.
    pub fn has_name(&self, name: &str) -> bool {
        self.name == name || self.name.strip_suffix(":latest").is_some_and(|short| short == name)
    }
}

/// The models of a server, or why they could not be listed.
pub type Listing = Result<Arc<[ListedModel]>, Error>;

/// The model lists of all servers.
#[derive(Debug)]
pub struct ModelLists {
    file: Option<PathBuf>,
    clock: Clock,
    known: Mutex<BTreeMap<String, ListingSlot>>,
}

/// The list of one server: concurrent callers wait for the same answer.
type ListingSlot = Arc<tokio::sync::Mutex<Option<CachedListing>>>;

#[derive(Debug, Clone)]
struct CachedListing {
    requested_at: Timestamp,
    listing: Listing,
}

/// One list in the file.
#[derive(Debug, Serialize, Deserialize)]
struct StoredListing {
    /// [`ModelServer::list_id`].
    id: String,
    asked_at: Timestamp,
    models: Vec<ListedModel>,
}

impl ModelLists {
    /// Lists that are stored in this file, or only in memory.
    pub fn new(file: Option<PathBuf>, clock: Clock) -> Self {
        Self { file, clock, known: Mutex::default() }
    }

    /// The models of this server, from a list at most a day old.
    ///
    /// # Errors
    /// If the server does not answer, or rejects the key.
    pub async fn models(&self, server: &ModelServer) -> Listing {
        self.models_since(server, self.clock.now() - LIST_LASTS).await
    }

    /// The models that this server lists now.
    ///
    /// # Errors
    /// As `ModelLists`.
    pub async fn refresh_models(&self, server: &ModelServer) -> Listing {
        self.models_since(server, self.clock.now()).await
    }

    async fn models_since(&self, server: &ModelServer, since: Timestamp) -> Listing {
        let id = server.list_id();
        let slot = {
            let mut slots = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(id.clone()).or_default())
        };
        let mut known = slot.lock().await;
        let now = self.clock.now();
        if known.is_none() {
            *known = self.load_stored(&id);
        }
        // A list from the future was requested while the clock was wrong.
        let counts = |known: &&CachedListing| {
            let earliest = if known.listing.is_ok() { since } else { now - FAILURE_LASTS };
            known.requested_at >= earliest && known.requested_at <= now
        };
        if let Some(known) = known.as_ref().filter(counts) {
            return known.listing.clone();
        }
        let listing: Listing = server.list_models().await.map(Into::into);
        *known = Some(CachedListing { requested_at: now, listing: listing.clone() });
        if let Ok(models) = &listing {
            self.save(StoredListing { id, asked_at: now, models: models.to_vec() });
        }
        listing
    }

    fn load_stored(&self, id: &str) -> Option<CachedListing> {
        let stored = read_file(self.file.as_deref()?);
        let list = stored.into_iter().find(|list| list.id == id)?;
        Some(CachedListing { requested_at: list.asked_at, listing: Ok(list.models.into()) })
    }

    /// If the file cannot be written, another run repeats the request; there is no other consequence.
    fn save(&self, list: StoredListing) {
        let Some(path) = &self.file else { return };
        let mut lists = read_file(path);
        lists.retain(|other| other.id != list.id);
        lists.push(list);
        lists.sort_by_key(|list| std::cmp::Reverse(list.asked_at));
        lists.truncate(MAX_LISTS);
        if let Err(error) = write_file(path, &lists) {
            tracing::debug!(%error, "the list of a provider's models cannot be stored");
        }
    }
}

/// A file that cannot be parsed counts as missing: the server is asked again.
fn read_file(path: &Path) -> Vec<StoredListing> {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let mut lists: Vec<StoredListing> = serde_json::from_slice(&text).unwrap_or_default();
    lists.truncate(MAX_LISTS);
    for list in &mut lists {
        list.models.retain(|model| is_model_name(&model.name));
        list.models.truncate(MAX_MODELS);
    }
    lists
}

fn write_file(path: &Path, lists: &[StoredListing]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(lists)?.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
