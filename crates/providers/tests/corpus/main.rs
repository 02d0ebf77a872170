//! A corpus: its index follows the folder, its search cannot be broken, its crawl stays inside.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod folder;
mod hostile;
mod index;
mod search;
