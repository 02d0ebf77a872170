//! Turns SQLite's errors into errors that name the file and the fix.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
pub(super) use crate::encoding::{json, signed, unjson, unsigned};

/// Names the database in every error.
#[derive(Debug, Clone)]
pub(super) struct Faults {
    path: Arc<Path>,
}

impl Faults {
    pub(super) fn of(path: &Path) -> Self {
        Self { path: Arc::from(path) }
    }

    fn path(&self) -> PathBuf {
        self.path.to_path_buf()
    }

    /// By SQLite's primary result code: the low byte (sqlite.org/rescode.html).
    pub(super) fn sql(&self, error: sqlx::Error) -> Error {
        let path = self.path();
        match &error {
            sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed => return Error::Closed,
            sqlx::Error::ColumnDecode { source, .. } => {
                return Error::Unreadable {
                    what: "row of the database",
                    reason: source.to_string(),
                };
            }
            _ => {}
        }
        let code = error.as_database_error().and_then(|fault| fault.code()?.parse::<i32>().ok());
        let reason = || error.to_string();
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Error::Locked { path },
            Some(8 | 3) => Error::ReadOnly { path },
            Some(11 | 26) => Error::Damaged { path, reason: reason() },
            Some(13) => Error::DiskFull { path },
            Some(14) => Error::Open { path, reason: reason() },
            _ => Error::Database { path, source: Arc::new(error) },
        }
    }

    pub(super) fn migration(&self, error: sqlx::migrate::MigrateError) -> Error {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                self.sql(error)
            }
            other => Error::Version { path: self.path(), reason: other.to_string() },
        }
    }
}
