//! The server of a provider: asked which models it has, and for one of them.

use std::sync::Arc;

use ampledata_core::model::{ModelName, ModelProvider};
use sha2::{Digest as _, Sha256};

use super::gemini::{Gemini, GeminiServer};
use super::listing::ListedModel;
use super::openai::{OpenAi, OpenAiServer};
use super::{Key, Model, SetupError};
use crate::Error;

/// The server of a provider, with the key to it.
#[derive(Debug, Clone)]
pub enum ModelServer {
    /// The Gemini API.
    Gemini(GeminiServer),
    /// Groq, OpenAI, or a server that speaks like it.
    OpenAi(OpenAiServer),
}

impl ModelServer {
    /// The server of this provider at this address.
    ///
    /// # Errors
    /// Where the address is none, or TLS cannot be set up.
    pub fn new(provider: ModelProvider, base: &str, key: Key) -> Result<Self, SetupError> {
        Ok(match provider {
            ModelProvider::Gemini => Self::Gemini(GeminiServer::new(base, key)?),
            ModelProvider::Groq => Self::OpenAi(OpenAiServer::groq(base, key)?),
            ModelProvider::OpenAi => Self::OpenAi(OpenAiServer::new(base, key)?),
        })
    }

    /// Whose server it is.
    pub fn provider(&self) -> ModelProvider {
        match self {
            Self::Gemini(_) => ModelProvider::Gemini,
            Self::OpenAi(server) => server.provider,
        }
    }

    /// One of its models.
    pub fn model(&self, name: &ModelName) -> Arc<dyn Model> {
        match self {
            Self::Gemini(server) => Arc::new(Gemini::new(server.clone(), &name.name)),
            Self::OpenAi(server) => Arc::new(OpenAi::new(server.clone(), &name.name)),
        }
    }

    /// The models that it has. Asking costs nothing.
    ///
    /// # Errors
    /// Where the server does not answer, or refuses the key.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>, Error> {
        match self {
            Self::Gemini(server) => server.list_models().await,
            Self::OpenAi(server) => server.list_models().await,
        }
    }

    /// Names the list of models of this server for this key, without showing the key: SHA-256 in lower-case
    /// hex.
    pub(super) fn list_id(&self) -> String {
        let (base, key) = match self {
            Self::Gemini(server) => (&server.base, &server.key),
            Self::OpenAi(server) => (&server.base, &server.key),
        };
        let mut digest = Sha256::new();
        for part in [self.provider().name(), base, key.get().unwrap_or_default()] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        hex::encode(digest.finalize())
    }
}
