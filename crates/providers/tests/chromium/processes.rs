//! The browser's processes, observed through /proc: they end with the object that started them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use ampledata_providers::FetchedPage;
use ampledata_providers::crawl::chromium::{Chromium, Settings};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use wiremock::MockServer;

use crate::{MISSING, PATIENCE, asked, fetched, http, settings, site, text};

/// A browser with a flag of its own that distinguishes it from those of other tests.
struct Marked {
    browser: Chromium,
    mark: String,
    _folder: TempDir,
}

impl Marked {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mark = format!("--mark={}", folder.path().display());
        let program = folder.path().join("marked");
        let path = std::env::var_os("PATH").expect("a PATH");
        let real: PathBuf = std::env::split_paths(&path)
            .flat_map(|folder| {
                ["chromium", "chromium-browser", "google-chrome"].map(|n| folder.join(n))
            })
            .find(|file| file.is_file())
            .expect(MISSING);
        fs::write(&program, format!("#!/bin/sh\nexec {} {mark} \"$@\"\n", real.display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let settings = Settings { program: Some(program), ..settings(true, PATIENCE) };
        let browser = Chromium::new(settings, http()).unwrap();
        Self { browser, mark, _folder: folder }
    }

    async fn render(&self, body: &str) -> String {
        text(self.browser.render(&fetched("https://page.example/", body)).await.unwrap())
    }

    /// The started process, once it is the browser.
    fn root(&self) -> Process {
        let mut roots: Vec<_> = alive()
            .into_values()
            .filter(|p| p.parent == std::process::id() && p.line.contains(&self.mark))
            .collect();
        assert_eq!(roots.len(), 1, "one browser runs");
        roots.remove(0)
    }
}

/// A process that is not a zombie.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    id: u32,
    parent: u32,
    /// Distinguishes it from a later process with the same id.
    started: u64,
    line: String,
}

fn alive() -> BTreeMap<u32, Process> {
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let processes = entries.filter_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let (id, rest) = (stat.split(' ').next()?.parse().ok()?, stat.rsplit_once(')')?.1);
        let fields: Vec<_> = rest.split_whitespace().collect();
        if fields[0] == "Z" || fields[0] == "X" {
            return None;
        }
        let (parent, started) = (fields[1].parse().ok()?, fields[19].parse().ok()?);
        Some((id, Process { id, parent, started, line }))
    });
    processes.collect()
}

/// A process and all its descendants.
fn family(root: &Process) -> Vec<Process> {
    let all = alive();
    let mut family = vec![root.clone()];
    let mut at = 0;
    while at < family.len() {
        let parent = family[at].id;
        family.extend(all.values().filter(|process| process.parent == parent).cloned());
        at += 1;
    }
    family
}

/// Waits until none of the processes exists any more, and our own child is reaped.
async fn gone(family: &[Process]) {
    let left = || {
        let all = alive();
        let is_left = |p: &&Process| all.get(&p.id).is_some_and(|now| now.started == p.started);
        family.iter().filter(is_left).cloned().collect::<Vec<_>>()
    };
    let is_reaped = || !fs::exists(format!("/proc/{}", family[0].id)).unwrap();
    until("all processes are gone", async || left().is_empty() && is_reaped()).await;
}

/// Waits until the condition is met.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let wait = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while !is_so().await {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect(what);
}

/// A page that asks the server for a script and then loops for ever.
fn endless(server: &MockServer) -> FetchedPage {
    let body = "<script src=/ping.js></script><script>for (;;) {}</script>";
    fetched(&format!("{}/", server.uri()), body)
}

