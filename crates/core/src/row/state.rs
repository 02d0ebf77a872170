//! The state of a row between steps. It can be stored and restored at any point.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{AttemptSummary, Cell, Failure, FailureKind, Plan, QueryYield};
use crate::evidence::{Candidate, Rejection, RejectionReason};
use crate::merge::{keep_best, merge};
use crate::page::PageRef;

/// Maximum number of candidates kept for one column.
const MAX_CANDIDATES: usize = 16;
/// Maximum number of rejections kept for one column: enough to explain an empty cell.
const MAX_REJECTIONS: usize = 6;
/// Results with a lower match are not considered to be about the entity.
const ABOUT_THE_ENTITY: f64 = 0.5;
/// Results with a lower match are considered to be about another entity. A page that could not be read can show
/// little of what it is about.
const MAY_BE_ABOUT_THE_ENTITY: f64 = 0.35;

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
    /// What the candidates so far give, by column of the plan.
    pub(super) cells: Vec<Option<Cell>>,
    /// Addresses chosen to be read, in that order, with their match.
    pub(super) tried: Vec<(String, f64)>,
    /// The columns that the titles of chosen pages announce: see [`Pick::columns`](super::Pick).
    #[serde(default)]
    pub(super) promised: BTreeMap<String, Vec<usize>>,
    /// Every address that any search showed.
    pub(super) shown: BTreeSet<String>,
    /// Queries that were sent.
    pub(super) asked: BTreeSet<String>,
    pub(super) failures: Vec<(String, Failure)>,
    pub(super) rejections: Vec<Rejection>,
    pub(super) other_entities: BTreeSet<String>,
    pub(super) read: BTreeSet<String>,
    pub(super) history: Vec<AttemptSummary>,
    /// Whether the current attempt saw a value about the row's entity for an empty cell, and had to reject
    /// it: another page may give it in a usable form.
    #[serde(default)]
    pub(super) has_new_rejection: bool,
    /// Whether any step of the row succeeded.
    pub(super) alive: bool,
    /// Whether the last decision chose as many pages as allowed, so that others may be waiting.
    pub(super) full: bool,
}

impl State {
    /// What failures of the extraction are recorded under.
    pub(super) const EXTRACTION: &'static str = "extract";

    pub(super) fn new(columns: usize) -> Self {
        Self {
            phase: Phase::Done,
            attempt: 0,
            steps: 0,
            candidates: vec![Vec::new(); columns],
            cells: vec![None; columns],
            tried: Vec::new(),
            promised: BTreeMap::new(),
            shown: BTreeSet::new(),
            asked: BTreeSet::new(),
            failures: Vec::new(),
            rejections: Vec::new(),
            other_entities: BTreeSet::new(),
            read: BTreeSet::new(),
            history: Vec::new(),
            has_new_rejection: false,
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

    /// Records how many pages a query showed, and how many of them no earlier query of the row did.
    pub(super) fn record_yield(&mut self, query: &str, shown: &[String]) {
        let count = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let new: BTreeSet<&String> =
            shown.iter().filter(|url| !self.shown.contains(*url)).collect();
        let found = QueryYield {
            query: query.to_owned(),
            results: count(shown.len()),
            new: count(new.len()),
        };
        self.current_summary().yields.push(found);
    }

    /// Records a page that was read; `is_new`: no other address gave the same page.
    pub(super) fn record_read(&mut self, page: &PageRef, is_new: bool) {
        if is_new {
            self.read.insert(page.url.clone());
        }
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
        for rejection in rejections {
            self.record_rejection(rejection);
        }
        for &column in columns {
            let kept = &mut self.candidates[column];
            keep_best(kept, MAX_CANDIDATES);
            self.cells[column] = merge(kept, &plan.columns[column], plan.confidence_model());
        }
    }

    fn record_rejection(&mut self, rejection: Rejection) {
        let of_column = self.rejections.iter().filter(|one| one.column == rejection.column);
        if of_column.count() < MAX_REJECTIONS && !self.rejections.contains(&rejection) {
            let is_ours = rejection.reason != RejectionReason::WrongEntity;
            self.has_new_rejection |= is_ours && self.cells.get(rejection.column) == Some(&None);
            self.rejections.push(rejection);
        }
    }

    /// Pages about the row's entity that were read.
    pub(super) fn pages_about_the_entity(&self) -> Vec<&str> {
        self.read.difference(&self.other_entities).map(String::as_str).collect()
    }

    /// Pages that could not be read and may have the column's value: their result matched the row's entity,
    /// and their title does not say that they are about other columns.
    ///
    /// If no page about the entity was read (`is_alone`), a lower match is enough, and the title does not
    /// matter.
    pub(super) fn unread_pages(
        &self,
        column: usize,
        is_alone: bool,
    ) -> impl Iterator<Item = (&str, &Failure)> {
        let least = if is_alone { MAY_BE_ABOUT_THE_ENTITY } else { ABOUT_THE_ENTITY };
        self.failed_pages().filter(move |(url, _)| {
            let promised = self.promised.get(*url);
            let may_have = is_alone || promised.is_none_or(|columns| columns.contains(&column));
            let entity =
                self.tried.iter().find(|(tried, _)| tried == url).map(|(_, entity)| *entity);
            may_have && entity.is_some_and(|entity| entity >= least)
        })
    }

    /// Pages that could not be read.
    pub(super) fn failed_pages(&self) -> impl Iterator<Item = (&str, &Failure)> {
        let is_page = |what: &String| self.tried.iter().any(|(url, _)| url == what);
        let failures = self.failures.iter().filter(move |(what, _)| is_page(what));
        failures.map(|(url, failure)| (url.as_str(), failure))
    }

    /// Failures of other steps that can explain an empty cell: a search counts only if no search showed
    /// anything.
    pub(super) fn step_failures(&self) -> impl Iterator<Item = (&str, &Failure)> {
        let is_page = |what: &String| self.tried.iter().any(|(url, _)| url == what);
        let is_search = |what: &String| self.asked.contains(what);
        self.failures
            .iter()
            .filter(move |(what, failure)| {
                failure.kind != FailureKind::Gone
                    && !is_page(what)
                    && (!is_search(what) || self.shown.is_empty())
            })
            .map(|(what, failure)| (what.as_str(), failure))
    }

    /// Why suggestions for the column were rejected; those about the row's own entity come first.
    pub(super) fn rejections_of(&self, column: usize) -> impl Iterator<Item = &Rejection> {
        let of_column = || self.rejections.iter().filter(move |one| one.column == column);
        let other = |one: &&Rejection| one.reason == RejectionReason::WrongEntity;
        of_column().filter(move |one| !other(one)).chain(of_column().filter(other))
    }
}
