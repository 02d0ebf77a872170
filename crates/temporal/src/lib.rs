//! Drives jobs with Temporal: the same row machine as the embedded engine, on any number of workers.
//!
//! Only this crate uses Temporal's SDK. Workflows decide where and when a row is processed, activities
//! perform one turn of it, and the store keeps the results. Names are part of the interface: workflows
//! `JobWorkflow` (id `job-{jobID}`) and `EnrichmentWorkflow`; activities `InitializeJob`, `GeneratePatterns`,
//! `SerpFetch`, `MakeDecision`, `Crawl`, `Extract`, `UpdateState`, `CompleteJob`.

// The SDK's macros make a constant of each workflow, activity, signal and query, without a comment.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "activities are not replayed: clocks, tasks and unordered maps are fine"
)]
#[expect(
    missing_docs,
    clippy::missing_errors_doc,
    reason = "the SDK's macros make constants; how activities fail is documented once, in the module"
)]
mod activities;
mod attributes;
mod codec;
#[expect(clippy::disallowed_methods, reason = "connecting to the server has a timeout")]
mod connection;
pub mod contract;
#[expect(clippy::disallowed_methods, reason = "the client of workflows waits in real time")]
mod driver;
mod error;
mod worker;
#[expect(
    missing_docs,
    clippy::missing_errors_doc,
    reason = "the SDK's macros make constants; a workflow's errors end it, and are reported in Temporal"
)]
mod workflows;

pub use activities::Activities;
pub use codec::{CodecError, Keys, RemotePayloads};
pub use connection::{ServerConnection, ServerOptions, Tls};
pub use driver::{Driver, DriverOptions};
pub use error::Error;
pub use worker::{Metrics, Served, Tuning, Version, work};
pub use workflows::{EnrichmentWorkflow, JobWorkflow};
