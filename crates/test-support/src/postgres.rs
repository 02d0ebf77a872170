//! A real PostgreSQL: the one at TEST_DATABASE_URL, or else one started by this process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::str::FromStr as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};

/// Ends when its standard input closes, and so with this process.
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

fn server() -> PgConnectOptions {
    let url = std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| OWN.1.clone());
    PgConnectOptions::from_str(&url).unwrap()
}

/// A database for one test.
pub struct Database {
    name: String,
}

impl Database {
    /// An empty database.
    pub async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("import_{}_{count}", std::process::id());
        run(&mut server().connect().await.unwrap(), format!("CREATE DATABASE {name}")).await;
        Self { name }
    }

    /// Its address.
    pub fn url(&self) -> String {
        server().database(&self.name).to_url_lossy().to_string()
    }

    /// Runs statements in it.
    pub async fn run(&self, sql: &str) {
        let options = server().database(&self.name);
        run(&mut options.connect().await.unwrap(), sql.to_owned()).await;
    }

    /// If a test fails before this, its database is removed with the server.
    pub async fn drop(self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        run(&mut server().connect().await.unwrap(), sql).await;
    }
}

async fn run(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.unwrap();
}
