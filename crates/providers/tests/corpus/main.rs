//! A corpus: its index follows the folder, no query breaks its search, its crawl stays inside the folder.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod folder;
mod hostile;
mod index;
mod search;
