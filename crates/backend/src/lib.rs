//! The part of AmpleData that does and remembers: providers, page reading, tables in and out, the
//! store, and the embedded engine. What to do is decided in `ampledata_core`.

pub mod drive;
pub mod engine;
pub mod import_go;
pub mod perform;
pub mod trace;
