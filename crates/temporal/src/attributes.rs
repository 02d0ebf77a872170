//! Search attributes: by what jobs and rows are found in Temporal.

use temporalio_common::search_attributes::{SearchAttributeKey, SearchAttributes};

use crate::wire::JobRef;

/// Whose job it is.
pub(crate) const OWNER: SearchAttributeKey<String> = SearchAttributeKey::keyword("AmpledataOwner");
/// The job.
pub(crate) const JOB: SearchAttributeKey<String> = SearchAttributeKey::keyword("AmpledataJob");
/// The stage of a row that is a workflow of its own.
pub(crate) const STAGE: SearchAttributeKey<String> = SearchAttributeKey::keyword("AmpledataStage");
/// How the job stands.
pub(crate) const STATUS: SearchAttributeKey<String> =
    SearchAttributeKey::keyword("AmpledataStatus");
/// The attempt of a row that is a workflow of its own.
pub(crate) const ATTEMPTS: SearchAttributeKey<i64> = SearchAttributeKey::int("AmpledataAttempts");

/// What a workflow of this job is found by.
pub(crate) fn of(job: &JobRef, status: &str) -> SearchAttributes {
    SearchAttributes::new([
        OWNER.value_set(job.owner.clone()),
        JOB.value_set(job.job_id.clone()),
        STATUS.value_set(status.to_owned()),
    ])
}
