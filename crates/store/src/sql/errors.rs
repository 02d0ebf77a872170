//! Turns errors of a database into errors that name it and the fix.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;

/// Names the database in every error.
#[derive(Debug, Clone)]
pub struct ErrorMapper {
    /// The file of the database, or its address without a password.
    database: Arc<Path>,
    /// The error for one that only this kind of database has.
    classify: fn(&Path, sqlx::Error) -> Error,
}

impl ErrorMapper {
    pub(crate) fn new(
        database: impl AsRef<Path>,
        classify: fn(&Path, sqlx::Error) -> Error,
    ) -> Self {
        Self { database: Arc::from(database.as_ref()), classify }
    }

    /// The file of the database, or its address without a password.
    pub(crate) fn database(&self) -> PathBuf {
        self.database.to_path_buf()
    }

    /// The error of a statement or a connection.
    pub(crate) fn map(&self, error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::PoolClosed => Error::Closed,
            sqlx::Error::ColumnDecode { source, .. } => {
                Error::Unreadable { what: "row of the database", reason: source.to_string() }
            }
            _ => (self.classify)(&self.database, error),
        }
    }

    /// The error of a migration.
    pub(crate) fn map_migration(&self, error: sqlx::migrate::MigrateError) -> Error {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                self.map(error)
            }
            other => Error::Version { path: self.database(), reason: other.to_string() },
        }
    }
}
