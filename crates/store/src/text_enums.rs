//! Stages, statuses and outcomes as databases store them: by their names.

use ampledata_core::row::{CellOutcome, Stage};

use super::{Error, JobStatus};

pub(super) fn parse_stage(name: &str) -> Result<Stage, Error> {
    find(Stage::ALL, Stage::as_str, name, "stage of a row")
}

pub(super) fn parse_status(name: &str) -> Result<JobStatus, Error> {
    find(JobStatus::ALL, JobStatus::as_str, name, "status of a job")
}

pub(super) fn parse_outcome(name: &str) -> Result<CellOutcome, Error> {
    find(CellOutcome::ALL, CellOutcome::as_str, name, "outcome of a cell")
}

fn find<T: Copy, const N: usize>(
    all: [T; N],
    as_str: fn(T) -> &'static str,
    name: &str,
    what: &'static str,
) -> Result<T, Error> {
    let found = all.into_iter().find(|known| as_str(*known) == name);
    found.ok_or_else(|| Error::Unreadable { what, reason: format!("unknown: {name}") })
}
