//! Paid providers over HTTP, in complete jobs: their failures and their bills.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod budget;
mod faults;
mod scene;
mod server;
