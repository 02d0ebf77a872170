//! What can go wrong between us and Temporal.

use std::net::SocketAddr;

use ampledata_store as store;
use thiserror::Error;

/// Why Temporal does not do its part.
#[derive(Debug, Error)]
pub enum Error {
    /// Nobody answers there.
    #[error(
        "cannot reach Temporal at {host_port} ({reason}): start it with `temporal server start-dev`, or set TEMPORAL_HOST_PORT"
    )]
    Unreachable {
        /// Where it was looked for.
        host_port: String,
        /// What the system says.
        reason: String,
    },
    /// The address is none.
    #[error("TEMPORAL_HOST_PORT is `{host_port}`, which is no address ({reason}): write HOST:PORT")]
    Address {
        /// As it was set.
        host_port: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The namespace does not exist.
    #[error(
        "Temporal at {host_port} has no namespace `{namespace}`: make it with `ampledata temporal setup`, or set TEMPORAL_NAMESPACE"
    )]
    NoNamespace {
        /// Where.
        host_port: String,
        /// Its name.
        namespace: String,
    },
    /// Temporal answers, and does not do what it was asked.
    #[error("Temporal refused to {what}: {reason}")]
    Refused {
        /// What it was asked for.
        what: &'static str,
        /// What it says.
        reason: String,
    },
    /// The worker ended by itself.
    #[error("the Temporal worker ended: {0}")]
    Worker(String),
    /// What the SDK measures cannot be told there.
    #[error("cannot tell metrics at {address}: {reason}")]
    Metrics {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        reason: String,
    },
    /// The store did not do its part.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The code that it is known by outside.
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

    /// Whether it may pass without anybody doing anything about it.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Refused { .. } | Self::Worker(_))
    }
}
