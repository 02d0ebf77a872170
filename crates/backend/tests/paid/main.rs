//! Providers that charge, over the wire, in whole jobs: what they fail at, and what they bill.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod budget;
#[path = "../engine_world/mod.rs"]
mod engine_world;
mod faults;
mod scene;
mod server;
