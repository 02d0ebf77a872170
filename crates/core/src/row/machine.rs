//! The transitions of a row.
//!
//! ```text
//! search ──▶ decide ──▶ crawl ──▶ extract ──▶ feedback ──▶ done
//!    ▲          └──(nothing missing, nothing to read)──▲  │
//!    └──────────── the next attempt, new queries ─────────┘
//! ```

use std::sync::Arc;

use super::ending;
use super::state::{Phase, State};
use super::{Decision, Failure, FailureKind, Input, Next, Outcome, Plan, Stage, Step, StopReason};
use crate::feedback;
use crate::page::{ContentHash, PageRef};

/// A row of a job as a state machine: it receives outcomes and returns the next steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    plan: Arc<Plan>,
    input: Input,
    state: State,
}

impl Row {
    /// A new row, and its first steps.
    pub fn start(plan: Arc<Plan>, mut input: Input) -> (Self, Next) {
        input.requested.retain(|&column| column < plan.columns.len());
        input.requested.sort_unstable();
        input.requested.dedup();
        let state = State::new(plan.columns.len());
        let mut row = Self { plan, input, state };
        let next = if row.input.requested.is_empty() {
            row.finish()
        } else {
            row.search(feedback::first_patterns(&row.plan))
        };
        (row, next)
    }

    /// Restores a row from a stored [`Row::state`]. It continues with the outcomes of the steps that it
    /// returned last.
    pub fn restore(plan: Arc<Plan>, input: Input, state: State) -> Self {
        Self { plan, input, state }
    }

    /// Everything that has to be stored to continue later.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The current attempt, from 1; 0 before the first.
    pub fn attempt(&self) -> u8 {
        self.state.attempt
    }

    /// The stage of the row, as shown while its steps run.
    pub fn stage(&self) -> Stage {
        match self.state.phase {
            Phase::Search { .. } => Stage::Pending,
            Phase::Decide => Stage::SerpFetched,
            Phase::Crawl { .. } => Stage::DecisionMade,
            Phase::Extract => Stage::Crawled,
            Phase::Done => Stage::Completed,
        }
    }

    /// Takes the outcomes of the last steps, in their order, and returns what to do next.
    ///
    /// A missing outcome, or one of another kind than its step, counts as a failure of that step.
    pub fn advance(&mut self, outcomes: Vec<Outcome>) -> Next {
        match std::mem::replace(&mut self.state.phase, Phase::Done) {
            Phase::Search { queries } => self.on_searched(&queries, outcomes),
            Phase::Decide => self.on_decided(outcomes),
            Phase::Crawl { urls } => self.on_crawled(&urls, outcomes),
            Phase::Extract => self.on_extracted(outcomes),
            Phase::Done => self.finish(),
        }
    }

    fn search(&mut self, patterns: Vec<String>) -> Next {
        let mut queries: Vec<String> = Vec::new();
        for pattern in patterns {
            let query = feedback::render_query(&pattern, &self.input);
            let new = !query.is_empty() && !self.state.asked.contains(&query);
            if new && !queries.contains(&query) {
                queries.push(query);
            }
        }
        queries.truncate(usize::from(self.plan.limits.queries));
        if queries.is_empty() {
            return self.stop(StopReason::NoNewQuery);
        }
        if !self.can_afford(queries.len()) {
            return self.give_up();
        }
        self.state.attempt += 1;
        self.state.has_new_rejection = false;
        self.state.asked.extend(queries.iter().cloned());
        self.state.current_summary().queries.clone_from(&queries);
        let steps = queries.iter().map(|query| Step::Search { query: query.clone() }).collect();
        self.state.phase = Phase::Search { queries };
        self.request_steps(steps)
    }

    fn on_searched(&mut self, queries: &[String], outcomes: Vec<Outcome>) -> Next {
        let mut serps: Vec<ContentHash> = Vec::new();
        let before = self.state.shown.len();
        let mut outcomes = outcomes.into_iter();
        for query in queries {
            match outcomes.next() {
                Some(Outcome::Searched(serp)) => {
                    self.state.alive = true;
                    self.state.record_yield(query, &serp.urls);
                    self.state.shown.extend(serp.urls);
                    if !serps.contains(&serp.hash) {
                        serps.push(serp.hash);
                    }
                }
                other => self.state.record_failure(query, failure_of(other)),
            }
        }
        // Pages that did not fit into the last attempt may be read now; otherwise the same pages came
        // back.
        let nothing_new =
            self.state.shown.len() == before && self.state.attempt > 1 && !self.state.full;
        if serps.is_empty() || self.state.shown.is_empty() || nothing_new {
            return self.finish_attempt();
        }
        let tried = self.state.tried.iter().map(|(url, _)| url.clone()).collect();
        let decide = Step::Decide {
            serps,
            columns: self.open_columns(),
            tried,
            limit: self.plan.limits.pages,
        };
        self.enter_phase(Phase::Decide, vec![decide])
    }

    fn on_decided(&mut self, outcomes: Vec<Outcome>) -> Next {
        let Decision { candidates, read, problem } = match outcomes.into_iter().next() {
            Some(Outcome::Decided(decision)) => decision,
            other => {
                self.state.record_failure("decide", failure_of(other));
                return self.finish_attempt();
            }
        };
        if let Some(problem) = problem {
            self.state.record_failure("decide", problem);
        }
        let open = self.open_columns();
        self.state.record_extraction(&self.plan, &open, candidates, Vec::new());
        if self.open_columns().is_empty() {
            return self.finish_attempt();
        }
        let mut urls: Vec<String> = Vec::new();
        for pick in read {
            let new = !self.state.tried.iter().any(|(url, _)| *url == pick.url);
            // A page that no search showed is never read, even if a model proposes it.
            if new && self.state.shown.contains(&pick.url) && urls.len() < self.pages_read() {
                urls.push(pick.url.clone());
                if let Some(columns) = pick.columns {
                    self.state.promised.insert(pick.url.clone(), columns);
                }
                self.state.tried.push((pick.url, pick.entity));
            }
        }
        self.state.full = urls.len() >= self.pages_read();
        if urls.is_empty() {
            return self.finish_attempt();
        }
        let steps = urls.iter().map(|url| Step::Crawl { url: url.clone() }).collect();
        self.enter_phase(Phase::Crawl { urls }, steps)
    }

