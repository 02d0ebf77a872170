//! Models with scripted answers, and a meter that only counts.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ampledata_core::model::{ModelName, ModelProvider};
use ampledata_core::usage::Spent;
use ampledata_net::gate::{Gate, Pace};
use ampledata_providers::Error;
use ampledata_providers::meter::Meter;
use ampledata_providers::models::{Answer, Ask, Finish, Model, ModelClient, Settings, Usage};
use ampledata_providers::prices::Prices;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

/// A request that a scripted model received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The prompt.
    pub prompt: String,
    /// Maximum number of tokens of the answer.
    pub most: u32,
    /// The problem with the previous answer, if this is another try.
    pub repair: Option<String>,
}

/// Returns its answers one after the other, and then repeats the last one.
#[derive(Debug)]
pub struct Script {
    answers: Mutex<VecDeque<Result<Answer, Error>>>,
    asked: Mutex<Vec<Asked>>,
    name: ModelName,
}

impl Script {
    /// A model with these answers.
    pub fn new(answers: Vec<Result<Answer, Error>>) -> Arc<Self> {
        let name = ModelName::new(ModelProvider::Gemini, "gemini-3.5-flash-lite");
        Arc::new(Self { answers: Mutex::new(answers.into()), asked: Mutex::default(), name })
    }

    /// A model that answers with these texts.
    pub fn saying(texts: &[&str]) -> Arc<Self> {
        Self::new(texts.iter().map(|text| Ok(stopped(text))).collect())
    }

    /// The requests received so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Model for Script {
    fn name(&self) -> &ModelName {
        &self.name
    }

    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Error> {
        self.asked.lock().unwrap().push(Asked {
            prompt: ask.prompt.to_owned(),
            most: ask.max_answer_tokens,
            repair: ask.repair.map(|repair| repair.words()),
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
pub fn ended(text: &str, finish: Finish) -> Answer {
    let usage = Usage { tokens_in: 100, tokens_out: 20, thinking_out: 0, cached_in: 0 };
    Answer { text: text.to_owned(), finish, usage, left: None }
}

/// A complete answer.
pub fn stopped(text: &str) -> Answer {
    ended(text, Finish::Stop)
}

/// An model_client for this model, without rate limits.
pub fn model_client(model: Arc<dyn Model>) -> ModelClient {
    let settings = Settings { timeout: Duration::from_secs(5), ..Settings::default() };
    ModelClient::new(
        model,
        Arc::new(Gate::new("gemini", Pace::default())),
        Arc::new(Prices::listed()),
        settings,
    )
}

/// A meter that keeps everything in memory.
#[derive(Debug, Default)]
pub struct Counting {
    /// Every call that was recorded.
    pub spent: Mutex<Vec<Spent>>,
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
impl Meter for Counting {
    async fn reserve(&self, most_nano_usd: u64) -> Result<(), Error> {
        self.reserved.lock().unwrap().push(most_nano_usd);
        match &self.most {
            Some((most, error)) if most_nano_usd > *most => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    async fn record(&self, spent: &Spent) -> Result<(), Error> {
        self.spent.lock().unwrap().push(spent.clone());
        Ok(())
    }

    async fn known(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(self.answers.lock().unwrap().get(key).cloned())
    }

    async fn keep(&self, key: &str, answer: &str) -> Result<(), Error> {
        self.answers.lock().unwrap().insert(key.to_owned(), answer.to_owned());
        Ok(())
    }
}
