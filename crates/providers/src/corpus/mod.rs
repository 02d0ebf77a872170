//! `corpus`: a folder of pages that stands in for the web.
//!
//! The folder is described by its `pages.jsonl`, or by what lies in it. Its pages are indexed once by
//! SQLite's FTS5 in the data directory, and again only where files changed. A search ranks them by BM25
//! over title and text; a crawl of one of their addresses reads the file.

mod addresses;
mod build;
mod entries;
mod files;
mod index;
mod query;
mod snippet;
mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ampledata_core::row::FailureKind;
use ampledata_core::serp::{ResultKind, SearchResult, Serp};
use async_trait::async_trait;
use thiserror::Error;

use self::files::Unreadable;
use self::index::Index;
use crate::{Crawl, Error as ProviderError, Fetched, Freshness, Retry, Search, Validators};

/// Results of one search, unless set otherwise.
const RESULTS: usize = 10;

/// Why a corpus cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// The folder is not there or cannot be read.
    #[error("cannot read the corpus folder {path}: {source}")]
    Folder {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `pages.jsonl` has a line that is no page.
    #[error("{path}, line {line}: {problem}")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// No page was found in the folder.
    #[error("no page in {0}: it needs a pages.jsonl, or .html, .md, .txt or .pdf files")]
    Empty(PathBuf),
    /// The index in the data directory cannot be read or written.
    #[error("cannot use the corpus index {path} (deleting it has it built anew): {source}")]
    Index {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The work was broken off because the program ends.
    #[error("reading the corpus was broken off")]
    BrokenOff,
}

/// A page of the folder that is not in the index, or not under the address it names, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its file, relative to the folder.
    pub file: String,
    /// Why it was left out, or what became of it.
    pub reason: String,
}

/// What building the index came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Pages in the index.
    pub pages: usize,
    /// Pages that were read now; the others had not changed.
    pub read: usize,
    /// Files that were left out or are found under another address than they name.
    pub problems: Vec<Problem>,
}

/// A folder of pages, searched and read instead of the web.
#[derive(Debug, Clone)]
pub struct Corpus {
    shared: Arc<Shared>,
    results: usize,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    index: Index,
    report: Report,
}

impl Corpus {
    /// Opens a folder and brings its index, kept in `data_dir`, up to date. `progress` is told how many
    /// of the pages that have to be read are read.
    ///
    /// # Errors
    /// Where the folder, its `pages.jsonl` or the index cannot be used.
    pub async fn open(
        folder: &Path,
        data_dir: &Path,
        progress: impl Fn(usize, usize) + Send + Sync,
    ) -> Result<Self, Error> {
        let unreadable = |source| Error::Folder { path: folder.to_owned(), source };
        let root = folder.canonicalize().map_err(unreadable)?;
        std::fs::create_dir_all(data_dir)
            .map_err(|source| Error::Folder { path: data_dir.to_owned(), source })?;
        let listed = {
            let root = root.clone();
            let listing = tokio::task::spawn_blocking(move || entries::list(&root)).await;
            listing.map_err(|_| Error::BrokenOff)??
        };
        let index = Index::open(data_dir, &root).await?;
        let report = build::bring_up_to_date(&root, listed, &index, &progress).await?;
        if report.pages == 0 {
            return Err(Error::Empty(folder.to_owned()));
        }
        Ok(Self { shared: Arc::new(Shared { root, index, report }), results: RESULTS })
    }

    /// The same corpus, answering with this many results at most.
    #[must_use]
    pub fn with_results(self, results: usize) -> Self {
        Self { results, ..self }
    }

    /// What building the index came to.
    pub fn report(&self) -> &Report {
        &self.shared.report
    }
}

#[async_trait]
impl Search for Corpus {
    async fn search(&self, query: &str) -> Result<Serp, ProviderError> {
        let terms = query::terms(query);
        let hits = if terms.is_empty() {
            Vec::new()
        } else {
            let found = self.shared.index.search(&query::expression(&terms), self.results).await;
            found.map_err(|error| broken(&error))?
        };
        // Long texts are looked through for the part to show: not on the thread that others wait for.
        let showing = tokio::task::spawn_blocking(move || {
            let results = hits.into_iter().map(|hit| SearchResult {
                snippet: snippet::around(&hit.body, &terms),
                url: hit.url,
                title: hit.title,
                date: None,
                kind: ResultKind::Organic,
            });
            results.collect()
        });
        let results = showing.await.map_err(|_| broken(&Error::BrokenOff))?;
        Ok(Serp { query: query.to_owned(), url: None, results })
    }
}

#[async_trait]
impl Crawl for Corpus {
    async fn crawl(&self, url: &str) -> Result<Fetched, ProviderError> {
        let found = self.shared.index.page(url).await.map_err(|error| broken(&error))?;
        let Some(page) = found else { return Err(not_here()) };
        let (shared, file) = (Arc::clone(&self.shared), page.file.clone());
        let reading = tokio::task::spawn_blocking(move || files::read(&shared.root, &file));
        match reading.await.map_err(|_| broken(&Error::BrokenOff))? {
            Ok(body) => Ok(Fetched {
                url: page.url,
                body,
                content_type: content_type(&page.file).map(str::to_owned),
                charset: page.charset,
                freshness: Freshness::Forever,
                validators: Validators::default(),
            }),
            Err(error) => Err(unreadable(&page.file, error)),
        }
    }
}

fn unreadable(file: &str, error: Unreadable) -> ProviderError {
    let (kind, code, reason) = match error {
        Unreadable::Refused(reason) => (FailureKind::Gone, "page_gone", reason),
        Unreadable::TooLarge(reason) => (FailureKind::BadAnswer, "page_too_large", reason),
    };
    let message = format!("its file {file} cannot be read: {reason}");
    ProviderError { kind, code, message, retry: Retry::Never }
}

fn broken(error: &Error) -> ProviderError {
    ProviderError {
        kind: FailureKind::Unavailable,
        code: "corpus_unavailable",
        message: error.to_string(),
        retry: Retry::Backoff,
    }
}

fn not_here() -> ProviderError {
    ProviderError {
        kind: FailureKind::Gone,
        code: "not_in_corpus",
        message: "the corpus has no such page".to_owned(),
        retry: Retry::Never,
    }
}

/// The content type that the extension tells; none leaves it to the page reader.
fn content_type(file: &str) -> Option<&'static str> {
    match Path::new(file).extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" => Some("text/html"),
        "md" => Some("text/markdown"),
        "txt" => Some("text/plain"),
        "pdf" => Some("application/pdf"),
        _ => None,
    }
}
