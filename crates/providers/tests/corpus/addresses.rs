//! Which page an address refers to.

use std::fs;

use ampledata_providers::Crawl;

use crate::folder::{Folder, GOLDEN, TOWER, urls};

#[tokio::test]
async fn an_address_given_twice_belongs_to_the_first_file() {
    let list = r#"{"url": "https://a.example/", "file": "a.html"}
{"url": "https://a.example/", "file": "b.html"}"#;
    let files: [(&str, &[u8]); 3] =
        [("pages.jsonl", list.as_bytes()), ("a.html", GOLDEN), ("b.html", TOWER)];
    let folder = Folder::new(&files);
    let corpus = folder.open().await;
    assert_eq!(corpus.crawl("https://a.example/").await.unwrap().body, GOLDEN);
    assert_eq!(corpus.report().problems[0].file, "b.html");
}

fn listed(lines: &[(&str, &str)]) -> Vec<u8> {
    let line = |(url, file): &(&str, &str)| format!(r#"{{"url": "{url}", "file": "{file}"}}"#);
    lines.iter().map(line).collect::<Vec<_>>().join("\n").into_bytes()
}

#[tokio::test]
async fn addresses_may_change_hands() {
    let before = listed(&[("https://a.example/1", "a.html"), ("https://a.example/2", "b.html")]);
    let after = listed(&[("https://a.example/2", "a.html"), ("https://a.example/1", "b.html")]);
    let folder = Folder::new(&[("pages.jsonl", &before), ("a.html", GOLDEN), ("b.html", TOWER)]);
    folder.open().await;
    folder.write("pages.jsonl", &after);
    let corpus = folder.open().await;
    assert_eq!(corpus.report().problems, []);
    assert_eq!(corpus.crawl("https://a.example/1").await.unwrap().body, TOWER);
    assert_eq!(urls(&corpus, "golden").await, ["https://a.example/2"]);
}

#[tokio::test]
async fn one_file_may_stand_under_two_addresses() {
    let list = listed(&[
        ("https://a.example/1", "a.html"),
        ("https://a.example/2", "a.html"),
        ("https://a.example/1", "a.html"),
    ]);
    let folder = Folder::new(&[("pages.jsonl", &list), ("a.html", GOLDEN)]);
    let corpus = folder.open().await;
    assert_eq!(urls(&corpus, "golden").await, ["https://a.example/1", "https://a.example/2"]);
    assert_eq!(corpus.report().problems.len(), 1);
    assert_eq!(folder.open().await.report().read, 0);
}

#[tokio::test]
async fn who_has_an_address_depends_on_the_folder_and_not_on_its_history() {
    let page = |text: &str| {
        format!("<link rel=canonical href='https://a.example/home'><p>{text}").into_bytes()
    };
    let folder = Folder::new(&[("b.html", &page("beta")), ("c.html", &page("gamma"))]);
    let corpus = folder.open().await;
    assert_eq!(urls(&corpus, "beta").await, ["https://a.example/home"]);
    assert_eq!(urls(&corpus, "gamma").await, ["file:c.html"]);
    assert_eq!(corpus.report().problems[0].file, "c.html");
    folder.write("a.html", &page("alpha"));
    let corpus = folder.open().await;
    assert_eq!(urls(&corpus, "alpha").await, ["https://a.example/home"]);
    assert_eq!(urls(&corpus, "beta").await, ["file:b.html"]);
    for name in ["a.html", "b.html"] {
        fs::remove_file(folder.pages.path().join(name)).unwrap();
    }
    let corpus = folder.open().await;
    assert_eq!(urls(&corpus, "gamma").await, ["https://a.example/home"]);
    assert_eq!(corpus.report().problems, []);
}

#[tokio::test]
async fn a_slash_more_or_less_is_forgiven_where_it_names_one_page() {
    let list = listed(&[
        ("https://a.example/one/?q=1", "a.html"),
        ("https://a.example/two", "a.html"),
        ("https://a.example/two/", "b.html"),
    ]);
    let folder = Folder::new(&[("pages.jsonl", &list), ("a.html", GOLDEN), ("b.html", TOWER)]);
    let corpus = folder.open().await;
    let one = corpus.crawl("https://A.example:443/one?q=1#part").await.unwrap();
    assert_eq!(one.url, "https://a.example/one/?q=1");
    assert_eq!(corpus.crawl("https://a.example/two").await.unwrap().body, GOLDEN);
    assert_eq!(corpus.crawl("https://a.example/two/").await.unwrap().body, TOWER);
    assert_eq!(corpus.crawl("https://a.example/one/?q=2").await.unwrap_err().code, "not_in_corpus");
}
