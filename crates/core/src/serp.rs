//! Search result pages.

use serde::{Deserialize, Serialize};

use crate::page::{ContentHash, Span};
use crate::value::PartialDate;

/// One answer of a search engine to one query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serp {
    /// The query as it was sent.
    pub query: String,
    /// The results, best first.
    pub results: Vec<SearchResult>,
}

/// One result of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResult {
    /// Address of the page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What the search engine shows of the page; may be empty.
    pub snippet: String,
    /// The date that the search engine shows with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
}

/// A search result page that is stored: what steps and outcomes carry instead of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SerpRef {
    /// Names the stored search result page.
    pub hash: ContentHash,
    /// The addresses that it shows, best first.
    pub urls: Vec<String>,
}

impl Serp {
    /// The text that quotes of snippets are parts of, and where each result stands in it.
    pub fn text(&self) -> (String, Vec<Span>) {
        let mut text = String::new();
        let mut spans = Vec::with_capacity(self.results.len());
        for result in &self.results {
            let start = text.len();
            text.push_str(&result.title);
            text.push('\n');
            text.push_str(&result.snippet);
            spans.push(Span::new(start, text.len()));
            text.push_str("\n\n");
        }
        (text, spans)
    }
}
