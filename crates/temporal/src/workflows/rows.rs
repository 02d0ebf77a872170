//! `EnrichmentWorkflow`: processes 1 to 200 rows, several at the same time.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use temporalio_common::error::IncomingError;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::workflows::{join_all, select};
use temporalio_sdk::{
    ActivityExecutionError, ContinueAsNewOptions, SyncWorkflowContext, TimeoutType,
    WorkflowContext, WorkflowContextView, WorkflowResult, WorkflowTermination,
};

use super::queue::Queue;
use super::{EVENTS, of_rows, of_store};
use crate::activities::{Activities, BROKEN, PROVIDER};
use crate::attributes;
use crate::contract::{Activity, RowAt, RowTurn, RowsInput, Tally, TurnInput, Update};

/// First and longest pause of a row after its worker was lost or the store was unavailable.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));

/// First and longest pause of a held row before it checks whether the job has resumed.
const RESUME_CHECKS: (Duration, Duration) = (Duration::from_secs(3), Duration::from_mins(10));

/// How long an update of the search attribute for the stage is delayed.
const ATTRIBUTE_DELAY: Duration = Duration::from_secs(1);

/// Processes rows to their end.
#[workflow]
#[derive(Default)]
pub struct EnrichmentWorkflow {
    waiting: Queue,
    begun: VecDeque<RowAt>,
    /// Rows that continue in the next run.
    carried: Vec<RowAt>,
    /// The queries of the attempt that starts in the next run, in the workflow of a single row.
    queries: Vec<String>,
    tally: Tally,
    /// The search attributes and when they were set, in the workflow of a single row.
    shown: Option<(RowAt, Option<SystemTime>)>,
    paused: bool,
    /// Number of signals to resume so far.
    resumes: u32,
    /// Whether nothing new is started, because the workflow continues as new.
    leaving: bool,
    /// Whether the job is over.
    over: bool,
}

/// What a lane does after a turn.
enum After {
    /// The row continues here.
    On(RowAt),
    /// The same turn is retried.
    Held,
    /// The lane is free for another row.
    Free,
    /// The lane ends.
    End,
}

#[workflow_methods]
impl EnrichmentWorkflow {
    /// Processes the rows to their end; returns how many finished.
    #[run(name = "EnrichmentWorkflow")]
    pub async fn run(ctx: &mut WorkflowContext<Self>, input: RowsInput) -> WorkflowResult<Tally> {
        ctx.state_mut(|state| {
            state.waiting = Queue::of(input.rows.clone());
            state.begun = input.under_way.clone().into();
            state.tally = input.tally;
        });
        let lanes = (0..input.lanes.max(1)).map(|_| Self::run_lane(ctx.clone(), &input));
        let lanes: Vec<Result<(), WorkflowTermination>> = join_all(lanes).await;
        if ctx.cancellation_token().is_cancelled() {
            return Err(WorkflowTermination::cancelled());
        }
        lanes.into_iter().collect::<Result<(), _>>()?;
        if ctx.state(|state| state.leaving) {
            let next = ctx.state_mut(|state| RowsInput {
                rows: state.waiting.rest(),
                under_way: std::mem::take(&mut state.carried),
                tally: state.tally,
                queries: std::mem::take(&mut state.queries),
                ..input.clone()
            });
            ctx.continue_as_new(next, ContinueAsNewOptions::default())?;
        }
        Ok(ctx.state(|state| state.tally))
    }

    /// Starts nothing new until [`Self::resume`].
    #[signal(name = "pause")]
    pub fn pause(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.paused = true;
    }

    /// Resumes what was paused or held.
    #[signal(name = "resume")]
    pub fn resume(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.paused = false;
        self.resumes += 1;
    }

    /// The rows done so far.
    #[query(name = "progress")]
    pub fn progress(&self, _ctx: &WorkflowContextView) -> Tally {
        self.tally
    }

    /// Processes one row after another.
    async fn run_lane(
        ctx: WorkflowContext<Self>,
        input: &RowsInput,
    ) -> Result<(), WorkflowTermination> {
        let stopped =
            || ctx.cancellation_token().is_cancelled() || ctx.state(|s| s.leaving || s.over);
        loop {
            if stopped() {
                return Ok(());
            }
            let next = ctx.state_mut(|state| {
                let begun = state.begun.pop_front();
                begun.or_else(|| state.waiting.pop().map(RowAt::beginning))
            });
            let Some(mut at) = next else { return Ok(()) };
            let mut rests = 0;
            loop {
                match Self::run_turn(&ctx, input, at, rests).await? {
                    After::On(next) => (at, rests) = (next, 0),
                    After::Held => rests += 1,
                    After::Free => break,
                    After::End => return Ok(()),
                }
            }
        }
    }

