//! Jobs on a real Temporal server.
#![allow(clippy::unwrap_used, reason = "what is not as it should be ends the test")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run outside of workflows"
)]

mod control;
mod encrypted;
mod faults;
mod found;
mod limits;
mod queues;
mod replay;
mod same;
mod server;
mod versions;
