//! Models over the wire, behind the trades, and in a whole run: nothing leaves loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../engine_world/mod.rs"]
mod engine_world;
mod hostile;
mod ledger;
mod options;
mod roles;
mod script;
mod trades;
mod wire;
