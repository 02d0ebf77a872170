//! Upload addresses, signed so that no one else can create or change one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac;
use serde::Deserialize;

use super::error::Error;

/// Signs the addresses of this process. An address is valid for 90 seconds, so a key that is lost with the
/// process invalidates almost nothing.
pub(super) struct Signer {
    key: hmac::Key,
}

/// The signed terms of an upload.
#[derive(Debug, Deserialize)]
pub(super) struct Terms {
    /// Expiry, in seconds since 1970-01-01 UTC.
    pub(super) expires: i64,
    /// Maximum bytes of the file.
    pub(super) length: u64,
    /// The required content type.
    #[serde(rename = "type")]
    pub(super) content_type: String,
    /// Signature over all of these and the source's id.
    #[serde(default)]
    pub(super) signature: String,
}

impl Signer {
    pub(super) fn new() -> Result<Self, ring::error::Unspecified> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &ring::rand::SystemRandom::new())?;
        Ok(Self { key })
    }

    /// The path and query of an upload.
    pub(super) fn path(&self, source: &str, terms: &Terms) -> String {
        let signature = hmac::sign(&self.key, text(source, terms).as_bytes());
        format!(
            "/uploads/{source}?expires={}&length={}&type={}&signature={}",
            terms.expires,
            terms.length,
            utf8_percent_encode(&terms.content_type, NON_ALPHANUMERIC),
            URL_SAFE_NO_PAD.encode(signature)
        )
    }

    /// Whether this process signed this address, and it has not expired.
    pub(super) fn check(&self, source: &str, terms: &Terms, now: Timestamp) -> Result<(), Error> {
        let signature = URL_SAFE_NO_PAD.decode(&terms.signature).unwrap_or_default();
        // Compared in constant time.
        hmac::verify(&self.key, text(source, terms).as_bytes(), &signature)
            .map_err(|_| Error::forged())?;
        if now.as_second() > terms.expires { Err(Error::expired()) } else { Ok(()) }
    }
}

/// Encodes the terms unambiguously: the type comes last, so that no part of it can pass for another term.
fn text(source: &str, terms: &Terms) -> String {
    format!("PUT\n{source}\n{}\n{}\n{}", terms.expires, terms.length, terms.content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_signed_address_can_be_changed() {
        let signer = Signer::new().unwrap();
        let terms = |expires, length, content_type: &str| Terms {
            expires,
            length,
            content_type: content_type.to_owned(),
            signature: String::new(),
        };
        let path = signer.path("s1", &terms(100, 7, "text/csv"));
        let signature = path.split_once("signature=").unwrap().1;
        let now = Timestamp::from_second(50).unwrap();
        let check = |source, terms: Terms, now| {
            let terms = Terms { signature: signature.to_owned(), ..terms };
            signer.check(source, &terms, now).is_ok()
        };
        assert!(check("s1", terms(100, 7, "text/csv"), now));
        assert!(!check("s2", terms(100, 7, "text/csv"), now));
        assert!(!check("s1", terms(101, 7, "text/csv"), now));
        assert!(!check("s1", terms(100, 8, "text/csv"), now));
        assert!(!check("s1", terms(100, 7, "application/json"), now));
        assert!(!check("s1", terms(100, 7, "text/csv"), Timestamp::from_second(101).unwrap()));
        let other = Signer::new().unwrap();
        let terms = Terms { signature: signature.to_owned(), ..terms(100, 7, "text/csv") };
        assert!(other.check("s1", &terms, now).is_err());
    }
}
