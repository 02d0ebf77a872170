//! Search attributes, by which jobs and rows are found in Temporal.

use temporalio_common::search_attributes::{
    SearchAttributeKey, SearchAttributeUpdate, SearchAttributes,
};

use crate::contract::{JobRef, RowAt};

/// The owner of the job.
pub(crate) const OWNER: SearchAttributeKey<String> = SearchAttributeKey::keyword("AmpledataOwner");
/// The id of the job.
pub(crate) const JOB: SearchAttributeKey<String> = SearchAttributeKey::keyword("AmpledataJob");
/// The stage of a row that is a workflow of its own.
pub(crate) const STAGE: SearchAttributeKey<String> = SearchAttributeKey::keyword("AmpledataStage");
/// The status of the job.
pub(crate) const STATUS: SearchAttributeKey<String> =
    SearchAttributeKey::keyword("AmpledataStatus");
/// The attempt of a row that is a workflow of its own.
pub(crate) const ATTEMPTS: SearchAttributeKey<i64> = SearchAttributeKey::int("AmpledataAttempts");

/// The attributes of every workflow of this job.
pub(crate) fn for_workflow(job: &JobRef) -> SearchAttributes {
    SearchAttributes::new([OWNER.value_set(job.owner.clone()), JOB.value_set(job.job_id.clone())])
}

/// The additional attributes of the job's own workflow when it starts.
pub(crate) fn for_job(job: &JobRef) -> SearchAttributes {
    with(for_workflow(job), [status_update("RUNNING")])
}

/// The additional attributes of the workflow of one row when it starts.
pub(crate) fn for_row(job: &JobRef, row: u64) -> SearchAttributes {
    with(for_workflow(job), stage_updates(RowAt::beginning(row)))
}

/// The status of a job.
pub(crate) fn status_update(status: &str) -> SearchAttributeUpdate {
    STATUS.value_set(status.to_owned())
}

/// The stage of a row.
pub(crate) fn stage_updates(at: RowAt) -> [SearchAttributeUpdate; 2] {
    [
        STAGE.value_set(at.asks.stage().as_str().to_owned()),
        ATTEMPTS.value_set(i64::from(at.attempt)),
    ]
}

fn with(
    mut attributes: SearchAttributes,
    more: impl IntoIterator<Item = SearchAttributeUpdate>,
) -> SearchAttributes {
    more.into_iter().for_each(|update| attributes.apply(update));
    attributes
}
