//! The same results as the embedded engine's.

use std::sync::Arc;

use ampledata_engine::embedded;
use ampledata_store::{JobStatus, ResultRow};
use ampledata_test_support::world::{World, companies, open, options, performer, results};
use tempfile::TempDir;

use crate::server::{Dev, Working, driver, driver_options, run};

const ROWS: u64 = 60;

async fn embedded(rows: u64) -> Vec<ResultRow> {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, rows).await;
    let world = performer(&Arc::new(World::new()), &store);
    embedded::run(Arc::clone(&store), world, &job, options(8)).await.unwrap();
    results(&*store, &job).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_layouts_come_to_the_results_of_the_embedded_engine() {
    let expected = embedded(ROWS).await;
    let dev = Dev::start().await;
    for rows_per_workflow in [1, 25] {
        let folder = TempDir::new().unwrap();
        let store = open(folder.path()).await;
        let job = companies(&*store, ROWS).await;
        let world = Arc::new(World::new());
        let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
        let driver = driver(&dev.server_options, &store, driver_options(8, rows_per_workflow));
        assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
        assert_eq!(results(&*store, &job).await, expected, "{rows_per_workflow} rows a workflow");
        let twice: Vec<_> = world.log().into_iter().filter(|(_, times)| *times > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
        working.end().await;
    }
}
