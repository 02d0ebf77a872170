//! Several processes over one PostgreSQL and one Temporal: whichever is asked, the job is the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::events::follow;
use crate::place::{Place, ask_for_firms};

fn firms(rows: usize) -> String {
    let mut file = "name,city\n".to_owned();
    for number in 0..rows {
        writeln!(file, "Acme Widgets {number},Springfield").unwrap();
    }
    file
}

async fn results(place: &Place, job: &str) -> Value {
    place.get(&format!("/jobs/{job}/results?limit=1000")).await.is(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_at_two_processes_at_once_is_one_run_that_both_report() {
    let deployment = Deployment::start().await;
    let (one, other) = (deployment.serve(), deployment.serve());
    let (job, _) = one.upload("text/csv", &firms(24)).await;
    let path = format!("/jobs/{job}/start");
    let (first, second) =
        tokio::join!(one.post(&path, ask_for_firms()), other.post(&path, ask_for_firms()));
    let (started, refused) = if first.status == 200 { (first, second) } else { (second, first) };
    started.is(200);
    refused.fails(400, "job_not_pending");

    let (events_of_one, events_of_other) =
        tokio::join!(follow(&one, &job, None), follow(&other, &job, None));
    // A client that polls less often gets fewer intermediate stages; the last one of each row is the same.
    let rows = |events: &[crate::events::Event]| -> BTreeMap<u64, Value> {
        let rows = events.iter().filter(|event| event.name == "row");
        rows.map(|row| (row.data["index"].as_u64().unwrap(), row.data.clone())).collect()
    };
    assert_eq!(rows(&events_of_one).len(), 24);
    assert_eq!(rows(&events_of_one), rows(&events_of_other));
    assert_eq!(other.until(&job, "COMPLETED").await["rows_by_stage"], json!({ "COMPLETED": 24 }));
    let found = results(&one, &job).await;
    assert_eq!(found.as_array().map(Vec::len), Some(24));
    assert_eq!(found, results(&other, &job).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_outlives_the_process_that_began_it() {
    let deployment = Deployment::start().await;
    let (one, other) = (deployment.serve(), deployment.serve());
    let (job, _) = one.upload("text/csv", &firms(24)).await;
    one.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    // Killed, without notifying anyone.
    drop(one);
    let done = other.until(&job, "COMPLETED").await;
    assert_eq!(done["rows_by_stage"], json!({ "COMPLETED": 24 }));
    let one = deployment.serve();
    assert_eq!(results(&one, &job).await.as_array().map(Vec::len), Some(24));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_began_the_other_pauses_resumes_and_cancels() {
    let deployment = Deployment::start().await;
    let (one, other) = (deployment.serve(), deployment.serve());
    let (job, _) = one.upload("text/csv", &firms(500)).await;
    one.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    other.post(&format!("/jobs/{job}/pause"), json!({})).await.is(200);
    one.until(&job, "PAUSED").await;
    other.post(&format!("/jobs/{job}/resume"), json!({})).await.is(200);
    one.until(&job, "RUNNING").await;
    other.post(&format!("/jobs/{job}/cancel"), json!({})).await.is(200);
    let ended = one.until(&job, "CANCELLED").await;
    assert!(ended["rows_by_stage"]["COMPLETED"].as_u64().unwrap_or(0) < 500, "{ended}");
    one.post(&format!("/jobs/{job}/resume"), json!({})).await.fails(409, "wrong_job_status");
    // Nothing continues in the background: completed rows stay as they are.
    let kept = results(&one, &job).await;
    drop(one);
    assert_eq!(results(&other, &job).await, kept);
}
