//! Calls a model for the model roles: metered, with stored answers and one repair.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::answer::AnswerProblem;
use ampledata_core::model::ModelName;
use ampledata_core::prompt::Prompt;
use ampledata_core::row::FailureKind;
use ampledata_core::usage::CallUsage;
use ampledata_net::gate::Gate;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::{Answer, CompletionRequest, FinishReason, Model, OPTION_REFUSED, Repair, TokenUsage};
use crate::clock::Clock;
use crate::meter::Meter;
use crate::prices::Prices;
use ampledata_net::Error;
use ampledata_net::Retry;

/// Number of requests whose locks are kept in memory.
const MAX_LOCKS: u64 = 10_000;
/// How long they are kept after their last use.
const LOCK_IDLE_TIME: Duration = Duration::from_mins(10);
/// Maximum number of options that a server may refuse one after the other: each has a few fallbacks.
const MAX_REFUSED_OPTIONS: usize = 8;
/// Maximum number of bytes shown of an answer to repair.
const MAX_SHOWN: usize = 8_192;
/// Maximum number of tokens of an answer, even after doubling.
const MAX_TOKENS: u32 = 16_384;

/// How models are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Timeout of an answer.
    pub timeout: Duration,
    /// Maximum number of tokens of a prompt, at four bytes each.
    pub prompt_budget: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: Duration::from_mins(2), prompt_budget: 3_000 }
    }
}

/// Calls one model for the model roles.
#[derive(Debug, Clone)]
pub struct ModelClient {
    model: Arc<dyn Model>,
    gate: Arc<Gate>,
    prices: Arc<Prices>,
    settings: Settings,
    clock: Clock,
    /// The caller that requests an answer holds its lock, so that the next caller finds the stored
    /// answer.
    in_flight: Cache<String, Arc<Mutex<()>>>,
}

/// Identifies a request: SHA-256 of provider, model, prompt and schema in lower-case hex.
pub fn answer_key(provider: &str, model: &str, prompt: &Prompt) -> String {
    let mut digest = Sha256::new();
    for part in [provider, model, &prompt.text, &prompt.schema.to_string()] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}

impl ModelClient {
    /// Calls this model through the gate of its provider, at these prices.
    pub fn new(
        model: Arc<dyn Model>,
        gate: Arc<Gate>,
        prices: Arc<Prices>,
        settings: Settings,
    ) -> Self {
        let under_way =
            Cache::builder().max_capacity(MAX_LOCKS).time_to_idle(LOCK_IDLE_TIME).build();
        Self { model, gate, prices, settings, clock: Clock::system(), in_flight: under_way }
    }

    /// The same, with the prices of this clock's day.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The model.
    pub fn model(&self) -> &dyn Model {
        &*self.model
    }

    fn answer_key(&self, prompt: &Prompt) -> String {
        let ModelName { provider, name } = self.model.name();
        answer_key(provider.name(), name, prompt)
    }

    /// Maximum number of tokens of a prompt.
    pub fn prompt_budget(&self) -> usize {
        self.settings.prompt_budget
    }

    /// Calls the model until its answer can be parsed, with at most one repair turn and one longer
    /// answer.
    ///
    /// # Errors
    /// The errors of the model and the meter; `BadAnswer` with the `Problem`'s code if the answer
    /// cannot be used.
    pub async fn complete<T: Send>(
        &self,
        prompt: &Prompt,
        meter: &dyn Meter,
        read: impl Fn(&str) -> Result<T, AnswerProblem> + Send + Sync,
    ) -> Result<T, Error> {
        self.complete_within(prompt, meter, read, true).await
    }

    /// Requests exactly one answer: an unusable one is neither repaired nor requested again.
    ///
    /// # Errors
    /// As [`ModelClient::complete`].
    pub async fn complete_once<T: Send>(
        &self,
        prompt: &Prompt,
        meter: &dyn Meter,
        read: impl Fn(&str) -> Result<T, AnswerProblem> + Send + Sync,
    ) -> Result<T, Error> {
        self.complete_within(prompt, meter, read, false).await
    }

    async fn complete_within<T: Send>(
        &self,
        prompt: &Prompt,
        meter: &dyn Meter,
        read: impl Fn(&str) -> Result<T, AnswerProblem> + Send + Sync,
        may_ask_again: bool,
    ) -> Result<T, Error> {
        let key = self.answer_key(prompt);
        let lock = self.in_flight.get_with_by_ref(&key, async { Arc::default() }).await;
        let _lock = lock.lock().await;
        if let Some(answer) = self.load_stored(&key, meter, &read).await? {
            return Ok(answer);
        }
        let mut turns = Exchange::new(prompt);
        loop {
            let room = self.model.thinking_room();
            let answer = self.request_answer(&turns, meter).await?;
            match parse_usable(&answer, &read) {
                Ok(value) => {
                    meter.store_answer(&key, &answer.text).await?;
                    return Ok(value);
                }
                Err(problem) if !may_ask_again => return Err(self.unusable_answer_error(problem)),
                // Thoughts used up the limit: the same request is sent again with room for them.
                Err(AnswerProblem::CutOff)
                    if !turns.has_more_thinking_room
                        && answer.is_cut_off_by_thoughts()
                        && self.model.raise_thinking_room(room) =>
                {
                    turns.has_more_thinking_room = true;
                }
                Err(problem) => {
                    turns
                        .prepare_next(&answer, problem)
                        .map_err(|problem| self.unusable_answer_error(problem))?;
                }
            }
        }
    }

