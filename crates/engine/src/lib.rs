//! Runs jobs: each step of a row is performed by asking a provider and the store ([`perform`]), rows are
//! driven with a journal that survives a crash ([`drive`]), and the [`embedded`] engine drives a whole
//! job in one process. What to do is decided in `ampledata_core`.

pub mod drive;
pub mod embedded;
pub mod perform;
#[cfg(feature = "otlp")]
pub mod trace;
#[cfg(not(feature = "otlp"))]
#[path = "trace_absent.rs"]
pub mod trace;
