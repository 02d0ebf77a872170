//! `JobWorkflow`: assigns a job's rows to a bounded number of `EnrichmentWorkflow`s.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::workflows::join_all;
use temporalio_sdk::{
    ActivityExecutionError, ApplicationFailure, ChildWorkflowOptions, ContinueAsNewOptions,
    ParentClosePolicy, SignalWorkflowOptions, SyncWorkflowContext, WorkflowContext,
    WorkflowContextView, WorkflowIdReusePolicy, WorkflowResult, WorkflowTermination,
};

use super::queue::Queue;
use super::{EVENTS, EnrichmentWorkflow, after_cancel, of_store};
use crate::activities::Activities;
use crate::attributes;
use crate::contract::{
    Completed, Completion, JobInput, JobProgress, PageInput, Partitioning, Ranges, RowsInput,
    Tally, Update,
};

/// How long to wait before reading rows again that were reopened while the job ended.
const AGAIN: Duration = Duration::from_secs(1);

/// Runs a job until every row has its result.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing of its own that signals or lanes change"
)]
#[workflow]
#[derive(Default)]
pub struct JobWorkflow {
    waiting: Queue,
    next: Option<u64>,
    /// Whether a lane is reading more rows from the store.
    fetching: bool,
    tally: Tally,
    /// Running `EnrichmentWorkflow`s, by id.
    under_way: BTreeSet<String>,
    paused: bool,
    /// Whether its search attribute shows it as paused.
    held: bool,
    /// Number of signals to pause or resume so far.
    signals: u32,
    leaving: bool,
    over: bool,
    failure: Option<String>,
}

#[workflow_methods]
impl JobWorkflow {
    /// Runs the job; returns its final status.
    #[run(name = "JobWorkflow")]
    pub async fn run(
        ctx: &mut WorkflowContext<Self>,
        input: JobInput,
    ) -> WorkflowResult<Completed> {
        let worked = Self::work(ctx, &input).await;
        if ctx.cancellation_token().is_cancelled() {
            let update = Update::Cancel { job: input.job.clone() };
            ctx.execute_activity(Activities::update_state, update, after_cancel()).await?;
            Self::set_status_attribute(ctx, &input, "CANCELLED");
            return Err(WorkflowTermination::cancelled());
        }
        if let Some(next) = worked? {
            ctx.continue_as_new(next, ContinueAsNewOptions::default())?;
        }
        let failed = ctx.state(|state| state.failure.clone());
        let completion = Completion { job: input.job.clone(), failed: failed.clone() };
        let done = ctx.execute_activity(Activities::complete_job, completion, of_store()).await?;
        Self::set_status_attribute(ctx, &input, &done.status);
        if let Some(reason) = failed {
            return Err(ApplicationFailure::non_retryable(reason).into());
        }
        if done.again {
            ctx.timer(AGAIN).await;
            let tally = ctx.state(|state| state.tally);
            let held = ctx.state(|state| state.held);
            let next = JobInput { from: 0, spread: None, tally, paused: false, held, ..input };
            ctx.continue_as_new(next, ContinueAsNewOptions::default())?;
        }
        Ok(done)
    }

    /// Starts nothing new until [`Self::resume`].
    #[signal(name = "pause")]
    pub fn pause(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.paused = true;
        self.held = true;
        self.signals += 1;
    }

    /// The job was paused in the store, which its rows notice themselves: only the search attribute is
    /// updated.
    #[signal(name = "held")]
    pub fn held(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.held = true;
    }

    /// Resumes what was paused or held.
    #[signal(name = "resume")]
    pub fn resume(&mut self, _ctx: &mut SyncWorkflowContext<Self>) {
        self.paused = false;
        self.held = false;
        self.signals += 1;
    }

    /// The progress of the job in this workflow; the store has the rows by stage.
    #[query(name = "progress")]
    pub fn progress(&self, _ctx: &WorkflowContextView) -> JobProgress {
        let workflows = u32::try_from(self.under_way.len()).unwrap_or(u32::MAX);
        JobProgress { tally: self.tally, workflows, paused: self.paused }
    }

