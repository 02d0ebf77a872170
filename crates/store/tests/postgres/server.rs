//! Databases of the server that all tests share, and servers that a test may kill.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};
use tempfile::TempDir;

/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_mins(1);

async fn shared() -> (PgConnectOptions, PgConnection) {
    let url = std::env::var("TEST_DATABASE_URL");
    let url = url.expect("TEST_DATABASE_URL is set: run the tests under scripts/with-postgres");
    let options = PgConnectOptions::from_str(&url).unwrap();
    let connection = options.connect().await.unwrap();
    (options, connection)
}

/// The address of a database for one test, on the server that all tests share.
pub(crate) async fn database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("faults_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let (options, mut connection) = shared().await;
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    options.database(&name).to_url_lossy().to_string()
}

/// A server of one test, on loopback. It ends with the test.
pub(crate) struct Server {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let (_, mut connection) = shared().await;
        let programs = "SELECT setting FROM pg_config WHERE name = 'BINDIR'";
        let programs: String =
            sqlx::query_scalar(programs).fetch_one(&mut connection).await.unwrap();
        let programs = PathBuf::from(programs);
        let folder = TempDir::new().unwrap();
        if rustix::process::geteuid().is_root() {
            let owned = Command::new("chown").arg("postgres:").arg(folder.path()).status().unwrap();
            assert!(owned.success(), "a folder is given to the user postgres");
        }
        let made = as_postgres(&programs.join("initdb"))
            .current_dir(folder.path())
            .args(["--pgdata=data", "--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // A port that is free now may be taken when the server starts; then another one is tried.
        let until = Instant::now() + PATIENCE;
        loop {
            let port = free_port();
            match ready(&programs, folder.path(), port) {
                Ok(process) => return Self { programs, folder, port, process },
                Err(said) => assert!(Instant::now() < until, "{said}"),
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Restarts the killed server in the same folder. It refuses as long as a process of the old one exists.
    pub(crate) fn start_again(&mut self) {
        let until = Instant::now() + PATIENCE;
        self.process = loop {
            match ready(&self.programs, self.folder.path(), self.port) {
                Ok(process) => break process,
                Err(said) => assert!(Instant::now() < until, "{said}"),
            }
        };
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.kill().is_ok() {
            drop(self.process.wait());
        }
    }
}

/// PostgreSQL does not run as root, so the user created by its package runs it.
fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.args(["--pdeathsig", "KILL"]).arg(program).process_group(0);
    command
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The server once it accepts connections, or its output if it fails.
fn ready(programs: &Path, folder: &Path, port: u16) -> Result<Child, String> {
    let mut process = as_postgres(&programs.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
        .args(["-c", "unix_socket_directories="])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let mut said = String::new();
    for line in lines.by_ref() {
        let line = line.unwrap();
        if line.contains("ready to accept connections") {
            // It continues to log, and must not block because no one reads.
            std::thread::spawn(move || lines.count());
            return Ok(process);
        }
        said.push_str(&line);
        said.push('\n');
    }
    process.wait().unwrap();
    Err(said)
}
