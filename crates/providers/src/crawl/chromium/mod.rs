//! `chromium`: pages whose text is made by scripts, in a headless browser.
//!
//! The browser has no network of its own. Every request that a page makes is stopped in it (the
//! protocol's Fetch domain), passes the [`guard`](ampledata_net::guard) and is made by us, so that the address
//! that was checked is the one connected to; the answer is handed in. What is not stopped there, such as
//! a WebSocket, ends at a proxy that does not exist. Images, fonts, styles and media are not fetched.

mod find;
mod process;
mod requests;
mod tab;
mod visit;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::row::FailureKind;
use ampledata_net::guard::Guard;
use async_trait::async_trait;
use thiserror::Error as ThisError;
use tokio::sync::{Mutex, Semaphore};

use self::process::Process;
use self::requests::Requests;
use super::http::HttpCrawler;
use crate::{Crawl, Error, Fetched, Retry};

/// Until a browser that was started answers.
const START: Duration = Duration::from_secs(30);

/// How the browser is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What pages may fetch.
    pub guard: Guard,
    /// The browser; `None` looks for Chromium or Chrome on the `PATH`.
    pub program: Option<PathBuf>,
    /// Who pages are told that we are.
    pub user_agent: String,
    /// Until a page is taken as it stands.
    pub page_timeout: Duration,
    /// A loaded page is done when it asked for nothing this long.
    pub quiet: Duration,
    /// Bytes of a page after its scripts ran.
    pub max_bytes: usize,
    /// Bytes of all that one page fetches.
    pub max_fetched: usize,
    /// Requests that one page may make.
    pub max_requests: usize,
    /// Pages that are open at a time.
    pub pages: usize,
}

impl Settings {
    /// The documented defaults behind this guard.
    pub fn new(guard: Guard) -> Self {
        Self {
            guard,
            program: None,
            user_agent: super::http::Settings::new(guard).user_agent,
            page_timeout: Duration::from_secs(20),
            quiet: Duration::from_millis(500),
            max_bytes: 10 * 1024 * 1024,
            max_fetched: 30 * 1024 * 1024,
            max_requests: 150,
            pages: 2,
        }
    }
}

/// The browser cannot be used.
#[derive(Debug, ThisError)]
pub enum SetupError {
    /// There is none.
    #[error(
        "no Chromium or Chrome was found: install one (Debian and Ubuntu: apt-get install chromium; \
         Fedora: dnf install chromium; macOS: brew install --cask chromium) or name it in the settings"
    )]
    Missing,
    /// No TLS roots, or no resolver.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// Fetches pages and runs their scripts. One browser serves all; it starts with the first page and is
/// killed with its children when this is dropped, and replaced when it crashed.
#[derive(Clone)]
pub struct Chromium {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    program: PathBuf,
    http: HttpCrawler,
    requests: Requests,
    running: Mutex<Option<Arc<Process>>>,
    turns: Semaphore,
}

impl std::fmt::Debug for Chromium {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chromium").field("program", &self.shared.program).finish_non_exhaustive()
    }
}

impl Chromium {
    /// A browser that fetches documents through `http`: its robots.txt, pace and limits hold here too.
    ///
    /// # Errors
    /// [`SetupError::Missing`] where there is no browser.
    pub fn new(settings: Settings, http: HttpCrawler) -> Result<Self, SetupError> {
        let program = find::program(settings.program.as_deref()).ok_or(SetupError::Missing)?;
        let requests = Requests::new(&settings, http.clone())?;
        let turns = Semaphore::new(settings.pages);
        let running = Mutex::new(None);
        Ok(Self { shared: Arc::new(Shared { settings, program, http, requests, running, turns }) })
    }

    /// Runs the scripts of a page that was fetched; what is not HTML comes back as it is.
    ///
    /// # Errors
    /// `browser_failed` where the browser does not start or crashes, `page_too_large`, `page_unavailable`.
    pub async fn render(&self, fetched: &Fetched) -> Result<Fetched, Error> {
        if !fetched.content_type.as_deref().is_none_or(is_html) {
            return Ok(fetched.clone());
        }
        let shared = &self.shared;
        let _turn = shared.turns.acquire().await.map_err(|_| broken("it is shut down"))?;
        let process = shared.process().await?;
        let limit = shared.settings.page_timeout + Duration::from_secs(10);
        let tab = tab::render(&process.wire, &shared.requests, &shared.settings, fetched);
        match tokio::time::timeout(limit, tab).await {
            Ok(Ok(rendered)) => Ok(rendered),
            Ok(Err(tab::Failure::Page(error))) => Err(error),
            Ok(Err(tab::Failure::Browser)) => {
                shared.discard(&process).await;
                Err(broken("it crashed"))
            }
            Err(_) => {
                shared.discard(&process).await;
                Err(broken("it did not finish the page in time"))
            }
        }
    }
}

#[async_trait]
impl Crawl for Chromium {
    async fn crawl(&self, url: &str) -> Result<Fetched, Error> {
        let fetched = self.shared.http.crawl(url).await?;
        self.render(&fetched).await
    }
}

impl Shared {
    async fn process(&self) -> Result<Arc<Process>, Error> {
        let mut running = self.running.lock().await;
        if let Some(process) = running.as_ref().filter(|process| !process.wire.is_closed()) {
            return Ok(Arc::clone(process));
        }
        let started = Process::start(&self.program, &self.settings.user_agent);
        let started = started.map_err(|error| {
            tracing::warn!("the browser does not start: {error}");
            broken("it does not start")
        })?;
        let version = started.wire.ask(None, "Browser.getVersion", serde_json::json!({}));
        if !matches!(tokio::time::timeout(START, version).await, Ok(Ok(_))) {
            return Err(broken("it does not start"));
        }
        let started = Arc::new(started);
        *running = Some(Arc::clone(&started));
        Ok(started)
    }

    /// Lets go of a browser that hangs or is gone; it ends when its last page does.
    async fn discard(&self, process: &Arc<Process>) {
        process.kill();
        let mut running = self.running.lock().await;
        if running.as_ref().is_some_and(|current| Arc::ptr_eq(current, process)) {
            *running = None;
        }
    }
}

/// Whether a content type is one that a browser lays out and runs.
pub(super) fn is_html(content_type: &str) -> bool {
    let bare = content_type.split(';').next().unwrap_or_default().trim();
    bare.is_empty()
        || bare.eq_ignore_ascii_case("text/html")
        || bare.eq_ignore_ascii_case("application/xhtml+xml")
}

fn broken(what: &str) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "browser_failed",
        message: format!("the browser failed: {what}"),
        retry: Retry::Backoff,
    }
}
