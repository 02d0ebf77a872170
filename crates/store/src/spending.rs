//! What jobs may cost, and what they have cost. Money is in billionths of a US dollar.

use super::Error;
use super::decode::Columns;

/// Bounds on what may be spent; none where nothing is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// On the job as a whole.
    pub job: Option<u64>,
    /// On each of its rows.
    pub row: Option<u64>,
}

impl Caps {
    /// Whether anything is bounded.
    pub fn any(self) -> bool {
        self.job.is_some() || self.row.is_some()
    }
}

/// Names money that is set aside for one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reservation(pub i64);

/// Whether a call may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It may; the call names the reservation when it is written down.
    Granted(Reservation),
    /// Not while the calls under way may still cost what they may.
    Wait,
    /// The job has not enough left.
    JobSpent,
    /// The row has not enough left.
    RowSpent,
}

/// How a job stands with its budget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spending {
    /// Its bounds.
    pub caps: Caps,
    /// What its calls have cost.
    pub spent: u64,
    /// What calls under way may cost.
    pub reserved: u64,
    /// What calls may have cost that a crash cut off.
    pub lost: u64,
}

/// What calls of one kind needed in earlier jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct Experience {
    /// What was asked.
    pub kind: super::CallKind,
    /// Who was asked.
    pub provider: String,
    /// The model, where there is one.
    pub model: Option<String>,
    /// Calls for each row that was finished.
    pub calls_per_row: f64,
    /// Units that went into a call.
    pub units_in: f64,
    /// Units that came out of a call.
    pub units_out: f64,
    /// Rows that this is from.
    pub rows: u64,
}

/// How a job and one of its rows stand with their money, all in billionths of a US dollar.
pub(super) struct Standing {
    caps: Caps,
    spent: u64,
    reserved: u64,
    lost: u64,
    row_spent: u64,
    row_reserved: u64,
    row_lost: u64,
}

impl Standing {
    pub(super) fn of(read: &impl Columns) -> Result<Self, Error> {
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

    /// Why so much more may not be set aside; none where it may.
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

    /// What there is to say of the job.
    pub(super) fn spending(&self) -> Spending {
        let Self { caps, spent, reserved, lost, .. } = *self;
        Spending { caps, spent, reserved, lost }
    }
}
