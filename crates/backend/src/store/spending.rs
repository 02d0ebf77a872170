//! What jobs may cost, and what they have cost. Money is in billionths of a US dollar.

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
