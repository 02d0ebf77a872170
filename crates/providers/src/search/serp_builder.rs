//! Builds a search result page.

use ampledata_core::serp::{ResultKind, SearchResult, Serp};
use ampledata_core::value::PartialDate;

/// Builds the page: what the engine knows comes before the pages that it ranks.
pub(super) struct SerpBuilder {
    serp: Serp,
    organic: Vec<SearchResult>,
}

/// A result as the engine returns it; all fields are optional.
pub(super) struct EngineResult {
    pub(super) kind: ResultKind,
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) lines: Vec<String>,
    pub(super) date: Option<PartialDate>,
}

impl SerpBuilder {
    /// `url` is the address of the search result page itself.
    pub(super) fn new(query: &str, url: String) -> Self {
        let serp = Serp { query: query.to_owned(), url: Some(url), results: Vec::new() };
        Self { serp, organic: Vec::new() }
    }

    /// Adds a result; an empty one, or a page without an address, is dropped.
    pub(super) fn push(&mut self, found: EngineResult) {
        let is_page = found.kind.is_organic();
        let snippet = found.lines.join("\n");
        if (is_page && found.url.is_none()) || (!is_page && snippet.is_empty()) {
            return;
        }
        let Some(url) = found.url.or_else(|| self.serp.url.clone()) else { return };
        let title = found.title.unwrap_or_default();
        let result = SearchResult { url, title, snippet, date: found.date, kind: found.kind };
        if is_page { self.organic.push(result) } else { self.serp.results.push(result) }
    }

    pub(super) fn finish(mut self) -> Serp {
        self.serp.results.append(&mut self.organic);
        self.serp
    }
}
