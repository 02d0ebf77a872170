//! Requests of the old service's clients, in the formats that they know.

use std::process::Command;

use serde_json::{Value, json};

use crate::place::{FIRMS, Place, ask_for_firms};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_file_is_sent_started_followed_and_read() {
    let place = Place::new();
    let (job, source) = place.upload("text/csv", FIRMS).await;
    let pending = place.get(&format!("/jobs/{job}/progress")).await.is(200);
    let nothing = json!({ "job_id": job, "total_rows": 0, "rows_by_stage": {},
        "started_at": null, "status": "PENDING" });
    assert_eq!(pending, nothing);

    let started = place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    let message = "Enrichment started with 3 rows";
    assert_eq!(started, json!({ "job_id": job, "message": message }));

    let done = place.until(&job, "COMPLETED").await;
    assert_eq!(done["total_rows"], 3);
    assert_eq!(done["rows_by_stage"], json!({ "COMPLETED": 3 }));
    assert!(done["started_at"].as_str().unwrap().contains('T'));

    let results = place.get(&format!("/jobs/{job}/results")).await.is(200);
    let rows = results.as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert_eq!(names, ["Acme Widgets", "Bolt Works", "Nowhere Ltd"]);
    assert_eq!(rows[0]["extracted_data"], json!({ "founded": 1999, "employees": 1200 }));
    assert_eq!(rows[2]["extracted_data"], json!({}));
    assert_eq!(keys(&rows[0]["confidence"]["founded"]), ["score", "reason"]);
    assert!(rows[0]["confidence"]["founded"]["score"].as_f64().unwrap() > 0.5);
    assert!(rows[0]["sources"][0].as_str().unwrap().contains("acme"), "{results}");
    let page = place.get(&format!("/jobs/{job}/results?start=1&limit=1")).await.is(200);
    assert_eq!(page[0]["key"], "Bolt Works");
    assert_eq!(page.as_array().unwrap().len(), 1);

    let jobs = place.get("/jobs?offset=0&limit=10").await.is(200);
    assert_eq!((&jobs["total_count"], jobs["jobs"].as_array().unwrap().len()), (&json!(1), 1));
    let item = &jobs["jobs"][0];
    assert_eq!((&item["job_id"], &item["source_id"]), (&json!(job), &json!(source)));
    assert_eq!((&item["status"], &item["total_rows"]), (&json!("COMPLETED"), &json!(3)));
    let fields = ["job_id", "status", "total_rows", "file_path", "source_id", "created_at"];
    assert!(fields.iter().all(|field| !item[field].is_null()), "{item}");

    place.post(&format!("/jobs/{job}/cancel"), json!({})).await.fails(409, "wrong_job_status");
}

#[tokio::test]
async fn json_and_several_key_columns_are_taken() {
    let place = Place::new();
    let file = r#"[{"name": "Acme Widgets", "city": "Springfield"}]"#;
    let (job, _) = place.upload("application/json", file).await;
    let ask = json!({ "key_columns": ["name", "city"],
        "columns_metadata": [{ "name": "founded", "type": "number", "description": null }],
        "key_column_description": "firm", "row_limit": 1 });
    place.post(&format!("/jobs/{job}/start"), ask).await.is(200);
    place.until(&job, "COMPLETED").await;
    let results = place.get(&format!("/jobs/{job}/results")).await.is(200);
    assert_eq!(results[0]["key"], "Acme Widgets||Springfield");
    assert_eq!(results[0]["extracted_data"]["founded"], 1999);
}

#[tokio::test]
async fn jobs_are_listed_newest_first_and_all_are_counted() {
    let place = Place::new();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(place.upload("text/csv", FIRMS).await.0);
    }
    made.reverse();
    let ids = |jobs: &Value| -> Vec<String> {
        let jobs = jobs["jobs"].as_array().unwrap().iter();
        jobs.map(|job| job["job_id"].as_str().unwrap().to_owned()).collect()
    };
    let first = place.get("/jobs?limit=2").await.is(200);
    assert_eq!(ids(&first), made[..2]);
    assert_eq!(first["total_count"], 5);
    let second = place.get("/jobs?offset=2&limit=2").await.is(200);
    assert_eq!(ids(&second), made[2..4]);
    let rest = place.get(&format!("/jobs?after={}", made[3])).await.is(200);
    assert_eq!(ids(&rest), made[4..]);
    place.get("/jobs?offset=9223372036854775808").await.fails(400, "wrong_parameter");
    place.get("/jobs?limit=0").await.fails(400, "wrong_parameter");
    place.get("/jobs?limit=x").await.fails(400, "wrong_parameter");
}

#[tokio::test]
async fn a_cancelled_job_stays_cancelled() {
    let place = Place::new();
    let (job, _) = place.upload("text/csv", FIRMS).await;
    for _ in 0..2 {
        let cancelled = place.post(&format!("/jobs/{job}/cancel"), json!({})).await.is(200);
        assert_eq!(cancelled, json!({ "message": "Job cancelled" }));
    }
    place.until(&job, "CANCELLED").await;
    let start = place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await;
    start.fails(400, "job_not_pending");
    place.post("/jobs/none/cancel", json!({})).await.fails(404, "job_not_found");
}

/// The same with nothing but curl, as docs/guide/api.md shows it: `-d` sends a form's content type.
#[tokio::test]
async fn curl_is_enough() {
    let place = Place::new();
    std::fs::write(place.folder.path().join("firms.csv"), FIRMS).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--fail-with-body"])
            .args(arguments)
            .current_dir(place.folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{arguments:?}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let base = &place.base;
    let asked = format!(r#"{{"contentType": "text/csv", "length": {}}}"#, FIRMS.len());
    let address = run(&["-d", &asked, &format!("{base}/enrichment-signed-url")]);
    let url = address["url"].as_str().unwrap();
    run(&["-T", "firms.csv", "-H", "Content-Type: text/csv", url]);
    let job = format!("{base}/jobs/{}", address["jobId"].as_str().unwrap());
    let ask = ask_for_firms().to_string();
    let started = run(&["-d", &ask, &format!("{job}/start")]);
    assert_eq!(started["message"], "Enrichment started with 3 rows");
    place.until(address["jobId"].as_str().unwrap(), "COMPLETED").await;
    assert_eq!(run(&[&format!("{job}/progress")])["rows_by_stage"]["COMPLETED"], 3);
    assert_eq!(run(&[&format!("{job}/results")])[1]["extracted_data"]["employees"], 35);
}
