//! Authenticates the caller. Every request under `/api/v1` passes here before its handler.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Api;
use super::error::Error;
use crate::app::Owner;

mod jwks;
mod jwt;
mod keys;
mod ring_provider;

pub(super) use jwt::Jwt;
pub(super) use jwt::SettingsError as JwtSettingsError;
pub(super) use keys::Keys;

/// The address of the client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// The caller: every use case receives this owner and sees nothing of other owners.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) owner: Owner,
    /// How the caller was authenticated, as shown by `/me`.
    pub(super) by: &'static str,
    /// The name under which requests are counted for the rate limit.
    pub(super) meter: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller
            .ok_or_else(|| Error::internal(&"a route that needs a caller is not behind the guard"))
    }
}

/// How callers are authenticated.
pub(super) enum Guard {
    /// Everyone on this machine is the local owner.
    None,
    /// By an API key.
    Keys(Keys),
    /// By a signed token.
    Jwt(Box<Jwt>),
}

impl Guard {
    async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Error> {
        match self {
            Self::None => {
                check_origin(headers)?;
                let owner = Owner::local();
                Ok(Caller { meter: owner.0.clone(), owner, by: "none" })
            }
            Self::Keys(keys) => keys.caller(bearer(headers)?).await,
            Self::Jwt(jwt) => jwt.caller(bearer(headers)?).await,
        }
    }
}

/// Lets authenticated callers through, within the rate limit.
pub(super) async fn guard(
    State(api): State<Arc<Api>>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match api.guard.caller(request.headers()).await {
        Ok(caller) => caller,
        Err(error) => {
            // Failed attempts are limited by address, which slows down guessing.
            let peer = request.extensions().get::<Peer>();
            let meter = peer.map_or_else(|| "?".to_owned(), |peer| format!("ip {}", peer.0.ip()));
            return api.rate.check(&meter).err().unwrap_or(error).into_response();
        }
    };
    if let Err(error) = api.rate.check(&caller.meter) {
        return error.into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Error::unauthorized("send one header `Authorization: Bearer TOKEN`"));
    };
    let text = value.to_str().unwrap_or_default();
    let token = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty());
    token.ok_or_else(|| Error::unauthorized("send the header as `Authorization: Bearer TOKEN`"))
}

/// Without authentication, access to this machine is the permission. A web page in a browser of this machine
/// does not have it: neither under its own origin nor under a name that resolves to loopback.
fn check_origin(headers: &HeaderMap) -> Result<(), Error> {
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let host = headers.get(HOST).map(text);
    if !host.as_deref().is_none_or(is_loopback_name) {
        return Err(Error::foreign());
    }
    let Some(origin) = headers.get(ORIGIN).map(text) else { return Ok(()) };
    let of_origin = origin.split_once("://").map(|(_, host)| host);
    if of_origin == host.as_deref() { Ok(()) } else { Err(Error::foreign()) }
}

/// Whether `HOST[:PORT]` literally names this machine.
fn is_loopback_name(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let ip = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (name.parse::<axum::http::HeaderName>().unwrap(), value.parse().unwrap())
        });
        pairs.collect()
    }

    #[test]
    fn only_this_machine_asks_without_a_key() {
        for good in [
            vec![("host", "localhost:8080")],
            vec![("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")],
            vec![("host", "[::1]:8080")],
            vec![],
        ] {
            assert!(check_origin(&headers(&good)).is_ok(), "{good:?}");
        }
        for bad in [
            vec![("host", "evil.example:8080")],
            vec![("host", "localhost.evil.example")],
            vec![("host", "127.0.0.1:8080"), ("origin", "http://evil.example")],
            vec![("host", "127.0.0.1:8080"), ("origin", "null")],
            vec![("host", "10.0.0.1")],
        ] {
            assert!(check_origin(&headers(&bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_token_stands_after_bearer() {
        assert_eq!(bearer(&headers(&[("authorization", "bearer abc")])).unwrap(), "abc");
        for bad in [vec![], vec![("authorization", "abc")], vec![("authorization", "Basic abc")]] {
            assert!(bearer(&headers(&bad)).is_err(), "{bad:?}");
        }
        let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
        let mut both = headers(&twice[..1]);
        both.append(AUTHORIZATION, twice[1].1.parse().unwrap());
        assert!(bearer(&both).is_err());
    }
}
