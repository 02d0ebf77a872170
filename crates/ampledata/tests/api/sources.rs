//! Tables, and what to ask for.

use reqwest::Method;
use serde_json::json;

use crate::place::{FIRMS, Place, ask_for_firms};

#[tokio::test]
async fn a_table_is_read_enriched_again_and_thrown_away() {
    let place = Place::new();
    let (job, source) = place.upload("text/csv", FIRMS).await;
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    place.until(&job, "COMPLETED").await;
    let listed = place.get("/sources").await.is(200);
    assert_eq!(
        (&listed["total_count"], &listed["sources"][0]["source_id"]),
        (&json!(1), &json!(source))
    );
    let shown = place.get(&format!("/sources/{source}")).await.is(200);
    assert_eq!((&shown["columns"], &shown["total_rows"]), (&json!(["name", "city"]), &json!(3)));
    let page = place.get(&format!("/sources/{source}/rows?limit=2")).await.is(200);
    assert_eq!(page["rows"][1]["cells"], json!({ "name": "Bolt Works", "city": "Ogden" }));
    assert_eq!(page["next"], 2);
    let rest = place.get(&format!("/sources/{source}/rows?from=2")).await.is(200);
    assert_eq!((&rest["rows"][0]["line"], &rest["next"]), (&json!(4), &json!(null)));

    let mut ask = ask_for_firms();
    ask["row_limit"] = json!(1);
    let again = place.post(&format!("/sources/{source}/enrich"), ask).await.is(200);
    assert_eq!(again["message"], "Enrichment started with 1 rows");
    let second = again["job_id"].as_str().unwrap();
    assert_ne!(second, job);
    place.until(second, "COMPLETED").await;
    let runs = place.get(&format!("/jobs?source_id={source}")).await.is(200);
    assert_eq!((&runs["total_count"], &runs["jobs"][0]["job_id"]), (&json!(2), &json!(second)));
    assert_eq!(place.get("/jobs?source_id=none").await.is(200)["total_count"], 0);
    let path = format!("/sources/{source}/estimate");
    let estimated = place.post(&path, ask_for_firms()).await.is(200);
    assert_eq!((&estimated["rows"], &estimated["own_rows"]), (&json!(3), &json!(3)));
    place.post("/sources/none/estimate", ask_for_firms()).await.fails(404, "source_not_found");

    let delete = place.request(Method::DELETE, &format!("/sources/{source}"));
    assert_eq!(delete.send().await.unwrap().status(), 200);
    place.get(&format!("/sources/{source}")).await.fails(404, "source_not_found");
    place.get(&format!("/jobs/{job}/progress")).await.fails(404, "job_not_found");
    assert_eq!(place.get("/jobs").await.is(200)["total_count"], 0);
}

#[tokio::test]
async fn the_key_is_chosen_before_and_after_the_start() {
    let place = Place::new();
    let (job, source) = place.upload("text/csv", FIRMS).await;
    let by_job = place.post("/select-key", json!({ "job_id": job })).await.is(200);
    assert_eq!(by_job["key_columns"], json!(["name"]));
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    let by_source = place.post("/select-key", json!({ "source_id": source })).await.is(200);
    assert_eq!(by_source, by_job);
    place.post("/select-key", json!({})).await.fails(400, "wrong_body");
    place.post("/select-key", json!({ "job_id": "none" })).await.fails(404, "job_not_found");
    let asked = json!({ "columns": ["founded", "website"] });
    let suggested = place.post("/columns/suggest", asked).await.is(200);
    assert_eq!(suggested["columns"][0]["type"], "number");
    assert_eq!(suggested["columns"][1]["format"], "url");
    place.until(&job, "COMPLETED").await;
}
