//! Runs a job with a progress bar and Ctrl-C.

use ampledata_store::Progress;
use tokio_util::sync::CancellationToken;

use super::Failure;
use super::interrupt::Interrupt;
use crate::app::Services;
use crate::app::enrich::{self, Ended, Prepared, Watch};
use crate::printer::{Bar, Printer};

impl Watch for Bar<'_> {
    fn look(&mut self, progress: &Progress) {
        self.update(progress.finished(), progress.cells_found, progress.cost_nano_usd);
    }
}

/// Runs a job with a progress bar. Returns how it ended.
pub(super) async fn run(
    prepared: &Prepared,
    services: &Services,
    printer: &Printer,
    mut interrupt: Interrupt,
) -> Result<Ended, Failure> {
    let stop = CancellationToken::new();
    let mut bar = printer.bar(prepared.progress.rows, prepared.progress.finished());
    tokio::select! {
        ended = enrich::run(prepared, services, &mut bar, &stop) => Ok(ended?),
        () = interrupt.heed(&stop, printer) => Ok(Ended::Stopped),
    }
}
