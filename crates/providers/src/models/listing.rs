//! Which models a provider has: asked once a day, and remembered in a file of the data directory, so that
//! neither each run nor each command asks again.

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
use crate::Error;
use crate::clock::Clock;

/// For how long a list counts.
const LIST_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// For how long it counts that a server gave none.
const FAILURE_LASTS: SignedDuration = SignedDuration::from_mins(1);
/// Bytes of the file that are read.
const MAX_FILE: u64 = 4 << 20;
/// Lists in the file, the newest.
const MAX_LISTS: usize = 20;

/// A model that a provider lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedModel {
    /// Its name.
    pub name: String,
    /// The day on which the provider shuts it down, where its list says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires: Option<Date>,
}

impl ListedModel {
    /// Whether it is the model of this name; Ollama lists `qwen:latest` where `qwen` is asked for.
    pub fn is(&self, name: &str) -> bool {
        self.name == name || self.name.strip_suffix(":latest").is_some_and(|short| short == name)
    }
}

/// The models of a server, or why it does not say.
pub type Listing = Result<Arc<[ListedModel]>, Error>;

/// The lists of all servers that were asked.
#[derive(Debug)]
pub struct ModelLists {
    file: Option<PathBuf>,
    clock: Clock,
    known: Mutex<BTreeMap<String, Slot>>,
}

/// The list of one server: callers that come while it is asked wait for the same answer.
type Slot = Arc<tokio::sync::Mutex<Option<Known>>>;

#[derive(Debug, Clone)]
struct Known {
    asked_at: Timestamp,
    listing: Listing,
}

/// One list in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    /// [`ModelServer::list_id`].
    id: String,
    asked_at: Timestamp,
    models: Vec<ListedModel>,
}

impl ModelLists {
    /// Lists that are remembered in this file, or only in memory.
    pub fn new(file: Option<PathBuf>, clock: Clock) -> Self {
        Self { file, clock, known: Mutex::default() }
    }

    /// The models of this server, as it listed them at most a day ago.
    ///
    /// # Errors
    /// The server does not answer, or refuses the key.
    pub async fn models_of(&self, server: &ModelServer) -> Listing {
        self.models_since(server, self.clock.now() - LIST_LASTS).await
    }

    /// The models of this server as it lists them now.
    ///
    /// # Errors
    /// As [`ModelLists::models_of`].
    pub async fn models_now(&self, server: &ModelServer) -> Listing {
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
            *known = self.stored(&id);
        }
        // What is from the future was asked by a clock that was wrong.
        let counts = |known: &&Known| {
            let earliest = if known.listing.is_ok() { since } else { now - FAILURE_LASTS };
            known.asked_at >= earliest && known.asked_at <= now
        };
        if let Some(known) = known.as_ref().filter(counts) {
            return known.listing.clone();
        }
        let listing: Listing = server.list_models().await.map(Into::into);
        *known = Some(Known { asked_at: now, listing: listing.clone() });
        if let Ok(models) = &listing {
            self.store(Stored { id, asked_at: now, models: models.to_vec() });
        }
        listing
    }

    fn stored(&self, id: &str) -> Option<Known> {
        let stored = read_file(self.file.as_deref()?);
        let list = stored.into_iter().find(|list| list.id == id)?;
        Some(Known { asked_at: list.asked_at, listing: Ok(list.models.into()) })
    }

    /// Another run asks again where the file cannot be written: nothing else comes of it.
    fn store(&self, list: Stored) {
        let Some(path) = &self.file else { return };
        let mut lists = read_file(path);
        lists.retain(|other| other.id != list.id);
        lists.push(list);
        lists.sort_by_key(|list| std::cmp::Reverse(list.asked_at));
        lists.truncate(MAX_LISTS);
        if let Err(error) = write_file(path, &lists) {
            tracing::debug!(%error, "the list of a provider's models cannot be remembered");
        }
    }
}

/// What does not read is not there: the server is asked again.
fn read_file(path: &Path) -> Vec<Stored> {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut text));
    if read.is_err() {
        return Vec::new();
    }
    let mut lists: Vec<Stored> = serde_json::from_slice(&text).unwrap_or_default();
    lists.truncate(MAX_LISTS);
    for list in &mut lists {
        list.models.retain(|model| is_model_name(&model.name));
        list.models.truncate(MAX_MODELS);
    }
    lists
}

fn write_file(path: &Path, lists: &[Stored]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(lists)?.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
