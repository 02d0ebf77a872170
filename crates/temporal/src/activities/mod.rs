//! The activities of a job's workflows. Each stores its outcome before it returns to the workflow.
//!
//! A row's activities advance it by one turn (see [`ampledata_engine::drive`]). Temporal retries them if that
//! can help; the last attempt writes the failure to the row's journal, so that the row continues without the
//! step.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::row::{Failure, FailureKind};
use ampledata_engine::perform::Performer;
use ampledata_engine::trace;
use ampledata_store::{self as store, JobId, JobStatus, StatusChange, Store};
use temporalio_macros::activities;
use temporalio_sdk::ApplicationFailure;
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::contract::{
    Activity, Completed, Completion, JobRef, PageInput, Partitioning, RowTurn, RowsPage, TurnInput,
    Update,
};

mod job_cache;
mod turn;

use job_cache::{JobCache, JobState};
use turn::{FailEveryStep, SingleAttempts, TurnError, TurnOutcome};

/// Attempts of a row's activity: see [`crate::workflows`].
pub(crate) const MAX_ATTEMPTS: u32 = 3;
/// How often an activity sends a heartbeat.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// The type of store failures, which do not count against a row.
pub(crate) const STORE: &str = "Store";
/// The type of temporary provider failures.
pub(crate) const PROVIDER: &str = "Provider";
/// The type of failures that a retry does not fix.
pub(crate) const BROKEN: &str = "Broken";
/// Rows read from the store at a time, and rows of a page.
const ROWS_AT_A_TIME: u32 = 500;
const ROWS_OF_A_PAGE: u64 = 4_000;

/// The activities of a worker.
#[derive(Clone)]
pub struct Activities {
    job_cache: Arc<JobCache>,
}

#[activities]
impl Activities {
    /// Returns the rows to process, page by page.
    #[activity(name = "InitializeJob")]
    pub async fn initialize_job(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: PageInput,
    ) -> Result<RowsPage, ActivityError> {
        let page = with_heartbeat(&ctx, self.page(&input)).await?;
        page.map_err(|error| activity_error(&TurnError::Store(error)))
    }

    /// Returns the query patterns of the job, which were created with it.
    #[activity(name = "GeneratePatterns")]
    pub async fn generate_patterns(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: JobRef,
    ) -> Result<Vec<String>, ActivityError> {
        let (owner, id) = (store::Owner(input.owner.clone()), JobId(input.job_id.clone()));
        let job = with_heartbeat(&ctx, self.job_cache.store().job(&owner, &id)).await?;
        let job = job.map_err(|error| activity_error(&TurnError::Store(error)))?;
        let job = job.ok_or_else(|| {
            activity_error(&TurnError::Store(store::Error::NotFound {
                what: "job",
                id: input.job_id,
            }))
        })?;
        Ok(job.plan.patterns.clone())
    }

    /// Runs a row's searches.
    #[activity(name = "SerpFetch")]
    pub async fn serp_fetch(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: TurnInput,
    ) -> Result<RowTurn, ActivityError> {
        self.turn(ctx, Activity::SerpFetch, input).await
    }

    /// Chooses pages for a row.
    #[activity(name = "MakeDecision")]
    pub async fn make_decision(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: TurnInput,
    ) -> Result<RowTurn, ActivityError> {
        self.turn(ctx, Activity::MakeDecision, input).await
    }

    /// Fetches a row's pages.
    #[activity(name = "Crawl")]
    pub async fn crawl(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: TurnInput,
    ) -> Result<RowTurn, ActivityError> {
        self.turn(ctx, Activity::Crawl, input).await
    }

    /// Extracts a row's values and decides, from the feedback on them, what the row does next.
    #[activity(name = "Extract")]
    pub async fn extract(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: TurnInput,
    ) -> Result<RowTurn, ActivityError> {
        self.turn(ctx, Activity::Extract, input).await
    }

