//! Crawlers: how pages are fetched.

pub mod http;
