//! The meter of one step of one row: reserves money before each metered call, and records each call in
//! the store's ledger.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ampledata_core::row::FailureKind;
use ampledata_core::usage::CallUsage;
use ampledata_net::Retry;
use ampledata_net::gate::STOPPED;
use ampledata_providers::meter::Meter;
use ampledata_store::{self as store, Call, CallKind, Reservation, Reserved, Store};
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{Error, RowContext};

/// Pause between two checks whether finished calls have left room in the budget.
const BUDGET_POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The longest possible duration of a call, including waits for the store before and after it: longer
/// than the timeout of any provider. An older reservation belongs to a call whose process was killed.
const LONGEST_CALL: Duration = Duration::from_secs(150);
/// The number of checks after which old reservations are marked as lost.
const POLLS_BEFORE_EXPIRY: u32 = 100;

/// Records the calls of one step of one row.
pub(super) struct RowMeter {
    store: Arc<dyn Store>,
    context: RowContext,
    kind: CallKind,
    reservation: Mutex<Option<Reservation>>,
    /// The store's error, if it failed: the provider only passes on that there was one.
    fault: Mutex<Option<store::Error>>,
}

impl RowMeter {
    pub(super) fn new(store: &Arc<dyn Store>, context: &RowContext, kind: CallKind) -> Self {
        Self {
            store: Arc::clone(store),
            context: context.clone(),
            kind,
            reservation: Mutex::default(),
            fault: Mutex::default(),
        }
    }

    /// The error of a provider, or the store's own error if that was the cause.
    pub(super) fn cause_of(&self, error: ampledata_net::Error) -> Error {
        lock(&self.fault).take().map_or(Error::Provider(error), Error::Store)
    }

    /// The reservation of the call that is recorded next.
    pub(super) fn take_reservation(&self) -> Option<Reservation> {
        lock(&self.reservation).take()
    }

    fn keep_fault<T>(&self, result: Result<T, store::Error>) -> Result<T, ampledata_net::Error> {
        result.map_err(|error| {
            let said = ampledata_net::Error {
                kind: FailureKind::Unavailable,
                code: error.code(),
                message: error.to_string(),
                retry: Retry::Backoff,
            };
            *lock(&self.fault) = Some(error);
            said
        })
    }

    async fn job_spent(&self) -> Result<ampledata_net::Error, ampledata_net::Error> {
        let spending = self.keep_fault(self.store.spending(&self.context.row.job).await)?;
        let cap = dollars(spending.caps.job.unwrap_or(0));
        let spent = dollars(spending.spent + spending.lost);
        Ok(ampledata_net::Error {
            kind: FailureKind::Budget,
            code: "job_budget_spent",
            message: format!(
                "the job has spent {spent} USD of its budget of {cap} USD, and the next call may cost \
                 more than is left: resume with a higher budget"
            ),
            retry: Retry::Hold,
        })
    }

    /// Waits a moment for calls under way; from time to time, marks reservations of
    /// interrupted calls as lost.
    async fn wait_for_others(&self, looks: u32) -> Result<(), ampledata_net::Error> {
        if looks.is_multiple_of(POLLS_BEFORE_EXPIRY) {
            let job = &self.context.row.job;
            self.keep_fault(self.store.expire_reservations(job, LONGEST_CALL).await)?;
        }
        tokio::select! {
            () = tokio::time::sleep(BUDGET_POLL_INTERVAL) => Ok(()),
            () = self.context.stop.cancelled() => Err(Self::stopped()),
        }
    }

    fn row_spent(&self) -> ampledata_net::Error {
        let cap = dollars(self.context.caps.row.unwrap_or(0));
        ampledata_net::Error {
            kind: FailureKind::Budget,
            code: "row_budget_spent",
            message: format!(
                "the row has a budget of {cap} USD, and the next call may cost more than is left"
            ),
            retry: Retry::Never,
        }
    }

    fn stopped() -> ampledata_net::Error {
        ampledata_net::Error {
            kind: FailureKind::Budget,
            code: STOPPED,
            message: "stopped while waiting for budget".to_owned(),
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

impl fmt::Debug for RowMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowMeter").field("row", &self.context.row).finish_non_exhaustive()
    }
}

#[async_trait]
impl Meter for RowMeter {
    async fn reserve(&self, most: u64) -> Result<(), ampledata_net::Error> {
        if most == 0 || !self.context.caps.any() {
            return Ok(());
        }
        let mut looks = 0_u32;
        loop {
            match self.keep_fault(self.store.reserve(&self.context.row, most).await)? {
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

    fn stop_token(&self) -> &CancellationToken {
        &self.context.stop
    }

    async fn record(&self, spent: &CallUsage) -> Result<(), ampledata_net::Error> {
        let (row, reservation) = (self.context.row.clone(), self.take_reservation());
        let call = Call::metered(row, self.kind, spent.clone(), reservation);
        self.keep_fault(self.store.put_call(call).await)
    }

    async fn stored_answer(&self, key: &str) -> Result<Option<String>, ampledata_net::Error> {
        self.keep_fault(self.store.answer(key).await)
    }

    async fn store_answer(&self, key: &str, answer: &str) -> Result<(), ampledata_net::Error> {
        self.keep_fault(self.store.put_answer(key, answer).await)
    }
}
