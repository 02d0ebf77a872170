//! The account of one step of one row: money is set aside before each metered call, and each call goes
//! into the store's ledger.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ampledata_core::row::FailureKind;
use ampledata_core::usage::Spent;
use ampledata_net::gate::STOPPED;
use ampledata_providers::meter::Meter;
use ampledata_providers::{self as providers, Retry};
use ampledata_store::{self as store, Call, CallKind, Reservation, Reserved, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{Error, RowContext};

/// How long to wait for calls under way to leave room in the budget.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How long a call may be under way, the wait for the store before and after it included: longer than
/// any provider is waited for. What was set aside before that belongs to a call that was cut off with
/// its process.
const LONGEST_CALL: Duration = Duration::from_secs(150);
/// How often it is asked whether others have been cut off, in looks.
const LOOKS: u32 = 100;

/// Writes the calls of one step of one row down.
pub(super) struct Account {
    store: Arc<dyn Store>,
    context: RowContext,
    kind: CallKind,
    reservation: Mutex<Option<Reservation>>,
    /// What the store said when it failed: the provider passes on only that it did.
    fault: Mutex<Option<store::Error>>,
}

impl Account {
    pub(super) fn new(store: &Arc<dyn Store>, context: &RowContext, kind: CallKind) -> Self {
        Self {
            store: Arc::clone(store),
            context: context.clone(),
            kind,
            reservation: Mutex::default(),
            fault: Mutex::default(),
        }
    }

    /// The error of a provider; where the store's own stands behind it, that one.
    pub(super) fn behind(&self, error: providers::Error) -> Error {
        lock(&self.fault).take().map_or(Error::Provider(error), Error::Store)
    }

    /// What is set aside for the call that is written down next.
    pub(super) fn settle(&self) -> Option<Reservation> {
        lock(&self.reservation).take()
    }

    fn kept<T>(&self, result: Result<T, store::Error>) -> Result<T, providers::Error> {
        result.map_err(|error| {
            let said = providers::Error {
                kind: FailureKind::Unavailable,
                code: error.code(),
                message: error.to_string(),
                retry: Retry::Backoff,
            };
            *lock(&self.fault) = Some(error);
            said
        })
    }

    async fn job_spent(&self) -> Result<providers::Error, providers::Error> {
        let spending = self.kept(self.store.spending(&self.context.row.job).await)?;
        let cap = dollars(spending.caps.job.unwrap_or(0));
        let spent = dollars(spending.spent + spending.lost);
        Ok(providers::Error {
            kind: FailureKind::Budget,
            code: "job_budget_spent",
            message: format!(
                "the job may cost {cap} USD at most, has cost {spent} USD, and the next call may cost \
                 more than is left: go on with a higher bound"
            ),
            retry: Retry::Hold,
        })
    }

    /// Waits a moment for calls under way; now and then those are looked at that nobody will end.
    async fn wait_for_others(&self, looks: u32) -> Result<(), providers::Error> {
        if looks.is_multiple_of(LOOKS) {
            let job = &self.context.row.job;
            self.kept(self.store.lose_reservations(job, LONGEST_CALL).await)?;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => Ok(()),
            () = self.context.stop.cancelled() => Err(Self::stopped()),
        }
    }

    fn row_spent(&self) -> providers::Error {
        let cap = dollars(self.context.caps.row.unwrap_or(0));
        providers::Error {
            kind: FailureKind::Budget,
            code: "row_budget_spent",
            message: format!("a row may cost {cap} USD at most, and the next call may cost more"),
            retry: Retry::Never,
        }
    }

    fn stopped() -> providers::Error {
        providers::Error {
            kind: FailureKind::Budget,
            code: STOPPED,
            message: "stopped while waiting for room in the budget".to_owned(),
            retry: Retry::Hold,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn dollars(nano: u64) -> String {
    format!("{}.{:04}", nano / 1_000_000_000, nano % 1_000_000_000 / 100_000)
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("row", &self.context.row).finish_non_exhaustive()
    }
}

#[async_trait]
impl Meter for Account {
    async fn reserve(&self, most: u64) -> Result<(), providers::Error> {
        if most == 0 || !self.context.caps.any() {
            return Ok(());
        }
        let mut looks = 0_u32;
        loop {
            match self.kept(self.store.reserve(&self.context.row, most).await)? {
                Reserved::Granted(reservation) => {
                    *lock(&self.reservation) = Some(reservation);
                    return Ok(());
                }
                Reserved::JobSpent => return Err(self.job_spent().await?),
                Reserved::RowSpent => return Err(self.row_spent()),
                Reserved::Wait => self.wait_for_others(looks).await?,
            }
            looks = looks.wrapping_add(1);
        }
    }

    fn stop(&self) -> &CancellationToken {
        &self.context.stop
    }

    async fn record(&self, spent: &Spent) -> Result<(), providers::Error> {
        let call = Call {
            row: self.context.row.clone(),
            kind: self.kind,
            provider: spent.provider.clone(),
            model: spent.model.clone(),
            units_in: spent.units_in,
            units_out: spent.units_out,
            cost_nano_usd: spent.cost_nano_usd,
            cached: spent.cached,
            failed: spent.failed,
            metered: true,
            reservation: self.settle(),
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
