//! `openapi`: the document of the HTTP API.

use super::{Exit, Failure, json};
use crate::api;
use crate::printer::Printer;

pub(super) fn run(printer: &Printer) -> Result<Exit, Failure> {
    printer.data(&(json(&api::document())? + "\n"))?;
    Ok(Exit::Done)
}
