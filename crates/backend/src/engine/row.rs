//! One row from where it is to its end.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use ampledata_core::row::{Cell, CellOutcome, Next, Outcome, Plan, Row, RowResult, Stage, Step};
use futures::FutureExt as _;
use futures::future::join_all;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use super::attempt::{self, Retries, panicked};
use super::{Options, Progress};
use crate::perform::{Performer, RowContext};
use crate::store::hex;
use crate::store::intake::Layout;
use crate::store::{self, Caps, Entry, Job, JobId, JobStatus, OpenRow, RowId, StatusChange, Store};

/// What all rows of a run have in common.
pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) performer: Arc<Performer>,
    pub(super) job: JobId,
    pub(super) retries: Retries,
    /// Stops this run: by its caller, by the job's status, or because the store failed.
    pub(super) stop: CancellationToken,
    plan: Arc<Plan>,
    caps: Caps,
    layout: Layout,
    steps: Semaphore,
    finished_before: AtomicU64,
}

impl Shared {
    pub(super) fn new(
        store: Arc<dyn Store>,
        performer: Arc<Performer>,
        job: &Job,
        layout: Layout,
        options: &Options,
    ) -> Self {
        Self {
            store,
            performer,
            job: job.id.clone(),
            retries: options.retries,
            stop: options.cancel.child_token(),
            plan: Arc::clone(&job.plan),
            caps: job.caps,
            layout,
            steps: Semaphore::new(options.concurrency.max(1)),
            finished_before: AtomicU64::new(0),
        }
    }

    pub(super) fn finished_before(&self, rows: u64) {
        self.finished_before.store(rows, Ordering::Relaxed);
    }

    /// Leave to perform a step; none where the run was stopped.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        let permit = self.steps.acquire().await.ok()?;
        (!self.stop.is_cancelled()).then_some(permit)
    }

    /// Pauses the job, for this reason, until somebody does something about it.
    pub(super) async fn hold(&self, reason: &str) -> Result<(), store::Error> {
        let pause = StatusChange {
            from: vec![JobStatus::Running],
            to: JobStatus::Paused,
            reason: Some(reason.to_owned()),
        };
        if self.store.set_status(&self.job, pause).await? {
            tracing::warn!(job = %self.job, "the job pauses: {reason}");
        }
        self.stop.cancel();
        Ok(())
    }

    pub(super) async fn progress(&self, started: Instant) -> Result<Progress, store::Error> {
        let job = self.store.progress(&self.job).await?;
        let rows_done = job.finished().saturating_sub(self.finished_before.load(Ordering::Relaxed));
        let elapsed = started.elapsed();
        let rows_per_second = rows_done as f64 / elapsed.as_secs_f64().max(f64::EPSILON);
        Ok(Progress { job, rows_done, rows_per_second, elapsed })
    }
}

/// Drives the row until it is finished or the run is stopped. A fault of the program in the row's own
/// logic ends the row, not the job.
pub(super) async fn drive(shared: &Shared, open: OpenRow) -> Result<(), store::Error> {
    let id = RowId { job: shared.job.clone(), index: open.index };
    let mut input = shared.layout.input(&open.cells);
    if let Some(only) = &open.only {
        input.asked.retain(|column| only.contains(column));
    }
    let asked = input.asked.clone();
    let driven =
        AssertUnwindSafe(drive_machine(shared, &id, input, open.journal)).catch_unwind().await;
    match driven {
        Ok(driven) => driven,
        Err(panic) => {
            let failure = panicked(&*panic);
            shared.store.finish_row(&id, &broken(&shared.plan, &asked, &failure.message)).await
        }
    }
}

fn broken(plan: &Plan, asked: &[usize], message: &str) -> RowResult {
    let cell = || Cell::empty(CellOutcome::Error, message.to_owned());
    RowResult {
        stage: Stage::Failed,
        cells: (0..plan.columns.len()).map(|column| asked.contains(&column).then(cell)).collect(),
        attempts: Vec::new(),
        error: Some(message.to_owned()),
    }
}

