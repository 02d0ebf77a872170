//! The server of a provider: lists its models and creates their clients.

use std::sync::Arc;

use ampledata_core::model::{ModelName, ModelProvider};
use sha2::{Digest as _, Sha256};

use super::gemini::{Gemini, GeminiServer};
use super::listing::ListedModel;
use super::openai::{OpenAi, OpenAiServer};
use super::{ApiKey, Model, SetupError};
use ampledata_net::Error;

/// The server of a provider, with its key.
#[derive(Debug, Clone)]
pub enum ModelServer {
    /// The Gemini API.
    Gemini(GeminiServer),
    /// Groq, OpenAI, or a compatible server.
    OpenAi(OpenAiServer),
}

impl ModelServer {
    /// The server of this provider at this address.
    ///
    /// # Errors
    /// If the address is invalid, or TLS cannot be set up.
    pub fn new(provider: ModelProvider, base: &str, key: ApiKey) -> Result<Self, SetupError> {
        Ok(match provider {
            ModelProvider::Gemini => Self::Gemini(GeminiServer::new(base, key)?),
            ModelProvider::Groq => Self::OpenAi(OpenAiServer::groq(base, key)?),
            ModelProvider::OpenAi => Self::OpenAi(OpenAiServer::new(base, key)?),
        })
    }

    /// The provider of this server.
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

    /// The models that it has. This request is free.
    ///
    /// # Errors
    /// If the server does not answer, or rejects the key.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>, Error> {
        match self {
            Self::Gemini(server) => server.list_models().await,
            Self::OpenAi(server) => server.list_models().await,
        }
    }

    /// Identifies the model list of this server for this key, without revealing the key: SHA-256 in
    /// lower-case hex.
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
