//! Files in the object stores of the clouds: S3 and what speaks its protocol, GCS, Azure.
//!
//! Clients send their files to an address that is signed here, straight to the store; the file is read
//! from there when it is needed. Credentials come by the variables that each cloud has for them
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

/// Why files cannot be had from the store, or put there.
#[derive(Debug, Error)]
pub enum Error {
    /// An address or credentials with which no store can be asked.
    #[error("the object store of BLOB_URL cannot be used: {0}")]
    Unusable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An address of no kind that is known.
    #[error("BLOB_URL is `{0}`; it begins with file://, s3://, gs:// or az://")]
    Unknown(String),
    /// The build leaves the clouds out.
    #[error(
        "BLOB_URL is `{0}`, and object stores are not part of this version: build with the feature `cloud`"
    )]
    NotBuiltIn(String),
    /// The store refuses, or does not answer.
    #[error("the object store does not do what it is asked: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unusable(_) | Self::Unknown(_) => "blob_url_unusable",
            Self::NotBuiltIn(_) => "not_in_this_version",
            Self::Unavailable(_) => "blob_unavailable",
        }
    }
}
