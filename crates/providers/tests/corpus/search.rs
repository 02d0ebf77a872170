//! Searching: what is found, in which order, and with which snippet.

use ampledata_providers::{Crawl, Search};
use proptest::prelude::*;

use crate::folder::{Folder, GOLDEN, TOWER, urls};

#[tokio::test]
async fn a_folder_without_a_list_is_searched_and_read() {
    let canonical = br#"<title>Forth Bridge</title><link rel="canonical" href="https://b.example/forth"><p>A cantilever."#;
    let folder = Folder::new(&[
        ("golden gate.html", GOLDEN),
        ("deep/er/tower.html", TOWER),
        ("forth.htm", canonical),
        ("notes.md", b"# Rialto\n\nA stone arch."),
        ("plain.txt", b"Ponte Vecchio stands in Florence."),
        ("picture.png", b"\x89PNG"),
        (".hidden.html", b"<p>hidden"),
    ]);
    let corpus = folder.open().await;
    assert_eq!(corpus.report().pages, 5);
    assert_eq!(urls(&corpus, "golden gate main span").await[0], "file:golden%20gate.html");
    assert_eq!(urls(&corpus, "cantilever").await, ["https://b.example/forth"]);
    assert_eq!(urls(&corpus, "RIALTO").await, ["file:notes.md"]);
    assert_eq!(urls(&corpus, "florence").await, ["file:plain.txt"]);
    let page = corpus.crawl("file:deep/er/tower.html").await.unwrap();
    assert_eq!(page.body, TOWER);
    let snippet = &corpus.search("main span").await.unwrap().results[0].snippet;
    assert!(snippet.contains("main span measures 1,280 metres"), "{snippet}");
}

#[tokio::test]
async fn a_list_gives_addresses_titles_and_charsets() {
    let list = concat!(
        r#"{"url": "https://a.example/gg", "file": "gg.html", "title": "As a search shows it"}"#,
        "\n\n",
        r#"{"url": "", "file": "tower.html"}"#,
        "\n",
        r#"{"url": "https://a.example/latin", "file": "latin.html", "charset": "iso-8859-1"}"#,
    );
    let folder = Folder::new(&[
        ("pages.jsonl", list.as_bytes()),
        ("gg.html", GOLDEN),
        ("tower.html", TOWER),
        ("latin.html", b"<title>Br\xfccke</title><p>Die Br\xfccke von Z\xfcrich."),
        ("unlisted.html", b"<p>unlisted"),
    ]);
    let corpus = folder.open().await;
    let found = corpus.search("golden gate measures").await.unwrap();
    assert_eq!(found.results[0].title, "As a search shows it");
    assert_eq!(urls(&corpus, "bascule").await, ["file:tower.html"]);
    assert_eq!(urls(&corpus, "zurich").await, ["https://a.example/latin"]);
    assert!(urls(&corpus, "unlisted").await.is_empty());
    let page = corpus.crawl("https://a.example/latin/#top").await.unwrap();
    assert_eq!(page.charset.as_deref(), Some("iso-8859-1"));
    assert_eq!(corpus.crawl("https://a.example/none").await.unwrap_err().code, "not_in_corpus");
    assert_eq!(corpus.crawl("unlisted.html").await.unwrap_err().code, "not_in_corpus");
}

#[test]
fn no_query_is_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = Folder::new(&[("a.html", GOLDEN)]);
    let corpus = runtime.block_on(folder.open());
    let hostile =
        ["", "\"", "a\" OR b", "NEAR(", "*", "-", "col:x", "^a", "(((", "\0", "' OR 1=1 --", "AND"];
    for query in hostile {
        assert!(runtime.block_on(corpus.search(query)).is_ok(), "{query:?}");
    }
    proptest!(ProptestConfig::with_cases(300), |(query in "\\PC{0,60}")| {
        prop_assert!(runtime.block_on(corpus.search(&query)).is_ok());
    });
    let endless = "golden ".repeat(100_000);
    assert_eq!(runtime.block_on(urls(&corpus, &endless)), ["file:a.html"]);
}

#[tokio::test]
async fn titles_and_rare_words_weigh_more() {
    let filler = "and some more words that say little about anything at all ".repeat(5);
    let page = |title: &str, text: &str| format!("<title>{title}</title><p>{text} {filler}");
    let files = [
        ("1.html", page("Another bridge", "It mentions the Humber once.")),
        ("2.html", page("Humber", "A crossing.")),
        ("3.html", page("Bridge bridge bridge", "A bridge of bridges.")),
        ("4.html", page("Any bridge", "Bridge.")),
    ];
    let folder = Folder::new(&[]);
    for (name, text) in &files {
        folder.write(name, text.as_bytes());
    }
    let corpus = folder.open().await;
    assert_eq!(urls(&corpus, "humber").await, ["file:2.html", "file:1.html"]);
    assert_eq!(urls(&corpus, "the humber").await[0], "file:2.html");
    assert_eq!(urls(&corpus, "which bridge is the humber bridge").await.len(), 4);
    assert_eq!(urls(&corpus.clone().with_results(2), "bridge").await.len(), 2);
}

#[tokio::test]
async fn pages_that_weigh_the_same_stand_in_the_order_of_their_addresses() {
    let names: Vec<String> = (0..30).map(|n| format!("{:02}.html", n * 7 % 30)).collect();
    let folder = Folder::new(&[]);
    for name in &names {
        folder.write(name, GOLDEN);
    }
    let corpus = folder.open().await;
    let found = urls(&corpus, "golden gate").await;
    let first: Vec<String> = (0..10).map(|n| format!("file:{n:02}.html")).collect();
    assert_eq!(found, first);
}

#[tokio::test]
async fn scripts_without_spaces_are_searched_in() {
    let folder = Folder::new(&[
        ("a.html", "<meta charset=utf-8><p>昨日東京タワーに行きました。".as_bytes()),
        ("b.html", "<meta charset=utf-8><p>京都と東北の話。".as_bytes()),
    ]);
    let corpus = folder.open().await;
    assert_eq!(urls(&corpus, "東京タワー").await, ["file:a.html"]);
    assert_eq!(urls(&corpus, "東北").await, ["file:b.html"]);
}
