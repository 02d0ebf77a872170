//! Lets a model choose the key of a table.

use ampledata_core::answer;
use ampledata_core::prompt::{KeyPrompt, SampledColumn};

use super::ModelClient;
use crate::meter::Meter;
use ampledata_net::Error;

/// Maximum number of columns of a key.
const LIMIT: usize = 2;

/// Lets a model choose the columns that name the thing of a row.
#[derive(Debug, Clone)]
pub struct ModelKeys {
    model_client: ModelClient,
}

impl ModelKeys {
    /// Uses this model_client.
    pub fn new(model_client: ModelClient) -> Self {
        Self { model_client }
    }

    /// The model's name, such as `gemini:gemini-3.5-flash-lite`.
    pub fn name(&self) -> String {
        self.model_client.model().name().to_string()
    }

    /// Indices of the chosen columns, the one with the name first. Makes at most one call.
    ///
    /// # Errors
    /// The errors of the model and the meter; `BadAnswer` if the answer names no such column.
    pub async fn choose(
        &self,
        columns: &[SampledColumn<'_>],
        meter: &dyn Meter,
    ) -> Result<Vec<usize>, Error> {
        let prompt = KeyPrompt { columns, limit: LIMIT }.render();
        let read = |text: &str| answer::parse_key(text, columns.len(), LIMIT);
        self.model_client.complete_once(&prompt, meter, read).await
    }
}
