//! The part of AmpleData that meets people: settings, use cases, the command line, the HTTP API and the
//! web page. It also takes over the jobs of the service that it replaces ([`import_go`]).

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod import_go;
pub mod printer;
pub mod ui;
