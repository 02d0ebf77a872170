//! The steps that the machine requests from its driver.

use serde::{Deserialize, Serialize};

use super::RowResult;
use crate::page::{ContentHash, PageRef};

/// What the machine returns.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Perform these steps, concurrently if you like, and pass their outcomes back in this order.
    Do(Vec<Step>),
    /// The row is finished.
    Done(Box<RowResult>),
}

/// One step. Steps carry references, never page text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Ask the search engine.
    Search {
        /// The query as it is sent.
        query: String,
    },
    /// Take the values that snippets prove, and choose pages to read.
    Decide {
        /// The stored search result pages.
        serps: Vec<ContentHash>,
        /// Indices of the columns that are still missing or weak.
        columns: Vec<usize>,
        /// Addresses that were already tried.
        tried: Vec<String>,
        /// Maximum number of pages to choose.
        limit: u8,
    },
    /// Read a page.
    Crawl {
        /// An address that a search result page showed.
        url: String,
    },
    /// Extract values from pages.
    Extract {
        /// The stored pages.
        pages: Vec<PageRef>,
        /// Indices of the columns that are still missing or weak.
        columns: Vec<usize>,
    },
}
