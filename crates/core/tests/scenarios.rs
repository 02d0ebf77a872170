//! Runs every scenario file to its end and compares the steps and the result with a snapshot.

#![allow(clippy::disallowed_methods, reason = "a test reads its own files")]

use std::fs;
use std::path::PathBuf;

use ampledata_core::scenario::Scenario;

#[test]
fn scenarios() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the scenario folder is there")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect();
    files.sort();
    assert!(files.len() >= 20, "scenario files are missing from {}", folder.display());
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable scenario");
        let scenario: Scenario =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let name = file.file_stem().expect("a file name").to_string_lossy().into_owned();
        let trace = scenario.run();
        insta::with_settings!({ description => scenario.about.clone(), snapshot_path => "scenarios/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_json_snapshot!(name, trace);
        });
    }
}
