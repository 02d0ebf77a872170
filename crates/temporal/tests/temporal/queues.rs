//! Crawls and model calls in task queues of their own, and the metrics of workers.

use std::collections::BTreeSet;
use std::sync::Arc;

use ampledata_store::{JobStatus, Store};
use ampledata_temporal::contract::Queues;
use ampledata_temporal::{Driver, DriverOptions, Metrics, Served, ServerConnection, Tuning};
use ampledata_test_support::world::{World, companies, open, performer};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::control::until;
use crate::server::{Dev, Working, run};

fn takes(jobs: bool, others: &[&str]) -> Tuning {
    let others = others.iter().map(|queue| (*queue).to_owned()).collect();
    Tuning { serves: Served { jobs, others }, ..Tuning::default() }
}

/// The kinds of calls that were made.
fn kinds(world: &World) -> BTreeSet<String> {
    let kind = |words: &String| words.split(' ').next().unwrap_or_default().to_owned();
    world.log().keys().map(kind).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_work_is_done_by_the_workers_that_take_it() {
    let dev = Dev::start().await;
    let queues = Queues { crawl: Some("crawls".to_owned()), model: Some("models".to_owned()) };
    for rows_per_workflow in [1, 40] {
        let folder = TempDir::new().unwrap();
        let store: Arc<dyn Store> = open(folder.path()).await;
        let job = companies(&*store, 40).await;
        let worlds = [World::new(), World::new(), World::new()].map(Arc::new);
        let tunings = [takes(true, &[]), takes(false, &["crawls"]), takes(false, &["models"])];
        let mut working = Vec::new();
        for (world, tuning) in worlds.iter().zip(tunings) {
            let performer = performer(world, &store);
            working
                .push(Working::start_tuned(&dev.server_options, &store, performer, tuning).await);
        }
        let driver_options = DriverOptions {
            concurrency: 8,
            rows_per_workflow: Some(rows_per_workflow),
            queues: queues.clone(),
        };
        let driver = Driver::new(dev.server_options.clone(), Arc::clone(&store), driver_options);
        assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
        let [jobs, crawls, models] = &worlds;
        assert_eq!(kinds(jobs), BTreeSet::from(["search".to_owned()]));
        assert_eq!(kinds(crawls), BTreeSet::from(["crawl".to_owned()]));
        let wanted = ["decide", "extract"].map(str::to_owned);
        assert_eq!(kinds(models), BTreeSet::from(wanted));
        for working in working {
            working.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_without_a_worker_is_reported() {
    let dev = Dev::start().await;
    let server = ServerConnection::connect(&dev.server_options).await.unwrap();
    let names = || ["crawls", "models"].map(str::to_owned);
    assert_eq!(server.without_worker(names()).await.unwrap(), names());
    let folder = TempDir::new().unwrap();
    let store: Arc<dyn Store> = open(folder.path()).await;
    let performer = performer(&Arc::new(World::new()), &store);
    let working =
        Working::start_tuned(&dev.server_options, &store, performer, takes(false, &["models"]))
            .await;
    until("a worker", async || server.without_worker(names()).await.unwrap() == ["crawls"]).await;
    working.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_sdk_measures_is_there_to_be_read() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store: Arc<dyn Store> = open(folder.path()).await;
    let job = companies(&*store, 10).await;
    let metrics = Metrics::serve("127.0.0.1:0".parse().unwrap()).unwrap();
    assert!(Metrics::serve(metrics.address).is_err(), "the address is taken");
    let tuning = Tuning { metrics: Some(metrics.clone()), ..Tuning::default() };
    let performer = performer(&Arc::new(World::new()), &store);
    let working = Working::start_tuned(&dev.server_options, &store, performer, tuning).await;
    let driver =
        crate::server::driver(&dev.server_options, &store, crate::server::driver_options(4, 1));
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);

    // The job is completed in the store a moment before its workflow ends, and that is measured after it.
    let expected = [
        ("temporal_workflow_completed", "workflow_type=\"JobWorkflow\""),
        ("temporal_activity_execution_latency_count", "activity_type=\"Crawl\""),
        (
            "temporal_activity_schedule_to_start_latency_count",
            "task_queue=\"ampledata-enrichment\"",
        ),
        ("temporal_worker_task_slots_available", "worker_type=\"ActivityWorker\""),
    ];
    until("all that the SDK measures", async || {
        let text = scrape(metrics.address).await;
        expected.iter().all(|(name, label)| {
            let line = text.lines().find(|line| line.starts_with(name) && line.contains(label));
            let value: Option<f64> = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
            value.is_some_and(|value| value > 0.0)
        })
    })
    .await;
    working.end().await;
}

/// The metrics at this address, as Prometheus reads them.
async fn scrape(address: std::net::SocketAddr) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    response
}
