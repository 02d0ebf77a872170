//! The Temporal CLI's development server, as a child process.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The Temporal CLI: from the PATH, or where `scripts/install-temporal` puts it.
pub fn temporal_executable() -> PathBuf {
    let installed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/temporal/bin/temporal");
    if installed.exists() { installed } else { PathBuf::from("temporal") }
}

/// Starts the server on this port, with its database in this folder.
pub fn spawn_server(folder: &Path, port: u16) -> Child {
    let mut command = Command::new(temporal_executable());
    command
        .args(["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "error"])
        .args(["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"])
        .args(["--port", &port.to_string(), "--db-filename"])
        .arg(folder.join("temporal.db"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the Temporal CLI is there: run scripts/install-temporal .tools")
}

/// A port that is free at the moment.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
