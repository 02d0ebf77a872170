//! The part of AmpleData that does and remembers.

pub mod page;
