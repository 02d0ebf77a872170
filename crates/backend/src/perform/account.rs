//! The account of one row: its model calls go into the store's ledger.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ampledata_core::row::FailureKind;
use async_trait::async_trait;

use super::Error;
use crate::providers::meter::{Meter, Spent};
use crate::providers::{self, Retry};
use crate::store::{self, Call, CallKind, RowId, Store};

/// Writes the calls of one step of one row down.
pub(super) struct Account {
    store: Arc<dyn Store>,
    row: RowId,
    kind: CallKind,
    /// What the store said when it failed: the provider passes on only that it did.
    fault: Mutex<Option<store::Error>>,
}

impl Account {
    pub(super) fn new(store: &Arc<dyn Store>, row: &RowId, kind: CallKind) -> Self {
        Self { store: Arc::clone(store), row: row.clone(), kind, fault: Mutex::default() }
    }

    /// The error of a provider; where the store's own stands behind it, that one.
    pub(super) fn behind(&self, error: providers::Error) -> Error {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner).take();
        fault.map_or(Error::Provider(error), Error::Store)
    }

    fn kept<T>(&self, result: Result<T, store::Error>) -> Result<T, providers::Error> {
        result.map_err(|error| {
            let said = providers::Error {
                kind: FailureKind::Unavailable,
                code: error.code(),
                message: error.to_string(),
                retry: Retry::Backoff,
            };
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            said
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("row", &self.row).finish_non_exhaustive()
    }
}

#[async_trait]
impl Meter for Account {
    /// The job has no bound of its own yet: whatever is asked for is allowed.
    async fn reserve(&self, _: u64) -> Result<(), providers::Error> {
        Ok(())
    }

    async fn record(&self, spent: &Spent) -> Result<(), providers::Error> {
        let call = Call {
            row: self.row.clone(),
            kind: self.kind,
            provider: spent.provider.clone(),
            model: Some(spent.model.clone()),
            units_in: spent.tokens_in,
            units_out: spent.tokens_out,
            cost_nano_usd: spent.cost_nano_usd,
            cached: spent.cached,
        };
        self.kept(self.store.put_call(call).await)
    }

    async fn known(&self, key: &str) -> Result<Option<String>, providers::Error> {
        self.kept(self.store.answer(key).await)
    }

    async fn keep(&self, key: &str, answer: &str) -> Result<(), providers::Error> {
        self.kept(self.store.put_answer(key, answer).await)
    }
}
