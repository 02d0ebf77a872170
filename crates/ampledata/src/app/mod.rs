//! Use cases: what the program does, for any kind of caller. No HTTP and no command line here; the concrete
//! services are injected as traits.

#[cfg(feature = "serve")]
pub mod accounts;
#[cfg(feature = "serve")]
mod application;
pub mod calibrate;
pub mod columns;
pub mod demo;
pub mod doctor;
pub mod enrich;
mod error;
pub mod eval;
pub mod imported;
#[cfg(feature = "serve")]
pub mod jobs;
pub mod pricing;
#[cfg(feature = "serve")]
pub mod providers;
#[cfg(feature = "serve")]
pub mod scheduling;
#[cfg(feature = "serve")]
mod service_error;
mod services;
#[cfg(feature = "serve")]
pub mod sources;
#[cfg(feature = "serve")]
pub mod value_json;
#[cfg(feature = "serve")]
pub mod webhooks;

pub use ampledata_store::{Owner, Slice};
#[cfg(feature = "serve")]
pub use application::Application;
pub use error::{Error, RequestError, RequestField, table_code};
#[cfg(feature = "serve")]
pub use service_error::{ErrorKind, ServiceError};
pub use services::{Engine, ServiceFactory, Services, TemporalStatus};
