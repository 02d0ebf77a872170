//! The check that every outgoing fetch passes.
//!
//! Addresses come from search results, pages and models: none of them may reach the machine itself or the
//! network behind it. An address is checked as written, by every socket address that its name resolves
//! to, and again at every redirect; only checked addresses are connected to.

mod blocks;

use std::net::{IpAddr, SocketAddr};

use thiserror::Error;
use url::{Host, Url};

/// The longest address that is fetched, in bytes.
pub const MAX_URL: usize = 4_096;

/// Decides which addresses may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guard {
    /// Allows loopback and private addresses: `ALLOW_PRIVATE_NETWORKS`.
    pub allow_private: bool,
}

/// Why an address is not fetched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressRefusal {
    /// It is not an absolute address.
    #[error("not an address")]
    Malformed,
    /// It is longer than [`MAX_URL`].
    #[error("the address is longer than {MAX_URL} bytes")]
    TooLong,
    /// It is neither http nor https.
    #[error("the scheme {0} is not supported, only http and https")]
    Scheme(String),
    /// It contains a user name or password.
    #[error("addresses with a user name or password are not fetched")]
    Credentials,
    /// It has no host.
    #[error("the address has no host")]
    NoHost,
    /// Its port belongs to another protocol.
    #[error("port {0} belongs to a protocol other than HTTP")]
    Port(u16),
    /// Its name is only valid on this machine or network.
    #[error("{0} is a name on this machine or its network")]
    LocalName(String),
    /// It is not on the public internet.
    #[error("{0} is not on the public internet")]
    Private(IpAddr),
    /// Its name does not resolve.
    #[error("{0} has no address")]
    Unresolved(String),
}

/// Suffixes of names that are never on the public internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476).
const LOCAL_SUFFIXES: [&str; 9] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home.arpa",
    "localdomain",
    "onion",
    "alt",
];

impl Guard {
    /// Checks an address as written. A host name passes here and is checked again once it is resolved.
    ///
    /// # Errors
    /// Returns why the address is not fetched.
    pub fn check(self, address: &str) -> Result<Url, AddressRefusal> {
        if address.len() > MAX_URL {
            return Err(AddressRefusal::TooLong);
        }
        let url = Url::parse(address).map_err(|_| AddressRefusal::Malformed)?;
        self.check_url(&url)?;
        Ok(url)
    }

    /// As [`Guard::check`], for a parsed address such as a redirect's.
    ///
    /// # Errors
    /// Returns why the address is not fetched.
    pub fn check_url(self, url: &Url) -> Result<(), AddressRefusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressRefusal::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressRefusal::Credentials);
        }
        let port = url.port_or_known_default().ok_or(AddressRefusal::Port(0))?;
        if blocks::is_other_protocol(port) {
            return Err(AddressRefusal::Port(port));
        }
        match url.host().ok_or(AddressRefusal::NoHost)? {
            Host::Ipv4(ip) => self.check_ip(ip.into()),
            Host::Ipv6(ip) => self.check_ip(ip.into()),
            Host::Domain(name) => self.check_name(name),
        }
    }

    /// Checks an address that a name resolved to.
    ///
    /// # Errors
    /// [`AddressRefusal::Private`] if it is not on the public internet.
    pub fn check_ip(self, ip: IpAddr) -> Result<(), AddressRefusal> {
        if self.allow_private || blocks::is_public(ip) {
            Ok(())
        } else {
            Err(AddressRefusal::Private(ip))
        }
    }

    /// Checks everything that a name resolved to: one internal address refuses the whole name, since we
    /// do not choose which address is connected to.
    ///
    /// # Errors
    /// Returns why the name is not fetched.
    pub fn check_resolved(self, name: &str, found: &[SocketAddr]) -> Result<(), AddressRefusal> {
        if found.is_empty() {
            return Err(AddressRefusal::Unresolved(name.to_owned()));
        }
        found.iter().try_for_each(|address| self.check_ip(address.ip()))
    }

    fn check_name(self, name: &str) -> Result<(), AddressRefusal> {
        let bare = name.trim_end_matches('.').to_ascii_lowercase();
        if bare.is_empty() {
            return Err(AddressRefusal::NoHost);
        }
        let local = !bare.contains('.')
            || LOCAL_SUFFIXES.iter().any(|suffix| {
                bare == *suffix || bare.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'))
            });
        if local && !self.allow_private { Err(AddressRefusal::LocalName(bare)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
