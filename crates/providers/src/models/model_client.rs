//! Calls a model for the model roles: metered, with stored answers and one repair.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::answer::Problem;
use ampledata_core::model::ModelName;
use ampledata_core::prompt::Prompt;
use ampledata_core::row::FailureKind;
use ampledata_core::usage::Spent;
use ampledata_net::gate::Gate;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::{Answer, Ask, Finish, Model, OPTION_REFUSED, Repair, Usage};
use crate::clock::Clock;
use crate::meter::Meter;
use crate::prices::Prices;
use crate::{Error, Retry};

/// Number of requests whose locks are kept in memory.
const UNDER_WAY: u64 = 10_000;
/// How long they are kept after their last use.
const UNDER_WAY_LASTS: Duration = Duration::from_mins(10);
/// Maximum number of options that a server may refuse one after the other: each has a few fallbacks.
const OPTIONS: usize = 8;
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
    pub budget: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: Duration::from_mins(2), budget: 3_000 }
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
    under_way: Cache<String, Arc<Mutex<()>>>,
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
            Cache::builder().max_capacity(UNDER_WAY).time_to_idle(UNDER_WAY_LASTS).build();
        Self { model, gate, prices, settings, clock: Clock::system(), under_way }
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

    fn key(&self, prompt: &Prompt) -> String {
        let ModelName { provider, name } = self.model.name();
        answer_key(provider.name(), name, prompt)
    }

    /// Maximum number of tokens of a prompt.
    pub fn budget(&self) -> usize {
        self.settings.budget
    }

    /// Calls the model until its answer can be parsed, with at most one repair turn and one longer
    /// answer.
    ///
    /// # Errors
    /// The errors of the model and the meter; `BadAnswer` with the [`Problem`]'s code if the answer
    /// cannot be used.
    pub async fn ask<T: Send>(
        &self,
        prompt: &Prompt,
        meter: &dyn Meter,
        read: impl Fn(&str) -> Result<T, Problem> + Send + Sync,
    ) -> Result<T, Error> {
        let key = self.key(prompt);
        let lock = self.under_way.get_with_by_ref(&key, async { Arc::default() }).await;
        let _lock = lock.lock().await;
        if let Some(answer) = self.remembered(&key, meter, &read).await? {
            return Ok(answer);
        }
        let mut turns = Turns::first(prompt);
        loop {
            let room = self.model.thinking_room();
            let answer = self.turn(&turns, meter).await?;
            match usable(&answer, &read) {
                Ok(value) => {
                    meter.keep(&key, &answer.text).await?;
                    return Ok(value);
                }
                // Thoughts used up the limit: the same request is sent again with room for them.
                Err(Problem::CutOff)
                    if !turns.roomier
                        && answer.is_cut_off_by_thoughts()
                        && self.model.raise_thinking_room(room) =>
                {
                    turns.roomier = true;
                }
                Err(problem) => {
                    turns.next(&answer, problem).map_err(|problem| self.bad(problem))?;
                }
            }
        }
    }

    /// Requests exactly one answer: an unusable one is neither repaired nor requested again.
    ///
    /// # Errors
    /// As [`ModelClient::ask`].
    pub async fn ask_once<T: Send>(
        &self,
        prompt: &Prompt,
        meter: &dyn Meter,
        read: impl Fn(&str) -> Result<T, Problem> + Send + Sync,
    ) -> Result<T, Error> {
        let key = self.key(prompt);
        let lock = self.under_way.get_with_by_ref(&key, async { Arc::default() }).await;
        let _lock = lock.lock().await;
        if let Some(answer) = self.remembered(&key, meter, &read).await? {
            return Ok(answer);
        }
        let answer = self.turn(&Turns::first(prompt), meter).await?;
        let value = usable(&answer, &read).map_err(|problem| self.bad(problem))?;
        meter.keep(&key, &answer.text).await?;
        Ok(value)
    }

    /// The result of a stored answer, if there is one.
    async fn remembered<T: Send>(
        &self,
        key: &str,
        meter: &dyn Meter,
        read: &(impl Fn(&str) -> Result<T, Problem> + Send + Sync),
    ) -> Result<Option<T>, Error> {
        let Some(known) = meter.known(key).await? else { return Ok(None) };
        let Ok(answer) = read(&known) else { return Ok(None) };
        meter.record(&self.spent(Usage::default(), true, false)).await?;
        Ok(Some(answer))
    }

    /// One answer. If a server refuses an option, the request is sent again without it, which does not
    /// count as a try.
    async fn turn(&self, turns: &Turns<'_>, meter: &dyn Meter) -> Result<Answer, Error> {
        let bad = turns.bad.as_ref();
        let mut refused = 0;
        loop {
            let ask = Ask {
                name: turns.prompt.name,
                prompt: &turns.prompt.text,
                schema: &turns.prompt.schema,
                max_answer_tokens: turns.most,
                thinking_room: self.model.thinking_room(),
                timeout: self.settings.timeout,
                repair: bad.map(|(answer, problem)| Repair { answer, problem: *problem }),
            };
            let most = most_used(&ask);
            let pass = self.gate.enter(most.tokens_in / 4 + most.tokens_out, meter.stop()).await?;
            meter.reserve(self.cost(most)).await?;
            let answer = self.model.ask(&ask).await;
            let usage = answer.as_ref().map_or(Usage::default(), |answer| answer.usage);
            meter.record(&self.spent(usage, false, answer.is_err())).await?;
            let answer = match answer {
                Ok(answer) => {
                    pass.answered(answer.left);
                    Ok(answer)
                }
                Err(error) => Err(pass.failed(error)),
            };
            match answer {
                Err(error) if error.code == OPTION_REFUSED && refused < OPTIONS => refused += 1,
                answer => return answer,
            }
        }
    }

    fn cost(&self, usage: Usage) -> u64 {
        let ModelName { provider, name } = self.model.name();
        let listed = self.prices.of_model(provider.name(), name, self.clock.today());
        listed.map_or(0, |listed| listed.price.cost(usage))
    }

    fn spent(&self, usage: Usage, cached: bool, failed: bool) -> Spent {
        Spent {
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

    fn bad(&self, problem: Problem) -> Error {
        Error {
            kind: FailureKind::BadAnswer,
            code: problem.code(),
            message: format!("{}: {problem}", self.model.name()),
            retry: Retry::Never,
        }
    }
}

/// The maximum usage of a call: a token has at least one byte.
fn most_used(ask: &Ask<'_>) -> Usage {
    let repair = ask.repair.map_or(0, |repair| repair.answer.len());
    let bytes = ask.prompt.len() + repair + 2 * ask.schema.to_string().len();
    Usage {
        tokens_in: bytes as u64,
        tokens_out: u64::from(ask.max_answer_tokens) + u64::from(ask.thinking_room),
        thinking_out: u64::from(ask.thinking_room),
        cached_in: 0,
    }
}

/// The state of the exchange.
struct Turns<'a> {
    prompt: &'a Prompt,
    most: u32,
    longer: bool,
    /// Whether thoughts were given more room.
    roomier: bool,
    bad: Option<(String, Problem)>,
}

