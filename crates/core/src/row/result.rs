//! The result of a row.

use serde::{Deserialize, Serialize};

use super::ReasonCode;
use crate::confidence::Support;
use crate::evidence::{Candidate, Evidence, Rejection};
use crate::value::{Qualifier, Value};

/// A finished row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowResult {
    /// `COMPLETED`, or `FAILED` if nothing at all could be done for the row.
    pub stage: Stage,
    /// One cell for each column of the plan, in its order; `None` for columns that were not requested.
    pub cells: Vec<Option<Cell>>,
    /// What each attempt did, in order.
    pub attempts: Vec<AttemptSummary>,
    /// Why the row failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One cell and everything known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Whether there is a value, and if not, why.
    pub outcome: CellOutcome,
    /// The value, if the outcome is `found`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// A bound or an approximation stated by the quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<Qualifier>,
    /// Probability that the value is right, 0 to 1; 0 if there is none.
    pub confidence: f64,
    /// One sentence: why this value was chosen, or why there is none.
    pub reason: String,
    /// The same for programs; none in cells that were stored before there were codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<ReasonCode>,
    /// What its confidence was computed from; none in cells that have no value, that a person has set, or that
    /// were stored before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<Support>,
    /// What proves the value, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Other candidates, the most probable first, at most [`Cell::MAX_OTHERS`]; in a conflict, the
    /// contenders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Candidate>,
    /// Suggestions for it that were rejected, at most [`Cell::MAX_REJECTED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejection>,
}

impl Cell {
    /// How many other candidates a cell keeps.
    pub const MAX_OTHERS: usize = 5;
    /// How many rejected suggestions a cell keeps.
    pub const MAX_REJECTED: usize = 3;

    /// A cell without a value, and why there is none.
    pub fn empty(outcome: CellOutcome, code: ReasonCode, reason: String) -> Self {
        Self {
            outcome,
            value: None,
            qualifier: None,
            confidence: 0.0,
            reason,
            reason_code: Some(code),
            support: None,
            evidence: None,
            others: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// Whether this cell should replace the other: a value beats none, a higher confidence beats a lower
    /// one, and a known conflict beats knowing nothing.
    pub fn is_better_than(&self, other: &Self) -> bool {
        self.rank().is_better_than(other.rank())
    }

    /// What decides whether it replaces another cell.
    pub fn rank(&self) -> CellRank {
        CellRank { outcome: self.outcome, confidence: self.confidence }
    }
}

/// What decides which of two cells is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellRank {
    /// The outcome of the cell.
    pub outcome: CellOutcome,
    /// Its confidence.
    pub confidence: f64,
}

/// What decides whether a stored cell is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoredCell {
    /// Its rank.
    pub rank: CellRank,
    /// Whether a person has set or locked it.
    pub is_kept: bool,
}

impl CellRank {
    /// As [`Cell::is_better_than`].
    pub fn is_better_than(self, other: Self) -> bool {
        let place = |outcome| match outcome {
            CellOutcome::Found => 2,
            CellOutcome::Conflict => 1,
            CellOutcome::Absent | CellOutcome::Blocked | CellOutcome::Error => 0,
        };
        (place(self.outcome), self.confidence) > (place(other.outcome), other.confidence)
    }

    /// Whether a cell of a later run replaces the stored one: if it is better, and also if both know nothing,
    /// because then the newer reason holds. What a person has set or locked stays.
    pub fn replaces(self, stored: StoredCell) -> bool {
        let knows = |outcome| matches!(outcome, CellOutcome::Found | CellOutcome::Conflict);
        let know_nothing = !knows(self.outcome) && !knows(stored.rank.outcome);
        !stored.is_kept && (know_nothing || self.is_better_than(stored.rank))
    }
}

/// Whether a cell has a value, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellOutcome {
    /// A value with evidence.
    Found,
    /// The pages that could be read do not have it.
    Absent,
    /// A page that may have it could not be read.
    Blocked,
    /// Sources of equal standing contradict each other.
    Conflict,
    /// A step failed.
    Error,
}

