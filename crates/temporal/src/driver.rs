//! Runs jobs as workflows: starts them, follows them, and reconciles Temporal with the store.

use std::sync::Arc;
use std::time::Duration;

use ampledata_engine::trace;
use ampledata_store::{Job, JobStatus, StatusChange, Store};
use temporalio_client::errors::{
    WorkflowGetResultError, WorkflowInteractionError, WorkflowStartError,
};
use temporalio_client::{
    Client, WorkflowCancelOptions, WorkflowGetResultOptions, WorkflowHandle,
    WorkflowIdConflictPolicy, WorkflowIdReusePolicy, WorkflowSignalOptions, WorkflowStartOptions,
};
use temporalio_common::MemoValues;
use tokio_util::sync::CancellationToken;

use crate::contract::{JobInput, JobRef, Queues, RunOptions, Tally};
use crate::workflows::JobWorkflow;
use crate::{Error, ServerConnection, ServerOptions, attributes};

/// How often the status of a followed job is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(300);
/// How long to wait for the end of a cancelled workflow.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(10);

/// How jobs are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverOptions {
    /// Rows of a job processed at the same time.
    pub concurrency: u32,
    /// Rows per `EnrichmentWorkflow`; chosen by the size of the job if none.
    pub rows_per_workflow: Option<u32>,
    /// The task queues of crawls and model calls.
    pub queues: Queues,
}

/// Runs jobs as workflows.
pub struct Driver {
    server_options: ServerOptions,
    store: Arc<dyn Store>,
    options: DriverOptions,
    server: tokio::sync::OnceCell<ServerConnection>,
}

type Handle = WorkflowHandle<Client, JobWorkflow>;

/// What happened to a followed workflow.
enum Followed {
    /// There is nothing left to do for the job at present.
    Settled,
    /// The job needs a new run.
    Again,
}

impl Driver {
    /// Creates a driver that connects when it is first used.
    pub fn new(
        server_options: ServerOptions,
        store: Arc<dyn Store>,
        options: DriverOptions,
    ) -> Self {
        Self { server_options, store, options, server: tokio::sync::OnceCell::new() }
    }

