use std::process::Command;

use serde_json::Value;

use crate::place::Place;

fn printed() -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_ampledata")).arg("openapi").output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_printed() {
    let served = Place::new().get("/openapi.json").await.is(200);
    assert_eq!(served, printed());
    insta::assert_json_snapshot!("openapi", served);
}

/// Two schemas with the same name overwrite each other silently.
#[test]
fn every_reference_leads_somewhere() {
    let document = printed();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let reference = regex::Regex::new(r##""#/components/schemas/([^"]+)""##).unwrap();
    let named: Vec<_> = reference.captures_iter(&text).map(|found| found[1].to_owned()).collect();
    assert!(!named.is_empty());
    for name in named {
        assert!(schemas.contains_key(&name), "{name}");
    }
}

/// Client generators name functions after them.
#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = printed();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let mut names: Vec<_> =
        operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), names.contains(&"list_jobs")), (all, true));
}
