//! Measures what the rows of a job cost a real Temporal server and its worker in different layouts: as in the
//! old service, one row per workflow, and up to 200 rows per workflow. The providers answer at once, each row
//! is processed once, and each layout has a server of its own.
//!
//! ```text
//! cargo bench -p ampledata-temporal --bench layouts -- 1000          all three, of 1,000 rows
//! cargo bench -p ampledata-temporal --bench layouts -- 100000 200    one: rows to a workflow
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may break")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "measurements run outside of workflows"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_store::JobStatus;
use ampledata_test_support::world::{World, companies_with, open, performer, plan};
use futures::TryStreamExt as _;
use old::{Nothing, OldJob, OldRow, Rows};
use server::{Dev, Working, driver, driver_options};
use tempfile::TempDir;
use temporalio_client::{
    UntypedWorkflow, WorkflowFetchHistoryOptions, WorkflowGetResultOptions, WorkflowListOptions,
    WorkflowStartOptions,
};
use temporalio_sdk::runtime::RuntimeOptions;
use temporalio_sdk::runtime::worker_tuner::{FixedSizeSlotSupplier, TunerHolder};
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use tokio_util::sync::CancellationToken;

mod old;
#[path = "../../tests/temporal/server.rs"]
mod server;

/// The default of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows processed at the same time.
const AT_ONCE: u32 = 40;
/// Number of rows above which only one workflow in a hundred is counted.
const ALL_READ: u64 = 5_000;

/// The measurements of a run.
struct Taken {
    rows: u64,
    seconds: f64,
    server: f64,
    worker: f64,
}

fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let rows = arguments.first().copied().unwrap_or(1_000);
    let layouts = match arguments.get(1) {
        Some(&rows_per_workflow) => vec![rows_per_workflow],
        None => vec![0, 1, 200],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    println!(
        "layout            events a row   rows/s   server CPU s   worker CPU s   a 1,000 rows"
    );
    runtime.block_on(async {
        let mut before: Option<f64> = None;
        for layout in layouts {
            let dev = Dev::start().await;
            let taken = match layout {
                0 => as_before(&dev, rows).await,
                _ => as_now(&dev, rows, u32::try_from(layout).unwrap()).await,
            };
            let events = events(&dev, taken.rows).await;
            let name = match layout {
                0 => "the old service".to_owned(),
                rows => format!("{rows} to a workflow"),
            };
            let thousands = taken.rows as f64 / 1_000.0;
            let server = taken.server / thousands;
            println!(
                "{name:<17} {events:>12.1} {:>8.1} {server:>14.2} {:>14.2}   {:.2} of the first",
                taken.rows as f64 / taken.seconds,
                taken.worker / thousands,
                server / *before.get_or_insert(server),
            );
        }
    });
    println!("memory of this process: {} at the most", status("VmHWM:"));
}

async fn as_now(dev: &Dev, rows: u64, rows_per_workflow: u32) -> Taken {
    let folder = TempDir::new_in(".").unwrap();
    let store = open(folder.path()).await;
    let mut plan = plan();
    plan.limits.attempts = 1;
    let job = companies_with(&*store, rows, plan).await;
    let world = Arc::new(World::silent());
    let working = Working::start(&dev.server_options, &store, performer(&world, &store)).await;
    let driver = driver(&dev.server_options, &store, driver_options(AT_ONCE, rows_per_workflow));
    let worked_on = store.open_rows(&job.id, 0, u32::MAX).await.unwrap().len() as u64;
    let (started, server, worker) = (Instant::now(), dev.cpu_seconds(), cpu_seconds("self"));
    driver.run(&job, &CancellationToken::new()).await.unwrap();
    let taken = Taken {
        rows: worked_on,
        seconds: started.elapsed().as_secs_f64(),
        server: dev.cpu_seconds() - server,
        worker: cpu_seconds("self") - worker,
    };
    assert_eq!(store.status(&job.id).await.unwrap(), JobStatus::Completed);
    working.end().await;
    taken
}

async fn as_before(dev: &Dev, rows: u64) -> Taken {
    let client = dev.client().await;
    let runtime = Runtime::from_current_tokio(RuntimeOptions::default()).unwrap();
    let slots = TunerHolder::builder()
        .workflow_task_slot_supplier(FixedSizeSlotSupplier::new(100))
        .activity_task_slot_supplier(FixedSizeSlotSupplier::new(200))
        .local_activity_task_slot_supplier(FixedSizeSlotSupplier::new(1))
        .nexus_task_slot_supplier(FixedSizeSlotSupplier::new(1))
        .build();
    let options = WorkerOptions::new(dev.server_options.task_queue.clone())
        .register_activities(Nothing)
        .register_workflow::<OldJob>()
        .unwrap()
        .register_workflow::<OldRow>()
        .unwrap()
        .tuner(slots)
        .max_cached_workflows(1_000)
        .max_eager_activity_reservations_per_workflow_task(10)
        .graceful_shutdown_period(Duration::from_secs(2))
        .build();
    let (started, server, worker) = (Instant::now(), dev.cpu_seconds(), cpu_seconds("self"));
    let mut working = Worker::new(&runtime, client.clone(), options).unwrap();
    let shut_down = working.shutdown_handle();
    let input = Rows { rows, at_once: u64::from(AT_ONCE) };
    let start = WorkflowStartOptions::new(dev.server_options.task_queue.clone(), "old").build();
    let driving = async {
        let handle = client.start_workflow(OldJob::run, input, start).await.unwrap();
        let done = handle.get_result(WorkflowGetResultOptions::default()).await.unwrap();
        assert_eq!(done, rows);
        let taken = Taken {
            rows,
            seconds: started.elapsed().as_secs_f64(),
            server: dev.cpu_seconds() - server,
            worker: cpu_seconds("self") - worker,
        };
        shut_down();
        taken
    };
    let (taken, ran) = futures::join!(driving, working.run());
    ran.unwrap();
    taken
}

/// Events of all histories per row.
async fn events(dev: &Dev, rows: u64) -> f64 {
    let client = dev.client().await;
    let listed = client.list_workflows("", WorkflowListOptions::default());
    let listed: Vec<_> = listed.try_collect().await.unwrap();
    let every = if rows > ALL_READ { 100 } else { 1 };
    let (mut events, mut read) = (0, 0);
    for workflow in listed.iter().step_by(every) {
        let handle = client.get_workflow_handle::<UntypedWorkflow>(workflow.id());
        let history = handle.fetch_history(WorkflowFetchHistoryOptions::default());
        events += history.into_events().await.unwrap().len();
        read += 1;
    }
    f64::from(u32::try_from(events).unwrap()) * listed.len() as f64 / f64::from(read) / rows as f64
}

/// Seconds of processor time of a process, from `/proc/PID/stat`: user and system, in hundredths.
fn cpu_seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

fn status(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.trim_start_matches(name).trim().to_owned()
}

impl Dev {
    fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.id().to_string())
    }
}
