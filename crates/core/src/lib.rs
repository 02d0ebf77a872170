//! The part of AmpleData that decides.
//!
//! One law: nothing here has side effects. No IO, no async, no clock, no randomness, no environment; the
//! same input gives the same answer everywhere. A row is a state machine: it receives the outcomes of its
//! last steps and returns the next ones:
//!
//! ```text
//! let (mut row, mut next) = Row::start(plan, input);
//! while let Next::Do(steps) = next {
//!     let outcomes = /* the driver has each step performed, in any order */;
//!     next = row.advance(outcomes);
//! }
//! ```
//!
//! The machine owns every decision about data: which queries, which pages, which values, when to stop.
//! The driver owns concurrency, retries of transport faults, durability and cancellation.

pub mod answer;
pub mod character_reference;
pub mod column;
pub mod confidence;
pub mod entity;
pub mod evidence;
pub mod feedback;
pub mod marks;
pub mod merge;
pub mod model;
pub mod page;
pub mod passage;
pub mod prompt;
pub mod row;
#[cfg(feature = "scenario")]
pub mod scenario;
pub mod serp;
pub mod standing;
pub mod usage;
pub mod value;
pub mod vocabulary;
