//! Lets a model choose the key of a table, if one is configured: at most one call, with the choice by the
//! table's contents as fallback.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::prompt::SampledColumn;
use ampledata_core::usage::CallUsage;
use ampledata_net::Error as Fault;
use ampledata_providers::meter::Meter;
use ampledata_providers::models::ModelKeys;
use ampledata_store::{CallKind, Owner, OwnerCall, Store};
use async_trait::async_trait;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::key::{KeyChoice, select_key};
use super::{Sample, ServiceError, Sources};
use crate::app;
use crate::app::error::store_failure;

/// Columns shown to a model at most: those that suit best by their contents.
const COLUMNS: usize = 30;
/// Rows whose cells are shown to a model.
const ROWS: usize = 6;
/// Timeout of the model's answer; after it the choice by contents is used.
const PATIENCE: Duration = Duration::from_secs(20);

/// What chooses the key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyBy {
    /// The table's contents; no model is called.
    Data,
    /// A model, if one is configured.
    #[default]
    Model,
}

/// A key, and what chose it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenKey {
    /// The chosen columns, and all columns ranked by their contents.
    pub choice: KeyChoice,
    /// What chose the columns.
    pub by: KeyBy,
    /// The model that was called.
    pub model: Option<String>,
    /// Why its answer was not used.
    pub fell_back: Option<FellBack>,
}

/// Why a model's answer was not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FellBack {
    /// A stable code, explained under docs/errors.
    pub code: &'static str,
    /// The same for people.
    pub message: String,
}

impl From<Fault> for FellBack {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code, message: fault.message }
    }
}

impl Sources {
    /// Chooses the key of a table by its first rows. The cost of a model call is added to the owner's usage.
    ///
    /// # Errors
    /// The background task failed.
    pub async fn choose_key(
        &self,
        owner: &Owner,
        sample: Sample,
        by: KeyBy,
    ) -> Result<ChosenKey, ServiceError> {
        let chosen = tokio::task::spawn_blocking(move || (select_key(&sample), sample)).await;
        let (mut choice, sample) = chosen.map_err(app::Error::Task)?;
        let wanted = by == KeyBy::Model && !choice.key.is_empty();
        let model = if wanted { self.find_key_chooser().await } else { Ok(None) };
        let model = match model {
            Ok(Some(model)) => model,
            Ok(None) => {
                return Ok(ChosenKey { choice, by: KeyBy::Data, model: None, fell_back: None });
            }
            Err(fault) => {
                tracing::warn!(code = fault.code, "no model can choose the key: {fault}");
                let fell_back = Some(FellBack::from(fault));
                return Ok(ChosenKey { choice, by: KeyBy::Data, model: None, fell_back });
            }
        };
        let name = Some(model.name());
        let shown = columns_to_show(&sample, &choice);
        Ok(match self.ask_model(owner, model, &sample, &shown).await {
            Ok(places) => {
                let headers = places.into_iter().filter_map(|at| shown.get(at));
                choice.key = headers.map(|place| sample.headers[*place].clone()).collect();
                ChosenKey { choice, by: KeyBy::Model, model: name, fell_back: None }
            }
            Err(fell_back) => {
                tracing::warn!(
                    code = fell_back.code,
                    "the model chose no key: {}",
                    fell_back.message
                );
                ChosenKey { choice, by: KeyBy::Data, model: name, fell_back: Some(fell_back) }
            }
        })
    }

    /// The model that would choose the key today, if one is configured.
    async fn find_key_chooser(&self) -> Result<Option<ModelKeys>, Fault> {
        let models = self.models.resolve().await?;
        self.models.key_chooser(&models)
    }

    /// Calls the model in a task of its own, so that the call is recorded even if the client disconnects.
    async fn ask_model(
        &self,
        owner: &Owner,
        model: ModelKeys,
        sample: &Sample,
        shown: &[usize],
    ) -> Result<Vec<usize>, FellBack> {
        let stop = CancellationToken::new();
        // Stops a call that waits for the rate limit once no one waits for its answer.
        let _cancel_on_drop: DropGuard = stop.clone().drop_guard();
        let account = Account { store: Arc::clone(&self.store), owner: owner.clone(), stop };
        let columns: Vec<(String, Vec<String>)> = shown
            .iter()
            .map(|place| (sample.headers[*place].clone(), cells(sample, *place)))
            .collect();
        let asking = tokio::spawn(async move {
            let columns: Vec<SampledColumn<'_>> = columns
                .iter()
                .map(|(header, cells)| SampledColumn { header, cells: cells.clone() })
                .collect();
            model.choose(&columns, &account).await
        });
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(answer)) => answer.map_err(FellBack::from),
            Ok(Err(broke)) => Err(FellBack {
                code: "task_broke_off",
                message: format!("the call failed: {broke}"),
            }),
            Err(_) => Err(FellBack {
                code: "provider_unavailable",
                message: format!("the model did not answer within {} s", PATIENCE.as_secs()),
            }),
        }
    }
}

/// Indexes of the columns shown to a model, in table order.
fn columns_to_show(sample: &Sample, choice: &KeyChoice) -> Vec<usize> {
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

/// Adds a call to its owner's usage.
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

#[async_trait]
impl Meter for Account {
    /// The call is small: its prompt and its answer are bounded.
    async fn reserve(&self, _: u64) -> Result<(), Fault> {
        Ok(())
    }

    fn stop_token(&self) -> &CancellationToken {
        &self.stop
    }

    async fn record(&self, spent: &CallUsage) -> Result<(), Fault> {
        let (owner, spent) = (self.owner.clone(), spent.clone());
        let call = OwnerCall { owner, kind: CallKind::Key, spent };
        self.store.put_owner_call(&call).await.map_err(store_failure)
    }

    async fn stored_answer(&self, key: &str) -> Result<Option<String>, Fault> {
        self.store.answer(key).await.map_err(store_failure)
    }

    async fn store_answer(&self, key: &str, answer: &str) -> Result<(), Fault> {
        self.store.put_answer(key, answer).await.map_err(store_failure)
    }
}
