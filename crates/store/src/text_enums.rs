//! The names of stages, statuses and outcomes in databases; they are the same in the API.

use ampledata_core::row::{CellOutcome, Stage};

use super::{Error, JobStatus};

pub(super) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Pending => "PENDING",
        Stage::SerpFetched => "SERP_FETCHED",
        Stage::DecisionMade => "DECISION_MADE",
        Stage::Crawled => "CRAWLED",
        Stage::Enriched => "ENRICHED",
        Stage::Completed => "COMPLETED",
        Stage::Failed => "FAILED",
        Stage::Cancelled => "CANCELLED",
    }
}

const STAGES: [Stage; 8] = [
    Stage::Pending,
    Stage::SerpFetched,
    Stage::DecisionMade,
    Stage::Crawled,
    Stage::Enriched,
    Stage::Completed,
    Stage::Failed,
    Stage::Cancelled,
];

pub(super) fn parse_stage(name: &str) -> Result<Stage, Error> {
    STAGES.into_iter().find(|stage| stage_name(*stage) == name).ok_or_else(|| Error::Unreadable {
        what: "stage of a row",
        reason: format!("unknown: {name}"),
    })
}

pub(super) fn status_name(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Pending => "PENDING",
        JobStatus::Running => "RUNNING",
        JobStatus::Paused => "PAUSED",
        JobStatus::Cancelled => "CANCELLED",
        JobStatus::Completed => "COMPLETED",
        JobStatus::Failed => "FAILED",
    }
}

const STATUSES: [JobStatus; 6] = [
    JobStatus::Pending,
    JobStatus::Running,
    JobStatus::Paused,
    JobStatus::Cancelled,
    JobStatus::Completed,
    JobStatus::Failed,
];

pub(super) fn parse_status(name: &str) -> Result<JobStatus, Error> {
    STATUSES.into_iter().find(|status| status_name(*status) == name).ok_or_else(|| {
        Error::Unreadable { what: "status of a job", reason: format!("unknown: {name}") }
    })
}

pub(super) fn outcome_name(outcome: CellOutcome) -> &'static str {
    match outcome {
        CellOutcome::Found => "found",
        CellOutcome::Absent => "absent",
        CellOutcome::Blocked => "blocked",
        CellOutcome::Conflict => "conflict",
        CellOutcome::Error => "error",
    }
}

const OUTCOMES: [CellOutcome; 5] = [
    CellOutcome::Found,
    CellOutcome::Absent,
    CellOutcome::Blocked,
    CellOutcome::Conflict,
    CellOutcome::Error,
];

pub(super) fn parse_outcome(name: &str) -> Result<CellOutcome, Error> {
    OUTCOMES.into_iter().find(|outcome| outcome_name(*outcome) == name).ok_or_else(|| {
        Error::Unreadable { what: "outcome of a cell", reason: format!("unknown: {name}") }
    })
}
