//! A Temporal server of one's own, with workers and a driver over one store.
#![allow(dead_code, reason = "tests and benchmarks use their parts of it")]

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_engine::perform::Performer;
use ampledata_store::{Job, JobStatus, Store};
use ampledata_temporal::contract::Queues;
use ampledata_temporal::{
    Activities, Driver, DriverOptions, Error, ServerConnection, ServerOptions, Tuning, Version,
    work,
};
use ampledata_test_support::temporal::{free_port, spawn_server, temporal_executable};
use tempfile::TempDir;
use temporalio_client::{Client, ClientOptions, Connection, ConnectionOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A development server: stopped when it is dropped, by its process id.
pub(crate) struct Dev {
    child: Child,
    folder: TempDir,
    port: u16,
    pub(crate) server_options: ServerOptions,
}

impl Dev {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        // Another process may take the port between our looking and the server's: then another one.
        for _ in 0..5 {
            let port = free_port();
            let mut child = spawn_server(folder.path(), port);
            let host_port = format!("127.0.0.1:{port}");
            let server_options = ServerOptions {
                host_port,
                namespace: "default".to_owned(),
                task_queue: "ampledata-enrichment".to_owned(),
                api_key: None,
                tls: None,
                keys: None,
            };
            if answers(&server_options, &mut child).await {
                return Self { child, folder, port, server_options };
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
        unreachable!("the Temporal server comes up");
    }

    /// Reads from it directly, without our client.
    pub(crate) async fn client(&self) -> Client {
        let url = Url::parse(&format!("http://{}", self.server_options.host_port)).unwrap();
        let connection = Connection::connect(ConnectionOptions::new(url).build()).await.unwrap();
        Client::new(connection, ClientOptions::new("default").build()).unwrap()
    }

    /// What the Temporal CLI answers about this server; none where it refuses.
    pub(crate) fn cli(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new(temporal_executable());
        command.args(arguments).args(["--address", &self.server_options.host_port]);
        let answer = command.stdin(Stdio::null()).output().unwrap();
        answer.status.success().then(|| String::from_utf8(answer.stdout).unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Restarts it with the data that it had stored.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn_server(self.folder.path(), self.port);
        assert!(answers(&self.server_options, &mut self.child).await, "it does not come back");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // Its test may have killed it.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn answers(server_options: &ServerOptions, child: &mut Child) -> bool {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until && child.try_wait().unwrap().is_none() {
        if ServerConnection::connect(server_options).await.is_ok() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

/// A worker in this process, until it is stopped.
pub(crate) struct Working {
    stop: CancellationToken,
    task: JoinHandle<Result<(), Error>>,
}

impl Working {
    pub(crate) async fn start(
        server_options: &ServerOptions,
        store: &Arc<dyn Store>,
        performer: Arc<Performer>,
    ) -> Self {
        Self::start_as(server_options, store, performer, None).await
    }

    pub(crate) async fn start_as(
        server_options: &ServerOptions,
        store: &Arc<dyn Store>,
        performer: Arc<Performer>,
        version: Option<Version>,
    ) -> Self {
        let tuning = Tuning { version, ..Tuning::default() };
        Self::start_tuned(server_options, store, performer, tuning).await
    }

    pub(crate) async fn start_tuned(
        server_options: &ServerOptions,
        store: &Arc<dyn Store>,
        performer: Arc<Performer>,
        tuning: Tuning,
    ) -> Self {
        let server = ServerConnection::connect(server_options).await.unwrap();
        let activities = Activities::new(Arc::clone(store), performer);
        let stop = CancellationToken::new();
        let until = stop.clone();
        let tuning = Tuning { grace: Duration::from_secs(2), ..tuning };
        let task = tokio::spawn(async move { work(&server, activities, tuning, until).await });
        Self { stop, task }
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

pub(crate) fn driver(
    server_options: &ServerOptions,
    store: &Arc<dyn Store>,
    driver_options: DriverOptions,
) -> Arc<Driver> {
    Arc::new(Driver::new(server_options.clone(), Arc::clone(store), driver_options))
}

/// Rows processed at the same time, and rows per workflow.
pub(crate) fn driver_options(concurrency: u32, rows_per_workflow: u32) -> DriverOptions {
    DriverOptions {
        concurrency,
        rows_per_workflow: Some(rows_per_workflow),
        queues: Queues::default(),
    }
}

/// Runs the job until it ends or pauses.
pub(crate) async fn run(driver: &Driver, store: &dyn Store, job: &Job) -> JobStatus {
    let stop = CancellationToken::new();
    let run = driver.run(job, &stop);
    tokio::time::timeout(Duration::from_mins(6), run).await.expect("it ends").unwrap();
    store.status(&job.id).await.unwrap()
}
