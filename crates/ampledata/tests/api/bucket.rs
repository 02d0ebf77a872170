//! Files that clients send to an object store.

use std::sync::Arc;

use serde_json::json;

use crate::place::{Answer, FIRMS, Place, ask_for_firms, corpus, program};
use crate::s3::{KEY_ID, REGION, S3, SECRET};

fn settings(base: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("BLOB_URL", "s3://tables/inbox/"),
        ("AWS_ENDPOINT", base),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ]
}

async fn place() -> (Place, Arc<S3>) {
    let (s3, base) = S3::start().await;
    (Place::with(&settings(&base)), s3)
}

/// The address, the job and the source of a file of this length.
async fn promised(place: &Place, length: usize) -> [String; 3] {
    let asked = json!({ "contentType": "text/csv", "length": length });
    let address = place.post("/enrichment-signed-url", asked).await.is(200);
    ["url", "jobId", "sourceId"].map(|name| address[name].as_str().unwrap().to_owned())
}

async fn start(place: &Place, job: &str) -> Answer {
    place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await
}

#[tokio::test]
async fn a_file_goes_through_the_bucket() {
    let (place, s3) = place().await;
    let [url, job, source] = promised(&place, FIRMS.len()).await;
    assert!(url.contains("/tables/inbox/") && url.contains("X-Amz-Expires=90"), "{url}");
    start(&place, &job).await.fails(400, "file_not_uploaded");
    assert_eq!(place.get(&format!("/jobs/{job}/progress")).await.is(200)["status"], "PENDING");
    assert_eq!(place.put_file(&url, "text/csv", FIRMS).await.status, 200);
    assert_eq!(s3.names(), [format!("tables/inbox/{source}.csv")]);
    let key = place.post("/select-key", json!({ "job_id": job })).await.is(200);
    assert_eq!(key["key_columns"], json!(["name"]));
    start(&place, &job).await.is(200);
    place.until(&job, "COMPLETED").await;
    let results = place.get(&format!("/jobs/{job}/results")).await.is(200);
    assert_eq!(results[0]["extracted_data"]["founded"], 1999);
    assert!(s3.names().is_empty(), "what is loaded need not lie in the bucket");
    assert_eq!(*s3.refused.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_page_may_send_files_to_that_bucket_and_nowhere_else() {
    let policy = async |place: &Place| {
        let page = place.request(reqwest::Method::GET, "//").header("accept", "text/html");
        let answer = Answer::of(page.send().await.unwrap()).await;
        let policy = answer.header("content-security-policy").to_owned();
        policy.split("; ").find(|part| part.starts_with("connect-src")).unwrap().to_owned()
    };
    let (place, _s3) = place().await;
    let [url, ..] = promised(&place, FIRMS.len()).await;
    let origin = reqwest::Url::parse(&url).unwrap().origin().ascii_serialization();
    assert_eq!(policy(&place).await, format!("connect-src 'self' {origin}"));
    assert_eq!(policy(&Place::new()).await, "connect-src 'self'");
}

#[tokio::test]
async fn the_type_is_in_the_signature() {
    let (place, s3) = place().await;
    let [url, job, _] = promised(&place, FIRMS.len()).await;
    assert_eq!(place.put_file(&url, "application/json", FIRMS).await.status, 403);
    let other = url.replace("tables/inbox/", "tables/inbox/x");
    assert_eq!(place.put_file(&other, "text/csv", FIRMS).await.status, 403);
    assert_eq!(s3.refused.lock().unwrap().len(), 2);
    start(&place, &job).await.fails(400, "file_not_uploaded");
    assert_eq!(place.put_file(&url, "text/csv", FIRMS).await.status, 200);
    start(&place, &job).await.is(200);
}

#[tokio::test]
async fn what_lies_there_is_checked_before_it_is_used() {
    let (place, s3) = place().await;
    let put = |source: &str, text: &str| {
        let name = format!("tables/inbox/{source}.csv");
        s3.objects.lock().unwrap().insert(name, text.to_owned().into());
    };
    let [_, job, source] = promised(&place, 10).await;
    put(&source, FIRMS);
    start(&place, &job).await.fails(413, "upload_too_long");
    start(&place, &job).await.fails(400, "file_unusable");
    let [_, job, source] = promised(&place, 100).await;
    put(&source, "name,name\na,b\n");
    start(&place, &job).await.fails(400, "header_twice");
    assert_eq!(place.get(&format!("/jobs/{job}/progress")).await.is(200)["status"], "FAILED");
    let [_, job, source] = promised(&place, 100).await;
    put(&source, FIRMS);
    place.post(&format!("/jobs/{job}/cancel"), json!({})).await.is(200);
    assert!(s3.names().is_empty(), "{:?}", s3.names());
    let uploads = place.folder.path().join(".ampledata/uploads");
    let left = std::fs::read_dir(uploads).unwrap().count();
    assert_eq!(left, 0, "nothing of it stays on this machine");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_is_reported() {
    let (_, base) = S3::start().await;
    let mut wrong = settings(&base);
    wrong.retain(|(name, _)| *name != "AWS_SECRET_ACCESS_KEY");
    wrong.push(("AWS_SECRET_ACCESS_KEY", "another"));
    let place = Place::with(&wrong);
    let [url, job, _] = promised(&place, FIRMS.len()).await;
    assert_eq!(place.put_file(&url, "text/csv", FIRMS).await.status, 403);
    start(&place, &job).await.fails(503, "blob_unavailable");
    let doctor = |settings: &[(&str, &str)]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ampledata"));
        let folder = corpus();
        command.env_clear().current_dir(folder.path()).envs(settings.iter().copied());
        let ran = command.args(["doctor"]).env("CORPUS_DIR", "pages").output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    let report = tokio::task::block_in_place(|| doctor(&wrong));
    assert!(
        report.contains("uploads: s3://tables/inbox/: the request to the object store failed"),
        "{report}"
    );
    let report = tokio::task::block_in_place(|| doctor(&settings(&base)));
    assert!(report.contains("ok uploads: s3://tables/inbox/ can be written"), "{report}");
}

#[test]
fn an_address_without_credentials_is_refused_at_once() {
    let folder = corpus();
    let settings = [("BLOB_URL", "az://tables/inbox")];
    let ran = program(&folder, &settings, &["--addr", "127.0.0.1:0"]).output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.code() == Some(2) && said.contains("error[blob_url_unusable]"), "{said}");
}
