//! Errors of a store, with how to fix them.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

/// Why the store failed. Each error has a stable [`code`](Error::code).
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// The disk of the database is full.
    #[error("the disk that holds {} is full: free some space and run the same command again", .path.display())]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// Another program holds a lock on the database for longer than the timeout.
    #[error("{} is locked by another program: close it and run the same command again", .path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// Another process of this program uses the database.
    #[error("{} is in use by another ampledata process{}: wait for it or stop it, or choose another data directory",
        .path.display(), .pid.map_or_else(String::new, |pid| format!(" (process {pid})")))]
    InUse {
        /// The database.
        path: PathBuf,
        /// The id of the other process, if it could be read.
        pid: Option<u32>,
    },
    /// The database or its folder is not writable.
    #[error("{} is not writable: check the permissions of the file and its folder", .path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The file cannot be opened, or its folder cannot be created.
    #[error("cannot open {}: {reason}", .path.display())]
    Open {
        /// The database.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// The file is not a database, or is damaged.
    #[error("{} is not a database, or is damaged ({reason}): move it away to start over", .path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// The database's error.
        reason: String,
    },
    /// The database was created by another version of the program.
    #[error("{} was made by another version of ampledata ({reason}): use that version, or move the file away", .path.display())]
    Version {
        /// The database.
        path: PathBuf,
        /// What does not match.
        reason: String,
    },
    /// Stored data does not have the form that this program writes.
    #[error("the stored {what} cannot be read: {reason}")]
    Unreadable {
        /// The kind of data.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// It does not exist.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// It already exists.
    #[error("the {what} {id:?} already exists")]
    Exists {
        /// The kind of thing to be created.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// The present state does not allow this.
    #[error("the {what} {id:?} {reason}")]
    Refused {
        /// The kind of thing to be changed.
        what: &'static str,
        /// Its name.
        id: String,
        /// Why not, and what to do, as the rest of the sentence.
        reason: &'static str,
    },
    /// A number is too large for the database.
    #[error("the {what} {number} is too large to be stored")]
    TooLarge {
        /// What the number counts.
        what: &'static str,
        /// The number.
        number: u64,
    },
    /// The database server cannot be reached, or the connection broke. It may come back.
    #[error(
        "the database {database} cannot be reached ({reason}): start it, or set DATABASE_URL_ENRICH"
    )]
    Unavailable {
        /// Where it is, without a password.
        database: String,
        /// The reason, as far as it is known.
        reason: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// Any other error of the database.
    #[error("the database {} failed: {source}", .path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// The database's error.
        source: Arc<sqlx::Error>,
    },
}

impl Error {
    /// The stable code, explained under docs/errors.
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

    /// Whether the error concerns one write only, so that others of its group may succeed.
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
