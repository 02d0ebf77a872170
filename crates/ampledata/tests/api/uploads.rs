//! Invalid uploads.

use serde_json::{Value, json};

use crate::place::{FIRMS, Place, ask_for_firms};

async fn address(place: &Place, length: usize) -> Value {
    let asked = json!({ "contentType": "text/csv", "length": length });
    place.post("/enrichment-signed-url", asked).await.is(200)
}

fn url(address: &Value) -> &str {
    address["url"].as_str().unwrap()
}

#[tokio::test]
async fn an_address_takes_one_file_once() {
    let place = Place::new();
    let address = address(&place, FIRMS.len()).await;
    let sent = place.put_file(url(&address), "text/csv", FIRMS).await.is(200);
    assert_eq!(sent, json!({ "length": FIRMS.len() }));
    place.put_file(url(&address), "text/csv", FIRMS).await.fails(409, "upload_again");
}

#[tokio::test]
async fn a_file_must_be_as_it_was_announced() {
    let place = Place::new();
    let address = address(&place, FIRMS.len()).await;
    let put = async |kind: &'static str, file: &'static str| {
        place.put_file(url(&address), kind, file).await
    };
    put("application/json", FIRMS).await.fails(415, "upload_wrong_type");
    let longer =
        "name\nthis file is longer than the one that was announced, by some bytes or more\n";
    assert!(longer.len() > FIRMS.len());
    put("text/csv", longer).await.fails(413, "upload_too_long");
    // The address remains valid after these; a shorter file is accepted too.
    put("text/csv", "name\nAcme Widgets\n").await.is(200);
}

#[tokio::test]
async fn a_file_without_a_length_is_cut_off() {
    let place = Place::new();
    let address = address(&place, 10).await;
    let pieces = (0..1_000).map(|_| Ok::<_, std::io::Error>("name\nAcme\n"));
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let sent = place.client.put(url(&address)).header("content-type", "text/csv").body(body);
    // The server may close the connection before everything is sent; then there is no response to read.
    if let Ok(answer) = sent.send().await {
        crate::place::Answer::of(answer).await.fails(413, "upload_too_long");
    }
    let job = address["jobId"].as_str().unwrap();
    place.until(job, "FAILED").await;
    let left = std::fs::read_dir(place.folder.path().join(".ampledata/uploads")).unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_forged_address_is_refused() {
    let place = Place::new();
    let address = address(&place, FIRMS.len()).await;
    let longer = url(&address).replace(&format!("length={}", FIRMS.len()), "length=999999");
    place.put_file(&longer, "text/csv", FIRMS).await.fails(403, "upload_forged");
    let (bare, _) = url(&address).split_once("&signature=").unwrap();
    place.put_file(bare, "text/csv", FIRMS).await.fails(403, "upload_forged");
    let (path, _) = url(&address).split_once('?').unwrap();
    place.put_file(path, "text/csv", FIRMS).await.fails(400, "wrong_parameter");
}

#[tokio::test]
async fn what_is_announced_has_bounds() {
    let place = Place::with(&[("MAX_UPLOAD_BYTES", "1000")]);
    let ask = async |kind: &str, length: i64| {
        let asked = json!({ "contentType": kind, "length": length });
        place.post("/enrichment-signed-url", asked).await
    };
    ask("text/csv", 1001).await.fails(413, "upload_too_large");
    ask("text/csv", 0).await.fails(413, "upload_too_large");
    ask("text/csv", -1).await.fails(400, "wrong_body");
    ask("image/png", 10).await.fails(400, "unknown_content_type");
    ask("text/csv", 1000).await.is(200);
    place.post("/enrichment-signed-url", json!([])).await.fails(400, "wrong_body");
}

#[tokio::test]
async fn a_file_that_is_no_table_is_refused_with_its_reason() {
    let place = Place::new();
    for (kind, file, code) in [
        ("text/csv", "name,name\na,b\n", "header_twice"),
        ("text/csv", "name\n", "table_without_rows"),
        ("application/json", "{\"a\": 1}", "json_no_objects"),
        ("application/json", "[{\"a\": ", "json_broken"),
    ] {
        let asked = json!({ "contentType": kind, "length": 1000 });
        let address = place.post("/enrichment-signed-url", asked).await.is(200);
        let refused = place.put_file(url(&address), kind, file).await.fails(400, code);
        let message = refused["message"].as_str().unwrap();
        assert!(!message.contains("ampledata"), "the folder must not be shown: {message}");
        let job = address["jobId"].as_str().unwrap();
        place.until(job, "FAILED").await;
        let start = place.post(&format!("/jobs/{job}/start"), ask_for_firms()).await;
        start.fails(400, "file_unusable");
    }
}