impl<'a> Turns<'a> {
    fn first(prompt: &'a Prompt) -> Self {
        let most = prompt.max_answer_tokens;
        Self { prompt, most, longer: false, roomier: false, bad: None }
    }

    /// Prepares the next request, after an answer with a problem.
    fn next(&mut self, answer: &Answer, problem: Problem) -> Result<(), Problem> {
        match problem {
            Problem::CutOff if !self.longer => {
                self.longer = true;
                self.most = self.most.saturating_mul(2).min(MAX_TOKENS.max(self.most));
                Ok(())
            }
            Problem::NotJson | Problem::OffSchema | Problem::Empty if self.bad.is_none() => {
                self.bad = Some((shown(&answer.text), problem));
                Ok(())
            }
            problem => Err(problem),
        }
    }
}

/// The beginning of an answer; providers reject an empty turn.
fn shown(answer: &str) -> String {
    if answer.trim().is_empty() {
        return "(nothing)".to_owned();
    }
    let mut end = answer.len().min(MAX_SHOWN);
    while !answer.is_char_boundary(end) {
        end -= 1;
    }
    answer[..end].to_owned()
}

fn usable<T>(answer: &Answer, read: impl Fn(&str) -> Result<T, Problem>) -> Result<T, Problem> {
    match answer.finish {
        Finish::Refused => Err(Problem::Refused),
        Finish::CutOff => Err(Problem::CutOff),
        Finish::OffSchema => Err(Problem::OffSchema),
        Finish::Stop => read(&answer.text),
    }
}
