//! Errors of the connection to Temporal.

use std::net::SocketAddr;

use ampledata_store as store;
use thiserror::Error;

/// Why an operation on Temporal failed.
#[derive(Debug, Error)]
pub enum Error {
    /// The server does not answer.
    #[error(
        "failed to create Temporal client: cannot reach {host_port} ({reason}). Is the server running? Try `temporal server start-dev`, or set TEMPORAL_HOST_PORT"
    )]
    Unreachable {
        /// The address.
        host_port: String,
        /// The system's error.
        reason: String,
    },
    /// The address is malformed.
    #[error(
        "TEMPORAL_HOST_PORT is `{host_port}`, which is not an address ({reason}): use HOST:PORT"
    )]
    Address {
        /// The value of the setting.
        host_port: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The namespace does not exist.
    #[error(
        "Temporal at {host_port} has no namespace `{namespace}`: create it with `ampledata temporal setup`, or set TEMPORAL_NAMESPACE"
    )]
    NoNamespace {
        /// The server's address.
        host_port: String,
        /// Its name.
        namespace: String,
    },
    /// Temporal answered with an error.
    #[error("Temporal refused to {what}: {reason}")]
    Refused {
        /// The operation, as an infinitive.
        what: &'static str,
        /// The server's message.
        reason: String,
    },
    /// The worker ended unexpectedly.
    #[error("the Temporal worker ended unexpectedly: {0}")]
    Worker(String),
    /// The SDK's metrics cannot be served at this address.
    #[error("cannot serve metrics at {address}: {reason}")]
    Metrics {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "temporal_unreachable",
            Self::Address { .. } => "temporal_address",
            Self::NoNamespace { .. } => "temporal_no_namespace",
            Self::Refused { .. } => "temporal_refused",
            Self::Worker(_) => "temporal_worker",
            Self::Metrics { .. } => "address_unavailable",
            Self::Store(_) => "store",
        }
    }

    /// Whether the error may go away without anyone doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Refused { .. } | Self::Worker(_))
    }
}
