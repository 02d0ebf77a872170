//! What several processes share: a database of one's own on a real PostgreSQL, and a real Temporal.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr as _;
use std::sync::LazyLock;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;

use crate::place::{Place, corpus};

/// Where TEST_DATABASE_URL is not set: ends with its input, and so with this process.
static OWN: LazyLock<(Child, String)> = LazyLock::new(|| {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/with-postgres");
    let mut server = Command::new(script)
        .args(["sh", "-c", "echo $TEST_DATABASE_URL; cat >/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    (server, url.trim().to_owned())
});

/// The servers; Temporal ends with it.
pub(crate) struct Deployment {
    temporal: Child,
    port: u16,
    database: String,
    folder: TempDir,
}

impl Deployment {
    pub(crate) async fn start() -> Self {
        let url = std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| OWN.1.clone());
        let server = PgConnectOptions::from_str(&url).unwrap();
        let name = format!("processes_{}_{}", std::process::id(), free_port());
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create).execute(&mut server.connect().await.unwrap()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let database = server.database(&name).to_url_lossy().to_string();
        Self { temporal: temporal(folder.path(), port), port, database, folder }
    }

    /// One more process that serves the API and works.
    pub(crate) fn serve(&self) -> Place {
        self.serve_with(&[])
    }

    /// The same with further settings.
    pub(crate) fn serve_with(&self, more: &[(&str, &str)]) -> Place {
        let blobs = format!("file://{}", self.folder.path().join("blobs").display());
        let temporal = format!("127.0.0.1:{}", self.port);
        let settings = [
            ("DATABASE_URL_ENRICH", self.database.as_str()),
            ("TEMPORAL_HOST_PORT", temporal.as_str()),
            ("BLOB_URL", blobs.as_str()),
            ("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "8"),
        ];
        Place::in_folder(corpus(), &[&settings[..], more].concat())
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.temporal.kill().ok();
        self.temporal.wait().ok();
    }
}

/// The Temporal CLI's server, when it listens: from where `scripts/install-temporal` puts it, or the PATH.
fn temporal(folder: &Path, port: u16) -> Child {
    let installed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/temporal/bin/temporal");
    let program = if installed.exists() { installed } else { PathBuf::from("temporal") };
    let mut server = Command::new(program)
        .args(["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "error"])
        .args(["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"])
        .args(["--port", &port.to_string(), "--db-filename"])
        .arg(folder.join("temporal.db"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the Temporal CLI is there: run scripts/install-temporal .tools");
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(server.try_wait().unwrap().is_none(), "Temporal does not come up");
        std::thread::yield_now();
    }
    server
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
