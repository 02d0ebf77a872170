//! Invalid requests to start a job; after each of them it can still be started.

use serde_json::{Value, json};

use crate::place::{FIRMS, Place, ask_for_firms};

fn with(name: &str, value: Value) -> Value {
    let mut ask = ask_for_firms();
    ask[name] = value;
    ask
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_is_lost() {
    let place = Place::new();
    let (job, _) = place.upload("text/csv", FIRMS).await;
    let column = |kind: &str| json!([{ "name": "founded", "type": kind }]);
    let have = json!([{ "name": "city", "type": "string" }]);
    let twice = json!([{ "name": "a", "type": "string" }, { "name": "A", "type": "string" }]);
    for (ask, code, says) in [
        (with("key_column", json!("nmae")), "no_such_column", "did you mean `name`"),
        (with("key_column", Value::Null), "wrong_body", "key_column"),
        (with("columns_metadata", json!([])), "no_columns", "no column"),
        (with("columns_metadata", json!({})), "wrong_body", "columns_metadata"),
        (
            with("columns_metadata", column("money")),
            "unknown_column_type",
            "columns_metadata[0].type",
        ),
        (with("columns_metadata", have), "column_exists", "imputation"),
        (with("columns_metadata", twice), "column_twice", "twice"),
        (with("row_limit", json!(0)), "wrong_body", "row_limit"),
        (with("key_columns", json!(["name"])), "wrong_body", "not both"),
        (json!("text"), "wrong_body", "expected"),
    ] {
        let answer = place.post(&format!("/jobs/{job}/start"), ask).await;
        let body = answer.fails(400, code);
        assert!(body["message"].as_str().unwrap().contains(says), "{body}");
    }
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    let again = place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await;
    again.fails(400, "job_not_pending");
    place.until(&job, "COMPLETED").await;
}

#[tokio::test]
async fn a_job_without_its_file_cannot_be_started() {
    let place = Place::new();
    let asked = json!({ "contentType": "text/csv", "length": 100 });
    let address = place.post("/enrichment-signed-url", asked).await.is(200);
    let job = address["jobId"].as_str().unwrap();
    let answer = place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await;
    answer.fails(400, "file_not_uploaded");
    let answer = place.post("/jobs/none/start", ask_for_firms()).await;
    answer.fails(404, "job_not_found");
}

#[tokio::test]
async fn of_many_that_start_a_job_one_does() {
    let place = Place::new();
    let (job, _) = place.upload("text/csv", FIRMS).await;
    let path = format!("/jobs/{job}/start");
    let starts = (0..8).map(|_| place.post(&path, ask_for_firms()));
    let answers = futures::future::join_all(starts).await;
    let started = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(started, 1, "{answers:?}");
    let refused = answers.iter().filter(|answer| answer.status != 200);
    for answer in refused {
        answer.fails(400, "job_not_pending");
    }
}

#[tokio::test]
async fn blanks_are_filled_where_that_is_asked_for() {
    let place = Place::new();
    let file = "name,founded\nAcme Widgets,\nBolt Works,1850\n";
    let (job, _) = place.upload("text/csv", file).await;
    let columns = json!([{ "name": "founded", "type": "number", "job_type": "imputation" }]);
    let ask = json!({ "key_column": "name", "columns_metadata": columns });
    place.post(&format!("/jobs/{job}/start"), ask).await.is(200);
    place.until(&job, "COMPLETED").await;
    let results = place.get(&format!("/jobs/{job}/results")).await.is(200);
    assert_eq!(results[0]["extracted_data"], json!({ "founded": 1999 }));
    assert_eq!(results[1]["extracted_data"], json!({}), "what is there is not asked for");
}

#[tokio::test]
async fn a_model_that_refuses_the_key_is_named_and_the_job_can_be_started_later() {
    let model = wiremock::MockServer::start().await;
    let refuses = wiremock::ResponseTemplate::new(401);
    wiremock::Mock::given(wiremock::matchers::any()).respond_with(refuses).mount(&model).await;
    let place = Place::with(&[
        ("PATTERN_MODEL", "groq:openai/gpt-oss-120b"),
        ("GROQ_API_KEY", "groq-secret"),
        ("GROQ_BASE_URL", &model.uri()),
    ]);
    let (job, _) = place.upload("text/csv", FIRMS).await;
    let answer = place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await;
    let body = answer.fails(502, "provider_key_refused");
    assert!(body["message"].as_str().unwrap().contains("does not accept the key"), "{body}");
    assert_eq!(place.get(&format!("/jobs/{job}/progress")).await.is(200)["status"], "PENDING");
}

#[tokio::test]
async fn the_row_of_the_header_can_be_chosen_until_it_fits() {
    let place = Place::new();
    let file = format!("Firms,of,2024\nin,two,cities\n{FIRMS}");
    let (job, _) = place.upload("text/csv", &file).await;
    let path = format!("/jobs/{job}/start");
    for (row, code) in
        [(json!(2), "no_such_column"), (json!(0), "wrong_body"), (json!(90), "header_unusable")]
    {
        place.post(&path, with("header_row", row)).await.fails(400, code);
    }
    place.post(&path, with("header_row", json!(3))).await.is(200);
    let state = place.until(&job, "COMPLETED").await;
    assert_eq!(state["total_rows"], 3, "{state}");
}
