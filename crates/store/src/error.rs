//! What can go wrong with a store, and how it is mended.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

/// Why the store did not do what was asked. Each has a stable [`code`](Error::code).
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// There is no room left for the database.
    #[error("the disk that holds {} is full: free some space and run the same command again", .path.display())]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// Another program holds a lock on the database, to the end of the waiting time.
    #[error("{} is locked by another program: close it and run the same command again", .path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// Another process of this program works on the database.
    #[error("{} is in use by another ampledata process{}: wait for it or stop it, or choose another data directory",
        .path.display(), .pid.map_or_else(String::new, |pid| format!(" (process {pid})")))]
    InUse {
        /// The database.
        path: PathBuf,
        /// The other process, where it could be read.
        pid: Option<u32>,
    },
    /// The database or its folder may not be written.
    #[error("{} may not be written: check the permissions of the file and its folder", .path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The file does not open or its folder cannot be made.
    #[error("cannot open {}: {reason}", .path.display())]
    Open {
        /// The database.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is no database, or a damaged one.
    #[error("{} is not a database, or damaged ({reason}): move it away to begin anew", .path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What the database says.
        reason: String,
    },
    /// The database has been made by a program of another version.
    #[error("{} was made by another version of ampledata ({reason}): use that version, or move the file away", .path.display())]
    Version {
        /// The database.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// What is stored does not have the shape that this program writes.
    #[error("the stored {what} cannot be read: {reason}")]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such thing.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// It is there already.
    #[error("the {what} {id:?} exists already")]
    Exists {
        /// What was to be made.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// It cannot be done to the thing as it stands.
    #[error("the {what} {id:?} {reason}")]
    Refused {
        /// What was to be changed.
        what: &'static str,
        /// Its name.
        id: String,
        /// Why not, and what to do, as the rest of a sentence.
        reason: &'static str,
    },
    /// A number does not fit what the database can hold.
    #[error("the {what} {number} is too large to be stored")]
    TooLarge {
        /// What it counts.
        what: &'static str,
        /// The number.
        number: u64,
    },
    /// The server of the database does not answer, or broke off. It may come back.
    #[error(
        "the database {database} cannot be reached ({reason}): start it, or set DATABASE_URL_ENRICH"
    )]
    Unavailable {
        /// Where it is, without a password.
        database: String,
        /// What is known of the reason.
        reason: String,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// Everything else that the database says.
    #[error("the database {} failed: {source}", .path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What it says.
        source: Arc<sqlx::Error>,
    },
}

impl Error {
    /// A stable name for the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DiskFull { .. } => "store_disk_full",
            Self::Locked { .. } => "store_locked",
            Self::InUse { .. } => "store_in_use",
            Self::ReadOnly { .. } => "store_read_only",
            Self::Open { .. } => "store_cannot_open",
            Self::Damaged { .. } => "store_damaged",
            Self::Version { .. } => "store_version",
            Self::Unreadable { .. } => "store_unreadable",
            Self::NotFound { .. } => "store_not_found",
            Self::Exists { .. } => "store_exists",
            Self::Refused { .. } => "store_refused",
            Self::TooLarge { .. } => "store_too_large",
            Self::Unavailable { .. } => "store_unavailable",
            Self::Closed => "store_closed",
            Self::Database { .. } => "store_failed",
        }
    }

    /// Whether the fault lies with one write alone, so that others of its group may succeed.
    pub(super) fn concerns_one_write(&self) -> bool {
        match self {
            Self::Unreadable { .. }
            | Self::NotFound { .. }
            | Self::Exists { .. }
            | Self::Refused { .. }
            | Self::TooLarge { .. } => true,
            Self::Database { source, .. } => source
                .as_database_error()
                .is_some_and(|error| !matches!(error.kind(), sqlx::error::ErrorKind::Other)),
            _ => false,
        }
    }
}
