//! The API as clients meet it: the real program over real HTTP on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod document;
mod operation;
mod place;
mod tokens;
mod who;
