//! `corpus`: a folder of pages that replaces the web.
//!
//! The folder is described by its `pages.jsonl`, or by its files. Its pages are indexed with SQLite's
//! FTS5 in the data directory, and again only if files change. A search ranks them by BM25 over title and
//! text; a crawl of one of their addresses reads the file as it is then.
//!
//! The folder may change while the program runs. From time to time, before a search, it is looked through for
//! added, edited and deleted files, so that a later job finds them; a job under way takes them as well.

mod addresses;
mod build;
mod entries;
mod files;
mod index;
mod query;
mod snippet;
mod text;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use ampledata_core::row::FailureKind;
use ampledata_core::serp::{ResultKind, SearchResult, Serp};
use async_trait::async_trait;
use thiserror::Error;

use self::files::ReadError;
use self::index::Index;
use crate::{Crawl, FetchedPage, Search};
use ampledata_net::Error as ProviderError;
use ampledata_net::Retry;
use ampledata_net::freshness::Freshness;
use ampledata_net::freshness::Validators;

/// Default number of results of one search.
const RESULTS: usize = 10;
/// Time between two looks at the folder.
const LOOK_AFTER: Duration = Duration::from_secs(5);
/// A look may take this share of the time at most, so that a large folder is listed less often.
const LOOK_SHARE: u32 = 50;

/// Why a corpus cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// The folder does not exist or cannot be read.
    #[error("cannot read the corpus folder {path}: {source}")]
    Folder {
        /// The path as given.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A line of `pages.jsonl` is not a page.
    #[error("{path}, line {line}: {problem}")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The folder contains no page.
    #[error("no pages in {0}: it needs a pages.jsonl, or .html, .md, .txt or .pdf files")]
    Empty(PathBuf),
    /// The index in the data directory cannot be read or written.
    #[error("cannot use the corpus index {path} (delete it to have it rebuilt): {source}")]
    Index {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: sqlx::Error,
    },
    /// Reading was cancelled because the program ends.
    #[error("reading the corpus was cancelled")]
    BrokenOff,
}

/// A page of the folder that is not in the index, or not under the address that it names, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its file, relative to the folder.
    pub file: String,
    /// Why it was left out, or where it is found.
    pub reason: String,
}

/// The result of building the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Pages in the index.
    pub pages: usize,
    /// Pages that were read in this run; the others had not changed.
    pub read: usize,
    /// Files that were left out, or are found under another address than the one they name.
    pub problems: Vec<Problem>,
}

/// A folder of pages that is searched and read instead of the web.
#[derive(Debug, Clone)]
pub struct Corpus {
    folder: Arc<IndexedFolder>,
    results: usize,
}

#[derive(Debug)]
struct IndexedFolder {
    root: PathBuf,
    index: Index,
    report: Report,
    /// See [`Corpus::digest`].
    digest: RwLock<String>,
    /// When to look at the folder again. Locked during the look.
    next_look: tokio::sync::Mutex<Instant>,
    look_after: Duration,
}

impl Corpus {
    /// Opens a folder and updates its index, which is stored in `data_dir`. `progress` receives the
    /// number of pages read so far and the number to read.
    ///
    /// # Errors
    /// If the folder, its `pages.jsonl` or the index cannot be used.
    pub async fn open(
        folder: &Path,
        data_dir: &Path,
        progress: impl Fn(usize, usize) + Send + Sync,
    ) -> Result<Self, Error> {
        let unreadable = |source| Error::Folder { path: folder.to_owned(), source };
        let root = folder.canonicalize().map_err(unreadable)?;
        std::fs::create_dir_all(data_dir)
            .map_err(|source| Error::Folder { path: data_dir.to_owned(), source })?;
        let began = Instant::now();
        let listed = list_folder(&root).await?;
        let index = Index::open(data_dir, &root).await?;
        let report = build::update_index(&root, listed, &index, &progress).await?;
        if report.pages == 0 {
            return Err(Error::Empty(folder.to_owned()));
        }
        let digest = RwLock::new(index.digest().await?);
        let look_after = LOOK_AFTER;
        let next_look = tokio::sync::Mutex::new(next_look(began, look_after));
        let folder = IndexedFolder { root, index, report, digest, next_look, look_after };
        Ok(Self { folder: Arc::new(folder), results: RESULTS })
    }

    /// The same corpus, looking for changed files this often at most; zero: before each search.
    ///
    /// # Panics
    /// If the corpus is in use already.
    #[must_use]
    pub fn looking_after(self, look_after: Duration) -> Self {
        let mut folder = Arc::try_unwrap(self.folder).expect("the corpus is not in use yet");
        folder.look_after = look_after;
        folder.next_look = tokio::sync::Mutex::new(Instant::now() + look_after);
        Self { folder: Arc::new(folder), ..self }
    }

    /// The same corpus, returning at most this many results per search.
    #[must_use]
    pub fn with_results(self, results: usize) -> Self {
        Self { results, ..self }
    }

    /// The result of building the index when the corpus was opened.
    pub fn report(&self) -> &Report {
        &self.folder.report
    }

