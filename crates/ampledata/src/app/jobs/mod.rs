//! Use cases of the API: everything that a client can do with sources and jobs, each for one owner.
//! No HTTP here, and no SQL.

use ampledata_backend::store::{Owner, Store};
use sha2::{Digest as _, Sha256};

use super::Workshop;

mod error;

pub use error::{Error, Fault};

/// Where all use cases are had.
pub struct Desk {
    workshop: Workshop,
}

/// How many jobs are worked on, and how many wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// Jobs that are worked on.
    pub running: usize,
    /// Jobs that wait for their turn.
    pub waiting: usize,
}

impl Desk {
    /// A desk over these parts.
    pub fn new(workshop: Workshop) -> Self {
        Self { workshop }
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// As the store says.
    pub async fn check_store(&self) -> Result<(), Error> {
        self.store().jobs(&Owner::local(), 0, 1).await?;
        Ok(())
    }

    /// How many jobs are worked on, and how many wait.
    pub fn queue(&self) -> Queue {
        Queue::default()
    }

    /// Whose key this is, by its [hash](key_hash).
    ///
    /// # Errors
    /// As the store says.
    pub async fn owner_of_key(&self, _hash: &str) -> Result<Option<Owner>, Error> {
        Ok(None)
    }

    fn store(&self) -> &dyn Store {
        self.workshop.store.as_ref()
    }
}

/// The name under which an API key is stored: its SHA-256 in lower-case hex. Keys are random, so
/// there is nothing that a slower hash would protect.
pub fn key_hash(key: &str) -> String {
    super::enrich::hex(&Sha256::digest(key))
}