    fn on_crawled(&mut self, urls: &[String], outcomes: Vec<Outcome>) -> Next {
        let mut pages: Vec<PageRef> = Vec::new();
        let mut outcomes = outcomes.into_iter();
        for url in urls {
            match outcomes.next() {
                Some(Outcome::Crawled(page)) => {
                    self.state.alive = true;
                    let is_new = !pages.iter().any(|known| known.is_same_content(&page));
                    self.state.record_read(&page, is_new);
                    if is_new {
                        pages.push(page);
                    }
                }
                other => self.state.record_failure(url, failure_of(other)),
            }
        }
        if pages.is_empty() {
            return self.finish_attempt();
        }
        let extract = Step::Extract { pages, columns: self.open_columns() };
        self.enter_phase(Phase::Extract, vec![extract])
    }

    fn on_extracted(&mut self, outcomes: Vec<Outcome>) -> Next {
        match outcomes.into_iter().next() {
            Some(Outcome::Extracted(extraction)) => {
                if let Some(problem) = extraction.problem {
                    self.state.record_failure(State::EXTRACTION, problem);
                }
                let open = self.open_columns();
                self.state.other_entities.extend(extraction.other_entities);
                self.state.record_extraction(
                    &self.plan,
                    &open,
                    extraction.candidates,
                    extraction.rejections,
                );
            }
            other => self.state.record_failure(State::EXTRACTION, failure_of(other)),
        }
        self.finish_attempt()
    }

    /// Determines what is still open, and whether another attempt has a chance to close it.
    fn finish_attempt(&mut self) -> Next {
        let open = self.open_columns();
        let (missing, weak) = open.iter().copied().partition(|&column| {
            self.state.cells[column].as_ref().is_none_or(|cell| cell.value.is_none())
        });
        let summary = self.state.current_summary();
        summary.missing = missing;
        summary.weak = weak;
        if open.is_empty() {
            return self.finish();
        }
        if self.state.shown.is_empty() {
            return self.stop(StopReason::NothingFound);
        }
        if self.state.attempt >= self.plan.limits.attempts {
            return self.stop(StopReason::AttemptsUsedUp);
        }
        if self.has_changed_nothing() {
            return self.stop(StopReason::NothingChanged);
        }
        let patterns = feedback::retry_patterns(&self.plan, &open, self.state.attempt);
        self.search(patterns)
    }

    /// Whether the last retry found nothing new, not even a value that had to be rejected.
    fn has_changed_nothing(&self) -> bool {
        match self.state.history.as_slice() {
            [.., before, last] => {
                before.missing == last.missing
                    && before.weak == last.weak
                    && !self.state.has_new_rejection
            }
            _ => false,
        }
    }

    /// Ends a row that has open cells.
    fn stop(&mut self, reason: StopReason) -> Next {
        if self.state.attempt > 0 {
            self.state.current_summary().stopped = Some(reason);
        }
        self.finish()
    }

    /// The requested columns that have no value yet, or a weak one.
    fn open_columns(&self) -> Vec<usize> {
        let threshold = self.plan.limits.threshold;
        let needs = |&column: &usize| {
            feedback::needs_another_attempt(self.state.cells[column].as_ref(), threshold)
        };
        self.input.requested.iter().copied().filter(needs).collect()
    }

    fn pages_read(&self) -> usize {
        usize::from(self.plan.limits.pages)
    }

    fn can_afford(&self, steps: usize) -> bool {
        usize::from(self.state.steps) + steps <= usize::from(self.plan.limits.steps)
    }

    fn enter_phase(&mut self, phase: Phase, steps: Vec<Step>) -> Next {
        if !self.can_afford(steps.len()) {
            return self.give_up();
        }
        self.state.phase = phase;
        self.request_steps(steps)
    }

    fn request_steps(&mut self, steps: Vec<Step>) -> Next {
        let count = u16::try_from(steps.len()).unwrap_or(u16::MAX);
        self.state.steps = self.state.steps.saturating_add(count);
        Next::Do(steps)
    }

    /// Ends a row that has used up its steps; cells that are still empty give that as their reason.
    fn give_up(&mut self) -> Next {
        let failure = Failure {
            kind: FailureKind::Budget,
            code: "row_steps_used_up".to_owned(),
            message: format!("the row reached its limit of {} steps", self.plan.limits.steps),
        };
        self.state.record_failure("steps", failure);
        self.stop(StopReason::StepsUsedUp)
    }

    fn finish(&mut self) -> Next {
        self.state.phase = Phase::Done;
        Next::Done(Box::new(ending::build_result(&self.plan, &self.input, &self.state)))
    }
}

/// The failure of a step, if its outcome is not of the expected kind.
fn failure_of(outcome: Option<Outcome>) -> Failure {
    match outcome {
        Some(Outcome::Failed(failure)) => failure,
        _ => Failure {
            kind: FailureKind::BadAnswer,
            code: "outcome_mismatch".to_owned(),
            message: "the driver returned an outcome that does not match its step".to_owned(),
        },
    }
}
