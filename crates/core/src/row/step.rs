//! What the machine asks a driver to have done.

use serde::{Deserialize, Serialize};

use super::RowResult;
use crate::page::{ContentHash, PageRef};

/// The answer of the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Have these performed, together if you like, and answer with their outcomes in this order.
    Do(Vec<Step>),
    /// The row is finished.
    Done(Box<RowResult>),
}

/// One thing to do. Steps carry references, never page text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Ask the search engine.
    Search {
        /// As it is sent.
        query: String,
    },
    /// Take the values that snippets prove, and choose pages to read.
    Decide {
        /// The stored search result pages.
        serps: Vec<ContentHash>,
        /// Indices of the columns that are still missing or weak.
        columns: Vec<usize>,
        /// Addresses that were tried already.
        tried: Vec<String>,
        /// Pages to choose at most.
        limit: u8,
    },
    /// Read a page.
    Crawl {
        /// An address that a search result page showed.
        url: String,
    },
    /// Take values from pages.
    Extract {
        /// The stored pages.
        pages: Vec<PageRef>,
        /// Indices of the columns that are still missing or weak.
        columns: Vec<usize>,
    },
}
