//! The program.

use std::process::ExitCode;

use ampledata::cli::{self, Cli, Exit};
use ampledata::printer::Printer;
use clap::Parser;

#[cfg(feature = "otlp")]
mod telemetry;
#[cfg(not(feature = "otlp"))]
#[path = "log.rs"]
mod telemetry;
mod wiring;

use telemetry::Telemetry;
use wiring::DefaultServiceFactory;

/// Returns unused memory to the system; glibc's allocator keeps several times as much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let printer = Printer::new(cli.common.quiet);
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        printer.error("runtime_unavailable", "another TLS provider is already installed");
        return ExitCode::from(Exit::Failed.code());
    }
    let (telemetry, problem) = Telemetry::begin();
    if let Some(problem) = problem {
        printer.note(&problem);
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.error("runtime_unavailable", &format!("cannot start threads: {error}"));
            return ExitCode::from(Exit::Failed.code());
        }
    };
    let exit =
        runtime.block_on(cli::run(cli, &printer, &DefaultServiceFactory { printer: &printer }));
    // Computations on blocking threads are not waited for: all results are already saved.
    runtime.shutdown_background();
    if let Err(problem) = telemetry.end() {
        printer.note(&problem);
    }
    ExitCode::from(exit.code())
}

/// Help and version are data; all other messages of the parser mean wrong usage.
fn usage(error: &clap::Error) -> ExitCode {
    let printer = Printer::new(false);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        printer.diagnostic(&text);
        return ExitCode::from(Exit::Usage.code());
    }
    // If stdout is closed, no one reads the help.
    printer.data(&text).ok();
    ExitCode::from(Exit::Done.code())
}