    /// Applies transitions that have no activity of their own.
    #[activity(name = "UpdateState")]
    pub async fn update_state(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: Update,
    ) -> Result<RowTurn, ActivityError> {
        let updated = async {
            match input {
                Update::GiveUp { turn, asks, reason } => self.give_up(&turn, asks, reason).await,
                Update::Cancel { job } => self.cancel(&job).await,
            }
        };
        with_heartbeat(&ctx, updated).await?.map_err(|error| activity_error(&error))
    }

    /// Completes a job.
    #[activity(name = "CompleteJob")]
    pub async fn complete_job(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: Completion,
    ) -> Result<Completed, ActivityError> {
        with_heartbeat(&ctx, self.complete(&input))
            .await?
            .map_err(|error| activity_error(&TurnError::Store(error)))
    }
}

impl Activities {
    /// Creates activities over this store and these providers.
    pub fn new(store: Arc<dyn Store>, performer: Arc<Performer>) -> Self {
        Self { job_cache: Arc::new(JobCache::new(store, performer)) }
    }

    async fn page(&self, input: &PageInput) -> Result<RowsPage, store::Error> {
        let mut page = RowsPage { running: true, rows: Vec::new(), next: None, spread: None };
        let job = match self.job_cache.load(&input.job).await? {
            JobState::Running(rows) => rows.job.clone(),
            // Rows are returned in any case: each waits until the job resumes.
            JobState::Paused => JobId(input.job.job_id.clone()),
            JobState::Over => return Ok(RowsPage { running: false, ..page }),
        };
        let store = self.job_cache.store();
        if let Some(effort) = &input.effort {
            let progress = store.progress(&job).await?;
            let all: u64 = progress.by_stage.values().sum();
            page.spread =
                Some(Partitioning::for_rows(all.saturating_sub(progress.finished()), effort));
        }
        let (mut from, mut found) = (input.from, 0);
        loop {
            let rows = store.open_rows(&job, from, ROWS_AT_A_TIME).await?;
            let Some(last) = rows.last() else { return Ok(page) };
            from = last.index + 1;
            for row in &rows {
                match page.rows.last_mut() {
                    Some([_, end]) if *end + 1 == row.index => *end = row.index,
                    _ => page.rows.push([row.index, row.index]),
                }
                found += 1;
            }
            if found >= ROWS_OF_A_PAGE {
                page.next = Some(from);
                return Ok(page);
            }
        }
    }

    async fn turn(
        self: Arc<Self>,
        ctx: ActivityContext,
        asked: Activity,
        input: TurnInput,
    ) -> Result<RowTurn, ActivityError> {
        let tried = ctx.info().attempt;
        let working = tokio::spawn({
            let (this, input) = (Arc::clone(&self), input.clone());
            async move {
                let (job, row) = (&input.job.job_id, input.row);
                let span = tracing::info_span!("activity", ?asked, job, row, tried, trace = Empty);
                if let Some(trace) = trace::set_parent(&span, input.trace.as_deref()) {
                    span.record("trace", trace);
                }
                this.take_turn(asked, &input, tried).instrument(span).await
            }
        });
        tokio::select! {
            worked = with_heartbeat(&ctx, working) => match worked? {
                Ok(Ok(turn)) => Ok(turn),
                Ok(Err(error)) => Err(activity_error(&error)),
                Err(ended) => Err(ApplicationFailure::new(ended).into()),
            },
            // Calls that are already paid for finish and are written to the journal in the background.
            () = ctx.cancelled() => Err(ActivityError::cancelled()),
        }
    }

