use reqwest::Method;

use crate::place::{Answer, Place};

#[tokio::test]
async fn the_table_is_exported_in_every_format() {
    let place = Place::new();
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let export = async |query: &str| place.get(&format!("/jobs/{job}/export{query}")).await;
    let csv = export("").await;
    assert_eq!(
        csv.text,
        "name,city,founded,employees\nAcme Widgets,Springfield,1999,1200\n\
         Bolt Works,Ogden,2004,35\nNowhere Ltd,Nome,,\n"
            .replace('\n', csv_end(&csv.text))
    );
    assert!(csv.header("content-disposition").contains("-enriched.csv"), "{csv:?}");
    let evidence = export("?format=jsonl&evidence=true").await;
    let first: serde_json::Value =
        serde_json::from_str(evidence.text.lines().next().unwrap()).unwrap();
    assert_eq!(first["founded_outcome"], "found");
    let reasons = export("?format=jsonl&reasons=true").await;
    let last: serde_json::Value =
        serde_json::from_str(reasons.text.lines().last().unwrap()).unwrap();
    let reason = last["reasons"].as_str().unwrap();
    assert!(reason.starts_with("founded, employees: absent, "), "{reason}");
    for format in ["tsv", "json", "xlsx", "parquet"] {
        let url = format!("/jobs/{job}/export?format={format}");
        let answer = place.request(Method::GET, &url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.unwrap().len() > 50, "{format}");
    }
    export("?format=doc").await.fails(400, "wrong_parameter");
}

/// Lines end as the writer ends them.
fn csv_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again_until_it_changes() {
    let place = Place::new();
    let job = place.started().await;
    place.until(&job, "COMPLETED").await;
    let path = format!("/jobs/{job}/export?format=csv");
    let tag = place.get(&path).await.header("etag").to_owned();
    assert!(tag.len() > 10, "{tag}");
    let again = async || {
        let asked = place.request(Method::GET, &path).header("if-none-match", &tag);
        Answer::of(asked.send().await.unwrap()).await.status
    };
    assert_eq!(again().await, 304);
    let cell = place.request(Method::PUT, &format!("/jobs/{job}/rows/0/cells/founded"));
    cell.json(&serde_json::json!({ "value": 1900 })).send().await.unwrap();
    assert_eq!(again().await, 200);
}
