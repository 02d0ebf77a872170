//! Models over the wire and behind the trades: nothing leaves loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod options;
mod roles;
mod trades;
mod wire;
