//! Models with scripted answers, and a meter that only counts.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ampledata_core::model::{ModelName, ModelProvider};
use ampledata_core::usage::CallUsage;
use ampledata_net::Error;
use ampledata_net::gate::{Gate, RateLimits};
use ampledata_providers::meter::Meter;
use ampledata_providers::models::{
    Answer, CompletionRequest, FinishReason, Model, ModelClient, Settings, TokenUsage,
};
use ampledata_providers::prices::Prices;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

/// A request that a scripted model received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// The prompt.
    pub prompt: String,
    /// Maximum number of tokens of the answer.
    pub max_answer_tokens: u32,
    /// The problem with the previous answer, if this is another try.
    pub repair: Option<String>,
}

/// Returns its answers one after the other, and then repeats the last one.
#[derive(Debug)]
pub struct ScriptedModel {
    answers: Mutex<VecDeque<Result<Answer, Error>>>,
    requests: Mutex<Vec<ReceivedRequest>>,
    name: ModelName,
}

impl ScriptedModel {
    /// A model with these answers.
    pub fn new(answers: Vec<Result<Answer, Error>>) -> Arc<Self> {
        let name = ModelName::new(ModelProvider::Gemini, "gemini-3.5-flash-lite");
        Arc::new(Self { answers: Mutex::new(answers.into()), requests: Mutex::default(), name })
    }

    /// A model that answers with these texts.
    pub fn from_texts(texts: &[&str]) -> Arc<Self> {
        Self::new(texts.iter().map(|text| Ok(complete_answer(text))).collect())
    }

    /// The requests received so far.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().unwrap().clone()
    }
}

#[async_trait]
impl Model for ScriptedModel {
    fn name(&self) -> &ModelName {
        &self.name
    }

    async fn complete(&self, request: &CompletionRequest<'_>) -> Result<Answer, Error> {
        self.requests.lock().unwrap().push(ReceivedRequest {
            prompt: request.prompt.to_owned(),
            max_answer_tokens: request.max_answer_tokens,
            repair: request.repair.map(|repair| repair.message()),
        });
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        next.unwrap()
    }

    async fn probe(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// An answer that ended in this way.
pub fn answer_ending(text: &str, finish: FinishReason) -> Answer {
    let usage = TokenUsage { tokens_in: 100, tokens_out: 20, thinking_out: 0, cached_in: 0 };
    Answer { text: text.to_owned(), finish_reason: finish, usage, remaining_limits: None }
}

/// A complete answer.
pub fn complete_answer(text: &str) -> Answer {
    answer_ending(text, FinishReason::Stop)
}

/// An model_client for this model, without rate limits.
pub fn model_client(model: Arc<dyn Model>) -> ModelClient {
    let settings = Settings { timeout: Duration::from_secs(5), ..Settings::default() };
    ModelClient::new(
        model,
        Arc::new(Gate::new("gemini", RateLimits::default())),
        Arc::new(Prices::bundled()),
        settings,
    )
}

/// A meter that keeps everything in memory.
#[derive(Debug, Default)]
pub struct CountingMeter {
    /// Every call that was recorded.
    pub spent: Mutex<Vec<CallUsage>>,
    /// Every answer that was stored, by its key.
    pub answers: Mutex<BTreeMap<String, String>>,
    /// Every reservation so far, in billionths of a US dollar.
    pub reserved: Mutex<Vec<u64>>,
    /// The maximum that can be reserved in one call, and the error beyond it; `None`: no limit.
    pub most: Option<(u64, Error)>,
    /// Cancelled when no further work should be started.
    pub stop: CancellationToken,
}

#[async_trait]
impl Meter for CountingMeter {
    async fn reserve(&self, most_nano_usd: u64) -> Result<(), Error> {
        self.reserved.lock().unwrap().push(most_nano_usd);
        match &self.most {
            Some((most, error)) if most_nano_usd > *most => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn stop_token(&self) -> &CancellationToken {
        &self.stop
    }

    async fn record(&self, spent: &CallUsage) -> Result<(), Error> {
        self.spent.lock().unwrap().push(spent.clone());
        Ok(())
    }

    async fn stored_answer(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(self.answers.lock().unwrap().get(key).cloned())
    }

    async fn store_answer(&self, key: &str, answer: &str) -> Result<(), Error> {
        self.answers.lock().unwrap().insert(key.to_owned(), answer.to_owned());
        Ok(())
    }
}