    /// The connection to the server, once it answers.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn server(&self) -> Result<&ServerConnection, Error> {
        self.server.get_or_try_init(|| ServerConnection::connect(&self.server_options)).await
    }

    /// Runs a job until it ends, is paused or is cancelled, or until `stop` is cancelled: then the workflow
    /// continues without this process.
    ///
    /// # Errors
    /// See [`Error`]; the job keeps its state and can be resumed.
    pub async fn run(&self, job: &Job, stop: &CancellationToken) -> Result<(), Error> {
        loop {
            // It may have been paused or cancelled meanwhile.
            let from = vec![JobStatus::Pending, JobStatus::Running];
            let running = StatusChange { from, to: JobStatus::Running, reason: None };
            if !self.store.set_status(&job.id, running).await? {
                return Ok(());
            }
            let handle = self.begin(job).await?;
            match self.follow(&handle, job, stop).await? {
                Followed::Settled => return Ok(()),
                Followed::Again => tokio::time::sleep(POLL_INTERVAL).await,
            }
        }
    }

    /// Starts the job's workflow, or finds the one that is running: starting twice gives one run.
    async fn begin(&self, job: &Job) -> Result<Handle, Error> {
        let server = self.server().await?;
        match server.without_worker(self.options.queues.others()).await {
            Ok(queues) => queues.iter().for_each(|queue| {
                tracing::warn!(job = %job.id, "no worker polls the task queue {queue}");
            }),
            // Not every account may ask for this; the job starts in any case.
            Err(error) => tracing::debug!(job = %job.id, %error, "cannot check for workers"),
        }
        match self.start(server, job, server.attributes).await {
            Err(Error::Refused { reason, .. })
                if server.attributes && reason.contains("search attribute") =>
            {
                // They were registered a moment ago and are not known everywhere yet.
                self.start(server, job, false).await
            }
            started => started,
        }
    }

    async fn start(
        &self,
        server: &ServerConnection,
        job: &Job,
        with: bool,
    ) -> Result<Handle, Error> {
        let reference = JobRef { job_id: job.id.0.clone(), owner: job.owner.0.clone() };
        let id = format!("job-{}", job.id.0);
        let source = self.store.source(&job.owner, &job.source).await?;
        let mut memo = MemoValues::new();
        memo.insert("name", source.map(|source| source.name).unwrap_or_default());
        memo.insert("rows", job.rows);
        let options = WorkflowStartOptions::new(server.task_queue.clone(), id.clone())
            .id_reuse_policy(WorkflowIdReusePolicy::AllowDuplicate)
            .id_conflict_policy(WorkflowIdConflictPolicy::Fail)
            .maybe_search_attributes(with.then(|| attributes::for_job(&reference)))
            .memo(memo)
            .build();
        let input = JobInput {
            job: reference,
            effort: RunOptions {
                concurrency: self.options.concurrency,
                rows_per_workflow: self.options.rows_per_workflow,
                attributes: with,
                queues: self.options.queues.clone(),
            },
            from: 0,
            spread: None,
            tally: Tally::default(),
            paused: false,
            held: false,
            trace: trace::current_traceparent(),
        };
        let handle = server.client.get_workflow_handle::<JobWorkflow>(id);
        match server.client.start_workflow(JobWorkflow::run, input, options).await {
            Ok(_) => Ok(handle),
            Err(WorkflowStartError::AlreadyStarted { .. }) => {
                let resume = WorkflowSignalOptions::default();
                match handle.signal(JobWorkflow::resume, (), resume).await {
                    // It has ended meanwhile; following it shows how.
                    Ok(()) | Err(WorkflowInteractionError::NotFound(_)) => Ok(handle),
                    Err(error) => Err(interaction(server, "resume a job", error)),
                }
            }
            Err(WorkflowStartError::Rpc(status)) => Err(server.refused("start a job", &status)),
            Err(error) => Err(refused("start a job", error)),
        }
    }

    async fn follow(
        &self,
        handle: &Handle,
        job: &Job,
        stop: &CancellationToken,
    ) -> Result<Followed, Error> {
        let ending = handle.get_result(WorkflowGetResultOptions::default());
        tokio::pin!(ending);
        loop {
            tokio::select! {
                ended = &mut ending => return self.settle(job, ended.map(drop)).await,
                () = stop.cancelled() => return Ok(Followed::Settled),
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
            match self.store.status(&job.id).await? {
                // A completed job also has a workflow that is about to end.
                JobStatus::Pending | JobStatus::Running | JobStatus::Completed => {}
                JobStatus::Paused => {
                    // Its activities notice the pause themselves; the signal is for users who search for
                    // paused jobs.
                    let options = WorkflowSignalOptions::default();
                    if let Err(error) = handle.signal(JobWorkflow::held, (), options).await {
                        tracing::debug!(job = %job.id, %error, "cannot signal a pause to Temporal");
                    }
                    return Ok(Followed::Settled);
                }
                JobStatus::Cancelled | JobStatus::Failed => {
                    let options =
                        WorkflowCancelOptions::builder().reason("the job was cancelled").build();
                    match handle.cancel(options).await {
                        // It no longer exists, so there is nothing to cancel.
                        Ok(()) | Err(WorkflowInteractionError::NotFound(_)) => {}
                        Err(error) => {
                            return Err(interaction(self.server().await?, "cancel a job", error));
                        }
                    }
                    if tokio::time::timeout(CANCEL_TIMEOUT, &mut ending).await.is_err() {
                        tracing::warn!(job = %job.id, "a cancelled workflow has not ended yet");
                    }
                    return Ok(Followed::Settled);
                }
            }
        }
    }

    /// Updates the store with the result of the workflow.
    async fn settle(
        &self,
        job: &Job,
        ended: Result<(), WorkflowGetResultError>,
    ) -> Result<Followed, Error> {
        let open = || vec![JobStatus::Pending, JobStatus::Running];
        let failed = |reason: String| StatusChange {
            from: open(),
            to: JobStatus::Failed,
            reason: Some(reason),
        };
        let change = match ended {
            // Or Temporal does not know it; then a new run resolves that.
            Ok(()) | Err(WorkflowGetResultError::NotFound(_)) => None,
            Err(WorkflowGetResultError::Cancelled { .. }) => {
                Some(StatusChange { from: open(), to: JobStatus::Cancelled, reason: None })
            }
            Err(WorkflowGetResultError::Failed(error)) => Some(failed(error.to_string())),
            Err(WorkflowGetResultError::Terminated { .. }) => {
                Some(failed("its workflow was terminated in Temporal".to_owned()))
            }
            Err(WorkflowGetResultError::TimedOut) => {
                Some(failed("its workflow timed out in Temporal".to_owned()))
            }
            Err(WorkflowGetResultError::Rpc(status)) => {
                return Err(self.server().await?.refused("follow a job", &status));
            }
            Err(error) => return Err(refused("follow a job", error)),
        };
        if let Some(change) = change {
            self.store.set_status(&job.id, change).await?;
        }
        // Rows may have been reopened just as the workflow ended.
        Ok(match self.store.status(&job.id).await? {
            JobStatus::Pending | JobStatus::Running => Followed::Again,
            JobStatus::Paused | JobStatus::Cancelled | JobStatus::Completed | JobStatus::Failed => {
                Followed::Settled
            }
        })
    }
}

fn interaction(
    server: &ServerConnection,
    what: &'static str,
    error: WorkflowInteractionError,
) -> Error {
    match error {
        WorkflowInteractionError::NotFound(status) | WorkflowInteractionError::Rpc(status) => {
            server.refused(what, &status)
        }
        error => refused(what, error),
    }
}

fn refused(what: &'static str, error: impl std::fmt::Display) -> Error {
    Error::Refused { what, reason: error.to_string() }
}
