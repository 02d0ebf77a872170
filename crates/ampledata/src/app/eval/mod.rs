//! Evaluation on labelled sets.

pub mod report;
mod run;
pub mod score;
pub mod set;
pub mod tally;

pub use run::{kind, prepare};
