//! Runs jobs. [`perform`] carries out each step of a row by calling a provider and the store; [`drive`]
//! drives rows with a journal that survives a crash; the [`embedded`] engine drives a whole job in one
//! process. `ampledata_core` decides what to do.

pub mod drive;
pub mod embedded;
pub mod perform;
#[cfg(feature = "otlp")]
pub mod trace;
#[cfg(not(feature = "otlp"))]
#[path = "trace_absent.rs"]
pub mod trace;
