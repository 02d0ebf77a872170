//! What is found in Temporal by search attributes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ampledata_net::Retry;
use ampledata_store::JobStatus;
use ampledata_test_support::world::{World, companies, error, open, performer};
use futures::TryStreamExt as _;
use tempfile::TempDir;
use temporalio_client::{Client, WorkflowListOptions};

use crate::control::{change, drive, ends, until};
use crate::server::{Dev, Working, driver, driver_options, run};

async fn found(client: &Client, query: &str) -> Vec<String> {
    let listed = client.list_workflows(query, WorkflowListOptions::default());
    let mut ids: Vec<String> =
        listed.map_ok(|workflow| workflow.id().to_owned()).try_collect().await.unwrap();
    ids.sort();
    ids.dedup();
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_found_by_how_they_stand_and_rows_by_their_stage() {
    let dev = Dev::start().await;
    let client = dev.client().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 6).await;
    // Pages are not read before the job was paused: each row stays where it asks for them.
    let gate = Arc::new(AtomicBool::new(false));
    let opened = Arc::clone(&gate);
    let world = Arc::new(World::with_hook(move |words| {
        let closed = words.starts_with("crawl") && !opened.load(Ordering::SeqCst);
        if closed { Err(error(Retry::Hold)) } else { Ok(()) }
    }));
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(6, 1));
    let driving = drive(&driver, &job);
    until("a pause", async || store.status(&job.id).await.unwrap() == JobStatus::Paused).await;
    ends(driving).await;
    let id = format!("job-{}", job.id);
    until("the job among the paused", async || {
        found(&client, "AmpledataStatus = 'PAUSED'").await == [id.clone()]
    })
    .await;
    until("a row by its stage", async || {
        let asked = "AmpledataStage = 'DECISION_MADE' AND AmpledataAttempts = 1";
        !found(&client, asked).await.is_empty()
    })
    .await;
    let all = format!("AmpledataJob = '{}' AND AmpledataOwner = '{}'", job.id, job.owner.0);
    assert_eq!(found(&client, &all).await.len(), 7);

    gate.store(true, Ordering::SeqCst);
    change(&*store, &job, JobStatus::Paused, JobStatus::Running).await;
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
    until("the job among the completed", async || {
        found(&client, "AmpledataStatus = 'COMPLETED'").await == [id.clone()]
    })
    .await;
    working.end().await;
}
