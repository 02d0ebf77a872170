//! Runs beside the rows: reports the progress of the job, and notices when its status is changed from
//! outside.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_store::{self as store, JobStatus};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Progress;
use super::row::Shared;

/// Interval of the checks.
const INTERVAL: Duration = Duration::from_millis(200);

pub(super) struct Watcher {
    over: CancellationToken,
    task: JoinHandle<Result<(), store::Error>>,
}

pub(super) fn start(
    shared: Arc<Shared>,
    started: Instant,
    progress: Option<watch::Sender<Progress>>,
) -> Watcher {
    let over = CancellationToken::new();
    let until = over.clone();
    let task = tokio::spawn(async move {
        let watched = watch_over(&shared, started, progress, until).await;
        if watched.is_err() {
            shared.rows.stop.cancel();
        }
        watched
    });
    Watcher { over, task }
}

impl Watcher {
    pub(super) async fn end(self) -> Result<(), store::Error> {
        self.over.cancel();
        match self.task.await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

async fn watch_over(
    shared: &Shared,
    started: Instant,
    progress: Option<watch::Sender<Progress>>,
    over: CancellationToken,
) -> Result<(), store::Error> {
    while !over.is_cancelled() {
        if shared.rows.store.status(&shared.rows.job).await? != JobStatus::Running {
            shared.rows.stop.cancel();
        }
        if let Some(progress) = &progress {
            progress.send_replace(shared.progress(started).await?);
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = over.cancelled() => {}
        }
    }
    Ok(())
}
