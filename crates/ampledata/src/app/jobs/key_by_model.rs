//! The key of a table by a model, where one is set up: one call at most, and what the table holds decides
//! where the model does not.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::prompt::Sampled;
use ampledata_core::row::FailureKind;
use ampledata_core::usage::Spent;
use ampledata_providers::meter::Meter;
use ampledata_providers::models::ModelKeys;
use ampledata_providers::{Error as Fault, Retry};
use ampledata_store::{self as store, CallKind, Owner, OwnerCall, Store};
use async_trait::async_trait;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::key::{KeyChoice, select_key};
use super::sources::Sample;
use super::{Desk, Error};
use crate::app;

/// Columns that a model is shown at most: those that what they hold speaks most for.
const COLUMNS: usize = 30;
/// Rows whose cells a model is shown.
const ROWS: usize = 6;
/// Until the model has answered; after it nobody waits any more.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who is to choose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyBy {
    /// What the table holds: nobody is asked.
    Data,
    /// A model, where one is set up.
    #[default]
    Model,
}

/// A key, and who chose it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenKey {
    /// The columns to take, and all columns by what they hold.
    pub choice: KeyChoice,
    /// Who chose the columns to take.
    pub by: KeyBy,
    /// The model that was asked.
    pub model: Option<String>,
    /// Why its answer does not count.
    pub fell_back: Option<FellBack>,
}

/// Why the answer of a model does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FellBack {
    /// A stable code, explained under docs/errors.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

impl From<Fault> for FellBack {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code, message: fault.message }
    }
}

impl Desk {
    /// Chooses the key of a table by its first rows. What a model costs for it is in the owner's usage.
    ///
    /// # Errors
    /// The work broke off.
    pub async fn choose_key(
        &self,
        owner: &Owner,
        sample: Sample,
        by: KeyBy,
    ) -> Result<ChosenKey, Error> {
        let looked = tokio::task::spawn_blocking(move || (select_key(&sample), sample)).await;
        let (mut choice, sample) = looked.map_err(app::Error::Task)?;
        let wanted = by == KeyBy::Model && !choice.key.is_empty();
        let model = if wanted { self.key_chooser().await } else { Ok(None) };
        let model = match model {
            Ok(Some(model)) => model,
            Ok(None) => {
                return Ok(ChosenKey { choice, by: KeyBy::Data, model: None, fell_back: None });
            }
            Err(fault) => {
                tracing::warn!(code = fault.code, "no key by a model: {fault}");
                let fell_back = Some(FellBack::from(fault));
                return Ok(ChosenKey { choice, by: KeyBy::Data, model: None, fell_back });
            }
        };
        let name = Some(model.name());
        let shown = shown(&sample, &choice);
        Ok(match self.ask(owner, model, &sample, &shown).await {
            Ok(places) => {
                let headers = places.into_iter().filter_map(|at| shown.get(at));
                choice.key = headers.map(|place| sample.headers[*place].clone()).collect();
                ChosenKey { choice, by: KeyBy::Model, model: name, fell_back: None }
            }
            Err(fell_back) => {
                tracing::warn!(code = fell_back.code, "no key by the model: {}", fell_back.message);
                ChosenKey { choice, by: KeyBy::Data, model: name, fell_back: Some(fell_back) }
            }
        })
    }

    /// The model that would choose the key today, where one is set up.
    async fn key_chooser(&self) -> Result<Option<ModelKeys>, Fault> {
        let models = self.workshop.models.resolve().await?;
        self.workshop.models.key_chooser(&models)
    }

    /// Asks in a task of its own: a client that goes away does not keep a call from being written down.
    async fn ask(
        &self,
        owner: &Owner,
        model: ModelKeys,
        sample: &Sample,
        shown: &[usize],
    ) -> Result<Vec<usize>, FellBack> {
        let stop = CancellationToken::new();
        // Whoever waits for its turn is told to stop when nobody waits for the answer.
        let _nobody_waits: DropGuard = stop.clone().drop_guard();
        let account =
            Account { store: Arc::clone(&self.workshop.store), owner: owner.clone(), stop };
        let columns: Vec<(String, Vec<String>)> = shown
            .iter()
            .map(|place| (sample.headers[*place].clone(), cells(sample, *place)))
            .collect();
        let asking = tokio::spawn(async move {
            let columns: Vec<Sampled<'_>> = columns
                .iter()
                .map(|(header, cells)| Sampled { header, cells: cells.clone() })
                .collect();
            model.choose(&columns, &account).await
        });
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(answer)) => answer.map_err(FellBack::from),
            Ok(Err(broke)) => Err(FellBack {
                code: "task_broke_off",
                message: format!("asking broke off: {broke}"),
            }),
            Err(_) => Err(FellBack {
                code: "provider_unavailable",
                message: format!("the model did not answer within {} s", PATIENCE.as_secs()),
            }),
        }
    }
}

/// Places of the columns that a model is shown, in the order of the table.
fn shown(sample: &Sample, choice: &KeyChoice) -> Vec<usize> {
    let best = choice.candidates.iter().take(COLUMNS);
    let place = |name: &str| sample.headers.iter().position(|header| header == name);
    let mut places: Vec<usize> = best.filter_map(|candidate| place(&candidate.column)).collect();
    places.sort_unstable();
    places
}

fn cells(sample: &Sample, place: usize) -> Vec<String> {
    let rows = sample.rows.iter().take(ROWS);
    let filled = rows.filter_map(|row| row.get(place)).filter(|cell| !cell.is_blank());
    filled.map(|cell| cell.text().into_owned()).collect()
}

/// Writes a call down in the usage of its owner.
#[derive(Clone)]
struct Account {
    store: Arc<dyn Store>,
    owner: Owner,
    stop: CancellationToken,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("owner", &self.owner).finish_non_exhaustive()
    }
}

fn kept<T>(result: Result<T, store::Error>) -> Result<T, Fault> {
    result.map_err(|error| Fault {
        kind: FailureKind::Unavailable,
        code: error.code(),
        message: error.to_string(),
        retry: Retry::Never,
    })
}

#[async_trait]
impl Meter for Account {
    /// One small call: its prompt and its answer are bounded.
    async fn reserve(&self, _: u64) -> Result<(), Fault> {
        Ok(())
    }

    fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    async fn record(&self, spent: &Spent) -> Result<(), Fault> {
        let (owner, spent) = (self.owner.clone(), spent.clone());
        kept(self.store.put_owner_call(&OwnerCall { owner, kind: CallKind::Key, spent }).await)
    }

    async fn known(&self, key: &str) -> Result<Option<String>, Fault> {
        kept(self.store.answer(key).await)
    }

    async fn keep(&self, key: &str, answer: &str) -> Result<(), Fault> {
        kept(self.store.put_answer(key, answer).await)
    }
}