    /// Processes rows until there are none left, or until it is time to continue as new: then returns the
    /// input for that.
    async fn work(
        ctx: &WorkflowContext<Self>,
        input: &JobInput,
    ) -> Result<Option<JobInput>, WorkflowTermination> {
        let spread = Self::begin(ctx, input).await?;
        let Some(spread) = spread else { return Ok(None) };
        let work = async {
            let lanes = (0..spread.workflows).map(|_| Self::run_lane(ctx, input, spread));
            let lanes = join_all(lanes).await;
            ctx.state_mut(|state| state.over = true);
            lanes.into_iter().collect::<Result<(), _>>()
        };
        let parts: Vec<LocalBoxFuture<'_, Result<(), WorkflowTermination>>> = vec![
            Box::pin(work),
            Box::pin(Self::forward_signals(ctx)),
            Box::pin(Self::update_paused_attribute(ctx, input)),
        ];
        join_all(parts).await.into_iter().collect::<Result<(), _>>()?;
        Ok(ctx.state(|state| {
            let from = state.next.filter(|_| state.leaving && state.failure.is_none())?;
            let (tally, paused, held) = (state.tally, state.paused, state.held);
            Some(JobInput { from, spread: Some(spread), tally, paused, held, ..input.clone() })
        }))
    }

    /// Reads the first rows; none if the job is not running.
    async fn begin(
        ctx: &WorkflowContext<Self>,
        input: &JobInput,
    ) -> Result<Option<Partitioning>, WorkflowTermination> {
        let job = input.job.clone();
        let effort = input.spread.is_none().then(|| input.effort.clone());
        let ask = PageInput { job: job.clone(), from: input.from, effort };
        let page = ctx.execute_activity(Activities::initialize_job, ask, of_store()).await?;
        if !page.running {
            return Ok(None);
        }
        if input.spread.is_none() {
            ctx.execute_activity(Activities::generate_patterns, job, of_store()).await?;
        }
        ctx.state_mut(|state| {
            state.waiting.extend(page.rows);
            state.next = page.next;
            state.tally = input.tally;
            state.paused = input.paused;
            // A signal to pause may have arrived before this started.
            state.held |= input.held;
        });
        Ok(input.spread.or(page.spread))
    }

    /// Runs one `EnrichmentWorkflow` after another.
    async fn run_lane(
        ctx: &WorkflowContext<Self>,
        input: &JobInput,
        spread: Partitioning,
    ) -> Result<(), WorkflowTermination> {
        while let Some(rows) = Self::next_rows(ctx, input, spread).await? {
            Self::run_child(ctx, input, spread, rows).await;
        }
        Ok(())
    }

    /// The next rows; none if there are none or nothing new may start.
    async fn next_rows(
        ctx: &WorkflowContext<Self>,
        input: &JobInput,
        spread: Partitioning,
    ) -> Result<Option<Ranges>, WorkflowTermination> {
        loop {
            let waited = ctx.wait_condition(|state| !state.paused).await;
            let stopped = ctx.state(|state| state.leaving || state.failure.is_some());
            if waited.is_err() || stopped || ctx.cancellation_token().is_cancelled() {
                return Ok(None);
            }
            let rows = ctx.state_mut(|state| state.waiting.take(u64::from(spread.rows)));
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
            if ctx.state(|state| state.fetching) {
                let some = |state: &Self| !state.fetching || !state.waiting.is_empty();
                if ctx.wait_condition(some).await.is_err() {
                    return Ok(None);
                }
                continue;
            }
            let Some(from) = ctx.state(|state| state.next) else { return Ok(None) };
            if ctx.history_length() > EVENTS || ctx.continue_as_new_suggested() {
                ctx.state_mut(|state| state.leaving = true);
                return Ok(None);
            }
            ctx.state_mut(|state| state.fetching = true);
            let ask = PageInput { job: input.job.clone(), from, effort: None };
            let page = ctx.execute_activity(Activities::initialize_job, ask, of_store()).await;
            ctx.state_mut(|state| state.fetching = false);
            let page = match page {
                Err(ActivityExecutionError::Cancelled(_)) => return Ok(None),
                page => page?,
            };
            ctx.state_mut(|state| {
                state.waiting.extend(page.rows);
                state.next = page.next;
            });
        }
    }

    async fn run_child(
        ctx: &WorkflowContext<Self>,
        input: &JobInput,
        spread: Partitioning,
        rows: Ranges,
    ) {
        let id = workflow_id(&input.job.job_id, &rows);
        let single = spread.rows == 1;
        let attributes = input.effort.attributes;
        let found_by = attributes.then(|| match rows.first() {
            Some([row, _]) if single => attributes::for_row(&input.job, *row),
            _ => attributes::for_workflow(&input.job),
        });
        let options = ChildWorkflowOptions::builder()
            .workflow_id(id.clone())
            .parent_close_policy(ParentClosePolicy::RequestCancel)
            .id_reuse_policy(WorkflowIdReusePolicy::AllowDuplicate)
            .maybe_search_attributes(found_by)
            .build();
        let work = RowsInput {
            job: input.job.clone(),
            rows,
            under_way: Vec::new(),
            lanes: spread.lanes,
            single,
            attributes,
            queues: input.effort.queues.clone(),
            tally: Tally::default(),
            queries: Vec::new(),
            trace: input.trace.clone(),
        };
        ctx.state_mut(|state| state.under_way.insert(id.clone()));
        let ended = match ctx.start_child_workflow(EnrichmentWorkflow::run, work, options).await {
            Ok(started) => started.result().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let cancelled = ctx.cancellation_token().is_cancelled();
        ctx.state_mut(|state| {
            state.under_way.remove(&id);
            match ended {
                Ok(tally) => state.tally.add(tally),
                Err(_) if cancelled => {}
                Err(reason) => {
                    state.failure.get_or_insert(format!("{id}: {reason}"));
                }
            }
        });
    }

    /// Updates the search attribute of the job's status.
    fn set_status_attribute(ctx: &WorkflowContext<Self>, input: &JobInput, status: &str) {
        if input.effort.attributes {
            ctx.upsert_search_attributes([attributes::status_update(status)]);
        }
    }

    /// Updates the search attribute to paused or running, as the state changes.
    async fn update_paused_attribute(
        ctx: &WorkflowContext<Self>,
        input: &JobInput,
    ) -> Result<(), WorkflowTermination> {
        let mut held = input.held;
        loop {
            let waited = ctx.wait_condition(|state| state.over || state.held != held).await;
            if waited.is_err() || ctx.state(|state| state.over) {
                return Ok(());
            }
            held = !held;
            Self::set_status_attribute(ctx, input, if held { "PAUSED" } else { "RUNNING" });
        }
    }

    /// Forwards signals to pause or resume to the running workflows.
    async fn forward_signals(ctx: &WorkflowContext<Self>) -> Result<(), WorkflowTermination> {
        let mut forwarded = 0;
        loop {
            let waited = ctx.wait_condition(|state| state.over || state.signals > forwarded).await;
            if waited.is_err() || ctx.state(|state| state.over) {
                return Ok(());
            }
            let (signals, paused, ids) = ctx.state(|state| {
                (state.signals, state.paused, state.under_way.iter().cloned().collect::<Vec<_>>())
            });
            forwarded = signals;
            for id in ids {
                let child = ctx.external_workflow(id, None);
                let options = SignalWorkflowOptions::default();
                let sent = if paused {
                    child.signal(EnrichmentWorkflow::pause, (), options).await
                } else {
                    child.signal(EnrichmentWorkflow::resume, (), options).await
                };
                // It has ended meanwhile, so there is nothing to signal.
                drop(sent);
            }
        }
    }
}

/// The id of the workflow for these rows.
fn workflow_id(job: &str, rows: &Ranges) -> String {
    match (rows.first(), rows.last()) {
        (Some([first, _]), Some([_, last])) if first != last => {
            format!("rows-{job}-{first}-{last}")
        }
        (Some([first, _]), _) => format!("row-{job}-{first}"),
        _ => format!("rows-{job}"),
    }
}
