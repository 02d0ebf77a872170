//! A worker: runs workflows and activities on a thread of its own.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use temporalio_common::telemetry::metrics::CoreMeter;
use temporalio_common::telemetry::{
    PrometheusExporterOptions, TelemetryOptions, start_prometheus_metric_exporter,
};
use temporalio_common::worker::{
    VersioningBehavior, WorkerDeploymentOptions, WorkerDeploymentVersion,
};
use temporalio_sdk::runtime::RuntimeOptions;
use temporalio_sdk::runtime::worker_tuner::{FixedSizeSlotSupplier, TunerHolder};
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use tokio_util::sync::CancellationToken;

use crate::activities::Activities;
use crate::workflows::{EnrichmentWorkflow, JobWorkflow};
use crate::{Error, ServerConnection};

/// Limits of a worker, and its task queues.
#[derive(Debug, Clone)]
pub struct Tuning {
    /// The task queues that it polls.
    pub serves: Served,
    /// Maximum concurrent activities.
    pub activities: usize,
    /// Maximum concurrent workflow tasks.
    pub workflow_tasks: usize,
    /// Workflows cached in memory; others are replayed from their histories.
    pub cached_workflows: usize,
    /// How long activities may continue after the worker is asked to stop.
    pub grace: Duration,
    /// The version of this program, for worker versioning; none if versioning is off.
    pub version: Option<Version>,
    /// Where the SDK's metrics are served; none if they are not.
    pub metrics: Option<Metrics>,
}

/// The task queues that a worker polls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Whether it polls the queue of the workflows, with the activities that have no other queue.
    pub jobs: bool,
    /// Queues of activities only (see [`crate::contract::Queues`]).
    pub others: BTreeSet<String>,
}

/// The SDK's metrics, under the names of Temporal's documentation (docs.temporal.io/references/sdk-metrics),
/// for Prometheus.
#[derive(Debug, Clone)]
pub struct Metrics {
    meter: Arc<dyn CoreMeter>,
    /// Their address: `http://ADDRESS/metrics`.
    pub address: SocketAddr,
}

impl Metrics {
    /// Serves metrics at this address until the process ends.
    ///
    /// # Errors
    /// [`Error::Metrics`] if the address cannot be used.
    pub fn serve(address: SocketAddr) -> Result<Self, Error> {
        let options = PrometheusExporterOptions::builder().socket_addr(address).build();
        let started = start_prometheus_metric_exporter(options)
            .map_err(|error| Error::Metrics { address, reason: error.to_string() })?;
        Ok(Self { meter: started.meter, address: started.bound_addr })
    }
}

/// A version of the program in Temporal's worker versioning (docs.temporal.io/worker-versioning).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The deployment that the workers belong to.
    pub deployment: String,
    /// The build id. Workflows stay with the build that started them.
    pub build_id: String,
}

impl Default for Tuning {
    /// Measured: fixed slots beyond the number of concurrent rows are fastest; the resource-based tuner was
    /// slowest.
    fn default() -> Self {
        Self {
            serves: Served { jobs: true, others: BTreeSet::new() },
            activities: 200,
            workflow_tasks: 100,
            cached_workflows: 1_000,
            grace: Duration::from_secs(30),
            version: None,
            metrics: None,
        }
    }
}

/// Runs until `stop` is cancelled, then until the work in progress has ended or the grace period is over.
///
/// # Errors
/// The worker cannot start, or ends unexpectedly.
pub async fn work(
    server: &ServerConnection,
    activities: Activities,
    tuning: Tuning,
    stop: CancellationToken,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Handle::current();
    let server = server.clone();
    let (sender, ended) = tokio::sync::oneshot::channel();
    // The SDK's workflow futures are not `Send`.
    let thread = std::thread::Builder::new().name("temporal-worker".to_owned());
    let spawned = thread.spawn(move || {
        let worked = runtime.block_on(run(server, activities, tuning, stop));
        // The caller may be gone.
        sender.send(worked).ok();
    });
    spawned.map_err(|error| Error::Worker(error.to_string()))?;
    ended.await.unwrap_or_else(|_| Err(Error::Worker("its thread panicked".to_owned())))
}

async fn run(
    server: ServerConnection,
    activities: Activities,
    tuning: Tuning,
    stop: CancellationToken,
) -> Result<(), Error> {
    let meter = tuning.metrics.as_ref().map(|metrics| Arc::clone(&metrics.meter));
    let telemetry = TelemetryOptions::builder().maybe_metrics(meter).build();
    let options = RuntimeOptions::builder().telemetry_options(telemetry).build();
    let runtime = Runtime::from_current_tokio(options.map_err(|error| broke(&error))?)
        .map_err(|error| broke(&error))?;
    let jobs = tuning.serves.jobs.then(|| (server.task_queue.clone(), true));
    let others = tuning.serves.others.iter().map(|queue| (queue.clone(), false));
    let workers = jobs.into_iter().chain(others).map(|(queue, jobs)| {
        let options = worker_options(queue, jobs, &activities, &tuning)?;
        Worker::new(&runtime, server.client.clone(), options).map_err(|error| broke(&error))
    });
    let mut workers = workers.collect::<Result<Vec<_>, _>>()?;
    let shut_down: Vec<_> = workers.iter().map(Worker::shutdown_handle).collect();
    // If one ends unexpectedly, the others are stopped too.
    let running = try_join_all(workers.iter_mut().map(Worker::run));
    tokio::pin!(running);
    let ran = tokio::select! {
        ran = &mut running => ran,
        () = stop.cancelled() => {
            for shut_down in &shut_down {
                shut_down();
            }
            running.await
        }
    };
    ran.map(drop).map_err(|error| broke(&error))
}

fn broke(error: &dyn std::fmt::Display) -> Error {
    Error::Worker(error.to_string())
}

/// A worker for this queue; with `jobs` it also runs workflows.
fn worker_options(
    queue: String,
    jobs: bool,
    activities: &Activities,
    tuning: &Tuning,
) -> Result<WorkerOptions, Error> {
    let slots = TunerHolder::builder()
        .workflow_task_slot_supplier(FixedSizeSlotSupplier::new(tuning.workflow_tasks))
        .activity_task_slot_supplier(FixedSizeSlotSupplier::new(tuning.activities))
        .local_activity_task_slot_supplier(FixedSizeSlotSupplier::new(1))
        .nexus_task_slot_supplier(FixedSizeSlotSupplier::new(1))
        .build();
    let mut options = WorkerOptions::new(queue).register_activities(activities.clone());
    if jobs {
        options = options
            .register_workflow::<JobWorkflow>()
            .map_err(|error| broke(&error))?
            .register_workflow::<EnrichmentWorkflow>()
            .map_err(|error| broke(&error))?;
    }
    Ok(options
        .tuner(slots)
        .max_cached_workflows(tuning.cached_workflows)
        .max_eager_activity_reservations_per_workflow_task(10)
        .graceful_shutdown_period(tuning.grace)
        .maybe_deployment_options(tuning.version.clone().map(pinned))
        .build())
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
