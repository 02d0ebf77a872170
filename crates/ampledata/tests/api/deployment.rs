//! A shared deployment for several processes: a database on a real PostgreSQL, and a real Temporal.

use std::process::Child;

use ampledata_test_support::postgres::Database;
use ampledata_test_support::temporal::{free_port, spawn_server};
use tempfile::TempDir;

use crate::place::{Place, corpus};

/// The servers; Temporal ends with it.
pub(crate) struct Deployment {
    temporal: Child,
    port: u16,
    database: Database,
    folder: TempDir,
}

impl Deployment {
    pub(crate) async fn start() -> Self {
        let (database, folder, port) =
            (Database::new().await, tempfile::tempdir().unwrap(), free_port());
        let mut temporal = spawn_server(folder.path(), port);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(temporal.try_wait().unwrap().is_none(), "Temporal does not come up");
            std::thread::yield_now();
        }
        Self { temporal, port, database, folder }
    }

    /// Starts another process with API and worker.
    pub(crate) fn serve(&self) -> Place {
        self.serve_with(&[])
    }

    /// The same with further settings.
    pub(crate) fn serve_with(&self, more: &[(&str, &str)]) -> Place {
        let database = self.database.url();
        let blobs = format!("file://{}", self.folder.path().join("blobs").display());
        let temporal = format!("127.0.0.1:{}", self.port);
        let settings = [
            ("DATABASE_URL_ENRICH", database.as_str()),
            ("TEMPORAL_HOST_PORT", temporal.as_str()),
            ("BLOB_URL", blobs.as_str()),
            ("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "8"),
        ];
        Place::in_folder(corpus(), &[&settings[..], more].concat())
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        // It may have ended already.
        self.temporal.kill().ok();
        self.temporal.wait().ok();
    }
}
