//! Why a request failed, and whether a retry can help.

use std::time::Duration;

use ampledata_core::row::FailureKind;

/// The failure of a provider. It states whether a retry can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The kind of failure that empty cells report.
    pub kind: FailureKind,
    /// A stable code, documented under docs/errors.
    pub code: &'static str,
    /// One sentence for users, without secrets.
    pub message: String,
    /// Whether the driver should retry.
    pub retry: Retry,
}

/// Whether a retry can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// A retry cannot help.
    Never,
    /// Retry after the driver's own backoff.
    Backoff,
    /// Retry no earlier than after this time.
    After(Duration),
    /// Retry as soon as the provider's [`gate`](super::gate) opens again. The gate makes all callers wait
    /// until then, so this does not count as a try.
    Again,
    /// A retry needs action by the user first, such as paying or setting another key: the job should
    /// pause.
    Hold,
}
