//! The program.

use std::process::ExitCode;

use ampledata::cli::{self, Cli, Exit};
use ampledata::printer::Printer;
use clap::Parser;

mod concrete;
#[cfg(feature = "otlp")]
mod telemetry;
#[cfg(not(feature = "otlp"))]
#[path = "log.rs"]
mod telemetry;

use concrete::Concrete;
use telemetry::Telemetry;

/// Gives back what is not in use; glibc's keeps several times of that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let printer = Printer::new(cli.common.quiet);
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        printer.error("runtime_unavailable", "another TLS provider is installed already");
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
    let exit = runtime.block_on(cli::run(cli, &printer, &Concrete { printer: &printer }));
    // What still computes on a blocking thread is not waited for: everything that counts is saved.
    runtime.shutdown_background();
    if let Err(problem) = telemetry.end() {
        printer.note(&problem);
    }
    ExitCode::from(exit.code())
}

/// Help and version are data; everything else that the parser says is wrong usage.
fn usage(error: &clap::Error) -> ExitCode {
    let printer = Printer::new(false);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        printer.tell(&text);
        return ExitCode::from(Exit::Usage.code());
    }
    // Whoever closed stdout does not want to read the help.
    printer.data(&text).ok();
    ExitCode::from(Exit::Done.code())
}