    /// Identifies the content of the folder, as it was seen last: of all pages, with their addresses.
    pub fn digest(&self) -> String {
        self.folder.digest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl IndexedFolder {
    /// Updates the index if it is time. Searches meanwhile use the index as it is.
    async fn look(&self) -> Result<(), Error> {
        let Ok(mut next) = self.next_look.try_lock() else { return Ok(()) };
        let began = Instant::now();
        if began < *next {
            return Ok(());
        }
        // Also after a failure, which would otherwise be repeated by each search.
        *next = began + self.look_after;
        let listed = list_folder(&self.root).await?;
        let report = build::update_index(&self.root, listed, &self.index, &|_, _| {}).await?;
        let digest = self.index.digest().await?;
        *self.digest.write().unwrap_or_else(PoisonError::into_inner) = digest;
        for problem in report.problems {
            tracing::debug!(file = problem.file, "a page of the corpus: {}", problem.reason);
        }
        *next = next_look(began, self.look_after);
        Ok(())
    }
}

/// When to look at the folder again after a look that began then and ends now.
fn next_look(began: Instant, look_after: Duration) -> Instant {
    let now = Instant::now();
    if look_after.is_zero() {
        return now;
    }
    now + look_after.max((now - began) * LOOK_SHARE)
}

async fn list_folder(root: &Path) -> Result<entries::FolderListing, Error> {
    let root = root.to_owned();
    let listing = tokio::task::spawn_blocking(move || entries::list_folder(&root)).await;
    listing.map_err(|_| Error::BrokenOff)?
}

#[async_trait]
impl Search for Corpus {
    async fn search(&self, query: &str) -> Result<Serp, ProviderError> {
        let terms = query::parse_terms(query);
        let hits = if terms.is_empty() {
            Vec::new()
        } else {
            let found =
                self.folder.index.search(&query::match_expression(&terms), self.results).await;
            found.map_err(|error| corpus_error(&error))?
        };
        // Searching long texts for the excerpt takes time, so it does not run on the async threads.
        let showing = tokio::task::spawn_blocking(move || {
            let results = hits.into_iter().map(|hit| SearchResult {
                snippet: snippet::excerpt(&hit.body, &terms),
                url: hit.url,
                title: hit.title,
                date: None,
                kind: ResultKind::Organic,
            });
            results.collect()
        });
        let results = showing.await.map_err(|_| corpus_error(&Error::BrokenOff))?;
        Ok(Serp { query: query.to_owned(), url: None, results })
    }

    async fn state(&self) -> String {
        if let Err(error) = self.folder.look().await {
            // Such as a list that is just being written: the index stays as it was.
            tracing::warn!("the corpus is not updated: {error}");
        }
        self.digest()
    }
}

#[async_trait]
impl Crawl for Corpus {
    async fn crawl(&self, url: &str) -> Result<FetchedPage, ProviderError> {
        let found =
            self.folder.index.locate_page(url).await.map_err(|error| corpus_error(&error))?;
        let Some(page) = found else { return Err(not_in_corpus_error()) };
        let (shared, file) = (Arc::clone(&self.folder), page.file.clone());
        let reading = tokio::task::spawn_blocking(move || files::read_file(&shared.root, &file));
        match reading.await.map_err(|_| corpus_error(&Error::BrokenOff))? {
            Ok(body) => Ok(FetchedPage {
                url: page.url,
                body,
                content_type: content_type(&page.file).map(str::to_owned),
                charset: page.charset,
                freshness: Freshness::For(Duration::ZERO),
                validators: Validators::default(),
            }),
            Err(error) => Err(unreadable_page_error(&page.file, error)),
        }
    }

    fn is_local(&self) -> bool {
        true
    }
}

fn unreadable_page_error(file: &str, error: ReadError) -> ProviderError {
    let (kind, code, reason) = match error {
        ReadError::Refused(reason) => (FailureKind::Gone, "page_gone", reason),
        ReadError::TooLarge(reason) => (FailureKind::BadAnswer, "page_too_large", reason),
    };
    let message = format!("its file {file} cannot be read: {reason}");
    ProviderError { kind, code, message, retry: Retry::Never }
}

fn corpus_error(error: &Error) -> ProviderError {
    ProviderError {
        kind: FailureKind::Unavailable,
        code: "corpus_unavailable",
        message: error.to_string(),
        retry: Retry::Backoff,
    }
}

fn not_in_corpus_error() -> ProviderError {
    ProviderError {
        kind: FailureKind::Gone,
        code: "not_in_corpus",
        message: "the corpus has no such page".to_owned(),
        retry: Retry::Never,
    }
}

/// The content type implied by the extension; `None` leaves the decision to the page reader.
fn content_type(file: &str) -> Option<&'static str> {
    match Path::new(file).extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" => Some("text/html"),
        "md" => Some("text/markdown"),
        "txt" => Some("text/plain"),
        "pdf" => Some("application/pdf"),
        _ => None,
    }
}
