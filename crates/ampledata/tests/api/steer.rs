//! Jobs that are paused, resumed and retried.

use std::fmt::Write as _;

use serde_json::json;

use crate::place::{Place, ask_for_firms};

#[tokio::test]
async fn a_paused_job_goes_on_when_it_is_resumed() {
    let place = Place::with(&[("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "1")]);
    let mut file = "name,city\n".to_owned();
    for number in 0..500 {
        writeln!(file, "Acme Widgets {number},Springfield").unwrap();
    }
    let (job, _) = place.upload("text/csv", &file).await;
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    place.post(&format!("/jobs/{job}/pause"), json!({})).await.is(200);
    assert_eq!(place.get(&format!("/jobs/{job}/progress")).await.is(200)["status"], "PAUSED");
    place.post(&format!("/jobs/{job}/pause"), json!({})).await.is(200);
    place.post(&format!("/jobs/{job}/resume"), json!({})).await.is(200);
    let done = place.until(&job, "COMPLETED").await;
    assert_eq!(done["rows_by_stage"], json!({ "COMPLETED": 500 }));
    place.post(&format!("/jobs/{job}/resume"), json!({})).await.fails(409, "wrong_job_status");
    place.post(&format!("/jobs/{job}/pause"), json!({})).await.fails(409, "wrong_job_status");
}

#[tokio::test]
async fn chosen_rows_and_weak_cells_are_tried_again() {
    let place = Place::new();
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let retry = async |body| place.post(&format!("/jobs/{job}/retry"), body).await;
    assert_eq!(retry(json!({ "rows": "failed" })).await.is(200)["rows"], 0);
    place.until(&job, "COMPLETED").await;
    let weak = retry(json!({ "rows": "weak", "columns": ["founded"] })).await.is(200);
    assert!(weak["rows"].as_u64().unwrap() >= 1, "{weak}");
    place.until(&job, "COMPLETED").await;
    assert_eq!(retry(json!({ "rows": [0, 1] })).await.is(200)["rows"], 2);
    place.until(&job, "COMPLETED").await;
    let columns = json!({ "rows": "weak", "columns": ["none"] });
    retry(columns).await.fails(404, "column_not_found");
    retry(json!({ "rows": "some" })).await.fails(400, "wrong_body");
    let detail = place.get(&format!("/jobs/{job}")).await.is(200);
    assert_eq!(detail["key_columns"], json!(["name"]));
    assert_eq!(detail["columns"][0]["name"], "founded");
    let estimate = place.get(&format!("/jobs/{job}/estimate")).await.is(200);
    assert_eq!(estimate["own_rows"], detail["total_rows"]);
    assert_eq!(estimate["cost_at_most_usd"], 0.0, "a corpus costs nothing");
}

#[tokio::test]
async fn a_job_is_estimated_before_it_starts_and_bounded() {
    let place = Place::new();
    let (job, _) = place
        .upload("text/csv", "name,city\nAcme Widgets,Springfield\nAcme Widgets,Springfield\n")
        .await;
    place.get(&format!("/jobs/{job}/estimate")).await.fails(409, "wrong_job_status");
    let estimate = place.post(&format!("/jobs/{job}/estimate"), ask_for_firms()).await.is(200);
    assert_eq!((&estimate["rows"], &estimate["own_rows"]), (&json!(2), &json!(1)));
    let mut start = ask_for_firms();
    start["max_cost_usd"] = json!(-1);
    place.post(&format!("/jobs/{job}/start"), start.clone()).await.fails(400, "wrong_body");
    start["max_cost_usd"] = json!(2.5);
    place.post(&format!("/jobs/{job}/start"), start).await.is(200);
    let budget = &place.get(&format!("/jobs/{job}")).await.is(200)["budget"];
    assert_eq!((&budget["max_cost_usd"], &budget["spent_usd"]), (&json!(2.5), &json!(0.0)));
    let bounds = json!({ "max_row_cost_usd": 0.25 });
    let budget = place.put(&format!("/jobs/{job}/budget"), bounds).await.is(200);
    assert_eq!(
        (&budget["max_cost_usd"], &budget["max_row_cost_usd"]),
        (&json!(null), &json!(0.25))
    );
    place.until(&job, "COMPLETED").await;
}
