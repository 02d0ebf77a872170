//! The program as people meet it: the real binary, its output and its exit codes.

mod bad_input;
mod demo;
mod enrich;
mod eval;
mod help;
mod interrupted;
mod place;
mod settings;
mod usage;
