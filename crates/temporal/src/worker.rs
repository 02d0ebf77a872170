//! A worker: does what the workflows want done, on a thread of its own beside this process's others.

use std::time::Duration;

use temporalio_common::worker::{
    VersioningBehavior, WorkerDeploymentOptions, WorkerDeploymentVersion,
};
use temporalio_sdk::runtime::RuntimeOptions;
use temporalio_sdk::runtime::worker_tuner::{FixedSizeSlotSupplier, TunerHolder};
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use tokio_util::sync::CancellationToken;

use crate::activities::Activities;
use crate::workflows::{EnrichmentWorkflow, JobWorkflow};
use crate::{Error, Server};

/// How much a worker does at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// Activities at a time.
    pub activities: usize,
    /// Decisions of workflows at a time.
    pub workflow_tasks: usize,
    /// Workflows that are kept in memory; more are replayed from their histories.
    pub cached_workflows: usize,
    /// How long activities may go on after the worker is told to stop.
    pub grace: Duration,
    /// Which version of the program it is, where Temporal is to keep versions apart; none: it is any.
    pub version: Option<Version>,
}

/// A version of the program, in the words of Temporal's worker versioning
/// (docs.temporal.io/worker-versioning).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The deployment that the workers belong to.
    pub deployment: String,
    /// The build. Workflows stay with the build that began them.
    pub build_id: String,
}

impl Default for Tuning {
    /// Measured: fixed slots above the rows in flight; a tuner by resources was the slowest.
    fn default() -> Self {
        Self {
            activities: 200,
            workflow_tasks: 100,
            cached_workflows: 1_000,
            grace: Duration::from_secs(30),
            version: None,
        }
    }
}

/// Works until `stop`, and then until what is under way has ended or the grace period is over.
///
/// # Errors
/// Where the worker cannot begin or ends by itself.
pub async fn work(
    server: &Server,
    activities: Activities,
    tuning: Tuning,
    stop: CancellationToken,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Handle::current();
    let server = server.clone();
    let (told, ended) = tokio::sync::oneshot::channel();
    // The SDK drives workflows in one place and not between threads.
    let thread = std::thread::Builder::new().name("temporal-worker".to_owned());
    let spawned = thread.spawn(move || {
        let worked = runtime.block_on(run(server, activities, tuning, stop));
        // Whoever started it may have gone.
        told.send(worked).ok();
    });
    spawned.map_err(|error| Error::Worker(error.to_string()))?;
    ended.await.unwrap_or_else(|_| Err(Error::Worker("its thread broke".to_owned())))
}

async fn run(
    server: Server,
    activities: Activities,
    tuning: Tuning,
    stop: CancellationToken,
) -> Result<(), Error> {
    let broke = |error: &dyn std::fmt::Display| Error::Worker(error.to_string());
    let runtime =
        Runtime::from_current_tokio(RuntimeOptions::default()).map_err(|error| broke(&error))?;
    let slots = TunerHolder::builder()
        .workflow_task_slot_supplier(FixedSizeSlotSupplier::new(tuning.workflow_tasks))
        .activity_task_slot_supplier(FixedSizeSlotSupplier::new(tuning.activities))
        .local_activity_task_slot_supplier(FixedSizeSlotSupplier::new(1))
        .nexus_task_slot_supplier(FixedSizeSlotSupplier::new(1))
        .build();
    let options = WorkerOptions::new(server.task_queue.clone())
        .register_activities(activities)
        .register_workflow::<JobWorkflow>()
        .map_err(|error| broke(&error))?
        .register_workflow::<EnrichmentWorkflow>()
        .map_err(|error| broke(&error))?
        .tuner(slots)
        .max_cached_workflows(tuning.cached_workflows)
        .max_eager_activity_reservations_per_workflow_task(10)
        .graceful_shutdown_period(tuning.grace)
        .maybe_deployment_options(tuning.version.map(pinned))
        .build();
    let mut worker =
        Worker::new(&runtime, server.client, options).map_err(|error| broke(&error))?;
    let shut_down = worker.shutdown_handle();
    let running = worker.run();
    tokio::pin!(running);
    let ran = tokio::select! {
        ran = &mut running => ran,
        () = stop.cancelled() => {
            shut_down();
            running.await
        }
    };
    ran.map_err(|error| broke(&error))
}

fn pinned(version: Version) -> WorkerDeploymentOptions {
    let version = WorkerDeploymentVersion::builder()
        .deployment_name(version.deployment)
        .build_id(version.build_id)
        .build();
    WorkerDeploymentOptions::new(version)
        .use_worker_versioning(true)
        .default_versioning_behavior(VersioningBehavior::Pinned)
        .build()
}
