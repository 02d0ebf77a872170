//! `worker`: runs jobs of Temporal; also `temporal setup` and `temporal codec-server`.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::args::{CodecServer, Setup, Worker};
use super::interrupt::Interrupt;
use super::{Common, Exit, Failure, settings};
use crate::app::ServiceFactory;
use crate::config::{Temporal, WorkKind};
use crate::printer::Printer;

const DAY: u64 = 24 * 60 * 60;

pub(super) async fn run(
    _args: Worker,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let settings = settings(common, vec![("ENGINE", "temporal".to_owned())])?;
    let services = factory.create_services(&settings, None).await?;
    let stop = CancellationToken::new();
    let mut interrupt = Interrupt::listen();
    // Report at once that the server cannot be reached, although the worker keeps trying.
    if let Err(error) = services.engine.check().await {
        printer.note(&format!("{error}; retrying"));
    } else {
        printer.note(&format!(
            "worker started for Temporal at {}, task queues {}",
            settings.temporal.host_port,
            queues(&settings.temporal).join(", ")
        ));
    }
    let working = services.engine.work(&stop);
    tokio::pin!(working);
    tokio::select! {
        worked = &mut working => worked?,
        () = interrupt.heed(&stop, printer) => {}
    }
    Ok(Exit::Done)
}

/// The task queues that the worker polls.
fn queues(temporal: &Temporal) -> Vec<&str> {
    let of = |kind: &WorkKind| match kind {
        WorkKind::Jobs => None,
        WorkKind::Crawls => temporal.crawl_queue.as_deref(),
        WorkKind::Models => temporal.model_queue.as_deref(),
    };
    let queues = temporal.worker_takes.iter().map(|kind| of(kind).unwrap_or(&temporal.task_queue));
    let mut queues: Vec<_> = queues.collect();
    queues.sort_unstable();
    queues.dedup();
    queues
}

pub(super) async fn set_up(
    args: Setup,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let settings = settings(common, Vec::new())?;
    let retention = Duration::from_secs(args.retention_days * DAY);
    let done = factory.set_up_temporal(&settings, retention).await?;
    if done.is_empty() {
        printer.note("everything exists already");
    }
    for line in done {
        printer.note(&line);
    }
    Ok(Exit::Done)
}

pub(super) async fn codec_server(
    args: CodecServer,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let settings = settings(common, Vec::new())?;
    let stop = CancellationToken::new();
    let mut interrupt = Interrupt::listen();
    let print_address =
        |address| printer.note(&format!("codec server for {} at http://{address}", args.ui));
    let serving = factory.serve_temporal_codec(
        &settings,
        args.listen,
        &args.ui,
        &print_address,
        stop.clone(),
    );
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => served?,
        () = interrupt.heed(&stop, printer) => {}
    }
    Ok(Exit::Done)
}
