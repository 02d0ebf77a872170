//! Data that cannot be read is reported and does not stop the rest; an interrupted import is continued.

use ampledata::import_go::{Old, import};
use ampledata_core::row::Stage;
use ampledata_store::prelude::*;
use ampledata_store::{JobId, JobStatus, Owner, Retry, RetryRows};

use crate::{FIRST, FIRST_ROWS, ROW_STATES, Scene};

#[tokio::test]
async fn a_row_or_a_job_that_cannot_be_read_does_not_sink_the_rest() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    let bad = r#"ALTER TABLE row_states ALTER extracted_data TYPE text;
        INSERT INTO row_states (job_id, key, stage, extracted_data, confidence, crawl_results) VALUES
            ('old-1', 'Bad', 'COMPLETED', '{"city": "Bo', NULL, NULL),
            ('old-1', 'Odd', 'COMPLETED', '{"city": "Bonn"}', '[1]', '{"sources": "x"}');
        INSERT INTO jobs (job_id, status, columns_metadata, created_at)
        VALUES ('no-columns', 'COMPLETED', '"none"', '2024-04-01T00:00:00Z');"#;
    scene.old.run(bad).await;
    let report = scene.import().await;
    assert_eq!((report.jobs, report.left_out, report.rows, report.unreadable), (2, 1, 6, 2));
    let problems = report.problems.join("\n");
    assert!(problems.contains("job \"no-columns\" was skipped"), "{problems}");
    assert!(
        problems.contains("row \"Bad\" of job \"old-1\": extracted_data cannot be read"),
        "{problems}"
    );
    assert!(
        problems.contains("row \"Odd\" of job \"old-1\": confidence cannot be read"),
        "{problems}"
    );

    let rows = scene.results("old-1").await;
    assert_eq!((rows[1].stage, rows[4].stage), (Stage::Failed, Stage::Completed));
    assert!(rows[1].error.as_deref().unwrap().starts_with("extracted_data cannot be read: "));
    assert_eq!(rows[4].cells[1].as_ref().unwrap().value.as_ref().unwrap().to_json(), "Bonn");
    scene.old.drop().await;
}

#[tokio::test]
async fn an_import_that_was_cut_off_goes_on() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    scene.import().await;
    let ann = Owner("ann".to_owned());
    let id = JobId("old-1".to_owned());
    let whole = scene.results("old-1").await;
    scene.cut_off_before_the_times_are_written(&ann, &id).await;
    let report = scene.import().await;
    assert_eq!((report.jobs, report.there_before, report.left_out), (1, 1, 0));
    assert_eq!(scene.results("old-1").await, whole);
    scene.old.drop().await;
}

/// Retrying rows makes a job PENDING, like a job whose import is running.
#[tokio::test]
async fn an_imported_job_that_is_tried_again_is_not_imported_over() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    scene.import().await;
    let (ann, id) = (Owner("ann".to_owned()), JobId("old-1".to_owned()));
    let retry = Retry { rows: RetryRows::Failed, columns: None };
    assert_eq!(scene.store.retry_job(&ann, &id, &retry).await.unwrap(), 2);
    assert_eq!(scene.store.status(&id).await.unwrap(), JobStatus::Pending);
    assert_eq!(scene.import().await.there_before, 2);
    assert_eq!(scene.results("old-1").await[1].stage, Stage::Pending);
    scene.old.drop().await;
}

#[tokio::test]
async fn a_job_of_ours_is_never_written_over() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    let other = Owner("zoe".to_owned());
    let mut old = Old::open(&scene.old.url()).await.unwrap();
    import(&mut old, &scene.store, Some(&other)).await.unwrap();
    drop(old);
    let report = scene.import().await;
    assert_eq!((report.jobs, report.left_out), (0, 2));
    assert!(report.problems[0].contains("another job has the same id"), "{:?}", report.problems);
    scene.old.drop().await;
}

#[tokio::test]
async fn two_imports_at_once_are_refused() {
    let scene = Scene::new([FIRST, ROW_STATES, FIRST_ROWS]).await;
    let first = Old::open(&scene.old.url()).await.unwrap();
    assert_eq!(Old::open(&scene.old.url()).await.unwrap_err().code(), "import_busy");
    drop(first);
    scene.old.drop().await;
}
