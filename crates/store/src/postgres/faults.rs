//! Turns PostgreSQL's errors into errors that name the database and the fix.

use std::path::PathBuf;
use std::sync::Arc;

use super::Error;
pub(super) use crate::encoding::{json, signed, unjson, unsigned};

/// Names the database in every error.
#[derive(Debug, Clone)]
pub(super) struct Faults {
    /// Where it is, without a password.
    database: Arc<str>,
}

impl Faults {
    pub(super) fn of(database: &str) -> Self {
        Self { database: Arc::from(database) }
    }

    pub(super) fn database(&self) -> &str {
        &self.database
    }

    fn unavailable(&self, reason: impl std::fmt::Display) -> Error {
        Error::Unavailable { database: self.database.to_string(), reason: reason.to_string() }
    }

    /// By the class of SQLSTATE: the first two letters (PostgreSQL manual, appendix A).
    pub(super) fn sql(&self, error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::PoolClosed => return Error::Closed,
            sqlx::Error::PoolTimedOut => return self.unavailable("no connection in time"),
            sqlx::Error::Io(source) => return self.unavailable(source),
            sqlx::Error::Tls(source) => return self.unavailable(source),
            sqlx::Error::Protocol(reason) => return self.unavailable(reason),
            sqlx::Error::WorkerCrashed => return self.unavailable("the connection broke"),
            sqlx::Error::ColumnDecode { source, .. } => {
                return Error::Unreadable {
                    what: "row of the database",
                    reason: source.to_string(),
                };
            }
            _ => {}
        }
        let path = PathBuf::from(&*self.database);
        let fault = error.as_database_error();
        let code = fault.and_then(sqlx::error::DatabaseError::code).unwrap_or_default().to_string();
        let said = fault.map_or_else(|| error.to_string(), |fault| fault.message().to_owned());
        match code.as_str() {
            "53100" => Error::DiskFull { path },
            // Read-only transactions, as on a standby server.
            "25006" => Error::ReadOnly { path },
            // Authentication, and access to the database.
            "28000" | "28P01" | "3D000" => Error::Open { path, reason: said },
            _ => match code.get(..2) {
                // Connection failures, conflicts between transactions, exhausted resources, and a server that
                // is shutting down: all of them are temporary.
                Some("08" | "40" | "53" | "57") => self.unavailable(said),
                _ => Error::Database { path, source: Arc::new(error) },
            },
        }
    }

    pub(super) fn migration(&self, error: sqlx::migrate::MigrateError) -> Error {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                self.sql(error)
            }
            other => {
                Error::Version { path: PathBuf::from(&*self.database), reason: other.to_string() }
            }
        }
    }
}
