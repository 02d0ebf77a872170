//! The user-facing part of AmpleData: settings, use cases, the command line, the HTTP API and the web app. It
//! also imports the jobs of the service that it replaces ([`import_go`]).

#![cfg_attr(
    not(feature = "serve"),
    allow(dead_code, unused_imports, reason = "some functions are for the API alone")
)]

#[cfg(feature = "serve")]
pub mod api;
pub mod app;
pub mod cli;
pub mod config;
#[cfg(feature = "postgres")]
pub mod import_go;
pub mod printer;
#[cfg(feature = "serve")]
pub mod ui;