    /// Runs one turn of a row, which was held this many times.
    async fn run_turn(
        ctx: &WorkflowContext<Self>,
        input: &RowsInput,
        at: RowAt,
        rests: u32,
    ) -> Result<After, WorkflowTermination> {
        if Self::leaves_before(ctx, at) {
            return Ok(After::End);
        }
        if ctx.wait_condition(|state| !state.paused).await.is_err() {
            return Ok(After::End);
        }
        if input.attributes && input.single {
            Self::update_stage_attributes(ctx, at, ATTRIBUTE_DELAY);
        }
        let seen = ctx.state(|state| state.resumes);
        match Self::run_activity(ctx, input, at).await? {
            None | Some(RowTurn::Over) => {
                ctx.state_mut(|state| {
                    state.over = true;
                    state.tally.skipped += 1;
                });
                Ok(After::End)
            }
            Some(RowTurn::Done) => {
                ctx.state_mut(|state| state.tally.rows += 1);
                Ok(After::Free)
            }
            Some(RowTurn::Held) => {
                if input.attributes && input.single {
                    Self::update_stage_attributes(ctx, at, Duration::ZERO);
                }
                Self::wait_for_resume(ctx, seen, rests).await;
                Ok(if ctx.cancellation_token().is_cancelled() { After::End } else { After::Held })
            }
            Some(RowTurn::Next { asks, attempt, queries }) => {
                let next = RowAt { row: at.row, asks, attempt };
                if input.single && attempt > at.attempt {
                    ctx.state_mut(|state| {
                        state.leaving = true;
                        state.carried.push(next);
                        state.queries = queries;
                    });
                    return Ok(After::End);
                }
                Ok(After::On(next))
            }
        }
    }

    /// Updates the search attributes for the row's stage and attempt. For a row that passes quickly through
    /// its stages only the first of an attempt is set, because an update costs the server as much as an
    /// activity.
    fn update_stage_attributes(ctx: &WorkflowContext<Self>, at: RowAt, after: Duration) {
        let now = ctx.workflow_time();
        let shown = ctx.state(|state| state.shown);
        let due = match shown {
            // `JobWorkflow` has set the first attributes.
            None => at != RowAt::beginning(at.row),
            Some((before, _)) if before == at => false,
            Some((before, _)) if before.attempt != at.attempt => true,
            Some((_, since)) => {
                let passed = now.zip(since).and_then(|(now, then)| now.duration_since(then).ok());
                passed.is_none_or(|passed| passed >= after)
            }
        };
        if due {
            ctx.upsert_search_attributes(attributes::stage_updates(at));
        }
        if due || shown.is_none() {
            ctx.state_mut(|state| state.shown = Some((at, now)));
        }
    }

    /// Waits until the job resumes: until the signal, which may have arrived before the turn's result; or, in
    /// case the signal is lost, until the next check.
    async fn wait_for_resume(ctx: &WorkflowContext<Self>, seen: u32, rests: u32) {
        let pause = RESUME_CHECKS.0.saturating_mul(1 << rests.min(8)).min(RESUME_CHECKS.1);
        let mut resumed = ctx.wait_condition(|state| state.resumes > seen);
        let mut again = ctx.timer(pause);
        select! {
            _ = resumed => {}
            _ = again => {}
        }
    }

    /// Whether the workflow continues as new before this turn.
    fn leaves_before(ctx: &WorkflowContext<Self>, at: RowAt) -> bool {
        let full = ctx.history_length() > EVENTS || ctx.continue_as_new_suggested();
        ctx.state_mut(|state| {
            state.leaving |= full;
            if state.leaving {
                state.carried.push(at);
            }
            state.leaving
        })
    }

    /// Runs the row's activity; none if the workflow was cancelled.
    async fn run_activity(
        ctx: &WorkflowContext<Self>,
        input: &RowsInput,
        at: RowAt,
    ) -> Result<Option<RowTurn>, WorkflowTermination> {
        let turn = TurnInput {
            job: input.job.clone(),
            row: at.row,
            attempt: at.attempt,
            trace: input.trace.clone(),
        };
        let mut pause = PAUSES.0;
        loop {
            let options = of_rows(input.queues.queue_for(at.asks));
            let asked = match at.asks {
                Activity::SerpFetch => {
                    ctx.execute_activity(Activities::serp_fetch, turn.clone(), options).await
                }
                Activity::MakeDecision => {
                    ctx.execute_activity(Activities::make_decision, turn.clone(), options).await
                }
                Activity::Crawl => {
                    ctx.execute_activity(Activities::crawl, turn.clone(), options).await
                }
                Activity::Extract => {
                    ctx.execute_activity(Activities::extract, turn.clone(), options).await
                }
            };
            let error = match asked {
                Ok(turn) => return Ok(Some(turn)),
                Err(ActivityExecutionError::Cancelled(_)) => return Ok(None),
                Err(_) if ctx.cancellation_token().is_cancelled() => return Ok(None),
                Err(error) => error,
            };
            if let Some(reason) = reason_to_give_up(&error) {
                let update = Update::GiveUp { turn, asks: at.asks, reason };
                let updated = ctx.execute_activity(Activities::update_state, update, of_store());
                return match updated.await {
                    Ok(turn) => Ok(Some(turn)),
                    Err(ActivityExecutionError::Cancelled(_)) => Ok(None),
                    Err(error) => Err(error.into()),
                };
            }
            // The worker was lost or the store is unavailable; that does not count against the row.
            ctx.timer(pause).await;
            pause = (pause * 2).min(PAUSES.1);
            if ctx.cancellation_token().is_cancelled() {
                return Ok(None);
            }
        }
    }
}

/// Why a step is abandoned; none if it is to be retried, without limit.
fn reason_to_give_up(error: &ActivityExecutionError) -> Option<String> {
    match error.cause() {
        Some(IncomingError::Timeout(timeout)) => {
            // A lost worker misses its heartbeats; a step that takes too long does not.
            let slow = timeout.timeout_type() == TimeoutType::StartToClose;
            slow.then(|| "the step took longer than 2 minutes, three times".to_owned())
        }
        Some(IncomingError::Application(failure)) => {
            let kind = failure.type_name().unwrap_or_default();
            let lasting = kind == PROVIDER || kind == BROKEN;
            lasting.then(|| failure.to_string())
        }
        _ => None,
    }
}
