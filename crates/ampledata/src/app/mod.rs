//! Use cases: what the program does, for any kind of caller. No HTTP and no command line here; the concrete
//! services are injected as traits.

pub mod columns;
pub mod demo;
pub mod doctor;
pub mod enrich;
mod error;
pub mod estimate;
pub mod eval;
pub mod imported;
#[cfg(feature = "serve")]
pub mod jobs;
mod parts;
#[cfg(feature = "serve")]
pub mod providers;

pub use error::{Error, RequestError, table_code};
pub use parts::{Engine, Parts, Rate, Services, Tariff, TemporalSeen};
