//! Encrypted histories.

use std::sync::Arc;

use ampledata_store::JobStatus;
use ampledata_temporal::{Keys, RemotePayloads, ServerOptions};
use ampledata_test_support::world::{World, companies, open, performer};
use futures::TryStreamExt as _;
use serde_json::Value;
use tempfile::TempDir;
use temporalio_client::{
    UntypedWorkflow, WorkflowFetchHistoryOptions, WorkflowHistory, WorkflowListOptions,
};

use crate::control::{change, drive, ends, until};
use crate::server::{Dev, Working, driver, driver_options, run};

const OLD: &str = "old:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const NEW: &str = "new:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn with(server_options: &ServerOptions, keys: &str) -> ServerOptions {
    ServerOptions { keys: Some(Keys::parse(keys).unwrap()), ..server_options.clone() }
}

/// The payloads of all histories as they are stored: by encoding, and as sent to a codec server.
async fn payloads(dev: &Dev) -> Vec<(String, Value)> {
    let client = dev.client().await;
    let listed = client.list_workflows("", WorkflowListOptions::default());
    let listed: Vec<_> = listed.try_collect().await.unwrap();
    let mut found = Vec::new();
    for workflow in listed {
        let handle = client.get_workflow_handle::<UntypedWorkflow>(workflow.id());
        let history: WorkflowHistory = handle.fetch_history(WorkflowFetchHistoryOptions::default());
        let history: Value = serde_json::from_slice(&history.to_json().await.unwrap()).unwrap();
        collect(&history, &mut found);
    }
    found
}

/// Search attributes are never encrypted, because the server reads them.
fn collect(value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            if let (Some(data), Some(encoding)) =
                (fields.get("data"), value["metadata"]["encoding"].as_str())
                && data.is_string()
            {
                found.push((encoding.to_owned(), value.clone()));
            }
            let inside = fields.iter().filter(|(name, _)| *name != "search_attributes");
            inside.for_each(|(_, value)| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn histories_are_sealed_from_when_a_key_is_given() {
    let dev = Dev::start().await;
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let job = companies(&*store, 30).await;
    let world = Arc::new(World::new());

    // It starts without a key, and continues with one; then with a newer one.
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driving = drive(&driver(&dev.server_options, &store, driver_options(2, 10)), &job);
    until("work", async || world.calls() > 10).await;
    change(&*store, &job, JobStatus::Running, JobStatus::Paused).await;
    ends(driving).await;
    working.end().await;
    let plain = payloads(&dev).await;
    assert!(plain.iter().all(|(encoding, _)| encoding == "anNvbi9wbGFpbg=="), "{plain:?}");

    let sealed = with(&dev.server_options, OLD);
    let working = Working::start(&sealed, &store, performer(&world, &store)).await;
    change(&*store, &job, JobStatus::Paused, JobStatus::Running).await;
    let sealed_driver = driver(&sealed, &store, driver_options(2, 10));
    assert_eq!(run(&sealed_driver, &*store, &job).await, JobStatus::Completed);
    working.end().await;
    assert!(world.log().values().all(|times| *times == 1), "{:?}", world.log());

    let all = payloads(&dev).await;
    let sealed: Vec<_> =
        all.iter().filter(|(encoding, _)| encoding == "YmluYXJ5L2VuY3J5cHRlZA==").collect();
    assert!(sealed.len() > 60, "{} of {}", sealed.len(), all.len());
    let both = Keys::parse(&format!("{NEW}, {OLD}")).unwrap();
    let new = Keys::parse(NEW).unwrap();
    for (_, payload) in sealed {
        let asked = serde_json::json!({ "payloads": [payload] });
        let asked: RemotePayloads = serde_json::from_value(asked).unwrap();
        let refused = new.decrypt_remote(asked.clone()).unwrap_err();
        assert!(refused.to_string().contains("`old`"), "{refused}");
        let opened = serde_json::to_value(both.decrypt_remote(asked).unwrap()).unwrap();
        assert_eq!(opened["payloads"][0]["metadata"]["encoding"], "anNvbi9wbGFpbg==");
    }
}
