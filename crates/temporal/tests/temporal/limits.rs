//! The histories of a large job in Temporal.

use std::sync::Arc;

use ampledata_store::JobStatus;
use ampledata_test_support::world::{World, companies, open, performer};
use futures::TryStreamExt as _;
use tempfile::TempDir;
use temporalio_client::{UntypedWorkflow, WorkflowFetchHistoryOptions, WorkflowListOptions};

use crate::server::{Dev, Working, driver, driver_options, run};

const ROWS: u64 = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn histories_stay_small() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, ROWS).await;
    let world = Arc::new(World::silent());
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(40, 200));
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
    working.end().await;

    let client = dev.client().await;
    let listed = client.list_workflows("", WorkflowListOptions::default());
    let listed: Vec<_> = listed.try_collect().await.unwrap();
    let (mut events, mut largest, mut parents) = (0, 0, 0);
    for workflow in &listed {
        let handle = client.get_workflow_handle::<UntypedWorkflow>(workflow.id());
        let history = handle.fetch_history(WorkflowFetchHistoryOptions::default());
        let history = history.into_events().await.unwrap();
        events += history.len();
        largest = largest.max(history.iter().map(prost::Message::encoded_len).max().unwrap_or(0));
        if workflow.workflow_type() == "JobWorkflow" {
            parents = parents.max(history.len());
        }
    }
    println!(
        "{ROWS} rows: {} workflows, {:.1} events a row, {parents} events of the job, {largest} bytes the largest event",
        listed.len(),
        events as f64 / ROWS as f64
    );
    assert!(largest < 100_000, "{largest} bytes");
    // It starts each workflow and sees its end; and it continues as new before events become too many.
    assert!(parents < 12 * listed.len(), "{parents} events of the job");
    assert!((events as u64) < 30 * ROWS, "{events} events");
}
