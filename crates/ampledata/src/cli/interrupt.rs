//! Ctrl-C: the first stops in good order, the second at once.

use tokio_util::sync::CancellationToken;

use super::Exit;
use crate::printer::Printer;

/// Stops the run on Ctrl-C (or, on Unix, SIGTERM). Never returns: race it against the run.
pub(super) async fn heed(stop: &CancellationToken, printer: &Printer) {
    signal().await;
    stop.cancel();
    printer
        .note("stopping: the steps in flight are finished and saved; Ctrl-C again quits at once");
    signal().await;
    std::process::exit(Exit::Interrupted.code().into());
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind| match signal(kind) {
        Ok(mut signals) => signals.recv().await,
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        _ = wait(SignalKind::interrupt()) => {}
        _ = wait(SignalKind::terminate()) => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
