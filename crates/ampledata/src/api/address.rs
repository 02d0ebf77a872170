//! The addresses that the API listens on.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;
use tokio::net::lookup_host;

use crate::config::Auth;

/// An address that the API cannot listen on.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It does not resolve.
    #[error("SERVER_ADDR is `{address}`, which is not an address of this machine: {source}")]
    Unresolved {
        /// The value of the setting.
        address: String,
        /// The system's error.
        source: io::Error,
    },
    /// Anyone on the network could do everything.
    #[error(
        "SERVER_ADDR is `{0}`, which others on the network can reach, but AUTH is `none`: set \
         AUTH=api-keys or AUTH=jwt, or SERVER_ADDR=127.0.0.1:PORT"
    )]
    Open(String),
}

impl AddressError {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unresolved { .. } => "address_unusable",
            Self::Open(_) => "auth_needed",
        }
    }
}

/// The addresses that `HOST:PORT` or `:PORT` means. Without a host, it is loopback only if there is no
/// authentication, and every address of the machine otherwise.
///
/// # Errors
/// The name does not resolve; or it is not loopback and there is no authentication.
pub async fn addresses(given: &str, auth: Auth) -> Result<Vec<SocketAddr>, AddressError> {
    let full = match (given.strip_prefix(':'), auth) {
        (Some(port), Auth::None) => format!("127.0.0.1:{port}"),
        (Some(port), _) => format!("0.0.0.0:{port}"),
        (None, _) => given.to_owned(),
    };
    let found = lookup_host(&full).await;
    let found =
        found.map_err(|source| AddressError::Unresolved { address: given.to_owned(), source })?;
    let found: Vec<_> = found.collect();
    if auth == Auth::None && found.iter().any(|address| !address.ip().is_loopback()) {
        return Err(AddressError::Open(given.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_authentication_only_loopback_is_listened_on() {
        for (given, auth, wanted) in [
            (":8080", Auth::None, Ok("127.0.0.1:8080")),
            ("127.0.0.1:1", Auth::None, Ok("127.0.0.1:1")),
            ("[::1]:1", Auth::None, Ok("[::1]:1")),
            ("0.0.0.0:1", Auth::None, Err("auth_needed")),
            ("[::]:1", Auth::None, Err("auth_needed")),
            ("10.1.2.3:1", Auth::None, Err("auth_needed")),
            (":8080", Auth::ApiKeys, Ok("0.0.0.0:8080")),
            ("10.1.2.3:1", Auth::Jwt, Ok("10.1.2.3:1")),
        ] {
            let found = addresses(given, auth).await;
            let found = found.map(|found| found[0].to_string());
            let found = found.as_deref().map_err(AddressError::code);
            assert_eq!(found, wanted, "{given}");
        }
    }
}
