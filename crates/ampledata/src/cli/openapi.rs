//! `openapi`: prints the OpenAPI document of the HTTP API.

use super::{Exit, Failure, json};
use crate::api;
use crate::printer::Printer;

pub(super) fn run(printer: &Printer) -> Result<Exit, Failure> {
    let document =
        api::document().map_err(|error| Failure::failed("internal_error", error.to_string()))?;
    printer.data(&(json(&document)? + "\n"))?;
    Ok(Exit::Done)
}
