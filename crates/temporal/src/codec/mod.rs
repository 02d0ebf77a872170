//! Encrypts the payloads in Temporal's histories, so that only holders of the key can read them.
//!
//! AES-256-GCM over the whole payload, with a new nonce for each; `encoding` and `encryption-key-id` as in
//! Temporal's codec samples (docs.temporal.io/payload-codec). Payloads that are not encrypted are read
//! unchanged, so that encryption can be turned on in a running deployment.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use prost::Message as _;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use temporalio_common::data_converters::{
    DataConverter, DefaultFailureConverter, PayloadCodec, PayloadConversionError, PayloadConverter,
    SerializationContextData,
};
use temporalio_common::protos::temporal::api::common::v1::Payload;

mod remote;

pub use remote::RemotePayloads;

const ENCODING: &str = "encoding";
const SEALED: &[u8] = b"binary/encrypted";
const KEY_ID: &str = "encryption-key-id";

/// Why a payload cannot be encrypted or decrypted; never with its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The setting with the keys is malformed.
    #[error("{0}: write ID:KEY, ID:KEY, … with keys of 32 bytes in base64")]
    Keys(&'static str),
    /// It was encrypted with an unknown key.
    #[error("it was encrypted with the key `{0}`, which is not among the configured keys")]
    NoKey(String),
    /// It was modified, or another key has the same id.
    #[error(
        "it cannot be decrypted with the key `{0}`: it was modified, or the key is a different one"
    )]
    Broken(String),
    /// A payload to be encrypted or decrypted is not base64.
    #[error("a payload is not base64")]
    NotBase64,
    /// The system provides no random bytes.
    #[error("the system provides no random bytes")]
    NoRandom,
}

/// Keys by id: the first encrypts, each decrypts.
#[derive(Clone)]
pub struct Keys(Arc<Vec<(String, LessSafeKey)>>);

impl Keys {
    /// Parses `ID:KEY, ID:KEY, …`, each key 32 bytes in base64.
    ///
    /// # Errors
    /// [`CodecError::Keys`], which does not contain the keys.
    pub fn parse(text: &str) -> Result<Self, CodecError> {
        let mut keys: Vec<(String, LessSafeKey)> = Vec::new();
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let (id, key) = one.split_once(':').ok_or(CodecError::Keys("a key has no id"))?;
            let id = id.trim();
            if id.is_empty() || keys.iter().any(|(known, _)| known == id) {
                return Err(CodecError::Keys("an id is empty or used twice"));
            }
            let bytes = STANDARD.decode(key.trim());
            let bytes = bytes.map_err(|_| CodecError::Keys("a key is not base64"))?;
            let key = UnboundKey::new(&AES_256_GCM, &bytes);
            let key = key.map_err(|_| CodecError::Keys("a key is not 32 bytes long"))?;
            keys.push((id.to_owned(), LessSafeKey::new(key)));
        }
        if keys.is_empty() {
            return Err(CodecError::Keys("there is no key"));
        }
        Ok(Self(Arc::new(keys)))
    }

    /// Encrypts a payload with the first key.
    ///
    /// # Errors
    /// [`CodecError::NoRandom`].
    pub fn encrypt(&self, payload: &Payload) -> Result<Payload, CodecError> {
        let Some((id, key)) = self.0.first() else {
            return Err(CodecError::Keys("there is no key"));
        };
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| CodecError::NoRandom)?;
        let mut encrypted = payload.encode_to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(id),
            &mut encrypted,
        )
        .map_err(|_| CodecError::Broken(id.clone()))?;
        let mut data = nonce.to_vec();
        data.append(&mut encrypted);
        let metadata = [(ENCODING, SEALED), (KEY_ID, id.as_bytes())];
        let metadata = metadata.map(|(name, value)| (name.to_owned(), value.to_vec()));
        Ok(Payload { metadata: metadata.into(), data, ..Payload::default() })
    }

    /// Decrypts a payload; one that is not encrypted is returned unchanged.
    ///
    /// # Errors
    /// [`CodecError::NoKey`], [`CodecError::Broken`].
    pub fn decrypt(&self, payload: Payload) -> Result<Payload, CodecError> {
        if payload.metadata.get(ENCODING).is_none_or(|encoding| encoding != SEALED) {
            return Ok(payload);
        }
        let id = payload.metadata.get(KEY_ID).map_or(&[][..], Vec::as_slice);
        let id = String::from_utf8_lossy(id).into_owned();
        let key = self.0.iter().find(|(known, _)| *known == id);
        let (_, key) = key.ok_or_else(|| CodecError::NoKey(id.clone()))?;
        let broken = || CodecError::Broken(id.clone());
        let (nonce, encrypted) = payload.data.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut decrypted = encrypted.to_vec();
        let decrypted = key.open_in_place(nonce, Aad::from(&id), &mut decrypted);
        Payload::decode(&*decrypted.map_err(|_| broken())?).map_err(|_| broken())
    }

    /// The data converter of clients and workers.
    pub(crate) fn converter(&self) -> DataConverter {
        // Failure messages may contain queries, so they are encrypted too.
        let failures = DefaultFailureConverter::new(true);
        DataConverter::new(PayloadConverter::default(), failures, Sealing(self.clone()))
    }
}

