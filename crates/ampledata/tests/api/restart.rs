//! A server that is stopped or killed resumes where it stopped.

use std::fmt::Write as _;

use crate::place::{Place, ask_for_firms};

#[tokio::test]
async fn a_job_that_was_running_goes_on_when_the_server_comes_back() {
    let place = Place::with(&[("CONCURRENCY_ROW_ENRICHMENT_LIMIT", "1")]);
    let mut file = "name,city\n".to_owned();
    for number in 0..400 {
        writeln!(file, "Acme Widgets {number},Springfield").unwrap();
    }
    let (job, _) = place.upload("text/csv", &file).await;
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await.is(200);
    let (folder, said) = place.stop();
    assert!(said.contains("stopping"), "{said}");
    let place = Place::in_folder(folder, &[]);
    let progress = place.until(&job, "COMPLETED").await;
    assert_eq!(progress["rows_by_stage"]["COMPLETED"], 400);
}
