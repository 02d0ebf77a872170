//! Crawlers: how pages are fetched.

pub mod chromium;
pub mod crawl4ai;
pub mod fallback;
pub mod http;