/// The browser's folder, from its command line.
fn folder(root: &Process) -> PathBuf {
    let flag = root.line.split_whitespace().find_map(|part| part.strip_prefix("--user-data-dir="));
    flag.expect("a folder of its own").into()
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_started_before_a_page_needs_it() {
    let marked = Marked::new();
    assert!(alive().values().all(|process| !process.line.contains(&marked.mark)));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_dead_after_drop_and_the_folder_is_gone() {
    let marked = Marked::new();
    assert!(marked.render("<p>kept</p>").await.contains("kept"));
    let root = marked.root();
    let family = family(&root);
    assert!(family.len() > 2, "a browser is many processes: {family:?}");
    let folder = folder(&root);
    assert!(folder.is_dir());
    drop(marked);
    gone(&family).await;
    until("the folder is removed", async || !folder.exists()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_dead_when_the_page_is_given_up() {
    let marked = Marked::new();
    marked.render("<p>first</p>").await;
    let page = fetched("https://page.example/", "<script>for (;;) {}</script>");
    let given_up = tokio::time::timeout(Duration::from_secs(1), marked.browser.render(&page)).await;
    assert!(given_up.is_err());
    let family = family(&marked.root());
    drop(marked);
    gone(&family).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_given_up_is_closed() {
    let marked = Marked::new();
    marked.render("<p>first</p>").await;
    let before = family(&marked.root());
    let page = fetched("https://page.example/", "<script>for (;;) {}</script>");
    let given_up = tokio::time::timeout(Duration::from_secs(2), marked.browser.render(&page)).await;
    assert!(given_up.is_err());
    let is_new = |process: &Process| !before.iter().any(|known| known.id == process.id);
    let renders = |p: &Process| p.line.contains("--type=renderer") && is_new(p);
    until("the page is closed", async || !family(&marked.root()).iter().any(renders)).await;
    assert!(marked.render("<p>next</p>").await.contains("next"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_crashed_is_replaced() {
    let marked = Marked::new();
    marked.render("<p>first</p>").await;
    let root = marked.root();
    let first = family(&root);
    kill(&root);
    // The crash may be noticed by this page or before it; a second request is enough.
    let again = marked.browser.render(&fetched("https://page.example/", "<p>x</p>")).await;
    if let Err(error) = again {
        assert_eq!(error.code, "browser_failed");
    }
    assert!(marked.render("<p>second</p>").await.contains("second"));
    assert_ne!(marked.root().id, root.id);
    gone(&first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_crashes_under_a_page_is_replaced() {
    let marked = Marked::new();
    marked.render("<p>first</p>").await;
    let root = marked.root();
    let first = family(&root);
    let server = site(&[("/ping.js", "")]).await;
    let crash = async {
        until("the page runs", async || !asked(&server).await.is_empty()).await;
        kill(&root);
    };
    let endless = endless(&server);
    let (page, ()) = tokio::join!(marked.browser.render(&endless), crash);
    assert_eq!(page.unwrap_err().code, "browser_failed");
    gone(&first).await;
    assert!(marked.render("<p>second</p>").await.contains("second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_crashes_fails_alone() {
    let marked = Marked::new();
    marked.render("<p>first</p>").await;
    let root = marked.root();
    let server = site(&[("/ping.js", "")]).await;
    let endless = endless(&server);
    let crash = async {
        until("the page runs", async || !asked(&server).await.is_empty()).await;
        family(&root).iter().filter(|p| p.line.contains("--type=renderer")).for_each(kill);
    };
    let (page, ()) = tokio::join!(marked.browser.render(&endless), crash);
    assert_eq!(page.unwrap_err().code, "page_unavailable");
    assert!(marked.render("<p>second</p>").await.contains("second"));
    assert_eq!(marked.root().id, root.id);
}

fn kill(process: &Process) {
    let id = Pid::from_raw(process.id.try_into().unwrap()).unwrap();
    kill_process(id, Signal::KILL).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_no_browser_is_said_to_fail() {
    let program = Some(PathBuf::from("/bin/true"));
    let settings = Settings { program, ..settings(false, PATIENCE) };
    let browser = Chromium::new(settings, http()).unwrap();
    let error = browser.render(&fetched("https://page.example/", "<p>")).await.unwrap_err();
    assert_eq!(error.code, "browser_failed");
}
