//! Runs beside the rows: reports the progress of the job, and notices when its status is changed from
//! outside.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ampledata_store::{self as store, JobStatus};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Progress;
use super::row::Run;

/// Interval of the checks.
const INTERVAL: Duration = Duration::from_millis(200);

pub(super) struct StatusPoller {
    over: CancellationToken,
    task: JoinHandle<Result<(), store::Error>>,
}

impl StatusPoller {
    /// Polls until [`StatusPoller::end`]; a status other than running stops the run.
    pub(super) fn start(
        run: Arc<Run>,
        started: Instant,
        progress: Option<watch::Sender<Progress>>,
    ) -> Self {
        let over = CancellationToken::new();
        let until = over.clone();
        let task = tokio::spawn(async move {
            let polled = poll_status(&run, started, progress, until).await;
            if polled.is_err() {
                run.rows.stop.cancel();
            }
            polled
        });
        Self { over, task }
    }

    pub(super) async fn end(self) -> Result<(), store::Error> {
        self.over.cancel();
        match self.task.await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

async fn poll_status(
    run: &Run,
    started: Instant,
    progress: Option<watch::Sender<Progress>>,
    over: CancellationToken,
) -> Result<(), store::Error> {
    while !over.is_cancelled() {
        if run.rows.store.status(&run.rows.job).await? != JobStatus::Running {
            run.rows.stop.cancel();
        }
        if let Some(progress) = &progress {
            progress.send_replace(run.progress(started).await?);
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = over.cancelled() => {}
        }
    }
    Ok(())
}
