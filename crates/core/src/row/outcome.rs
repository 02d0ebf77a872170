//! The outcomes of steps.

use serde::{Deserialize, Serialize};

use crate::evidence::{Candidate, Rejection};
use crate::page::PageRef;
use crate::serp::SerpRef;

/// The outcome of one step. Transport faults are retried by the driver; an outcome is final.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "of", rename_all = "snake_case")]
pub enum Outcome {
    /// The search engine answered, perhaps without results.
    Searched(SerpRef),
    /// Snippets were read and pages chosen.
    Decided(Decision),
    /// A page was read and stored.
    Crawled(PageRef),
    /// Pages were searched for values.
    Extracted(Extraction),
    /// The step brought nothing, and a retry would not help.
    Failed(Failure),
}

/// Which pages to read, and which values the snippets already prove.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Values proved by snippets.
    pub candidates: Vec<Candidate>,
    /// Pages to read, best first.
    pub read: Vec<Pick>,
    /// A final failure that left a part of the work undone; cells that stay empty give it as their
    /// reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Failure>,
}

/// A page that is worth reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    /// Its address, as shown on a search result page.
    pub url: String,
    /// How well its title, snippet and address match the row's entity: 0 to 1.
    pub entity: f64,
    /// The columns of the plan that the title announces, if it does nothing else: a page titled "Acme:
    /// revenue and staff" is not expected to state anything else. `None`: it may state anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<usize>>,
}

/// The values found on pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    /// Values with checked evidence.
    pub candidates: Vec<Candidate>,
    /// Rejected suggestions; the performer limits their number.
    pub rejections: Vec<Rejection>,
    /// Pages about another entity than the row's: nothing on them is about the row's own.
    pub other_entities: Vec<String>,
    /// A final failure that left a part of the work undone; cells that stay empty give it as their
    /// reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Failure>,
}

/// Why a step brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of failure; it decides the outcome of the cells that stay empty because of it.
    pub kind: FailureKind,
    /// A stable code, documented under docs/errors.
    pub code: String,
    /// One sentence for users.
    pub message: String,
}

/// The kinds of failure that cells distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The page exists but cannot be read: login, captcha, consent, payment, robots.txt, 403, 429.
    Blocked,
    /// There is no such page, or it is empty.
    Gone,
    /// A provider or a server did not answer, or answered with an error, on every try.
    Unavailable,
    /// The answer could not be used.
    BadAnswer,
    /// The budget does not allow the step.
    Budget,
}
