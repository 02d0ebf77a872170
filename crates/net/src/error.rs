//! Why a request brought nothing, and whether asking again can help.

use std::time::Duration;

use ampledata_core::row::FailureKind;

/// Why a provider gave nothing. It knows whether asking again can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What cells that stay empty for it are called.
    pub kind: FailureKind,
    /// A stable code, explained under docs/errors.
    pub code: &'static str,
    /// One sentence for a person, without secrets.
    pub message: String,
    /// Whether the driver should try again.
    pub retry: Retry,
}

/// Whether asking again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It cannot.
    Never,
    /// After the driver's own backoff.
    Backoff,
    /// Not before this long.
    After(Duration),
    /// As soon as the provider's [`gate`](super::gate) opens again: it keeps everybody waiting until
    /// then, so that this does not count as a try.
    Again,
    /// Not before somebody does something, such as pay or set another key: the job is to pause.
    Hold,
}
