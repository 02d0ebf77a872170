//! The state of a row between steps. It can be stored and restored at any point.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AttemptSummary, Cell, Failure, FailureKind, Plan};
use crate::confidence::candidate_weight;
use crate::evidence::{Candidate, Rejection, RejectionReason};
use crate::merge::merge;
use crate::page::PageRef;

/// Maximum number of candidates kept for one column.
const MAX_CANDIDATES: usize = 16;
/// Maximum number of rejections kept for one row: enough to explain empty cells.
const MAX_REJECTIONS: usize = 24;
/// Pages with a lower match are not considered to be about the entity.
pub(super) const ABOUT_THE_ENTITY: f64 = 0.5;

/// The phase of the current attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    Search { queries: Vec<String> },
    Decide,
    Crawl { urls: Vec<String> },
    Extract,
    Done,
}

/// Everything that a row has learnt so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub(super) phase: Phase,
    /// Number of attempts started.
    pub(super) attempt: u8,
    /// Number of steps requested.
    pub(super) steps: u16,
    /// Candidates by column of the plan.
    pub(super) candidates: Vec<Vec<Candidate>>,
    /// The best cell so far by column of the plan.
    pub(super) cells: Vec<Option<Cell>>,
    /// Addresses chosen to be read, in that order, with their match.
    pub(super) tried: Vec<(String, f64)>,
    /// Every address that any search showed.
    pub(super) shown: BTreeSet<String>,
    /// Queries that were sent.
    pub(super) asked: BTreeSet<String>,
    pub(super) failures: Vec<(String, Failure)>,
    pub(super) rejections: Vec<Rejection>,
    pub(super) other_entities: BTreeSet<String>,
    pub(super) read: BTreeSet<String>,
    pub(super) history: Vec<AttemptSummary>,
    /// Whether any step of the row succeeded.
    pub(super) alive: bool,
    /// Whether the last decision chose as many pages as allowed, so that others may be waiting.
    pub(super) full: bool,
}

impl State {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            phase: Phase::Done,
            attempt: 0,
            steps: 0,
            candidates: vec![Vec::new(); columns],
            cells: vec![None; columns],
            tried: Vec::new(),
            shown: BTreeSet::new(),
            asked: BTreeSet::new(),
            failures: Vec::new(),
            rejections: Vec::new(),
            other_entities: BTreeSet::new(),
            read: BTreeSet::new(),
            history: Vec::new(),
            alive: false,
            full: false,
        }
    }

    /// The summary of the current attempt.
    pub(super) fn current_summary(&mut self) -> &mut AttemptSummary {
        if self.history.is_empty() || self.history.len() < usize::from(self.attempt) {
            self.history.push(AttemptSummary::default());
        }
        let last = self.history.len() - 1;
        &mut self.history[last]
    }

    pub(super) fn record_failure(&mut self, what: &str, failure: Failure) {
        self.current_summary().failed.push((what.to_owned(), failure.code.clone()));
        self.failures.push((what.to_owned(), failure));
    }

    pub(super) fn record_read(&mut self, page: &PageRef) {
        self.read.insert(page.url.clone());
        self.current_summary().pages.push(page.url.clone());
    }

    /// Adds what pages or snippets gave for the requested columns.
    pub(super) fn record_extraction(
        &mut self,
        plan: &Plan,
        columns: &[usize],
        candidates: Vec<Candidate>,
        rejections: Vec<Rejection>,
    ) {
        for candidate in candidates {
            if columns.contains(&candidate.column)
                && !self.candidates[candidate.column].contains(&candidate)
            {
                self.candidates[candidate.column].push(candidate);
            }
        }
        let room = MAX_REJECTIONS.saturating_sub(self.rejections.len());
        self.rejections.extend(rejections.into_iter().take(room));
        for &column in columns {
            let kept = &mut self.candidates[column];
            kept.sort_by(|a, b| {
                candidate_weight(b)
                    .total_cmp(&candidate_weight(a))
                    .then_with(|| a.value.cmp(&b.value))
                    .then_with(|| a.evidence.url.cmp(&b.evidence.url))
                    .then_with(|| a.evidence.span.cmp(&b.evidence.span))
            });
            kept.truncate(MAX_CANDIDATES);
            if let Some(cell) = merge(kept, &plan.columns[column]) {
                keep_better(&mut self.cells[column], cell);
            }
        }
    }

    /// The first failure of this kind that can explain an empty cell: a failure of a page about the
    /// entity, of reading what was found, or of a search that showed nothing at all.
    pub(super) fn failure_of(&self, kind: FailureKind) -> Option<&(String, Failure)> {
        self.failures.iter().find(|(what, failure)| {
            let explains = match self.tried.iter().find(|(url, _)| url == what) {
                Some((_, entity)) => *entity >= ABOUT_THE_ENTITY,
                None => !self.asked.contains(what) || self.shown.is_empty(),
            };
            failure.kind == kind && explains
        })
    }

    /// Why suggestions for the column were rejected; those about the row's own entity come first.
    pub(super) fn rejections_of(&self, column: usize) -> impl Iterator<Item = &Rejection> {
        let of_column = || self.rejections.iter().filter(move |one| one.column == column);
        let other = |one: &&Rejection| one.reason == RejectionReason::WrongEntity;
        of_column().filter(move |one| !other(one)).chain(of_column().filter(other))
    }
}

/// Keeps the better cell: a retry can never make a cell worse.
fn keep_better(kept: &mut Option<Cell>, new: Cell) {
    let better = kept.as_ref().is_none_or(|old| new.is_better_than(old));
    if better {
        *kept = Some(new);
    } else if let Some(old) = kept
        && old.value == new.value
    {
        old.others = new.others;
    }
}
