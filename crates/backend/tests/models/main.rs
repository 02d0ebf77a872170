//! Models over the wire, behind the trades, and in a whole run: nothing leaves loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod hostile;
mod ledger;
mod trades;
mod wire;
