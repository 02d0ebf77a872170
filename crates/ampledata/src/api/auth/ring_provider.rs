//! Signatures of tokens by ring, which the program contains for TLS anyway.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use ring::signature as ringed;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Installs ring as the provider of this process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if PROVIDER.install_default().is_err() {
            tracing::warn!("another provider of token signatures is already installed");
        }
    });
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the provider has this signature")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let (family, how) = how(*algorithm).ok_or(ErrorKind::InvalidAlgorithm)?;
    if key.family() != family {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    Ok(Box::new(Ringed { algorithm: *algorithm, how, key: key.clone() }))
}

enum How {
    Rsa(&'static ringed::RsaParameters),
    Other(&'static dyn ringed::VerificationAlgorithm),
}

fn how(algorithm: Algorithm) -> Option<(AlgorithmFamily, How)> {
    use AlgorithmFamily as F;
    Some(match algorithm {
        Algorithm::RS256 => (F::Rsa, How::Rsa(&ringed::RSA_PKCS1_2048_8192_SHA256)),
        Algorithm::RS384 => (F::Rsa, How::Rsa(&ringed::RSA_PKCS1_2048_8192_SHA384)),
        Algorithm::RS512 => (F::Rsa, How::Rsa(&ringed::RSA_PKCS1_2048_8192_SHA512)),
        Algorithm::PS256 => (F::Rsa, How::Rsa(&ringed::RSA_PSS_2048_8192_SHA256)),
        Algorithm::PS384 => (F::Rsa, How::Rsa(&ringed::RSA_PSS_2048_8192_SHA384)),
        Algorithm::PS512 => (F::Rsa, How::Rsa(&ringed::RSA_PSS_2048_8192_SHA512)),
        Algorithm::ES256 => (F::Ec, How::Other(&ringed::ECDSA_P256_SHA256_FIXED)),
        Algorithm::ES384 => (F::Ec, How::Other(&ringed::ECDSA_P384_SHA384_FIXED)),
        Algorithm::EdDSA => (F::Ed, How::Other(&ringed::ED25519)),
        // A public key set cannot contain a shared secret.
        _ => return None,
    })
}

struct Ringed {
    algorithm: Algorithm,
    how: How,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for Ringed {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let wrong = signature::Error::from_source;
        match (&self.how, self.key.kind()) {
            (How::Rsa(how), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = ringed::RsaPublicKeyComponents { n, e };
                key.verify(how, message, signature).map_err(|error| wrong(error.to_string()))
            }
            (How::Rsa(how), DecodingKeyKind::SecretOrDer(key)) => {
                let key = ringed::UnparsedPublicKey::new(*how, key);
                key.verify(message, signature).map_err(|error| wrong(error.to_string()))
            }
            (How::Other(how), DecodingKeyKind::SecretOrDer(key)) => {
                let key = ringed::UnparsedPublicKey::new(*how, key);
                key.verify(message, signature).map_err(|error| wrong(error.to_string()))
            }
            (How::Other(_), DecodingKeyKind::RsaModulusExponent { .. }) => {
                Err(signature::Error::new())
            }
        }
    }
}

impl JwtVerifier for Ringed {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
