//! The key of a table from a model.

use ampledata_core::answer;
use ampledata_core::prompt::{KeyPrompt, Sampled};

use super::Asker;
use crate::Error;
use crate::meter::Meter;

/// Columns that a key has at most.
const LIMIT: usize = 2;

/// Has a model choose the columns that name the thing of a row.
#[derive(Debug, Clone)]
pub struct ModelKeys {
    asker: Asker,
}

impl ModelKeys {
    /// Asks through this asker.
    pub fn new(asker: Asker) -> Self {
        Self { asker }
    }

    /// Who is asked, such as `gemini:gemini-3.5-flash-lite`.
    pub fn name(&self) -> String {
        self.asker.model().name().to_string()
    }

    /// The places of the columns to take, the one with the name first. One call at most.
    ///
    /// # Errors
    /// What the model or the meter says; `BadAnswer` where an answer came that names no such column.
    pub async fn choose(
        &self,
        columns: &[Sampled<'_>],
        meter: &dyn Meter,
    ) -> Result<Vec<usize>, Error> {
        let prompt = KeyPrompt { columns, limit: LIMIT }.render();
        let read = |text: &str| answer::key(text, columns.len(), LIMIT);
        self.asker.ask_once(&prompt, meter, read).await
    }
}
