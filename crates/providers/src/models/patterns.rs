//! Query patterns from a model.

use ampledata_core::answer;
use ampledata_core::column::Column;
use ampledata_core::prompt::PatternPrompt;
use async_trait::async_trait;

use super::ModelClient;
use crate::{PatternMaker, PatternRequest};
use ampledata_net::Error;

/// Lets a model write query patterns.
#[derive(Debug, Clone)]
pub struct ModelPatterns {
    model_client: ModelClient,
}

impl ModelPatterns {
    /// Uses this model_client.
    pub fn new(model_client: ModelClient) -> Self {
        Self { model_client }
    }
}

#[async_trait]
impl PatternMaker for ModelPatterns {
    async fn patterns(&self, request: &PatternRequest<'_>) -> Result<Vec<String>, Error> {
        let columns: Vec<&Column> = request.columns.iter().collect();
        let (entity_type, limit) = (request.entity_type, request.limit);
        let prompt = PatternPrompt { columns: &columns, entity_type, limit }.render();
        self.model_client
            .complete(&prompt, request.meter, |text| answer::parse_patterns(text, limit))
            .await
    }
}
