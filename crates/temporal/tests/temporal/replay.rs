//! Replays histories of earlier releases with the code of this one: workflows that were running when a worker
//! was replaced continue.

use std::path::PathBuf;

use ampledata_temporal::{EnrichmentWorkflow, JobWorkflow};
use temporalio_client::WorkflowHistory;
use temporalio_sdk::workflow_replayer::{WorkflowReplayer, WorkflowReplayerOptions};

fn replayer() -> WorkflowReplayer {
    let options = WorkflowReplayerOptions::new()
        .register_workflow::<JobWorkflow>()
        .unwrap()
        .register_workflow::<EnrichmentWorkflow>()
        .unwrap();
    WorkflowReplayer::new(options.build()).unwrap()
}

/// Every recorded history, by name.
fn histories() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/histories"));
    let mut histories = Vec::new();
    let releases = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for release in releases.filter(|path| path.is_dir()) {
        for file in std::fs::read_dir(release).unwrap() {
            let path = file.unwrap().path();
            histories.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    histories.sort();
    histories
}

#[tokio::test]
async fn histories_of_earlier_releases_replay() {
    let histories = histories();
    for kind in ["held-JobWorkflow", "held-Enrichment", "cancelled-Job", "cancelled-Enrichment"] {
        for layout in ["single", "shared"] {
            let kind = format!("{layout}-{kind}");
            assert!(histories.iter().any(|(name, _)| name.contains(&kind)), "{kind}");
        }
    }
    for (name, history) in histories {
        let history = WorkflowHistory::from_json(&history).unwrap();
        if let Err(error) = replayer().replay_workflow(history).await {
            panic!("{name}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_history_that_this_code_would_not_make_does_not_replay() {
    for (name, history) in histories() {
        let asked = if name.contains("JobWorkflow") { "InitializeJob" } else { "SerpFetch" };
        let text = String::from_utf8(history).unwrap();
        // A row that continues in another attempt has no first search.
        if !text.contains(asked) {
            continue;
        }
        let other = WorkflowHistory::from_json(text.replace(asked, "Crawl").as_bytes()).unwrap();
        replayer().replay_workflow(other).await.expect_err(&name);
    }
}