/// The keys as a payload codec of the SDK.
struct Sealing(Keys);

impl PayloadCodec for Sealing {
    fn encode(
        &self,
        _context: &SerializationContextData,
        payloads: Vec<Payload>,
    ) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
        all(payloads.iter().map(|payload| self.0.encrypt(payload)))
    }

    fn decode(
        &self,
        _context: &SerializationContextData,
        payloads: Vec<Payload>,
    ) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
        all(payloads.into_iter().map(|payload| self.0.decrypt(payload)))
    }
}

fn all(
    payloads: impl Iterator<Item = Result<Payload, CodecError>>,
) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
    let all: Result<Vec<_>, _> = payloads.collect();
    let all = all.map_err(|error| PayloadConversionError::EncodingError(error.into()));
    Box::pin(std::future::ready(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "2025:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const NEW: &str = "2026:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    fn payload() -> Payload {
        let metadata = [(ENCODING.to_owned(), b"json/plain".to_vec())];
        let data = br#"{"job_id":"secret"}"#.to_vec();
        Payload { metadata: metadata.into(), data, ..Payload::default() }
    }

    #[test]
    fn what_is_encrypted_is_decrypted_with_the_key() {
        let old = Keys::parse(OLD).unwrap();
        let encrypted = old.encrypt(&payload()).unwrap();
        assert!(!encrypted.data.windows(6).any(|six| six == b"secret"));
        assert_eq!(encrypted.metadata[ENCODING], SEALED);
        assert_eq!(old.decrypt(encrypted.clone()).unwrap(), payload());
        assert_ne!(old.encrypt(&payload()).unwrap().data, encrypted.data);
        let both = Keys::parse(&format!("{NEW}, {OLD}")).unwrap();
        assert_eq!(both.decrypt(encrypted.clone()).unwrap(), payload());
        assert_eq!(both.encrypt(&payload()).unwrap().metadata[KEY_ID], b"2026");
        let new = Keys::parse(NEW).unwrap();
        assert_eq!(new.decrypt(encrypted), Err(CodecError::NoKey("2025".to_owned())));
        assert_eq!(new.decrypt(payload()).unwrap(), payload());
    }

    #[test]
    fn what_was_changed_is_not_opened() {
        let keys = Keys::parse(OLD).unwrap();
        let broken = Err(CodecError::Broken("2025".to_owned()));
        for place in [0, NONCE_LEN, NONCE_LEN + 5] {
            let mut encrypted = keys.encrypt(&payload()).unwrap();
            encrypted.data[place] ^= 1;
            assert_eq!(keys.decrypt(encrypted), broken);
        }
        let mut short = keys.encrypt(&payload()).unwrap();
        short.data.truncate(3);
        assert_eq!(keys.decrypt(short), broken);
        let other = Keys::parse(&NEW.replace("2026", "2025")).unwrap();
        assert_eq!(other.decrypt(keys.encrypt(&payload()).unwrap()), broken);
    }

    #[test]
    fn keys_are_named_and_32_bytes() {
        for text in ["", "abc", ":AAAA", "a:!", "a:AAAA", &format!("{OLD},{OLD}")] {
            assert!(matches!(Keys::parse(text), Err(CodecError::Keys(_))), "{text}");
        }
    }
}
