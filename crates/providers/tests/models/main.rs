//! Models over HTTP and in their roles: all requests stay on loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod exchanges;
mod options;
mod roles;
mod wire;
