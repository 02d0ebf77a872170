//! The API as clients meet it: the real program over real HTTP on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod bad_starts;
mod bucket;
mod deployment;
mod document;
mod events;
mod evidence;
mod export;
mod grid;
mod job_models;
mod key_by_model;
mod old_client;
mod once;
mod operation;
mod personas;
mod place;
mod processes;
mod providers;
mod restart;
mod s3;
mod site;
mod sources;
mod steer;
mod tokens;
mod traces;
mod uploads;
mod webhooks;
mod who;
