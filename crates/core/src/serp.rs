//! Search result pages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::page::{ContentHash, Span};
use crate::value::PartialDate;

/// The answer of a search engine to one query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serp {
    /// The query as it was sent.
    pub query: String,
    /// Address of the search result page itself: the source of whatever it states without naming another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The results, best first; what the search engine itself knows comes before the pages.
    pub results: Vec<SearchResult>,
}

/// One result of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResult {
    /// Address of the page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The excerpt that the search engine shows; may be empty.
    pub snippet: String,
    /// The date that the search engine shows with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// What part of the search result page it is.
    #[serde(default, skip_serializing_if = "ResultKind::is_organic")]
    pub kind: ResultKind,
}

/// What part of a search result page a result is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// A page of the web that the search engine ranks.
    #[default]
    Organic,
    /// What the search engine itself knows about a thing, one property per line as `label: value`: a
    /// knowledge graph or an info box.
    KnowledgeGraph,
    /// The search engine's own answer to the query.
    Answer,
    /// A question that people also ask, and its answer.
    Question,
}

impl ResultKind {
    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organic => "organic",
            Self::KnowledgeGraph => "knowledge_graph",
            Self::Answer => "answer",
            Self::Question => "question",
        }
    }

    /// Whether it is a page of the web.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub fn is_organic(&self) -> bool {
        *self == Self::Organic
    }
}

impl SearchResult {
    /// Whether the result leads to a page that can be read: it has its own address (of the web, or of a
    /// corpus). A result without one carries the address of the search result page that shows it.
    pub fn is_page(&self, serp: &Serp) -> bool {
        self.kind.is_organic() || serp.url.as_deref() != Some(self.url.as_str())
    }
}

/// Refers to a stored search result page: what steps and outcomes carry instead of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SerpRef {
    /// Identifies the stored search result page.
    pub hash: ContentHash,
    /// The addresses that it shows, best first.
    pub urls: Vec<String>,
}

impl Serp {
    /// The results that lead to a readable page, best first.
    pub fn pages(&self) -> impl Iterator<Item = &SearchResult> {
        self.results.iter().filter(|result| result.is_page(self))
    }

    /// The text that quotes of snippets are parts of, and the position of each result in it.
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

/// A result of several search result pages, taken from the page with its longest snippet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FusedResult<'a> {
    /// Index of the search result page.
    pub serp: usize,
    /// Index of the result on it.
    pub result: usize,
    /// The result.
    pub shown: &'a SearchResult,
    /// Reciprocal rank, summed over the pages that show the address.
    pub score: f64,
}

/// The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009).
const RRF: f64 = 60.0;

/// Merges search result pages by reciprocal rank, best first; each kind of result has an address once.
///
/// What every query shows comes before what only one query ranks first, so that no query's results are
/// lost.
pub fn fuse_results(serps: &[Serp]) -> Vec<FusedResult<'_>> {
    let mut by_address: BTreeMap<(&str, ResultKind), FusedResult<'_>> = BTreeMap::new();
    for (serp, page) in serps.iter().enumerate() {
        for (result, shown) in page.results.iter().enumerate() {
            let score = 1.0 / (RRF + 1.0 + result as f64);
            by_address
                .entry((comparable_address(&shown.url), shown.kind))
                .and_modify(|known| {
                    known.score += score;
                    if known.shown.snippet.len() < shown.snippet.len() {
                        (known.serp, known.result, known.shown) = (serp, result, shown);
                    }
                })
                .or_insert(FusedResult { serp, result, shown, score });
        }
    }
    let mut fused: Vec<_> = by_address.into_values().collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.shown.url.cmp(&b.shown.url)));
    fused
}

/// The part that two spellings of one address share: no scheme, no `www.`, no fragment, no slash at the
/// end.
fn comparable_address(url: &str) -> &str {
    let bare = url.split('#').next().unwrap_or(url);
    let bare =
        bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(bare);
    bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serp(urls: &[&str]) -> Serp {
        let results = urls.iter().map(|url| SearchResult {
            url: (*url).to_owned(),
            title: String::new(),
            snippet: String::new(),
            date: None,
            kind: ResultKind::Organic,
        });
        Serp { query: String::new(), url: None, results: results.collect() }
    }

    fn urls(serps: &[Serp]) -> Vec<String> {
        fuse_results(serps).iter().map(|fused| fused.shown.url.clone()).collect()
    }

    #[test]
    fn the_second_query_counts() {
        let serps =
            [serp(&["https://a.example/", "https://b.example/"]), serp(&["https://c.example/"])];
        assert_eq!(
            urls(&serps),
            ["https://a.example/", "https://c.example/", "https://b.example/"]
        );
    }

    #[test]
    fn what_both_queries_show_comes_first() {
        let serps = [
            serp(&["https://a.example/", "https://b.example/x"]),
            serp(&["https://c.example/", "http://www.b.example/x/#top"]),
        ];
        assert_eq!(urls(&serps)[0], "https://b.example/x");
        assert_eq!(urls(&serps).len(), 3);
    }
}
