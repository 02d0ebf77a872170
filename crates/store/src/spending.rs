//! Cost limits and spending of jobs, in billionths of a US dollar.

use std::time::Duration;

use async_trait::async_trait;

use super::decode::Columns;
use super::{Error, JobId, RowId};

/// Cost limits; unlimited where none is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Limit of the whole job.
    pub job: Option<u64>,
    /// Limit of each row.
    pub row: Option<u64>,
}

impl Caps {
    /// Whether anything is limited.
    pub fn any(self) -> bool {
        self.job.is_some() || self.row.is_some()
    }
}

/// The id of money reserved for one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reservation(pub i64);

/// Whether a call may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It may; the reservation is passed along when the call is recorded.
    Granted(Reservation),
    /// Not now: the calls in progress may use up the rest.
    Wait,
    /// The job's limit is too low for it.
    JobSpent,
    /// The row's limit is too low for it.
    RowSpent,
}

/// A job's limits and spending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spending {
    /// Its limits.
    pub caps: Caps,
    /// Cost of its calls so far.
    pub spent: u64,
    /// The most that calls in progress may cost.
    pub reserved: u64,
    /// The most that calls interrupted by a crash may have cost.
    pub lost: u64,
}

/// What calls of one kind used in earlier jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageHistory {
    /// The kind of call.
    pub kind: super::CallKind,
    /// The provider.
    pub provider: String,
    /// The model, if there is one.
    pub model: Option<String>,
    /// Calls per finished row.
    pub calls_per_row: f64,
    /// Input units per call.
    pub units_in: f64,
    /// Output units per call.
    pub units_out: f64,
    /// Number of rows that these figures are based on.
    pub rows: u64,
}

/// Limits and spending of a job and one of its rows, in billionths of a US dollar.
pub(super) struct SpendingState {
    caps: Caps,
    spent: u64,
    reserved: u64,
    lost: u64,
    row_spent: u64,
    row_reserved: u64,
    row_lost: u64,
}

impl SpendingState {
    pub(super) fn decode(read: &impl Columns) -> Result<Self, Error> {
        Ok(Self {
            caps: Caps { job: read.count_if_any("job_cap")?, row: read.count_if_any("row_cap")? },
            spent: read.count("spent")?,
            reserved: read.count("reserved")?,
            lost: read.count("lost")?,
            row_spent: read.count("row_spent")?,
            row_reserved: read.count("row_reserved")?,
            row_lost: read.count("row_lost")?,
        })
    }

    /// Why this amount cannot be reserved; none if it can.
    pub(super) fn objection(&self, most: u64) -> Option<Reserved> {
        let over =
            |cap: Option<u64>, used: u64| cap.is_some_and(|cap| used.saturating_add(most) > cap);
        if over(self.caps.row, self.row_spent + self.row_lost) {
            return Some(Reserved::RowSpent);
        }
        if over(self.caps.job, self.spent + self.lost) {
            return Some(Reserved::JobSpent);
        }
        let waits = over(self.caps.row, self.row_spent + self.row_lost + self.row_reserved)
            || over(self.caps.job, self.spent + self.lost + self.reserved);
        waits.then_some(Reserved::Wait)
    }

    /// The spending of the job.
    pub(super) fn spending(&self) -> Spending {
        let Self { caps, spent, reserved, lost, .. } = *self;
        Spending { caps, spent, reserved, lost }
    }
}

/// Limits the cost of jobs.
#[async_trait]
pub trait Budgets {
    /// Sets the cost limits of the job; calls in progress are not affected.
    async fn set_caps(&self, job: &JobId, caps: Caps) -> Result<(), Error>;

    /// Reserves money for a call of this row, if the limits of its job allow it. The reservation ends when
    /// the call is recorded.
    async fn reserve(&self, row: &RowId, most_nano_usd: u64) -> Result<Reserved, Error>;

    /// Counts reservations older than this as spent in full: their call was interrupted, and its actual cost
    /// is unknown. If such a call is recorded after all, its reservation ends.
    async fn expire_reservations(&self, job: &JobId, older_than: Duration) -> Result<(), Error>;

    /// Spending and limits of the job.
    async fn spending(&self, job: &JobId) -> Result<Spending, Error>;
}
