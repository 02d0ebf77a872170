//! Jobs on a real Temporal server.
#![allow(clippy::unwrap_used, reason = "what is not as it should be ends the test")]

mod control;
mod faults;
mod found;
mod limits;
mod queues;
mod replay;
mod same;
mod sealed;
mod server;
mod versions;
