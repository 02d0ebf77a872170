//! Evidence: what proves a value, and the check that it does.

mod boundary;
mod context;
mod locate;
mod repair;
mod stated;
mod surroundings;
mod unusable;
mod verify;

pub use context::find_context;
pub use locate::locate_quote;
pub use stated::read_statement;
pub use unusable::find_unusable_value;
pub use verify::{ENTITY_FLOOR, MAX_QUOTE, Source, verify};

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::merge::NotChosenReason;
use crate::page::{ContentHash, FactKind, Span};
use crate::standing::Standing;
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

/// Words of the stored text outside a quote that state in which unit or scale its number counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextQuote {
    /// The words of the stored text.
    pub quote: String,
    /// Their position in the stored text.
    pub span: Span,
}

/// Proves a value: a verbatim quote and its position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The words of the stored text.
    pub quote: String,
    /// The page that shows it.
    pub url: String,
    /// Identifies the stored page (or search result page) in which the offsets count.
    pub page: ContentHash,
    /// Position of the quote in the stored text.
    pub span: Span,
    /// Words outside the quote that state the unit or the scale of its number, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<ContextQuote>,
    /// What kind of place that is.
    pub kind: SourceKind,
    /// As of when the statement or its page speaks, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<PartialDate>,
    /// When the page was read, if known: see [`PageRef::read_at`](crate::page::PageRef).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

/// A value that an extractor or a model proposes, before any check.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Index of the column in the plan.
    pub column: usize,
    /// Index of the page in the request, as numbered for the extractor.
    pub page: usize,
    /// The value's text.
    pub text: String,
    /// The words that should prove it.
    pub quote: String,
    /// Position of the quote in the page's text, if the extractor knows it.
    pub span: Option<Span>,
    /// Places in the page's text outside the quote that state the unit or the scale of its number.
    pub context: Vec<Span>,
    /// Whether the text is a number as programs write it: see
    /// [`Fact::is_machine_number`](crate::page::Fact::is_machine_number).
    pub is_machine_number: bool,
    /// What kind of place the quote comes from.
    pub kind: SourceKind,
    /// How well the label, or the words around the value, match the column: 0 to 1.
    pub label: f64,
    /// How well the subject of the quote matches the row's entity: 0 to 1.
    pub entity: f64,
    /// The unit that the label names, if any.
    pub unit: Option<String>,
    /// The proposer's own score, 0 to 1. It is one feature, never the confidence.
    pub own_score: Option<f64>,
    /// Whether a language model proposes it, rather than the extractor.
    pub is_from_model: bool,
}

/// A value with checked evidence.
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
    /// Why it was not chosen as the value of its cell, once that is decided.
    #[serde(rename = "lost", default, skip_serializing_if = "Option::is_none")]
    pub not_chosen: Option<NotChosenReason>,
}

/// The features of one candidate on its own, before it is compared with others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// How well the label matches the column: 0 to 1.
    pub label: f64,
    /// How well the source matches the row's entity: 0 to 1.
    pub entity: f64,
    /// The proposer's own score, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_score: Option<f64>,
    /// Who publishes the page.
    #[serde(default, skip_serializing_if = "Standing::is_unknown")]
    pub standing: Standing,
    /// Whether a language model proposed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_from_model: bool,
}

/// A suggestion that was rejected, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Index of the column in the plan.
    pub column: usize,
    /// The page on which it was claimed to be.
    pub url: String,
    /// The beginning of the proposed text.
    #[serde(rename = "said", default, skip_serializing_if = "String::is_empty")]
    pub proposed: String,
    /// Why it was rejected.
    pub reason: RejectionReason,
}

impl Rejection {
    /// The longest beginning of a proposed text that is kept, in bytes.
    pub const MAX_PROPOSED: usize = 120;

    /// A rejected suggestion.
    pub fn new(column: usize, url: &str, said: &str, reason: RejectionReason) -> Self {
        let end = said.floor_char_boundary(Self::MAX_PROPOSED.min(said.len()));
        Self { column, url: url.to_owned(), proposed: said[..end].to_owned(), reason }
    }
}

/// Why a suggestion is rejected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// The quote is not in the stored page.
    QuoteNotFound,
    /// The quote is in the stored page but does not give the value.
    NotInQuote,
    /// The text gives no value of the column's type; the reason in the parser's words.
    Unparsed(String),
    /// The page marks the value as no longer valid.
    Outdated,
    /// The page is about another entity than the row's.
    WrongEntity,
    /// It names a column or page that was not requested.
    #[serde(rename = "unasked")]
    NotRequested,
}

impl RejectionReason {
    /// The stable name of the reason, as stored and returned by the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::QuoteNotFound => "quote_not_found",
            Self::NotInQuote => "not_in_quote",
            Self::Unparsed(_) => "unparsed",
            Self::Outdated => "outdated",
            Self::WrongEntity => "wrong_entity",
            Self::NotRequested => "unasked",
        }
    }
}

impl fmt::Display for RejectionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuoteNotFound => f.write_str("The quote was not found on the page."),
            Self::NotInQuote => {
                f.write_str("The quote is on the page, but does not support this value.")
            }
            Self::Unparsed(why) => write!(f, "It does not fit the column: it is {why}."),
            Self::Outdated => f.write_str("The page marks it as no longer valid."),
            Self::WrongEntity => f.write_str("The page is about a different entity."),
            Self::NotRequested => f.write_str("It names a column or page that was not requested."),
        }
    }
}
