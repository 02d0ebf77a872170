//! `serve`: starts the HTTP API, the web app and a worker.

use std::net::SocketAddr;
use std::sync::Arc;

use ampledata_providers::models::roles::{Availability, ModelRoles};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::args::Serve;
use super::interrupt::Interrupt;
use super::{Common, Exit, Failure, effort_flags, settings};
use crate::api::{self, Server, addresses};
use crate::app::Application;
use crate::app::{Engine, ServiceError, ServiceFactory, demo};
use crate::config::{Auth, Origin, SearchProvider, Settings};
use crate::printer::Printer;
use crate::ui::Site;

pub(super) async fn run(
    args: Serve,
    common: &Common,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) -> Result<Exit, Failure> {
    let mut flags = effort_flags(&args.effort);
    flags.extend(args.addr.map(|address| ("SERVER_ADDR", address)));
    let settings =
        with_something_to_search(settings(common, flags.clone())?, common, flags, printer)?;
    let addresses = addresses(&settings.server_addr, settings.auth).await;
    let addresses = addresses.map_err(|error| Failure::usage(error.code(), error.to_string()))?;
    let services = factory.create_services(&settings, None).await?;
    let engine = Arc::clone(&services.engine);
    report_what_is_missing(&*engine, &settings, printer, factory).await;
    let models = Arc::clone(&services.models);
    let stop = CancellationToken::new();
    let bucket = factory.open_bucket(&settings);
    let bucket = bucket.map_err(|error| Failure::usage(error.code(), error.to_string()))?;
    let notifier = factory.create_notifier(&settings)?;
    let app = Arc::new(Application::new(services, notifier, bucket, &settings, stop.clone()));
    app.sources.find_upload_origin().await;
    let server = Server::new(&settings, Arc::clone(&app), Site::embedded(), stop.clone())
        .map_err(|error| Failure::usage(error.code(), error.to_string()))?;
    let (listener, address) = listen(&settings.server_addr, &addresses).await?;
    let mut interrupt = Interrupt::listen();
    print_address(address, settings.auth, printer);
    let resumed = app.scheduler.resume_all().await.map_err(|error| failed(&error))?;
    if resumed > 0 {
        printer.note(&format!("resuming {resumed} jobs"));
    }
    let ran = {
        let serving = async {
            let work = async {
                let worked = engine.work(&stop).await;
                // Without its worker, this process would accept jobs that no one runs.
                if worked.is_err() {
                    stop.cancel();
                }
                worked
            };
            let report = report_models(&models, printer, &stop);
            let beside = async {
                tokio::join!(
                    app.webhooks.run_deliveries(&stop),
                    app.scheduler.keep_leases(&stop),
                    report
                )
            };
            let (ran, ((), (), ()), worked) = tokio::join!(server.run(listener), beside, work);
            app.scheduler.drain().await;
            worked.map_err(Failure::from)?;
            let unusable =
                |error: std::io::Error| Failure::failed("address_unavailable", error.to_string());
            ran.map_err(unusable)
        };
        tokio::pin!(serving);
        tokio::select! {
            ran = &mut serving => ran,
            () = interrupt.heed(&stop, printer) => Ok(()),
        }
    };
    ran?;
    Ok(Exit::Done)
}

/// A listener, and the address that it has.
async fn listen(
    wanted: &str,
    addresses: &[SocketAddr],
) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |message: String| Failure::failed("address_unavailable", message);
    let listener = api::listen(addresses).await;
    let listener =
        listener.map_err(|error| failed(format!("cannot listen on {wanted}: {error}")))?;
    let address = listener.local_addr();
    let address =
        address.map_err(|error| failed(format!("cannot read the local address: {error}")))?;
    Ok((listener, address))
}

/// A server that was given no search provider searches the pages of the bundled example, so that it can be
/// tried without any setting.
fn with_something_to_search(
    given: Settings,
    common: &Common,
    mut flags: Vec<(&'static str, String)>,
    printer: &Printer,
) -> Result<Settings, Failure> {
    let is_chosen = given.origin("SEARCH_PROVIDER") != Origin::Default;
    if given.search.provider != SearchProvider::Corpus
        || given.search.corpus_dir.is_some()
        || is_chosen
    {
        return Ok(given);
    }
    let example = demo::folder(&given.data_dir);
    demo::unpack(&example)?;
    printer.warning(&format!(
        "no search provider is set: only the pages of the bundled example are searched. Upload its table, \
         {}, to try it; set SERPER_API_KEY or CORPUS_DIR for your own tables",
        demo::table(&example).display()
    ));
    flags.push(("CORPUS_DIR", example.to_string_lossy().into_owned()));
    Ok(settings(common, flags)?)
}

/// The server starts in either case: jobs resume when the engine is back, and jobs of the old service appear
/// once they are imported.
async fn report_what_is_missing(
    engine: &dyn Engine,
    settings: &Settings,
    printer: &Printer,
    factory: &dyn ServiceFactory,
) {
    if let Err(error) = engine.check().await {
        printer.note(&format!("{error}"));
    }
    match factory.count_pending_imports(settings).await {
        Ok(0) => {}
        Ok(jobs) => printer.note(&format!(
            "the database holds {jobs} jobs of the old service that are not imported; \
             import them with `ampledata import-go`"
        )),
        Err(error) => printer.note(&format!("cannot check for jobs of the old service: {error}")),
    }
}

/// Warns about the models that new jobs would use. Existing jobs keep theirs.
/// Providers that do not answer keep neither the start nor the end of the server waiting.
async fn report_models(roles: &ModelRoles, printer: &Printer, stop: &CancellationToken) {
    tokio::select! {
        () = check_models(roles, printer) => {}
        () = stop.cancelled() => {}
    }
}

async fn check_models(roles: &ModelRoles, printer: &Printer) {
    let models = match roles.resolve().await {
        Ok(models) => models,
        Err(error) => {
            return printer.warning(&format!("{error}; no job can be started until this is fixed"));
        }
    };
    for status in roles.check(&models).await {
        if let Some(warning) = status.warning() {
            printer.warning(&warning);
        }
        if let Availability::Unusable(error) | Availability::Unchecked(error) = status.availability
        {
            printer.warning(&format!("{}: {error}", status.model));
        }
    }
}

/// Prints where clients find the server, and who may use it.
fn print_address(address: SocketAddr, auth: Auth, printer: &Printer) {
    printer.note(&format!("listening on http://{address}/api/v1"));
    if auth == Auth::None {
        printer
            .note("AUTH is `none`: only requests from this machine are accepted, and they may do everything");
    }
}

fn failed(error: &ServiceError) -> Failure {
    Failure::failed(error.code(), error.to_string())
}
