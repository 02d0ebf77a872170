//! The part of AmpleData that meets people: settings, use cases and the command line.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod printer;
