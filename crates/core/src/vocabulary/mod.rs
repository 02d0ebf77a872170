//! What labels mean: how well the words beside a value name the column that is asked for.
//!
//! Evidence for it comes from the column's own name and description, and from a table of what
//! common columns are called ([`concepts`]); a label is compared word by word, so that spelling,
//! order and filling words do not matter, while words that make it mean something else do.

mod concepts;
mod label;
mod words;

pub use concepts::Holds;
pub use label::Labels;
pub use words::{is_stop_word, words};
