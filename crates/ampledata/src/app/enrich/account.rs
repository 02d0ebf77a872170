//! Accounts for calls that are made before a job exists: those that write its query patterns.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ampledata_core::row::FailureKind;
use ampledata_core::usage::CallUsage;
use ampledata_net::Retry;
use ampledata_providers::meter::Meter;
use ampledata_store::{self as store, Call, CallKind, Caps, JobId, RowId, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::app::Services;
use crate::app::error::store_failure;

/// Keeps the calls until a job exists whose ledger they belong to.
pub(crate) struct Account {
    store: Arc<dyn Store>,
    cap: Option<u64>,
    spent: Mutex<Vec<CallUsage>>,
    stop: CancellationToken,
}

impl Account {
    pub(crate) fn new(services: &Services, caps: Caps) -> Self {
        Self {
            store: Arc::clone(&services.store),
            cap: caps.job,
            spent: Mutex::default(),
            stop: CancellationToken::new(),
        }
    }

    /// Writes the calls to the ledger of the job that they were made for.
    pub(crate) async fn settle(&self, job: &JobId) -> Result<(), store::Error> {
        let spent = std::mem::take(&mut *self.spent.lock().unwrap_or_else(PoisonError::into_inner));
        for spent in spent {
            let row = RowId { job: job.clone(), index: 0 };
            let call = Call::metered(row, CallKind::Patterns, spent, None);
            self.store.put_call(call).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("cap", &self.cap).finish_non_exhaustive()
    }
}

#[async_trait]
impl Meter for Account {
    async fn reserve(&self, most: u64) -> Result<(), ampledata_net::Error> {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let spent: u64 = spent.iter().map(|spent| spent.cost_nano_usd).sum();
        match self.cap {
            Some(cap) if spent.saturating_add(most) > cap => Err(ampledata_net::Error {
                kind: FailureKind::Budget,
                code: "job_budget_spent",
                message: "writing the query patterns could cost more than the job is allowed to"
                    .to_owned(),
                retry: Retry::Never,
            }),
            _ => Ok(()),
        }
    }

    fn stop_token(&self) -> &CancellationToken {
        &self.stop
    }

    async fn record(&self, spent: &CallUsage) -> Result<(), ampledata_net::Error> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).push(spent.clone());
        Ok(())
    }

    async fn stored_answer(&self, key: &str) -> Result<Option<String>, ampledata_net::Error> {
        self.store.answer(key).await.map_err(store_failure)
    }

    async fn store_answer(&self, key: &str, answer: &str) -> Result<(), ampledata_net::Error> {
        self.store.put_answer(key, answer).await.map_err(store_failure)
    }
}
