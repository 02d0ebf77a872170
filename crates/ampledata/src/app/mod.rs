//! Use cases: what the program does, whoever asks for it. No HTTP and no command line here; the
//! concrete parts arrive as traits.

pub mod columns;
pub mod eval;
