//! Evaluation on labelled sets.

pub mod score;
pub mod set;
pub mod tally;
