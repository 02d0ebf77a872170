//! The row machine: told what happened, it answers with what to do next.

mod input;
mod outcome;
mod result;
mod step;

pub use input::{Field, Input, Limits, Plan};
pub use outcome::{Decision, Extraction, Failure, FailureKind, Outcome};
pub use result::{AttemptSummary, Cell, CellOutcome, RowResult, Stage};
pub use step::{Next, Step};
