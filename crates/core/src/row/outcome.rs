//! What happened to a step.

use serde::{Deserialize, Serialize};

use crate::evidence::{Candidate, Rejection};
use crate::page::PageRef;
use crate::serp::SerpRef;

/// What happened to one step. A transport fault is the driver's to retry; what arrives here is final.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "of", rename_all = "snake_case")]
pub enum Outcome {
    /// The search engine answered; no results is an answer.
    Searched(SerpRef),
    /// Snippets were read and pages chosen.
    Decided(Decision),
    /// A page was read and stored.
    Crawled(PageRef),
    /// Pages were searched for values.
    Extracted(Extraction),
    /// The step gave nothing, for good.
    Failed(Failure),
}

/// What to read, and what the snippets prove already.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Values that snippets prove.
    pub candidates: Vec<Candidate>,
    /// Pages to read, best first.
    pub read: Vec<Pick>,
    /// What kept a part of the work from being done, for good: cells that stay empty say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Failure>,
}

/// A page that is worth reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// Its address, as a search result page showed it.
    pub url: String,
    /// How well its title, snippet and address match the row's entity: 0 to 1.
    pub entity: f64,
}

/// What pages gave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    /// Values with checked evidence.
    pub candidates: Vec<Candidate>,
    /// Suggestions that were not believed; bounded by the performer.
    pub rejections: Vec<Rejection>,
    /// Pages that speak of another entity than the row.
    pub other_entities: Vec<String>,
    /// What kept a part of the work from being done, for good: cells that stay empty say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Failure>,
}

/// Why a step gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure: decides the outcome of the cells that it leaves empty.
    pub kind: FailureKind,
    /// A stable code, explained under docs/errors.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
}

/// The kinds of failure that cells tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The page exists but is kept from us: login, captcha, consent, payment, robots, 403, 429.
    Blocked,
    /// There is no such page, or nothing in it.
    Gone,
    /// A provider or a server did not answer, or answered with an error, to the end.
    Unavailable,
    /// An answer came that could not be used.
    BadAnswer,
    /// The budget does not allow the step.
    Budget,
}
