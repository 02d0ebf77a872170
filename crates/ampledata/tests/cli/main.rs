//! The program as users run it: the real binary, its output and its exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod calibrate;
mod corpora;
mod demo;
mod enrich;
mod eval;
mod help;
mod interrupted;
mod models;
mod outcomes;
mod place;
mod settings;
mod usage;
mod web;
