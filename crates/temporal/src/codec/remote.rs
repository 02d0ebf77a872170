//! Payloads as Temporal's UI and CLI send them to a codec server (docs.temporal.io/codec-server): the JSON
//! of their protobuf, with bytes in base64.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use temporalio_common::protos::temporal::api::common::v1::Payload;

use super::{CodecError, Keys};

/// The body of a request and of its response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemotePayloads {
    payloads: Vec<RemotePayload>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RemotePayload {
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    #[serde(default)]
    data: String,
}

impl Keys {
    /// Encrypts each payload.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn encrypt_remote(&self, asked: RemotePayloads) -> Result<RemotePayloads, CodecError> {
        each(asked, |payload| self.encrypt(&payload))
    }

    /// Decrypts each encrypted payload.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn decrypt_remote(&self, asked: RemotePayloads) -> Result<RemotePayloads, CodecError> {
        each(asked, |payload| self.decrypt(payload))
    }
}

fn each(
    asked: RemotePayloads,
    change: impl Fn(Payload) -> Result<Payload, CodecError>,
) -> Result<RemotePayloads, CodecError> {
    let payloads = asked.payloads.into_iter();
    let payloads = payloads.map(|payload| change(payload.try_into()?).map(RemotePayload::from));
    Ok(RemotePayloads { payloads: payloads.collect::<Result<_, _>>()? })
}

impl TryFrom<RemotePayload> for Payload {
    type Error = CodecError;

    fn try_from(remote: RemotePayload) -> Result<Self, CodecError> {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| CodecError::NotBase64);
        let metadata = remote.metadata.iter();
        let metadata = metadata.map(|(name, value)| Ok((name.clone(), bytes(value)?)));
        let metadata = metadata.collect::<Result<_, CodecError>>()?;
        Ok(Self { metadata, data: bytes(&remote.data)?, ..Self::default() })
    }
}

impl From<Payload> for RemotePayload {
    fn from(payload: Payload) -> Self {
        let metadata = payload.metadata.into_iter();
        let metadata = metadata.map(|(name, value)| (name, STANDARD.encode(value)));
        Self { metadata: metadata.collect(), data: STANDARD.encode(payload.data) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_ui_sends_is_opened() {
        let keys = Keys::parse("a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
        let asked =
            r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"eyJhIjoxfQ=="}]}"#;
        let plain: RemotePayloads = serde_json::from_str(asked).unwrap();
        let encrypted = keys.encrypt_remote(plain.clone()).unwrap();
        assert_eq!(encrypted.payloads[0].metadata["encoding"], STANDARD.encode("binary/encrypted"));
        assert_eq!(keys.decrypt_remote(encrypted).unwrap(), plain);
        assert_eq!(serde_json::to_string(&plain).unwrap(), asked);
        let broken = serde_json::from_str(r#"{"payloads":[{"data":"!"}]}"#).unwrap();
        assert_eq!(keys.decrypt_remote(broken), Err(CodecError::NotBase64));
    }
}
