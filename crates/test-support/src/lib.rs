//! Shared by the tests and benchmarks of several crates: a scripted world of providers, scripted models,
//! and real servers. No program depends on it.
#![allow(clippy::unwrap_used, reason = "what is not as expected ends the test")]

pub mod models;
pub mod postgres;
pub mod temporal;
#[cfg(feature = "world")]
pub mod world;
