//! The user-facing part of AmpleData: settings, use cases, the command line, the HTTP API and the web app. It
//! also imports the jobs of the service that it replaces ([`import_go`]).

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod import_go;
pub mod printer;
pub mod ui;
