//! One turn of a row: read from the store, replayed from its journal, advanced by one step.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::row::{Failure, Outcome, Step};
use ampledata_engine::drive::{Asks, Attempts, DrivenRow, JobRows, LONGEST_PAUSE, Tried, given_up};
use ampledata_engine::perform::RowContext;
use ampledata_net::Retry;
use ampledata_store::{self as store, OpenRow};
use async_trait::async_trait;
use thiserror::Error;

use crate::contract::{Activity, Turn};

/// Characters of a query that are shown in a history.
const QUERY_SHOWN: usize = 200;

/// Why a turn did not complete.
#[derive(Debug, Error)]
pub(crate) enum Broke {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A provider failed temporarily.
    #[error("{}", .0.message)]
    Later(ampledata_net::Error),
}

impl Broke {
    /// The pause that the provider requested.
    pub(crate) fn pause(&self) -> Option<Duration> {
        match self {
            Self::Later(error) => match error.retry {
                Retry::After(pause) => Some(pause),
                Retry::Never | Retry::Backoff | Retry::Again | Retry::Hold => None,
            },
            Self::Store(_) => None,
        }
    }
}

/// The result of a turn.
pub(crate) enum Taken {
    /// The row has moved on.
    Turn(Turn),
    /// The work was stopped before all outcomes of the turn were there.
    Stopped,
}

/// Advances the row by one turn if the row is at this turn; otherwise returns the turn that it is at. An
/// activity that runs twice therefore does its work once.
pub(crate) async fn take<A>(
    rows: &JobRows,
    index: u64,
    asked: Activity,
    attempts: &A,
) -> Result<Taken, Broke>
where
    A: Attempts<Error = Broke>,
{
    let open = rows.store.open_rows(&rows.job, index, 1).await?;
    let Some(open) = open.into_iter().next().filter(|open: &OpenRow| open.index == index) else {
        return Ok(Taken::Turn(Turn::Done));
    };
    let one_turn = async |mut row: DrivenRow<'_>| {
        row.replay().await?;
        let wanted = matches!(row.asks(), Asks::Steps(kind, _) if Activity::of(kind) == asked);
        if wanted && !row.turn(attempts).await? {
            return Ok(Taken::Stopped);
        }
        row.finish().await?;
        Ok(Taken::Turn(next(&row)))
    };
    DrivenRow::guarded(rows, open, one_turn, Taken::Turn(Turn::Done)).await
}

fn next(row: &DrivenRow<'_>) -> Turn {
    let Asks::Steps(kind, steps) = row.asks() else { return Turn::Done };
    let queries = steps.iter().filter_map(|step| match step {
        Step::Search { query } => Some(query.chars().take(QUERY_SHOWN).collect()),
        _ => None,
    });
    // The machine counts an attempt when its search is requested.
    Turn::Next {
        asks: Activity::of(kind),
        attempt: row.attempt().max(1),
        queries: queries.collect(),
    }
}

/// Tries each step once; Temporal retries, and passes the number of the attempt.
pub(crate) struct Once {
    pub(crate) rows: Arc<JobRows>,
    /// The number of this attempt of the activity, from 1.
    pub(crate) tried: u32,
    /// Whether this is the last attempt.
    pub(crate) last: bool,
}

#[async_trait]
impl Attempts for Once {
    type Error = Broke;

    async fn outcome(&self, context: &RowContext, step: &Step) -> Result<Option<Outcome>, Broke> {
        loop {
            if context.stop.is_cancelled() {
                return Ok(None);
            }
            match self.rows.try_step(context, step).await? {
                Tried::Outcome(outcome) => return Ok(Some(outcome)),
                Tried::Held => return Ok(None),
                Tried::Unspent => {}
                Tried::Failed(error) if self.last || too_long(&error) => {
                    return Ok(Some(Outcome::Failed(given_up(&error, self.tried))));
                }
                Tried::Failed(error) => return Err(Broke::Later(error)),
            }
        }
    }
}

fn too_long(error: &ampledata_net::Error) -> bool {
    matches!(error.retry, Retry::After(pause) if pause > LONGEST_PAUSE)
}

/// Fails every step without an outcome.
pub(crate) struct GivingUp(pub(crate) Failure);

#[async_trait]
impl Attempts for GivingUp {
    type Error = Broke;

    async fn outcome(&self, _: &RowContext, _: &Step) -> Result<Option<Outcome>, Broke> {
        Ok(Some(Outcome::Failed(self.0.clone())))
    }
}
