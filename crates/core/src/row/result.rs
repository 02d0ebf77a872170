//! What a row ends with.

use serde::{Deserialize, Serialize};

use crate::evidence::{Candidate, Evidence, Rejection};
use crate::value::{Qualifier, Value};

/// A finished row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowResult {
    /// `COMPLETED`, or `FAILED` where nothing at all could be done for the row.
    pub stage: Stage,
    /// One cell for each column of the plan, in its order; none for columns that were not asked for.
    pub cells: Vec<Option<Cell>>,
    /// What each attempt did, the first attempt first.
    pub attempts: Vec<AttemptSummary>,
    /// Why the row failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One cell with all that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Whether there is a value, and if not, why.
    pub outcome: CellOutcome,
    /// The value, where the outcome is `found`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// A bound or an approximation that the quote states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
    /// Probability that the value is right, 0 to 1; 0 where there is none.
    pub confidence: f64,
    /// One sentence: why this value, or why none.
    pub reason: String,
    /// What proves the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Other candidates, the most probable first, at most [`Cell::MAX_OTHERS`]; in a conflict, the contenders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Candidate>,
    /// What was proposed for it and not believed, at most [`Cell::MAX_REJECTED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejection>,
}

impl Cell {
    /// How many other candidates a cell keeps.
    pub const MAX_OTHERS: usize = 5;
    /// How many rejected suggestions a cell keeps.
    pub const MAX_REJECTED: usize = 3;

    /// A cell without a value, and why.
    pub fn empty(outcome: CellOutcome, reason: String) -> Self {
        Self {
            outcome,
            value: None,
            qualifier: None,
            confidence: 0.0,
            reason,
            evidence: None,
            others: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// Whether this cell is to replace the other: a value beats none, a surer one a less sure one, and
    /// a known conflict beats knowing nothing.
    pub fn is_better_than(&self, other: &Self) -> bool {
        let rank = |cell: &Self| match cell.outcome {
            CellOutcome::Found => 2,
            CellOutcome::Conflict => 1,
            CellOutcome::Absent | CellOutcome::Blocked | CellOutcome::Error => 0,
        };
        (rank(self), self.confidence) > (rank(other), other.confidence)
    }
}

/// Whether a cell has a value, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellOutcome {
    /// A value with evidence.
    Found,
    /// What could be read does not hold it.
    Absent,
    /// A page that may hold it could not be read.
    Blocked,
    /// Sources of equal standing contradict each other.
    Conflict,
    /// Something failed on the way.
    Error,
}

/// What one attempt did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptSummary {
    /// Queries that were sent.
    pub queries: Vec<String>,
    /// Pages that were read.
    pub pages: Vec<String>,
    /// Addresses that could not be read, each with its failure's code.
    pub failed: Vec<(String, String)>,
    /// Columns still missing afterwards, as indices into the plan.
    pub missing: Vec<usize>,
    /// Columns still weak afterwards, as indices into the plan.
    pub weak: Vec<usize>,
}

/// How far a row is, as stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Not begun.
    Pending,
    /// Search results are there.
    SerpFetched,
    /// Pages to read are chosen.
    DecisionMade,
    /// Pages are read.
    Crawled,
    /// Values are extracted.
    Enriched,
    /// Finished.
    Completed,
    /// Ended without anything.
    Failed,
    /// Stopped by the user.
    Cancelled,
}
