//! Answers of models, kept for all jobs.

use async_trait::async_trait;

use super::Error;

/// Stores the answers of models.
#[async_trait]
pub trait Answers {
    /// The stored answer of a model to the request with this key; the provider derives keys from requests.
    async fn answer(&self, key: &str) -> Result<Option<String>, Error>;

    /// Stores the answer of a model permanently and for all jobs; the first answer for a key is kept.
    async fn put_answer(&self, key: &str, answer: &str) -> Result<(), Error>;
}
