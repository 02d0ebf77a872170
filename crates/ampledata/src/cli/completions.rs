//! `completions`: prints the completion script for a shell.

use clap::CommandFactory;

use super::args::Completions;
use super::{Cli, Exit, Failure};
use crate::printer::Printer;

pub(super) fn run(args: &Completions, printer: &Printer) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ampledata", &mut script);
    printer.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
