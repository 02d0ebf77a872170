//! The workflows: which row is worked on where and when, and nothing about its data.
//!
//! A workflow follows the stages that its activities name. The row machine itself is advanced in the
//! activity, beside the journal (docs/adr/0010): so histories hold ids and stages alone, and a release
//! that decides otherwise about data replays the histories of the one before it.

use std::time::Duration;

use temporalio_common::RetryPolicy;
use temporalio_sdk::{ActivityOptions, WorkflowCancellationToken};

use crate::activities::TRIES;

mod job;
mod queue;
mod rows;

pub use job::JobWorkflow;
pub use rows::EnrichmentWorkflow;

/// Events of a history after which a workflow continues as new; the server suggests it a little
/// later, and ends a workflow at 51,200.
const EVENTS: u32 = 4_000;

/// How long nothing may be heard of an activity until another worker takes it over.
const SILENT: Duration = Duration::from_secs(10);

/// A row's activities, in this queue if not in the workflow's: transport faults are tried again three
/// times in all.
fn of_rows(queue: Option<&String>) -> ActivityOptions {
    ActivityOptions::with_start_to_close_timeout(Duration::from_mins(2))
        .maybe_task_queue(queue.cloned())
        .heartbeat_timeout(SILENT)
        .retry_policy(
            RetryPolicy::builder()
                .initial_interval(Duration::from_secs(1))
                .backoff_coefficient(2.0)
                .maximum_interval(Duration::from_mins(1))
                .maximum_attempts(TRIES)
                .build(),
        )
        .build()
}

/// Activities that need nothing but the store: they are tried until it answers.
fn of_store() -> ActivityOptions {
    until_it_answers(None)
}

/// The same for what is to be done although the workflow was cancelled.
fn after_cancel() -> ActivityOptions {
    until_it_answers(Some(WorkflowCancellationToken::new()))
}

fn until_it_answers(token: Option<WorkflowCancellationToken>) -> ActivityOptions {
    ActivityOptions::with_start_to_close_timeout(Duration::from_mins(2))
        .heartbeat_timeout(SILENT)
        .maybe_cancellation_token(token)
        .retry_policy(
            RetryPolicy::builder()
                .initial_interval(Duration::from_secs(1))
                .backoff_coefficient(2.0)
                .maximum_interval(Duration::from_secs(30))
                .build(),
        )
        .build()
}
