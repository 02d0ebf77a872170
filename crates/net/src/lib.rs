//! Access to the network: what may be fetched, how fast, and how much of it.
//!
//! Addresses from outside pass the [`guard`] before they are fetched. Pages are fetched politely
//! ([`robots`], [`politeness`]) and as rarely as their servers allow ([`cache`]); services are called through
//! a [`gate`] that respects their limits. Bodies have a maximum size ([`body`], [`service`]), and every
//! failure is an [`Error`] that states whether a retry can help.

pub mod body;
pub mod cache;
mod error;
pub mod freshness;
pub mod gate;
pub mod guard;
pub mod notify;
pub mod page_response;
pub mod politeness;
pub mod resolve;
pub mod retry_after;
pub mod robots;
pub mod service;

pub use error::{Error, Retry};
