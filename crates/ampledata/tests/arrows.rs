//! Which of our crates may depend on which: the arrows of ARCHITECTURE.md.
#![allow(clippy::unwrap_used, reason = "what is not as expected ends the test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate and those of ours that it may use. Its tests may use the same, and [`SUPPORT`].
const ARROWS: [(&str, &[&str]); 10] = [
    ("core", &[]),
    ("page", &["core"]),
    ("table", &["core"]),
    ("net", &["core"]),
    ("providers", &["core", "net", "page"]),
    ("store", &["core", "table"]),
    ("engine", &["core", "net", "page", "providers", "store", "table"]),
    ("temporal", &["core", "engine", "net", "page", "providers", "store", "table"]),
    ("ampledata", &["core", "engine", "net", "page", "providers", "store", "table", "temporal"]),
    (SUPPORT, &["core", "engine", "net", "page", "providers", "store", "table"]),
];

/// Only for tests and benchmarks.
const SUPPORT: &str = "test-support";

/// Crates that read and decide, and the dependencies that they must not have.
const PURE: [&str; 3] = ["core", "page", "table"];
const IMPURE: [&str; 5] = ["futures", "reqwest", "sqlx", "tokio", "tracing"];

/// Packages with this prefix are for this crate only.
const SDK: (&str, &str) = ("temporalio-", "temporal");

/// The violations in the packages of `cargo metadata`, one line each.
fn wrong(packages: &[Value]) -> Vec<String> {
    let arrows = BTreeMap::from(ARROWS);
    let mut wrong = Vec::new();
    for package in packages {
        let name = short(package["name"].as_str().unwrap());
        let Some(allowed) = arrows.get(name) else {
            wrong.push(format!("{name}: a new crate; say in ARROWS what it may use"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let to = dependency["name"].as_str().unwrap();
            let is_dev = dependency["kind"] == "dev";
            let is_refused = if dependency["path"].is_string() {
                let to = short(to);
                let is_for_tests = is_dev && (to == SUPPORT || to == name);
                !allowed.contains(&to) && !is_for_tests
            } else {
                let is_impure = PURE.contains(&name) && IMPURE.contains(&to) && !is_dev;
                is_impure || to.starts_with(SDK.0) && name != SDK.1
            };
            if is_refused {
                wrong.push(format!("{name} must not depend on {to}"));
            }
        }
    }
    wrong
}

fn short(name: &str) -> &str {
    name.strip_prefix("ampledata-").unwrap_or(name)
}

fn packages() -> Vec<Value> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn crates_depend_on_what_lies_below_them() {
    let packages = packages();
    assert_eq!(packages.len(), ARROWS.len(), "ARROWS lists all crates");
    assert_eq!(wrong(&packages), Vec::<String>::new());
}

#[test]
fn a_wrong_arrow_is_found() {
    let ours = |name: &str| serde_json::json!({ "name": format!("ampledata-{name}"), "path": "/" });
    let other = |name: &str| serde_json::json!({ "name": name });
    let table = [
        ("core", ours("store"), Some("core must not depend on ampledata-store")),
        ("providers", ours("store"), Some("providers must not depend on ampledata-store")),
        ("engine", ours("temporal"), Some("engine must not depend on ampledata-temporal")),
        ("store", ours("test-support"), Some("store must not depend on ampledata-test-support")),
        ("page", other("tokio"), Some("page must not depend on tokio")),
        ("engine", other("temporalio-client"), Some("engine must not depend on temporalio-client")),
        ("providers", ours("net"), None),
        ("engine", other("tokio"), None),
        ("temporal", other("temporalio-client"), None),
    ];
    for (name, dependency, expected) in table {
        let package = serde_json::json!({
            "name": format!("ampledata-{name}"),
            "dependencies": [dependency],
        });
        assert_eq!(wrong(&[package]).first().map(String::as_str), expected, "{name}");
    }
}

/// The files of a folder of sources.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let mut folders = vec![root];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    assert!(files.len() > 10, "{folder} has few files; was it moved?");
    files
}

#[test]
fn the_api_reaches_the_store_only_through_the_use_cases() {
    for (path, text) in sources("api") {
        assert!(!text.contains("ampledata_store"), "{} uses the store", path.display());
    }
}

/// Their messages reach clients of the API too, to whom flags mean nothing.
#[test]
fn use_cases_name_no_flags_of_the_command_line() {
    for (path, text) in sources("app") {
        for (at, line) in text.lines().enumerate() {
            let named = line.match_indices("--").any(|(start, _)| {
                let before = line[..start].chars().next_back();
                let after = line[start + 2..].chars().next();
                before.is_none_or(|c| " \"`'(".contains(c))
                    && after.is_some_and(|c| c.is_ascii_lowercase())
            });
            assert!(!named, "{}:{}: {line}", path.display(), at + 1);
        }
    }
}

#[test]
fn the_map_names_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let map = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let quoted = map.split('`').skip(1).step_by(2);
    let paths: Vec<_> = quoted.filter(|text| text.starts_with("crates/")).collect();
    assert!(paths.len() > 20, "{paths:?}");
    let missing: Vec<_> = paths.into_iter().filter(|path| !root.join(path).exists()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
