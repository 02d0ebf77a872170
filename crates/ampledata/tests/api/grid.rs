//! Rows and cells as people view and correct them.

use serde_json::{Value, json};

use crate::place::{FIRMS, Place};

fn indices(page: &Value) -> Vec<u64> {
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| row["index"].as_u64().unwrap()).collect()
}

async fn finished(place: &Place) -> String {
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    job
}

#[tokio::test]
async fn rows_are_read_page_by_page_filtered_and_sorted() {
    let place = Place::new();
    let job = finished(&place).await;
    let rows = async |query: &str| place.get(&format!("/jobs/{job}/rows{query}")).await;
    let first = rows("?limit=2").await.is(200);
    assert_eq!(indices(&first), [0, 1]);
    let cell = &first["rows"][0]["cells"]["founded"];
    assert_eq!((&cell["value"], &cell["outcome"]), (&json!(1999), &json!("found")));
    assert!(cell["quote"].as_str().unwrap().contains("1999"), "{cell}");
    assert_eq!(first["rows"][0]["given"], Value::Null);
    let given = rows("?limit=2&given=true").await.is(200);
    assert_eq!(given["rows"][1]["given"], json!({ "name": "Bolt Works", "city": "Ogden" }));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = rows(&format!("?limit=2&cursor={cursor}")).await.is(200);
    assert_eq!((indices(&second), &second["next_cursor"]), (vec![2], &Value::Null));
    assert_eq!(indices(&rows("?stage=COMPLETED").await.is(200)), [0, 1, 2]);
    assert!(indices(&rows("?stage=FAILED").await.is(200)).is_empty());
    let missing = rows("?column=founded&standing=absent,blocked").await.is(200);
    assert_eq!(indices(&missing), [2]);
    let surest = rows("?column=founded&sort=-confidence").await.is(200);
    assert_eq!(*indices(&surest).last().unwrap(), 2);
    for wrong in ["?stage=NONE", "?standing=weak", "?sort=x", "?cursor=x", "?limit=1001"] {
        rows(wrong).await.fails(400, "wrong_parameter");
    }
    rows("?column=none&sort=confidence").await.fails(404, "column_not_found");
}

#[tokio::test]
async fn a_correction_stays_and_is_remembered() {
    let place = Place::new();
    let job = finished(&place).await;
    let path = format!("/jobs/{job}/rows/0/cells/founded");
    let cell = place.get(&path).await.is(200);
    assert_eq!(cell["cell"]["value"], 1999);
    assert!(cell["cell"]["evidence"]["url"].as_str().unwrap().contains("acme"), "{cell}");
    let proof = &cell["cell"]["evidence"];
    assert!(!proof["title"].as_str().unwrap().is_empty(), "{proof}");
    let text =
        [&proof["before"], &proof["quote"], &proof["after"]].map(|part| part.as_str().unwrap());
    assert!(text.concat().len() > text[1].len(), "{proof}");
    assert_eq!(cell["attempts"][0]["attempt_number"], 1);
    let put = async |body: Value| {
        let sent = place.request(reqwest::Method::PUT, &path).json(&body).send().await.unwrap();
        crate::place::Answer::of(sent).await
    };
    put(json!({ "value": "soon" })).await.fails(400, "wrong_body");
    put(json!({})).await.fails(400, "wrong_body");
    let corrected = put(json!({ "value": 1998 })).await.is(200);
    assert_eq!(
        (&corrected["cell"]["value"], &corrected["corrected"]),
        (&json!(1998), &json!(true))
    );
    assert_eq!(corrected["found"]["value"], 1999);
    let correction = &corrected["corrections"][0];
    assert_eq!((&correction["old"], &correction["new"]), (&json!(1999), &json!(1998)));
    // No run overwrites it.
    let again = json!({ "rows": [0] });
    place.post(&format!("/jobs/{job}/retry"), again).await.is(200);
    place.until(&job, "COMPLETED").await;
    assert_eq!(place.get(&path).await.is(200)["cell"]["value"], 1998);
    let none = put(json!({ "value": null, "locked": true })).await.is(200);
    assert_eq!((&none["cell"]["value"], &none["locked"]), (&Value::Null, &json!(true)));
    place.get(&format!("/jobs/{job}/rows/9/cells/founded")).await.fails(404, "cell_not_found");
    place.get(&format!("/jobs/{job}/rows/0/cells/x")).await.fails(404, "column_not_found");
}

#[tokio::test]
async fn a_job_that_was_not_started_has_no_rows_yet() {
    let place = Place::new();
    let (job, _) = place.upload("text/csv", FIRMS).await;
    place.get(&format!("/jobs/{job}/rows")).await.fails(409, "wrong_job_status");
    let detail = place.get(&format!("/jobs/{job}")).await.is(200);
    assert_eq!((&detail["status"], &detail["columns"]), (&json!("PENDING"), &json!([])));
}

#[tokio::test]
async fn a_report_counts_all_rows() {
    let place = Place::new();
    let job = finished(&place).await;
    let report = place.get(&format!("/jobs/{job}/report")).await.is(200);
    let detail = place.get(&format!("/jobs/{job}")).await.is(200);
    for same in ["status", "total_rows", "rows_by_stage", "cells_found"] {
        assert_eq!(report[same], detail[same], "{same}");
    }
    assert_eq!((&report["cells"], &report["cost_usd"]), (&json!(6), &json!(0.0)));
    let founded = &report["columns"][0];
    assert_eq!((&founded["name"], &founded["found"]), (&json!("founded"), &json!(2)));
    assert_eq!((&founded["absent"], &founded["waiting"]), (&json!(1), &json!(0)));
    let sum = |cells: &Value| -> u64 {
        cells.as_array().unwrap().iter().map(|cells| cells.as_u64().unwrap()).sum()
    };
    let found = report["cells_found"].as_u64().unwrap();
    assert_eq!((sum(&founded["confidence"]), sum(&report["confidence"])), (2, found));
    let sites = report["sites"].as_array().unwrap();
    let proved = sites.iter().map(|site| site["cells"].as_u64().unwrap()).sum::<u64>();
    assert_eq!((proved, &report["sites_in_all"]), (found, &json!(sites.len())));
    place.get("/jobs/nothing/report").await.fails(404, "job_not_found");
    let (awaited, _) = place.upload("text/csv", FIRMS).await;
    place.get(&format!("/jobs/{awaited}/report")).await.fails(409, "wrong_job_status");
}

#[tokio::test]
async fn corrections_are_labels_for_the_model_of_confidence() {
    let place = Place::new();
    let job = finished(&place).await;
    let set = async |row: u64, value: Value| {
        let path = format!("/jobs/{job}/rows/{row}/cells/founded");
        place.put(&path, json!({ "value": value })).await.is(200);
    };
    // The first value is wrong; the second is confirmed after a mistake; the third cell had no value.
    set(0, json!(1998)).await;
    set(1, json!(2005)).await;
    set(1, json!(2004)).await;
    set(2, json!(1950)).await;
    let (folder, _) = place.stop();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ampledata"));
    command.env_clear().current_dir(folder.path()).args(["calibrate", "--stored"]);
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("1 corrections are of cells without a stored value"), "{error}");
    assert!(error.contains("2 labelled values of 2 rows or kinds, 1 right, 1 wrong"), "{error}");
}
