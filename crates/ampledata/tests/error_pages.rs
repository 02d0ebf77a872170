//! Every stable code has a page under docs/errors, and every page a code.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The program's own text: no tests, no comments.
fn program(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    if name == "tests.rs" || name == "scenario.rs" {
        return String::new();
    }
    let lines: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    lines.join("\n")
}

/// The body of each function whose name is `code` or ends with `_code`.
fn code_functions(text: &str) -> Vec<&str> {
    let head = Regex::new(r"fn (?:\w+_)?code\b[^{;]*\{").unwrap();
    let body = |start: usize| {
        let mut depth = 1;
        let end = text[start..].char_indices().find(|(_, c)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0
        });
        end.map(|(length, _)| &text[start..start + length])
    };
    head.find_iter(text).filter_map(|found| body(found.end())).collect()
}

fn codes() -> BTreeSet<String> {
    let direct = [
        r#"\bcode: "([a-z_]+)""#,
        r#"FailureKind::\w+,\s*"([a-z_]+)""#,
        r#"Failure::(?:usage|failed)\(\s*"([a-z_]+)""#,
        r#"printer\.error\(\s*"([a-z_]+)""#,
        r#"\berror\(\s*"(provider_[a-z_]+)""#,
        r#"const \w+: &str = "(provider_[a-z_]+)""#,
    ]
    .map(|pattern| Regex::new(pattern).unwrap());
    let literal = Regex::new(r#""([a-z]+(?:_[a-z]+)+)""#).unwrap();
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    let mut codes = BTreeSet::new();
    let is_in =
        |path: &Path, folder: &str| path.components().any(|part| part.as_os_str() == folder);
    for path in files.iter().filter(|path| is_in(path, "src") && !is_in(path, "test-support")) {
        let text = program(path);
        for pattern in &direct {
            codes.extend(pattern.captures_iter(&text).map(|found| found[1].to_owned()));
        }
        for body in code_functions(&text) {
            codes.extend(literal.captures_iter(body).map(|found| found[1].to_owned()));
        }
    }
    codes
}

fn pages() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("docs/errors")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|n| n != "README")
        .collect()
}

#[test]
fn every_code_has_a_page() {
    let codes = codes();
    assert!(codes.len() > 50, "the search for codes finds too few: {codes:?}");
    let missing: Vec<_> = codes.difference(&pages()).cloned().collect();
    assert!(missing.is_empty(), "codes without a page under docs/errors: {missing:?}");
}

#[test]
fn every_page_has_a_code() {
    let stale: Vec<_> = pages().difference(&codes()).cloned().collect();
    assert!(stale.is_empty(), "pages under docs/errors that no code leads to: {stale:?}");
}

#[test]
fn every_page_says_what_to_do_and_is_listed() {
    let index = fs::read_to_string(root().join("docs/errors/README.md")).unwrap();
    for code in pages() {
        let page = fs::read_to_string(root().join(format!("docs/errors/{code}.md"))).unwrap();
        assert!(page.starts_with(&format!("# {code}\n")), "{code}: the title is not the code");
        assert!(page.contains("**What to do.**"), "{code}: it does not say what to do");
        assert!(index.contains(&format!("]({code}.md)")), "{code}: it is not in README.md");
    }
}