    async fn take_turn(
        &self,
        asked: Activity,
        input: &TurnInput,
        attempt: u32,
    ) -> Result<RowTurn, TurnError> {
        let rows = match self.job_cache.load(&input.job).await? {
            JobState::Running(rows) => rows,
            JobState::Paused => return Ok(RowTurn::Held),
            JobState::Over => return Ok(RowTurn::Over),
        };
        let attempts =
            SingleAttempts { rows: Arc::clone(&rows), attempt, last: attempt >= MAX_ATTEMPTS };
        match turn::advance_row(&rows, input.row, asked, &attempts).await? {
            TurnOutcome::Advanced(turn) => Ok(turn),
            TurnOutcome::Stopped => Ok(match self.job_cache.load_status(&input.job).await? {
                JobStatus::Paused => RowTurn::Held,
                // The job was paused and resumed before this was noticed, so no signal will follow.
                JobStatus::Running | JobStatus::Pending => {
                    RowTurn::Next { asks: asked, attempt: input.attempt, queries: Vec::new() }
                }
                JobStatus::Cancelled | JobStatus::Completed | JobStatus::Failed => RowTurn::Over,
            }),
        }
    }

    async fn give_up(
        &self,
        turn: &TurnInput,
        asks: Activity,
        reason: String,
    ) -> Result<RowTurn, TurnError> {
        let rows = match self.job_cache.load(&turn.job).await? {
            JobState::Running(rows) => rows,
            JobState::Paused => return Ok(RowTurn::Held),
            JobState::Over => return Ok(RowTurn::Over),
        };
        let failure = Failure {
            kind: FailureKind::Unavailable,
            code: "step_not_finished".to_owned(),
            message: reason,
        };
        match turn::advance_row(&rows, turn.row, asks, &FailEveryStep(failure)).await? {
            TurnOutcome::Advanced(turn) => Ok(turn),
            TurnOutcome::Stopped => Ok(RowTurn::Over),
        }
    }

    async fn cancel(&self, job: &JobRef) -> Result<RowTurn, TurnError> {
        let open = vec![JobStatus::Pending, JobStatus::Running, JobStatus::Paused];
        let change = StatusChange { from: open, to: JobStatus::Cancelled, reason: None };
        self.job_cache.store().set_status(&JobId(job.job_id.clone()), change).await?;
        Ok(RowTurn::Over)
    }

    async fn complete(&self, input: &Completion) -> Result<Completed, store::Error> {
        let (store, job) = (self.job_cache.store(), JobId(input.job.job_id.clone()));
        let from = vec![JobStatus::Pending, JobStatus::Running];
        let change = match &input.failed {
            Some(reason) => {
                Some(StatusChange { from, to: JobStatus::Failed, reason: Some(reason.clone()) })
            }
            None if store.open_rows(&job, 0, 1).await?.is_empty() => {
                Some(StatusChange { from, to: JobStatus::Completed, reason: None })
            }
            None => None,
        };
        if let Some(change) = change {
            store.set_status(&job, change).await?;
        }
        let status = store.status(&job).await?;
        let again = matches!(status, JobStatus::Running | JobStatus::Pending | JobStatus::Paused);
        Ok(Completed { status: status.as_str().to_owned(), again })
    }
}

/// Runs the future and sends heartbeats; another worker takes over if they stop.
async fn with_heartbeat<T>(
    ctx: &ActivityContext,
    work: impl Future<Output = T>,
) -> Result<T, ActivityError> {
    tokio::pin!(work);
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.tick().await;
    loop {
        tokio::select! {
            done = &mut work => return Ok(done),
            _ = heartbeat.tick() => ctx.record_heartbeat(()).await?,
        }
    }
}

/// The failure for Temporal: its type says whether it counts against the row, and it carries the pause before
/// the retry.
fn activity_error(error: &TurnError) -> ActivityError {
    let (kind, lasting) = match error {
        TurnError::Later(_) => (PROVIDER, false),
        TurnError::Store(store::Error::Unreadable { .. } | store::Error::NotFound { .. }) => {
            (BROKEN, true)
        }
        TurnError::Store(_) => (STORE, false),
    };
    let failure = ApplicationFailure::builder(error.to_string())
        .type_name(kind.to_owned())
        .non_retryable(lasting)
        .maybe_next_retry_delay(error.pause())
        .build();
    ActivityError::application(failure)
}
