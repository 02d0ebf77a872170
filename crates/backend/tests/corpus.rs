//! A corpus: its index follows the folder, its search cannot be broken, its crawl stays inside.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use ampledata_backend::providers::corpus::{Corpus, Error};
use ampledata_backend::providers::{Crawl, Search};
use proptest::prelude::*;
use tempfile::TempDir;

struct Folder {
    pages: TempDir,
    data: TempDir,
}

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = Self { pages: TempDir::new().unwrap(), data: TempDir::new().unwrap() };
        for (name, bytes) in files {
            folder.write(name, bytes);
        }
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.pages.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    async fn try_open(&self) -> Result<Corpus, Error> {
        Corpus::open(self.pages.path(), self.data.path(), |_, _| {}).await
    }

    async fn open(&self) -> Corpus {
        self.try_open().await.unwrap()
    }
}

async fn urls(corpus: &Corpus, query: &str) -> Vec<String> {
    corpus.search(query).await.unwrap().results.into_iter().map(|result| result.url).collect()
}

const GOLDEN: &[u8] = b"<title>Golden Gate Bridge</title><p>The main span measures 1,280 metres.";
const TOWER: &[u8] = b"<title>Tower Bridge</title><p>A bascule bridge in London.";

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

#[tokio::test]
async fn the_index_follows_the_folder() {
    let folder = Folder::new(&[("a.html", GOLDEN), ("b.html", TOWER)]);
    assert_eq!(folder.open().await.report().read, 2);
    assert_eq!(folder.open().await.report().read, 0);
    folder.write("b.html", b"<title>Humber</title><p>A suspension bridge near Hull.");
    folder.write("c.html", b"<title>Severn</title><p>Near Bristol.");
    fs::remove_file(folder.pages.path().join("a.html")).unwrap();
    let corpus = folder.open().await;
    assert_eq!((corpus.report().read, corpus.report().pages), (2, 2));
    assert!(urls(&corpus, "golden").await.is_empty());
    assert!(urls(&corpus, "london").await.is_empty());
    assert_eq!(urls(&corpus, "hull").await, ["file:b.html"]);
    assert_eq!(urls(&corpus, "bristol").await, ["file:c.html"]);
}

#[tokio::test]
async fn building_can_be_broken_off_and_gone_on_with() {
    let folder = Folder::new(&[]);
    for n in 0..300 {
        folder.write(&format!("{n:03}.html"), format!("<title>page w{n}</title>").as_bytes());
    }
    let building = tokio::spawn({
        let (pages, data) = (folder.pages.path().to_owned(), folder.data.path().to_owned());
        let (half, reached) = tokio::sync::mpsc::unbounded_channel();
        let task = async move {
            let told = |done, _| assert!(half.send(done).is_ok());
            Corpus::open(&pages, &data, told).await.map(drop)
        };
        async move {
            let mut reached = reached;
            tokio::select! {
                _ = task => {}
                () = async { while reached.recv().await.is_some_and(|done| done < 150) {} } => {}
            }
        }
    });
    building.await.unwrap();
    let corpus = folder.open().await;
    assert_eq!(corpus.report().pages, 300);
    assert_eq!(urls(&corpus, "w299").await, ["file:299.html"]);
}

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
