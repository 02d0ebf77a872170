//! `chromium`: renders pages in a headless browser if scripts produce their text.
//!
//! The browser has no network access of its own. Every request of a page is intercepted (the protocol's
//! Fetch domain), passes the [`guard`](ampledata_net::guard) and is sent by this process, so that the
//! checked address is the one connected to; the answer is passed to the browser. What is not intercepted,
//! such as a WebSocket, ends at a proxy that does not exist. Images, fonts, styles and media are not
//! fetched.

mod devtools;
mod executable;
mod interception;
mod process;
mod tab;
mod visit;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ampledata_core::row::FailureKind;
use ampledata_net::guard::Guard;
use async_trait::async_trait;
use thiserror::Error as ThisError;
use tokio::sync::{Mutex, Semaphore};

use self::interception::RequestInterceptor;
use self::process::Process;
use super::http::HttpCrawler;
use crate::{Crawl, FetchedPage};
use ampledata_net::Error;
use ampledata_net::Retry;

/// Timeout for the browser to start.
const START: Duration = Duration::from_secs(30);

/// How the browser is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Decides which addresses pages may fetch.
    pub guard: Guard,
    /// The browser; `None` looks for Chromium or Chrome on the `PATH`.
    pub program: Option<PathBuf>,
    /// The `User-Agent` that pages see.
    pub user_agent: String,
    /// After this time a page is taken as it is.
    pub page_timeout: Duration,
    /// A loaded page is done if it has sent no request for this long.
    pub quiet: Duration,
    /// Maximum size in bytes of a page after its scripts ran.
    pub max_bytes: usize,
    /// Maximum number of bytes that one page may fetch.
    pub max_fetched: usize,
    /// Maximum number of requests of one page.
    pub max_requests: usize,
    /// Maximum number of open pages.
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

/// Why the browser cannot be used.
#[derive(Debug, ThisError)]
pub enum SetupError {
    /// No browser was found.
    #[error(
        "no Chromium or Chrome was found: install one (Debian and Ubuntu: apt-get install chromium; \
         Fedora: dnf install chromium; macOS: brew install --cask chromium) or name it in the settings"
    )]
    Missing,
    /// No TLS root certificates, or no resolver.
    #[error("cannot create the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Fetches pages and runs their scripts. All pages share one browser, which starts with the first page,
/// is replaced if it crashes, and is killed with its children when this is dropped.
#[derive(Clone)]
pub struct Chromium {
    state: Arc<BrowserState>,
}

struct BrowserState {
    settings: Settings,
    program: PathBuf,
    http: HttpCrawler,
    interceptor: RequestInterceptor,
    running: Mutex<Option<Arc<Process>>>,
    page_slots: Semaphore,
}

impl std::fmt::Debug for Chromium {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chromium").field("program", &self.state.program).finish_non_exhaustive()
    }
}

impl Chromium {
    /// A browser that fetches documents through `http`, so that its robots.txt, pace and limits apply
    /// here, too.
    ///
    /// # Errors
    /// [`SetupError::Missing`] if there is no browser.
    pub fn new(settings: Settings, http: HttpCrawler) -> Result<Self, SetupError> {
        let program =
            executable::find_browser(settings.program.as_deref()).ok_or(SetupError::Missing)?;
        let requests = RequestInterceptor::new(&settings, http.clone())?;
        let turns = Semaphore::new(settings.pages);
        let running = Mutex::new(None);
        Ok(Self {
            state: Arc::new(BrowserState {
                settings,
                program,
                http,
                interceptor: requests,
                running,
                page_slots: turns,
            }),
        })
    }

    /// Runs the scripts of a fetched page; anything but HTML is returned unchanged.
    ///
    /// # Errors
    /// `browser_failed` if the browser does not start or crashes, `page_too_large`, `page_unavailable`.
    pub async fn render(&self, fetched: &FetchedPage) -> Result<FetchedPage, Error> {
        if !fetched.content_type.as_deref().is_none_or(is_html) {
            return Ok(fetched.clone());
        }
        let shared = &self.state;
        let _turn =
            shared.page_slots.acquire().await.map_err(|_| browser_error("it is shut down"))?;
        let process = shared.running_process().await?;
        let limit = shared.settings.page_timeout + Duration::from_secs(10);
        let tab = tab::render(&process.devtools, &shared.interceptor, &shared.settings, fetched);
        match tokio::time::timeout(limit, tab).await {
            Ok(Ok(rendered)) => Ok(rendered),
            Ok(Err(tab::Failure::Page(error))) => Err(error),
            Ok(Err(tab::Failure::Browser)) => {
                shared.discard(&process).await;
                Err(browser_error("it crashed"))
            }
            Err(_) => {
                shared.discard(&process).await;
                Err(browser_error("it did not finish the page in time"))
            }
        }
    }
}

#[async_trait]
impl Crawl for Chromium {
    async fn crawl(&self, url: &str) -> Result<FetchedPage, Error> {
        let fetched = self.state.http.crawl(url).await?;
        self.render(&fetched).await
    }
}

impl BrowserState {
    async fn running_process(&self) -> Result<Arc<Process>, Error> {
        let mut running = self.running.lock().await;
        if let Some(process) = running.as_ref().filter(|process| !process.devtools.is_closed()) {
            return Ok(Arc::clone(process));
        }
        let started = Process::start(&self.program, &self.settings.user_agent);
        let started = started.map_err(|error| {
            tracing::warn!("the browser failed to start: {error}");
            browser_error("it does not start")
        })?;
        let version = started.devtools.call(None, "Browser.getVersion", serde_json::json!({}));
        if !matches!(tokio::time::timeout(START, version).await, Ok(Ok(_))) {
            return Err(browser_error("it does not start"));
        }
        let started = Arc::new(started);
        *running = Some(Arc::clone(&started));
        Ok(started)
    }

    /// Drops a browser that hangs or has ended; it is killed when its last page is closed.
    async fn discard(&self, process: &Arc<Process>) {
        process.kill();
        let mut running = self.running.lock().await;
        if running.as_ref().is_some_and(|current| Arc::ptr_eq(current, process)) {
            *running = None;
        }
    }
}

/// Whether a content type is one that a browser renders.
pub(super) fn is_html(content_type: &str) -> bool {
    let bare = content_type.split(';').next().unwrap_or_default().trim();
    bare.is_empty()
        || bare.eq_ignore_ascii_case("text/html")
        || bare.eq_ignore_ascii_case("application/xhtml+xml")
}

fn browser_error(what: &str) -> Error {
    Error {
        kind: FailureKind::Unavailable,
        code: "browser_failed",
        message: format!("the browser failed: {what}"),
        retry: Retry::Backoff,
    }
}
