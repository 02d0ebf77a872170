//! Models over the wire and behind the trades: nothing leaves loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod trades;
mod wire;
