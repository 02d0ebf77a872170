//! The row's state machine: it receives the outcomes of its steps and returns the next ones.

mod ending;
mod explanation;
mod input;
mod machine;
mod outcome;
mod reason;
mod result;
mod state;
mod step;

pub use input::{Field, Input, Limits, Plan};
pub use machine::Row;
pub use outcome::{Decision, Extraction, Failure, FailureKind, Outcome, Pick};
pub use reason::ReasonCode;
pub use result::{
    AttemptSummary, Cell, CellOutcome, CellRank, QueryYield, RowResult, Stage, StopReason,
    StoredCell,
};
pub use state::State;
pub use step::{Next, Step};
