//! Seals what goes into Temporal's histories, so that only those with the key read it.
//!
//! AES-256-GCM over the whole payload, with a nonce of its own for each; `encoding` and
//! `encryption-key-id` as in Temporal's samples of codecs (docs.temporal.io/payload-codec). What is not
//! sealed is read as it is, so that a key can be given to a deployment that runs.

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

/// Why something is not sealed or opened; never with what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The keys are not written as they should be.
    #[error("{0}: write ID:KEY, ID:KEY, … with keys of 32 bytes in base64")]
    Keys(&'static str),
    /// It was sealed with a key that is not there.
    #[error("it was sealed with the key `{0}`, which is not among those given")]
    NoKey(String),
    /// It is not what was sealed, or the key is another one by the same name.
    #[error("it cannot be opened with the key `{0}`: it was changed, or the key is another")]
    Broken(String),
    /// What was asked to be sealed or opened is not written in base64.
    #[error("a payload is not base64")]
    NotBase64,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// Keys by their names: the first seals, each opens.
#[derive(Clone)]
pub struct Keys(Arc<Vec<(String, LessSafeKey)>>);

impl Keys {
    /// Reads `ID:KEY, ID:KEY, …`, each key 32 bytes in base64.
    ///
    /// # Errors
    /// [`CodecError::Keys`], without the keys.
    pub fn read(text: &str) -> Result<Self, CodecError> {
        let mut keys: Vec<(String, LessSafeKey)> = Vec::new();
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let (id, key) = one.split_once(':').ok_or(CodecError::Keys("a key has no name"))?;
            let id = id.trim();
            if id.is_empty() || keys.iter().any(|(known, _)| known == id) {
                return Err(CodecError::Keys("a name is empty or there twice"));
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

    /// Seals a payload with the first key.
    ///
    /// # Errors
    /// [`CodecError::NoRandom`].
    pub fn seal(&self, payload: &Payload) -> Result<Payload, CodecError> {
        let Some((id, key)) = self.0.first() else {
            return Err(CodecError::Keys("there is no key"));
        };
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| CodecError::NoRandom)?;
        let mut sealed = payload.encode_to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(id),
            &mut sealed,
        )
        .map_err(|_| CodecError::Broken(id.clone()))?;
        let mut data = nonce.to_vec();
        data.append(&mut sealed);
        let metadata = [(ENCODING, SEALED), (KEY_ID, id.as_bytes())];
        let metadata = metadata.map(|(name, value)| (name.to_owned(), value.to_vec()));
        Ok(Payload { metadata: metadata.into(), data, ..Payload::default() })
    }

    /// Opens what was sealed; anything else stays as it is.
    ///
    /// # Errors
    /// [`CodecError::NoKey`], [`CodecError::Broken`].
    pub fn open(&self, payload: Payload) -> Result<Payload, CodecError> {
        if payload.metadata.get(ENCODING).is_none_or(|encoding| encoding != SEALED) {
            return Ok(payload);
        }
        let id = payload.metadata.get(KEY_ID).map_or(&[][..], Vec::as_slice);
        let id = String::from_utf8_lossy(id).into_owned();
        let key = self.0.iter().find(|(known, _)| *known == id);
        let (_, key) = key.ok_or_else(|| CodecError::NoKey(id.clone()))?;
        let broken = || CodecError::Broken(id.clone());
        let (nonce, sealed) = payload.data.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut opened = sealed.to_vec();
        let opened = key.open_in_place(nonce, Aad::from(&id), &mut opened);
        Payload::decode(&*opened.map_err(|_| broken())?).map_err(|_| broken())
    }

    /// How clients and workers write and read what they send.
    pub(crate) fn converter(&self) -> DataConverter {
        // The words of failures may name what was asked: they are sealed as well.
        let failures = DefaultFailureConverter::new(true);
        DataConverter::new(PayloadConverter::default(), failures, Sealing(self.clone()))
    }
}

/// The same for the SDK.
struct Sealing(Keys);

impl PayloadCodec for Sealing {
    fn encode(
        &self,
        _context: &SerializationContextData,
        payloads: Vec<Payload>,
    ) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
        all(payloads.iter().map(|payload| self.0.seal(payload)))
    }

    fn decode(
        &self,
        _context: &SerializationContextData,
        payloads: Vec<Payload>,
    ) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
        all(payloads.into_iter().map(|payload| self.0.open(payload)))
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
    fn what_is_sealed_is_opened_by_whoever_has_the_key() {
        let old = Keys::read(OLD).unwrap();
        let sealed = old.seal(&payload()).unwrap();
        assert!(!sealed.data.windows(6).any(|six| six == b"secret"));
        assert_eq!(sealed.metadata[ENCODING], SEALED);
        assert_eq!(old.open(sealed.clone()).unwrap(), payload());
        assert_ne!(old.seal(&payload()).unwrap().data, sealed.data);
        let both = Keys::read(&format!("{NEW}, {OLD}")).unwrap();
        assert_eq!(both.open(sealed.clone()).unwrap(), payload());
        assert_eq!(both.seal(&payload()).unwrap().metadata[KEY_ID], b"2026");
        let new = Keys::read(NEW).unwrap();
        assert_eq!(new.open(sealed), Err(CodecError::NoKey("2025".to_owned())));
        assert_eq!(new.open(payload()).unwrap(), payload());
    }

    #[test]
    fn what_was_changed_is_not_opened() {
        let keys = Keys::read(OLD).unwrap();
        let broken = Err(CodecError::Broken("2025".to_owned()));
        for place in [0, NONCE_LEN, NONCE_LEN + 5] {
            let mut sealed = keys.seal(&payload()).unwrap();
            sealed.data[place] ^= 1;
            assert_eq!(keys.open(sealed), broken);
        }
        let mut short = keys.seal(&payload()).unwrap();
        short.data.truncate(3);
        assert_eq!(keys.open(short), broken);
        let other = Keys::read(&NEW.replace("2026", "2025")).unwrap();
        assert_eq!(other.open(keys.seal(&payload()).unwrap()), broken);
    }

    #[test]
    fn keys_are_named_and_32_bytes() {
        for text in ["", "abc", ":AAAA", "a:!", "a:AAAA", &format!("{OLD},{OLD}")] {
            assert!(matches!(Keys::read(text), Err(CodecError::Keys(_))), "{text}");
        }
    }
}