async fn drive_machine(
    shared: &Shared,
    id: &RowId,
    input: ampledata_core::row::Input,
    journal: Vec<Entry>,
) -> Result<(), store::Error> {
    let context = RowContext {
        row: id.clone(),
        plan: Arc::clone(&shared.plan),
        input: Arc::new(input.clone()),
        caps: shared.caps,
        stop: shared.stop.clone(),
    };
    let mut journal = Journal::of(journal);
    let (mut row, mut next) = Row::start(Arc::clone(&shared.plan), input);
    let mut turn = 0;
    loop {
        let steps = match next {
            Next::Done(result) => return shared.store.finish_row(id, &result).await,
            Next::Do(steps) => steps,
        };
        let marks: Vec<String> = steps.iter().map(mark).collect();
        let known = if let Some(known) = journal.take(turn, &marks) {
            known
        } else {
            // Written by another version of the program or for another plan: not an answer to this.
            shared.store.cut_journal(id, turn).await?;
            journal = Journal::default();
            vec![None; steps.len()]
        };
        let Some(outcomes) = take_turn(shared, &context, turn, &steps, marks, known).await? else {
            return Ok(());
        };
        next = row.advance(outcomes);
        turn += 1;
    }
}

/// Has the steps performed that have no outcome yet, all together. None where the run was stopped.
async fn take_turn(
    shared: &Shared,
    context: &RowContext,
    turn: u32,
    steps: &[Step],
    marks: Vec<String>,
    known: Vec<Option<Outcome>>,
) -> Result<Option<Vec<Outcome>>, store::Error> {
    let missing = AtomicUsize::new(known.iter().filter(|outcome| outcome.is_none()).count());
    let missing = &missing;
    let steps = steps.iter().zip(marks).zip(known).enumerate();
    let outcomes = steps.map(|(place, ((step, step_mark), known))| async move {
        if let Some(outcome) = known {
            return Ok(Some(outcome));
        }
        let Some(outcome) = attempt::perform(shared, context, step).await? else { return Ok(None) };
        // The last outcome of a turn brings the row to its next stage.
        let last = missing.fetch_sub(1, Ordering::Relaxed) == 1;
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let entry = Entry { turn, step: place, step_mark, outcome: outcome.clone() };
        shared.store.journal(&context.row, entry, last.then(|| stage_after(step))).await?;
        Ok(Some(outcome))
    });
    join_all(outcomes).await.into_iter().collect()
}

fn stage_after(step: &Step) -> Stage {
    match step {
        Step::Search { .. } => Stage::SerpFetched,
        Step::Decide { .. } => Stage::DecisionMade,
        Step::Crawl { .. } => Stage::Crawled,
        Step::Extract { .. } => Stage::Enriched,
    }
}

/// Names what a step asks for: the beginning of the SHA-256 of its JSON.
fn mark(step: &Step) -> String {
    // A step that has no JSON has no fields that JSON cannot hold: its words serve as well.
    let text = serde_json::to_string(step).unwrap_or_else(|_| format!("{step:?}"));
    hex(&Sha256::digest(text)[..8])
}

/// Outcomes of an earlier run, by turn and step.
#[derive(Debug, Default)]
struct Journal {
    entries: BTreeMap<(u32, u32), Entry>,
}

impl Journal {
    fn of(entries: Vec<Entry>) -> Self {
        Self {
            entries: entries.into_iter().map(|entry| ((entry.turn, entry.step), entry)).collect(),
        }
    }

    /// The outcomes of a turn, as far as they are known; nothing where they answer other steps.
    fn take(&mut self, turn: u32, marks: &[String]) -> Option<Vec<Option<Outcome>>> {
        let later = self.entries.split_off(&(turn + 1, 0));
        let of_turn = std::mem::replace(&mut self.entries, later);
        let mut known = vec![None; marks.len()];
        for ((_, step), entry) in of_turn {
            let step = step as usize;
            if marks.get(step) != Some(&entry.step_mark) {
                return None;
            }
            known[step] = Some(entry.outcome);
        }
        Some(known)
    }
}
