//! Ctrl-C: the first stops the command cleanly, the second stops it at once.

use tokio_util::sync::CancellationToken;

use super::Exit;
use crate::printer::Printer;

/// A listener for Ctrl-C (and SIGTERM on Unix). Once it exists, neither ends the program by itself.
pub(super) struct Interrupt {
    signals: Signals,
}

impl Interrupt {
    /// Starts listening.
    pub(super) fn listen() -> Self {
        Self { signals: Signals::new() }
    }

    /// Stops the run on the first signal. Never returns, so race it against the run.
    pub(super) async fn heed(&mut self, stop: &CancellationToken, printer: &Printer) {
        self.signals.next().await;
        stop.cancel();
        printer.note(
            "stopping: finishing and saving the steps in flight; press Ctrl-C again to quit at once",
        );
        self.signals.next().await;
        std::process::exit(Exit::Interrupted.code().into());
    }
}

#[cfg(unix)]
struct Signals {
    both: [Option<tokio::signal::unix::Signal>; 2],
}

#[cfg(unix)]
impl Signals {
    /// A signal that cannot be listened for keeps its default effect.
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self { both: kinds.map(|kind| signal(kind).ok()) }
    }

    async fn next(&mut self) {
        async fn of(signal: &mut Option<tokio::signal::unix::Signal>) {
            let heard = match signal {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if heard.is_none() {
                std::future::pending::<()>().await;
            }
        }
        let [interrupt, terminate] = &mut self.both;
        tokio::select! {
            () = of(interrupt) => {}
            () = of(terminate) => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
