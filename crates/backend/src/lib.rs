//! The part of AmpleData that does and remembers: providers, page reading, tables in and out, the
//! store, the embedded engine.

pub mod table;