    /// The result of a stored answer, if there is one.
    async fn load_stored<T: Send>(
        &self,
        key: &str,
        meter: &dyn Meter,
        read: &(impl Fn(&str) -> Result<T, AnswerProblem> + Send + Sync),
    ) -> Result<Option<T>, Error> {
        let Some(known) = meter.stored_answer(key).await? else { return Ok(None) };
        let Ok(answer) = read(&known) else { return Ok(None) };
        meter.record(&self.call_usage(TokenUsage::default(), true, false)).await?;
        Ok(Some(answer))
    }

    /// One answer. If a server refuses an option, the request is sent again without it, which does not
    /// count as a try.
    async fn request_answer(
        &self,
        turns: &Exchange<'_>,
        meter: &dyn Meter,
    ) -> Result<Answer, Error> {
        let bad = turns.unusable.as_ref();
        let mut refused = 0;
        loop {
            let request = CompletionRequest {
                name: turns.prompt.name,
                prompt: &turns.prompt.text,
                schema: &turns.prompt.schema,
                max_answer_tokens: turns.max_tokens,
                thinking_room: self.model.thinking_room(),
                timeout: self.settings.timeout,
                repair: bad.map(|(answer, problem)| Repair { answer, problem: *problem }),
            };
            let most = max_usage(&request);
            let permit =
                self.gate.acquire(most.tokens_in / 4 + most.tokens_out, meter.stop_token()).await?;
            meter.reserve(self.cost(most)).await?;
            let answer = self.model.complete(&request).await;
            let usage = answer.as_ref().map_or(TokenUsage::default(), |answer| answer.usage);
            meter.record(&self.call_usage(usage, false, answer.is_err())).await?;
            let answer = match answer {
                Ok(answer) => {
                    permit.record_success(answer.remaining_limits);
                    Ok(answer)
                }
                Err(error) => Err(permit.record_failure(error)),
            };
            match answer {
                Err(error) if error.code == OPTION_REFUSED && refused < MAX_REFUSED_OPTIONS => {
                    refused += 1;
                }
                answer => return answer,
            }
        }
    }

    fn cost(&self, usage: TokenUsage) -> u64 {
        let ModelName { provider, name } = self.model.name();
        let listed = self.prices.model_price(provider.name(), name, self.clock.today());
        listed.map_or(0, |listed| listed.price.cost(usage))
    }

    fn call_usage(&self, usage: TokenUsage, cached: bool, failed: bool) -> CallUsage {
        CallUsage {
            provider: self.model.name().provider.name().to_owned(),
            model: Some(self.model.name().name.clone()),
            units_in: usage.tokens_in,
            units_out: usage.tokens_out,
            // Neither an error nor a stored answer is charged.
            cost_nano_usd: if cached || failed { 0 } else { self.cost(usage) },
            cached,
            failed,
        }
    }

    fn unusable_answer_error(&self, problem: AnswerProblem) -> Error {
        Error {
            kind: FailureKind::BadAnswer,
            code: problem.code(),
            message: format!("{}: {problem}", self.model.name()),
            retry: Retry::Never,
        }
    }
}

/// The maximum usage of a call: a token has at least one byte.
fn max_usage(request: &CompletionRequest<'_>) -> TokenUsage {
    let repair = request.repair.map_or(0, |repair| repair.answer.len());
    let bytes = request.prompt.len() + repair + 2 * request.schema.to_string().len();
    TokenUsage {
        tokens_in: bytes as u64,
        tokens_out: u64::from(request.max_answer_tokens) + u64::from(request.thinking_room),
        thinking_out: u64::from(request.thinking_room),
        cached_in: 0,
    }
}

/// The state of the exchange.
struct Exchange<'a> {
    prompt: &'a Prompt,
    max_tokens: u32,
    is_limit_doubled: bool,
    /// Whether thoughts were given more room.
    has_more_thinking_room: bool,
    unusable: Option<(String, AnswerProblem)>,
}

impl<'a> Exchange<'a> {
    fn new(prompt: &'a Prompt) -> Self {
        let most = prompt.max_answer_tokens;
        Self {
            prompt,
            max_tokens: most,
            is_limit_doubled: false,
            has_more_thinking_room: false,
            unusable: None,
        }
    }

    /// Prepares the next request, after an answer with a problem.
    fn prepare_next(
        &mut self,
        answer: &Answer,
        problem: AnswerProblem,
    ) -> Result<(), AnswerProblem> {
        match problem {
            AnswerProblem::CutOff if !self.is_limit_doubled => {
                self.is_limit_doubled = true;
                self.max_tokens =
                    self.max_tokens.saturating_mul(2).min(MAX_TOKENS.max(self.max_tokens));
                Ok(())
            }
            AnswerProblem::NotJson | AnswerProblem::OffSchema | AnswerProblem::Empty
                if self.unusable.is_none() =>
            {
                self.unusable = Some((truncate_answer(&answer.text), problem));
                Ok(())
            }
            problem => Err(problem),
        }
    }
}

/// The beginning of an answer; providers reject an empty turn.
fn truncate_answer(answer: &str) -> String {
    if answer.trim().is_empty() {
        return "(nothing)".to_owned();
    }
    let mut end = answer.len().min(MAX_SHOWN);
    while !answer.is_char_boundary(end) {
        end -= 1;
    }
    answer[..end].to_owned()
}

fn parse_usable<T>(
    answer: &Answer,
    read: impl Fn(&str) -> Result<T, AnswerProblem>,
) -> Result<T, AnswerProblem> {
    match answer.finish_reason {
        FinishReason::Refused => Err(AnswerProblem::Refused),
        FinishReason::CutOff => Err(AnswerProblem::CutOff),
        // A provider refuses the whole answer for one entry; the others may be good.
        FinishReason::OffSchema => read(&answer.text).map_err(|_| AnswerProblem::OffSchema),
        FinishReason::Stop => read(&answer.text),
    }
}