impl CellOutcome {
    /// All outcomes.
    pub const ALL: [Self; 5] =
        [Self::Found, Self::Absent, Self::Blocked, Self::Conflict, Self::Error];

    /// Its name in databases, files and the API, as in its JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Absent => "absent",
            Self::Blocked => "blocked",
            Self::Conflict => "conflict",
            Self::Error => "error",
        }
    }
}

/// What one attempt did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptSummary {
    /// Queries that were sent.
    pub queries: Vec<String>,
    /// What the queries that were answered showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yields: Vec<QueryYield>,
    /// Pages that were read.
    pub pages: Vec<String>,
    /// Addresses that could not be read, each with the code of its failure.
    pub failed: Vec<(String, String)>,
    /// Columns still missing afterwards, as indices into the plan.
    pub missing: Vec<usize>,
    /// Columns still weak afterwards, as indices into the plan.
    pub weak: Vec<usize>,
    /// Why no further attempt followed although cells were open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StopReason>,
}

/// What a query showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryYield {
    /// The query as it was sent.
    pub query: String,
    /// Number of pages that it showed.
    pub results: u16,
    /// Number of those that no earlier query of the row had shown.
    pub new: u16,
}

/// Why a row with open cells was not searched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The limit of attempts is reached.
    AttemptsUsedUp,
    /// No search has shown anything.
    NothingFound,
    /// The last attempt found nothing new for any open column.
    NothingChanged,
    /// All queries have already been asked.
    NoNewQuery,
    /// The limit of steps is reached.
    StepsUsedUp,
}

impl StopReason {
    /// Its name in the API, as in its JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AttemptsUsedUp => "attempts_used_up",
            Self::NothingFound => "nothing_found",
            Self::NothingChanged => "nothing_changed",
            Self::NoNewQuery => "no_new_query",
            Self::StepsUsedUp => "steps_used_up",
        }
    }
}

/// The stage of a row, as stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Not started.
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
    /// Ended without a result.
    Failed,
    /// Stopped by the user.
    Cancelled,
}

impl Stage {
    /// All stages, in the order in which a row takes them.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::SerpFetched,
        Self::DecisionMade,
        Self::Crawled,
        Self::Enriched,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Its name in databases, Temporal and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::SerpFetched => "SERP_FETCHED",
            Self::DecisionMade => "DECISION_MADE",
            Self::Crawled => "CRAWLED",
            Self::Enriched => "ENRICHED",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(outcome: CellOutcome, confidence: f64) -> CellRank {
        CellRank { outcome, confidence }
    }

    fn replaces(new: CellRank, stored: CellRank) -> bool {
        new.replaces(StoredCell { rank: stored, is_kept: false })
    }

    #[test]
    fn a_better_result_replaces_a_stored_cell() {
        use CellOutcome::{Absent, Conflict, Found};
        let (sure, weak) = (rank(Found, 0.9), rank(Found, 0.3));
        let (conflict, absent) = (rank(Conflict, 0.0), rank(Absent, 0.0));
        for (better, worse) in [(sure, weak), (weak, conflict), (conflict, absent)] {
            assert!(replaces(better, worse), "{better:?} {worse:?}");
            assert!(!replaces(worse, better), "{worse:?} {better:?}");
        }
        assert!(!replaces(sure, sure));
        assert!(!replaces(conflict, conflict));
    }

    #[test]
    fn of_two_results_without_a_value_the_newer_is_kept() {
        use CellOutcome::{Absent, Blocked, Error};
        for stored in [Absent, Blocked, Error] {
            for new in [Absent, Blocked, Error] {
                assert!(replaces(rank(new, 0.0), rank(stored, 0.0)), "{new:?} {stored:?}");
            }
        }
    }

    #[test]
    fn what_a_person_has_set_or_locked_stays() {
        let stored = StoredCell { rank: rank(CellOutcome::Absent, 0.0), is_kept: true };
        assert!(!rank(CellOutcome::Found, 1.0).replaces(stored));
    }
}
