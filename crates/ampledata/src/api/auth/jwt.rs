//! Bearer tokens: signed by a key of the issuer's set, for this audience, and not expired.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::jwks::Jwks;
use super::{Caller, ring_provider};
use crate::api::error::Error;
use crate::app::Owner;
use crate::config;

/// Tolerated difference between the issuer's clock and ours, in seconds.
const SKEW: u64 = 60;
/// Maximum bytes of a token.
const MAX_TOKEN: usize = 16_384;
/// Maximum bytes of a subject.
const MAX_SUBJECT: usize = 255;

/// Verifies tokens.
pub(crate) struct Jwt {
    jwks: Jwks,
    issuer: String,
    audience: String,
}

/// Settings that make it impossible to verify tokens.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A required setting is missing.
    #[error("AUTH is `jwt`, but {0} is not set")]
    Missing(&'static str),
    /// The HTTP client cannot be created.
    #[error("the keys of the issuer cannot be fetched: {0}")]
    Client(#[from] reqwest::Error),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

impl Jwt {
    /// All three settings are required: a token for another audience must not be accepted.
    pub(crate) fn new(settings: &config::Jwt) -> Result<Self, SettingsError> {
        ring_provider::install();
        let need = |value: &Option<String>, name| value.clone().ok_or(SettingsError::Missing(name));
        Ok(Self {
            jwks: Jwks::new(need(&settings.jwks_url, "JWT_JWKS_URL")?)?,
            issuer: need(&settings.issuer, "JWT_ISSUER")?,
            audience: need(&settings.audience, "JWT_AUDIENCE")?,
        })
    }

    pub(super) async fn caller(&self, token: &str) -> Result<Caller, Error> {
        let refused = |why: &str| Error::unauthorized(format!("the token is refused: {why}"));
        if token.len() > MAX_TOKEN {
            return Err(refused("too long"));
        }
        let header = decode_header(token).map_err(|_| refused("not a signed token"))?;
        let key = self.jwks.key(header.kid.as_deref()).await;
        let key = key.map_err(|error| Error::internal(&error))?;
        let key = key.ok_or_else(|| refused("the issuer has no key of its id"))?;
        if !goes_with(&key, header.alg) {
            return Err(refused("its algorithm does not go with the key"));
        }
        let decoding = DecodingKey::from_jwk(&key).map_err(|_| refused("its key is unusable"))?;
        let decoded = decode::<Claims>(token, &decoding, &self.validation(header.alg));
        let claims = decoded.map_err(|error| refused(reason(&error)))?.claims;
        // The owner of jobs from the command line must not be the subject of a token.
        let owner = Owner(claims.sub);
        if owner.0.is_empty() || owner.0.len() > MAX_SUBJECT || owner == Owner::local() {
            return Err(refused("its subject is not accepted"));
        }
        Ok(Caller { meter: owner.0.clone(), owner, by: "jwt" })
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = SKEW;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation
    }
}

/// Whether a key may have made a signature with this algorithm, by its type, its curve, and its own
/// declarations. A token must not choose how it is verified.
fn goes_with(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm as A;
    let signs = !matches!(
        key.common.public_key_use,
        Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
    );
    let named = key.common.key_algorithm.map(|named| named.to_string());
    let as_named = named.is_none_or(|named| named == format!("{algorithm:?}"));
    let typed = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            A::RS256 | A::RS384 | A::RS512 | A::PS256 | A::PS384 | A::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(key), A::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), A::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(key), A::EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    signs && as_named && typed
}

fn reason(error: &jsonwebtoken::errors::Error) -> &'static str {
    use jsonwebtoken::errors::ErrorKind as E;
    match error.kind() {
        E::ExpiredSignature => "it has expired",
        E::ImmatureSignature => "it is not valid yet",
        E::InvalidIssuer => "it is of another issuer",
        E::InvalidAudience => "it is for another audience",
        E::MissingRequiredClaim(_) => "it lacks one of exp, iss, aud and sub",
        _ => "its signature is invalid",
    }
}
