//! Evidence: what proves a value, and the check that it does.

mod boundary;
mod locate;
mod verify;

pub use locate::locate;
pub use verify::{Source, verify};

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::lost::Lost;
use crate::page::{ContentHash, FactKind, Span};
use crate::value::{PartialDate, Qualifier, Value};

/// What kind of place a quote comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A structured or labelled fact of a page.
    Fact(FactKind),
    /// The page's title or a heading.
    Heading,
    /// A sentence of its prose.
    Sentence,
    /// The snippet of a search result.
    Snippet,
}

/// What proves a value: a verbatim quote and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// As it stands in the stored text.
    pub quote: String,
    /// The page that shows it.
    pub url: String,
    /// Names the stored page (or search result page) that the offsets count in.
    pub page: ContentHash,
    /// Where the quote stands in the stored text.
    pub span: Span,
    /// What kind of place that is.
    pub kind: SourceKind,
    /// When the page was last changed or published, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<PartialDate>,
    /// When the page was read, where that is known: see [`PageRef::read_at`](crate::page::PageRef).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

/// A value that an extractor or a model proposes, before anything about it is believed.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Index of the column in the plan.
    pub column: usize,
    /// Index of the page in the request, as it was numbered for the extractor.
    pub page: usize,
    /// The value's text.
    pub text: String,
    /// The words that are to prove it.
    pub quote: String,
    /// Where the quote stands in the page's text, where the extractor knows.
    pub span: Option<Span>,
    /// What kind of place the quote comes from.
    pub kind: SourceKind,
    /// How well the label, or the words around the value, name the column: 0 to 1.
    pub label: f64,
    /// How well what the quote speaks of matches the row's entity: 0 to 1.
    pub entity: f64,
    /// The unit that the label names, where it names one.
    pub unit: Option<String>,
    /// The proposer's own score, 0 to 1. A feature, never the confidence.
    pub own_score: Option<f64>,
}

/// A value with evidence that was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Index of the column in the plan.
    pub column: usize,
    /// The value, typed, in the column's unit.
    pub value: Value,
    /// A bound or an approximation that the quote states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
    /// What proves it.
    pub evidence: Evidence,
    /// What its confidence is computed from.
    pub features: Features,
    /// Why it is not the value of its cell, once that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Lost>,
}

/// What speaks for one candidate by itself, before others are looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// How well the label names the column: 0 to 1.
    pub label: f64,
    /// How well the source matches the row's entity: 0 to 1.
    pub entity: f64,
    /// The proposer's own score, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_score: Option<f64>,
}

/// A suggestion that was not believed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Index of the column in the plan.
    pub column: usize,
    /// The page that it was said to be on.
    pub url: String,
    /// What was proposed, its beginning.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said: String,
    /// Why it does not count.
    pub reason: RejectionReason,
}

impl Rejection {
    /// The longest beginning of what was proposed that is kept, in bytes.
    pub const MAX_SAID: usize = 120;

    /// A suggestion that does not count.
    pub fn of(column: usize, url: &str, said: &str, reason: RejectionReason) -> Self {
        let end = said.floor_char_boundary(Self::MAX_SAID.min(said.len()));
        Self { column, url: url.to_owned(), said: said[..end].to_owned(), reason }
    }
}

/// Why a suggestion does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// The quote does not stand in the stored page.
    QuoteNotFound,
    /// The quote stands there but does not give the value.
    NotInQuote,
    /// The text gives no value of the column's type: the reader's words.
    Unparsed(String),
    /// The page speaks of another entity than the row.
    WrongEntity,
    /// It names a column or page that was not asked about.
    Unasked,
}

impl RejectionReason {
    /// The stable name of the reason.
    pub fn name(&self) -> &'static str {
        match self {
            Self::QuoteNotFound => "quote_not_found",
            Self::NotInQuote => "not_in_quote",
            Self::Unparsed(_) => "unparsed",
            Self::WrongEntity => "wrong_entity",
            Self::Unasked => "unasked",
        }
    }
}

impl fmt::Display for RejectionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuoteNotFound => f.write_str("Its quote does not stand on the page."),
            Self::NotInQuote => {
                f.write_str("Its quote stands on the page, but does not give this value.")
            }
            Self::Unparsed(why) => write!(f, "It does not fit the column: it is {why}."),
            Self::WrongEntity => f.write_str("The page speaks of another entity than the row."),
            Self::Unasked => f.write_str("It names a column or a page that was not asked about."),
        }
    }
}
