//! The meaning of labels: how well the words beside a value match the requested column.
//!
//! This is judged by the column's own name and description, and by a table of what common columns are
//! called ([`concepts`]). A label is compared word by word, so that spelling, order and filler words do
//! not matter, while words that change its meaning do.

mod concepts;
mod fillers;
mod label;
mod meaning;
mod qualifiers;
mod table;
mod title;
mod words;

pub use concepts::ContentKind;
pub use label::Labels;
pub use qualifiers::Qualifiers;
pub use title::announced_columns;
pub use words::{is_stop_word, words};
