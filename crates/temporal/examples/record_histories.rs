//! Records the histories of this release's workflows, for the test that replays them with the code of later
//! releases.
//!
//! ```text
//! cargo run -p ampledata-temporal --example record_histories -- crates/temporal/tests/histories/NAME
//! ```
#![allow(clippy::unwrap_used, reason = "what is not as it should be ends the recording")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "recordings run outside of workflows"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ampledata_core::row::Stage;
use ampledata_net::Retry;
use ampledata_store::{JobStatus, StatusChange, Store};
use ampledata_test_support::world::{World, companies, error, open, performer};
use futures::TryStreamExt as _;
use serde_json::Value;
use server::{Dev, Working, driver, driver_options, run};
use tempfile::TempDir;
use temporalio_client::{
    Client, WorkflowExecutionInfo, WorkflowFetchHistoryOptions, WorkflowListOptions,
};
use tokio_util::sync::CancellationToken;

#[path = "../tests/temporal/server.rs"]
mod server;

/// Histories kept of each workflow type per scenario, each with different events.
const KEPT: usize = 2;

#[tokio::main]
async fn main() {
    let folder = std::env::args().nth(1).expect("the folder to write to");
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (layout, rows_per_workflow) in [("single", 1), ("shared", 12)] {
        through(&folder.join(format!("{layout}-held")), rows_per_workflow).await;
        cancelled(&folder.join(format!("{layout}-cancelled")), rows_per_workflow).await;
    }
}

/// A job that pauses because of a provider, resumes when the provider answers again, and runs to its end.
async fn through(to: &Path, rows_per_workflow: u32) {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 6).await;
    let refusing = Arc::new(AtomicBool::new(true));
    let refused = Arc::clone(&refusing);
    let world = Arc::new(World::with_hook(move |words| {
        let refuse = refused.load(Ordering::SeqCst) && words.contains("Company 3");
        if refuse { Err(error(Retry::Hold)) } else { Ok(()) }
    }));
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(4, rows_per_workflow));
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Paused);
    // Held rows check again after three seconds.
    tokio::time::sleep(Duration::from_secs(4)).await;
    refusing.store(false, Ordering::SeqCst);
    change(&*store, &job.id, JobStatus::Paused, JobStatus::Running).await;
    assert_eq!(run(&driver, &*store, &job).await, JobStatus::Completed);
    working.end().await;
    record(&dev.client().await, to).await;
}

/// A job that is cancelled after its first rows.
async fn cancelled(to: &Path, rows_per_workflow: u32) {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 12).await;
    let world = Arc::new(World::new());
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(4, rows_per_workflow));
    let driving = {
        let (driver, job) = (Arc::clone(&driver), job.clone());
        tokio::spawn(async move { driver.run(&job, &CancellationToken::new()).await.unwrap() })
    };
    while store.progress(&job.id).await.unwrap().in_stage(Stage::Completed) < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    change(&*store, &job.id, JobStatus::Running, JobStatus::Cancelled).await;
    driving.await.unwrap();
    working.end().await;
    record(&dev.client().await, to).await;
}

async fn change(store: &dyn Store, job: &ampledata_store::JobId, from: JobStatus, to: JobStatus) {
    let change = StatusChange { from: vec![from], to, reason: None };
    assert!(store.set_status(job, change).await.unwrap(), "{from:?} to {to:?}");
}

/// The longest histories of each workflow type, without names of the machine that recorded them.
async fn record(client: &Client, to: &Path) {
    let listed = client.list_workflows("", WorkflowListOptions::default());
    let listed: Vec<_> = listed.try_collect().await.unwrap();
    for kind in ["JobWorkflow", "EnrichmentWorkflow"] {
        let mut histories = Vec::new();
        for workflow in listed.iter().filter(|workflow| workflow.workflow_type() == kind) {
            let run = WorkflowExecutionInfo::builder()
                .namespace("default")
                .workflow_id(workflow.id())
                .run_id(workflow.run_id())
                .build();
            let handle = run.bind_untyped(client.clone());
            let history = handle.fetch_history(WorkflowFetchHistoryOptions::default());
            let history = history.to_json().await.unwrap();
            let history: Value = serde_json::from_slice(&history).unwrap();
            let events = history["events"].as_array().unwrap();
            let types: Vec<_> = events.iter().map(|event| event["event_type"].as_i64()).collect();
            histories.push((types, history));
        }
        histories.sort_by_key(|(types, _)| std::cmp::Reverse(types.len()));
        histories.dedup_by(|a, b| a.0 == b.0);
        for (place, (_, mut history)) in histories.into_iter().take(KEPT).enumerate() {
            let mut makers = Vec::new();
            find_makers(&history, &mut makers);
            for maker in &makers {
                hide(&mut history, maker);
            }
            let name = format!("{}-{kind}-{place}.json", to.file_name().unwrap().display());
            let text = serde_json::to_string(&history).unwrap();
            std::fs::write(to.with_file_name(name), text).unwrap();
        }
    }
}

/// Removes every identity.
fn find_makers(value: &Value, makers: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(maker) if name == "identity" && !maker.is_empty() => {
                        makers.push(maker.to_owned());
                    }
                    _ => find_makers(value, makers),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_makers(item, makers)),
        _ => {}
    }
}

/// Replaces the id everywhere, because names of task queues begin with it.
fn hide(value: &mut Value, maker: &str) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| hide(value, maker)),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, maker)),
        Value::String(text) if text.contains(maker) => *text = text.replace(maker, "worker"),
        _ => {}
    }
}
