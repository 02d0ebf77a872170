//! Hostile folders, and folders that cannot be used.

use std::fs;
use std::path::Path;

use ampledata_providers::Crawl;
use ampledata_providers::corpus::{Corpus, Error};
use tempfile::TempDir;

use crate::folder::{Folder, TOWER, urls};

#[tokio::test]
async fn nothing_outside_the_folder_is_read() {
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.html"), "<p>secret").unwrap();
    let secret = outside.path().join("secret.html");
    let list = [
        "../../etc/passwd",
        "/etc/passwd",
        secret.to_str().unwrap(),
        "link.html",
        "missing.html",
        "ok.html",
    ]
    .map(|file| format!(r#"{{"url": "https://x.example/{}", "file": "{file}"}}"#, file.len()));
    let folder = Folder::new(&[("pages.jsonl", list.join("\n").as_bytes()), ("ok.html", TOWER)]);
    std::os::unix::fs::symlink(&secret, folder.pages.path().join("link.html")).unwrap();
    let corpus = folder.open().await;
    assert_eq!(corpus.report().pages, 1);
    assert_eq!(corpus.report().problems.len(), 5, "{:?}", corpus.report().problems);
    assert!(urls(&corpus, "secret").await.is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_says_why() {
    let none = Corpus::open(Path::new("/nowhere/at/all"), Path::new("/tmp"), |_, _| {}).await;
    assert!(matches!(none, Err(Error::Folder { .. })));
    assert!(matches!(Folder::new(&[]).try_open().await, Err(Error::Empty(_))));
    let broken = Folder::new(&[("pages.jsonl", b"{\"url\": \"https://a.example/\"}\n")]);
    let error = broken.try_open().await.unwrap_err().to_string();
    assert!(error.contains("pages.jsonl, line 1") && error.contains("file"), "{error}");
}

#[tokio::test]
async fn a_page_that_becomes_a_link_leading_out_is_not_read() {
    let outside = TempDir::new().unwrap();
    let secret = outside.path().join("secret.html");
    fs::write(&secret, "<p>secret").unwrap();
    let folder = Folder::new(&[("a.html", TOWER)]);
    let corpus = folder.open().await;
    let page = folder.pages.path().join("a.html");
    fs::remove_file(&page).unwrap();
    assert_eq!(corpus.crawl("file:a.html").await.unwrap_err().code, "page_gone");
    std::os::unix::fs::symlink(&secret, &page).unwrap();
    let error = corpus.crawl("file:a.html").await.unwrap_err();
    assert!(error.code == "page_gone" && error.message.contains("leads out"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_a_page_is_reported_and_the_rest_goes_on() {
    let folder = Folder::new(&[("a.html", TOWER), ("deep/b.html", TOWER)]);
    let path = |name: &str| folder.pages.path().join(name);
    fs::File::create(path("huge.html")).unwrap().set_len(10_000_001).unwrap();
    std::os::unix::fs::symlink("nowhere.html", path("dangling.html")).unwrap();
    std::os::unix::fs::symlink("deep", path("loop")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(path("pipe.html")).status().unwrap();
    assert!(made.success());
    let corpus = folder.open().await;
    assert_eq!(corpus.report().pages, 2);
    let files: Vec<_> = corpus.report().problems.iter().map(|problem| &problem.file).collect();
    assert_eq!(files, ["dangling.html", "loop", "pipe.html", "huge.html"]);
    assert_eq!(folder.open().await.report().problems, corpus.report().problems);
}

#[tokio::test]
async fn a_list_with_a_byte_order_mark_is_read_and_one_in_another_charset_names_its_line() {
    let mut list = b"\xef\xbb\xbf".to_vec();
    list.extend(br#"{"url": "https://a.example/", "file": "a.html"}"#);
    let folder = Folder::new(&[("pages.jsonl", &list), ("a.html", TOWER)]);
    assert_eq!(urls(&folder.open().await, "tower").await, ["https://a.example/"]);
    list.extend(b"\r\n{\"url\": \"https://a.example/\xfc\", \"file\": \"a.html\"}");
    folder.write("pages.jsonl", &list);
    let error = folder.try_open().await.unwrap_err().to_string();
    assert!(error.contains("pages.jsonl, line 2"), "{error}");
}
