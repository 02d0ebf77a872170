//! Files in cloud object stores: S3 and compatible stores, GCS, Azure.
//!
//! Clients upload their files to an address that is signed here, directly to the store; the file is read
//! from there when it is needed. Credentials come from the usual environment variables of each cloud
//! (`AWS_*`, `GOOGLE_*`, `AZURE_*`) or from the machine's own role.

use thiserror::Error;

#[cfg(not(feature = "cloud"))]
mod absent;
#[cfg(feature = "cloud")]
mod cloud;

#[cfg(not(feature = "cloud"))]
pub use absent::Bucket;
#[cfg(feature = "cloud")]
pub use cloud::Bucket;

/// Why files cannot be read from the store, or written to it.
#[derive(Debug, Error)]
pub enum Error {
    /// The address or the credentials cannot be used with any store.
    #[error("the object store of BLOB_URL cannot be used: {0}")]
    Unusable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address has an unknown scheme.
    #[error("BLOB_URL is `{0}`; it must begin with file://, s3://, gs:// or az://")]
    Unknown(String),
    /// The build leaves the clouds out.
    #[error(
        "BLOB_URL is `{0}`, and object stores are not part of this version: build with the feature `cloud`"
    )]
    NotBuiltIn(String),
    /// The store refuses a request or does not respond.
    #[error("the request to the object store failed: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The stable code, documented under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unusable(_) | Self::Unknown(_) => "blob_url_unusable",
            Self::NotBuiltIn(_) => "not_in_this_version",
            Self::Unavailable(_) => "blob_unavailable",
        }
    }
}
