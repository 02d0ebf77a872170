//! Takes over the jobs of the service that was there before this program.

pub mod import_go;
