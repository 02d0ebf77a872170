//! The index follows the folder.

use std::fs;
use std::time::Duration;

use ampledata_providers::corpus::Corpus;
use ampledata_providers::{Crawl, Search};

use crate::folder::{Folder, GOLDEN, TOWER, urls};

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
            let on_progress = |done, _| assert!(half.send(done).is_ok());
            Corpus::open(&pages, &data, on_progress).await.map(drop)
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
async fn a_file_that_was_only_touched_is_not_read_anew() {
    let folder = Folder::new(&[("a.html", GOLDEN)]);
    assert_eq!(folder.open().await.report().read, 1);
    let file = fs::File::options().append(true).open(folder.pages.path().join("a.html")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_hours(1)).unwrap();
    assert_eq!(folder.open().await.report().read, 0);
    assert_eq!(urls(&folder.open().await, "golden").await, ["file:a.html"]);
}

#[tokio::test]
async fn what_the_list_says_anew_is_read_anew() {
    let folder = Folder::new(&[
        ("pages.jsonl", br#"{"url": "https://a.example/", "file": "a.html"}"#),
        ("a.html", b"<p>Br\xfccke"),
    ]);
    folder.open().await;
    let said = br#"{"url": "https://a.example/", "file": "a.html", "charset": "latin1", "title": "Renamed"}"#;
    folder.write("pages.jsonl", said);
    let corpus = folder.open().await;
    assert_eq!(corpus.report().read, 1);
    assert_eq!(urls(&corpus, "renamed").await, ["https://a.example/"]);
    assert_eq!(corpus.crawl("https://a.example/").await.unwrap().charset.unwrap(), "latin1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_can_build_and_search_at_once() {
    let folder = Folder::new(&[]);
    for n in 0..200 {
        folder.write(&format!("{n:03}.html"), format!("<title>page w{n}</title>").as_bytes());
    }
    let opening = (0..6).map(|_| {
        let (pages, data) = (folder.pages.path().to_owned(), folder.data.path().to_owned());
        tokio::spawn(async move {
            let corpus = Corpus::open(&pages, &data, |_, _| {}).await.unwrap();
            (corpus.report().pages, urls(&corpus, "w7").await, urls(&corpus, "w199").await)
        })
    });
    for opened in futures::future::join_all(opening).await {
        let (pages, first, last) = opened.unwrap();
        assert_eq!(pages, 200);
        assert_eq!((first, last), (vec!["file:007.html".into()], vec!["file:199.html".into()]));
    }
}

#[tokio::test]
async fn a_file_that_is_no_page_is_reported_each_time_and_read_once() {
    let folder = Folder::new(&[("a.html", GOLDEN), ("b.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")]);
    let first = folder.open().await;
    let again = folder.open().await;
    assert_eq!(first.report().problems.len(), 1, "{:?}", first.report());
    assert_eq!(first.report().problems, again.report().problems);
    assert_eq!(again.report().read, 0);
    folder.write("b.html", TOWER);
    assert_eq!(folder.open().await.report().problems, []);
}

#[tokio::test]
async fn a_folder_that_changes_while_it_is_open_is_noticed() {
    let folder = Folder::new(&[("a.html", GOLDEN), ("b.html", TOWER)]);
    let corpus = folder.open().await.looking_after(Duration::ZERO);
    let before = corpus.state().await;
    assert_eq!(corpus.state().await, before);
    folder.write("c.html", b"<title>Severn</title><p>A bridge near Bristol.");
    let added = corpus.state().await;
    assert_ne!(added, before);
    assert_eq!(urls(&corpus, "bristol").await, ["file:c.html"]);
    folder.write("c.html", b"<title>Severn</title><p>A bridge near Newport.");
    assert!(![before.clone(), added.clone()].contains(&corpus.state().await));
    assert!(urls(&corpus, "bristol").await.is_empty());
    fs::remove_file(folder.pages.path().join("c.html")).unwrap();
    assert_eq!(corpus.state().await, before);
    assert!(urls(&corpus, "newport").await.is_empty());
    assert_eq!(folder.open().await.digest(), before);
}

#[tokio::test]
async fn a_folder_that_is_broken_for_a_moment_is_searched_as_it_was() {
    let folder = Folder::new(&[
        ("pages.jsonl", br#"{"url": "https://a.example/", "file": "a.html"}"#),
        ("a.html", GOLDEN),
    ]);
    let corpus = folder.open().await.looking_after(Duration::ZERO);
    let before = corpus.state().await;
    folder.write("pages.jsonl", br#"{"url": "https://a.exa"#);
    assert_eq!(corpus.state().await, before);
    assert_eq!(urls(&corpus, "golden").await, ["https://a.example/"]);
}

#[tokio::test]
async fn a_crawl_reads_the_file_as_it_is() {
    let folder = Folder::new(&[("a.html", GOLDEN)]);
    let corpus = folder.open().await;
    assert_eq!(corpus.crawl("file:a.html").await.unwrap().body, GOLDEN);
    folder.write("a.html", TOWER);
    assert_eq!(corpus.crawl("file:a.html").await.unwrap().body, TOWER);
    fs::remove_file(folder.pages.path().join("a.html")).unwrap();
    assert_eq!(corpus.crawl("file:a.html").await.unwrap_err().code, "page_gone");
}

/// An edit of the same size whose time of modification is set back.
#[cfg(unix)]
#[tokio::test]
async fn an_edit_that_hides_its_time_is_noticed() {
    let folder = Folder::new(&[("a.html", GOLDEN)]);
    let set_time = || {
        let path = folder.pages.path().join("a.html");
        let file = fs::File::options().append(true).open(path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_hours(1)).unwrap();
    };
    set_time();
    let before = folder.open().await.digest();
    folder.write("a.html", &GOLDEN.to_ascii_uppercase());
    set_time();
    assert_ne!(folder.open().await.digest(), before);
}
