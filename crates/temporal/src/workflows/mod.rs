//! The workflows: they decide which row is processed where and when, and nothing about its data.
//!
//! A workflow follows the stages that its activities return. The row machine itself is advanced in the
//! activity, next to the journal (docs/adr/0010), so histories contain only ids and stages, and a release
//! that decides differently about data can replay the histories of the previous one.

use std::time::Duration;

use temporalio_common::RetryPolicy;
use temporalio_sdk::{ActivityOptions, WorkflowCancellationToken};

use crate::activities::MAX_ATTEMPTS;

mod job;
mod queue;
mod rows;

pub use job::JobWorkflow;
pub use rows::EnrichmentWorkflow;

/// Number of history events after which a workflow continues as new. The server suggests this a little later,
/// and terminates a workflow at 51,200.
const EVENTS: u32 = 4_000;

/// Heartbeat timeout of an activity, after which another worker takes over.
const SILENT: Duration = Duration::from_secs(10);

/// Options of a row's activities, in this queue or else in the workflow's. Transport failures are retried up
/// to three attempts in all.
fn of_rows(queue: Option<&String>) -> ActivityOptions {
    ActivityOptions::with_start_to_close_timeout(Duration::from_mins(2))
        .maybe_task_queue(queue.cloned())
        .heartbeat_timeout(SILENT)
        .retry_policy(
            RetryPolicy::builder()
                .initial_interval(Duration::from_secs(1))
                .backoff_coefficient(2.0)
                .maximum_interval(Duration::from_mins(1))
                .maximum_attempts(MAX_ATTEMPTS)
                .build(),
        )
        .build()
}

/// Options of activities that need only the store: they are retried until it answers.
fn of_store() -> ActivityOptions {
    until_it_answers(None)
}

/// The same for work that has to be done although the workflow was cancelled.
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
