//! Providers that charge, over the wire, in whole jobs: what they fail at, and what they bill.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod budget;
mod faults;
mod scene;
mod server;
