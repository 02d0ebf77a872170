//! The bundled examples: their labels agree with their pages, and the program can measure itself on them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// The pages of an example, by URL.
fn pages(folder: &Path) -> BTreeMap<String, Value> {
    let lines = fs::read_to_string(folder.join("pages.jsonl")).unwrap();
    let pages = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    pages.map(|page| (page["url"].as_str().unwrap().to_owned(), page)).collect()
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// The letters and digits of a text without its tags, in lower case.
fn letters(text: &str) -> String {
    let mut in_tag = false;
    let outside_tags = |c: &char| {
        let tag = in_tag || *c == '<';
        in_tag = tag && *c != '>';
        !tag
    };
    let bare: String = text.chars().filter(outside_tags).collect();
    let bare = bare.replace("&amp;", "&");
    bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[test]
fn each_page_is_listed_once() {
    for name in ["bridges", "companies"] {
        let folder = example(name);
        let lines = fs::read_to_string(folder.join("pages.jsonl")).unwrap().lines().count();
        let pages = pages(&folder);
        assert_eq!(pages.len(), lines, "{name} lists a URL twice");
        let listed: BTreeSet<_> =
            pages.values().map(|page| folder.join(page["file"].as_str().unwrap())).collect();
        let stored = fs::read_dir(folder.join("pages")).unwrap();
        let stored: BTreeSet<_> = stored.map(|entry| entry.unwrap().path()).collect();
        assert_eq!(listed, stored, "{name}");
    }
}

#[test]
fn the_words_of_every_fact_stand_on_its_page() {
    let folder = example("companies");
    let pages = pages(&folder);
    let facts = fs::read_to_string(folder.join("facts.json")).unwrap();
    let facts: Vec<Value> = serde_json::from_str(&facts).unwrap();
    assert!(facts.len() > 500, "{} facts", facts.len());
    let words = |page: &Value| {
        let text = fs::read_to_string(folder.join(page["file"].as_str().unwrap())).unwrap();
        letters(&text) + &letters(page["title"].as_str().unwrap())
    };
    let words: BTreeMap<&str, String> =
        pages.iter().map(|(url, page)| (url.as_str(), words(page))).collect();
    for fact in facts {
        let quote = letters(fact["visible"].as_str().unwrap());
        assert!(words[fact["url"].as_str().unwrap()].contains(&quote), "{fact}");
    }
}

#[test]
fn labels_of_a_cell_agree() {
    let folder = example("companies");
    let pages = pages(&folder);
    let read = |kind: &str| table(&folder.join(format!("{kind}_companies.csv")));
    let (input, gold, cases) = (read("input"), read("gold"), read("cases"));
    assert!(input.len() >= 60, "{} companies", input.len());
    assert_eq!(gold.len(), input.len());
    let cells = gold.iter().flat_map(BTreeMap::values).filter(|text| !text.is_empty()).count();
    let found = cases.iter().filter(|case| case["expected_outcome"] == "found").count();
    assert_eq!(cells, found + gold.len(), "each value has a case");
    for case in cases {
        let row = case["row"].parse::<usize>().unwrap() - 1;
        let column = case["column"].as_str();
        for table in [&input, &gold] {
            assert_eq!(table[row]["key"], case["key"]);
        }
        assert_eq!(gold[row][column].is_empty(), case["expected_outcome"] != "found", "{case:?}");
        let urls = case["gold_url"].split(" || ").filter(|url| !url.is_empty());
        let unknown: Vec<_> = urls.filter(|url| !pages.contains_key(*url)).collect();
        assert_eq!(unknown, [""; 0], "{case:?}");
    }
}

#[test]
fn figures_come_with_proof() {
    const ROWS: usize = 12;
    let (from, to) = (example("companies"), tempfile::tempdir().unwrap());
    fs::create_dir(to.path().join("pages")).unwrap();
    for page in fs::read_dir(from.join("pages")).unwrap() {
        let page = page.unwrap();
        fs::copy(page.path(), to.path().join("pages").join(page.file_name())).unwrap();
    }
    for file in ["pages.jsonl", "columns_companies.json"] {
        fs::copy(from.join(file), to.path().join(file)).unwrap();
    }
    for file in ["input_companies.csv", "gold_companies.csv"] {
        let text = fs::read_to_string(from.join(file)).unwrap();
        let head: Vec<&str> = text.lines().take(ROWS + 1).collect();
        fs::write(to.path().join(file), head.join("\n") + "\n").unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_ampledata"));
    command.args(["eval", ".", "--json"]).current_dir(to.path()).env_clear();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let companies = &report["kinds"]["companies"];
    assert_eq!(companies["rows"], ROWS, "{companies}");
    assert_eq!(companies["evidence_rate"], 1.0, "{companies}");
    assert!(companies["correct"].as_u64().unwrap() > 0, "{companies}");
}
