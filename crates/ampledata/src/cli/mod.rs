//! The command line: one file per command. Nothing here knows how the work is done.

use std::time::Duration;

use crate::app::{self, RequestError, RequestField, ServiceFactory};
use crate::config::{self, Settings, Sources};
use crate::printer::Printer;

mod args;
mod budget;
mod calibrate;
mod completions;
mod config_command;
mod demo;
mod doctor;
mod enrich;
mod error;
mod eval;
#[cfg(feature = "postgres")]
mod import_go;
mod interrupt;
#[cfg(feature = "serve")]
mod openapi;
#[cfg(feature = "serve")]
mod serve;
mod watch;
mod worker;

pub use args::{Cli, Command, Common};
pub use error::{Exit, Failure};

/// Runs a command and returns how it ended.
pub async fn run(cli: Cli, printer: &Printer, factory: &dyn ServiceFactory) -> Exit {
    let common = &cli.common;
    let ended = match cli.command {
        Command::Enrich(args) => enrich::run(*args, common, printer, factory).await,
        Command::Demo(args) => demo::run(args, common, printer, factory).await,
        Command::Eval(args) => eval::run(args, common, printer, factory).await,
        Command::Calibrate(args) => calibrate::run(args, common, printer, factory).await,
        Command::Doctor(args) => doctor::run(&args, common, printer, factory).await,
        #[cfg(not(feature = "serve"))]
        Command::Serve(_) | Command::Openapi(_) => {
            Err(not_in_this_version("the HTTP API", "serve"))
        }
        #[cfg(not(feature = "postgres"))]
        Command::ImportGo(_) => {
            Err(not_in_this_version("the import from the old service", "postgres"))
        }
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args, common, printer, factory).await,
        Command::Worker(args) => worker::run(args, common, printer, factory).await,
        Command::Temporal(args::Temporal::Setup(args)) => {
            worker::set_up(args, common, printer, factory).await
        }
        Command::Temporal(args::Temporal::CodecServer(args)) => {
            worker::codec_server(args, common, printer, factory).await
        }
        #[cfg(feature = "postgres")]
        Command::ImportGo(args) => import_go::run(args, common, printer, factory).await,
        #[cfg(feature = "serve")]
        Command::Openapi(_) => openapi::run(printer),
        Command::Config(args) => config_command::run(&args, common, printer, factory).await,
        Command::Completions(args) => completions::run(&args, printer),
    };
    ended.unwrap_or_else(|failure| {
        if failure.is_closed_pipe() {
            return Exit::Done;
        }
        printer.error(failure.code, &failure.message);
        failure.exit
    })
}

/// A command that this build does not include.
#[cfg(not(all(feature = "postgres", feature = "serve")))]
fn not_in_this_version(what: &str, feature: &str) -> Failure {
    let message = format!("{what} is not part of this version: build with the feature `{feature}`");
    Failure::usage("not_in_this_version", message)
}

/// Loads the settings, with the values of flags.
fn settings(
    common: &Common,
    flags: Vec<(&'static str, String)>,
) -> Result<Settings, config::Error> {
    let mut flags = flags;
    if let Some(folder) = &common.data_dir {
        flags.push(("DATA_DIR", folder.to_string_lossy().into_owned()));
    }
    let environment = std::env::vars_os();
    let readable = |(name, text): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, text.into_string().ok()?))
    };
    let environment = environment.filter_map(readable).collect();
    Settings::load(&Sources { file: common.config.clone(), environment, flags })
}

/// The same for commands that do all work in their own process, whichever engine runs the jobs of the API.
fn embedded(effort: &args::Effort) -> Vec<(&'static str, String)> {
    let mut flags = effort_flags(effort);
    flags.push(("ENGINE", "embedded".to_owned()));
    flags
}

/// The settings that the flags of [`args::Effort`] set.
fn effort_flags(effort: &args::Effort) -> Vec<(&'static str, String)> {
    let mut flags = Vec::new();
    if let Some(folder) = &effort.corpus {
        flags.push(("CORPUS_DIR", folder.to_string_lossy().into_owned()));
        flags.push(("SEARCH_PROVIDER", "corpus".to_owned()));
    }
    let texts = [
        ("CONCURRENCY_ROW_ENRICHMENT_LIMIT", &effort.concurrency),
        ("CONFIDENCE_THRESHOLD", &effort.threshold),
        ("MAX_ENRICHMENT_RETRIES", &effort.retries),
    ];
    flags.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
    flags
}

/// Data as indented JSON.
fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::failed("output_failed", format!("cannot write JSON: {error}")))
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        let (code, message) = (error.code(), message_with_flags(&error));
        if error.is_usage() { Self::usage(code, message) } else { Self::failed(code, message) }
    }
}

/// The message of an error, with the flags of the command line.
fn message_with_flags(error: &app::Error) -> String {
    let request = match error {
        app::Error::Request(request) => request,
        app::Error::Provider { code: "no_corpus", message } => {
            return format!("{message}, or give --corpus DIR");
        }
        error => return error.to_string(),
    };
    match request {
        RequestError::ColumnExists(name) => format!(
            "the table already has a column `{name}`: use --fill-blanks to fill its blanks, or choose \
             another name"
        ),
        RequestError::BinaryToTerminal(format) => {
            format!("{format} is not a format for a terminal: name a file with --output")
        }
        _ => match request.field().map(flag_name) {
            Some(flag) => format!("{flag}: {request}"),
            None => request.to_string(),
        },
    }
}

fn flag_name(field: RequestField) -> &'static str {
    match field {
        RequestField::Key => "--key",
        RequestField::Context => "--context",
        RequestField::Columns => "--column",
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::usage(error.code(), error.to_string())
    }
}
