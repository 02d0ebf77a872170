//! One turn of a row: read from the store, replayed from its journal, advanced by one step.

use std::sync::Arc;
use std::time::Duration;

use ampledata_core::row::{Failure, Outcome, Step};
use ampledata_engine::drive::{
    AttemptOutcome, Attempts, DrivenRow, JobRows, LONGEST_PAUSE, Pending, exhausted_failure,
};
use ampledata_engine::perform::RowContext;
use ampledata_net::Retry;
use ampledata_store::{self as store, OpenRow};
use async_trait::async_trait;
use thiserror::Error;

use crate::contract::{Activity, RowTurn};

/// Characters of a query that are shown in a history.
const QUERY_SHOWN: usize = 200;

/// Why a turn did not complete.
#[derive(Debug, Error)]
pub(crate) enum TurnError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A provider failed temporarily.
    #[error("{}", .0.message)]
    Later(ampledata_net::Error),
}

impl TurnError {
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
pub(crate) enum TurnOutcome {
    /// The row has moved on.
    Advanced(RowTurn),
    /// The work was stopped before all outcomes of the turn were there.
    Stopped,
}

/// Advances the row by one turn if the row is at this turn; otherwise returns the turn that it is at. An
/// activity that runs twice therefore does its work once.
pub(crate) async fn advance_row<A>(
    rows: &JobRows,
    index: u64,
    asked: Activity,
    attempts: &A,
) -> Result<TurnOutcome, TurnError>
where
    A: Attempts<Error = TurnError>,
{
    let open = rows.store.open_rows(&rows.job, index, 1).await?;
    let Some(open) = open.into_iter().next().filter(|open: &OpenRow| open.index == index) else {
        return Ok(TurnOutcome::Advanced(RowTurn::Done));
    };
    let one_turn = async |mut row: DrivenRow<'_>| {
        row.replay().await?;
        let wanted =
            matches!(row.pending(), Pending::Steps(kind, _) if Activity::from_kind(kind) == asked);
        if wanted && !row.run_turn(attempts).await? {
            return Ok(TurnOutcome::Stopped);
        }
        row.finish().await?;
        Ok(TurnOutcome::Advanced(next(&row)))
    };
    DrivenRow::catch_panics(rows, open, one_turn, TurnOutcome::Advanced(RowTurn::Done)).await
}

fn next(row: &DrivenRow<'_>) -> RowTurn {
    let Pending::Steps(kind, steps) = row.pending() else { return RowTurn::Done };
    let queries = steps.iter().filter_map(|step| match step {
        Step::Search { query } => Some(query.chars().take(QUERY_SHOWN).collect()),
        _ => None,
    });
    // The machine counts an attempt when its search is requested.
    RowTurn::Next {
        asks: Activity::from_kind(kind),
        attempt: row.attempt().max(1),
        queries: queries.collect(),
    }
}

/// Tries each step once; Temporal retries, and passes the number of the attempt.
pub(crate) struct SingleAttempts {
    pub(crate) rows: Arc<JobRows>,
    /// The number of this attempt of the activity, from 1.
    pub(crate) attempt: u32,
    /// Whether this is the last attempt.
    pub(crate) last: bool,
}

#[async_trait]
impl Attempts for SingleAttempts {
    type Error = TurnError;

    async fn outcome(
        &self,
        context: &RowContext,
        step: &Step,
    ) -> Result<Option<Outcome>, TurnError> {
        loop {
            if context.stop.is_cancelled() {
                return Ok(None);
            }
            match self.rows.attempt_step(context, step).await? {
                AttemptOutcome::Outcome(outcome) => return Ok(Some(outcome)),
                AttemptOutcome::Paused => return Ok(None),
                AttemptOutcome::NotAttempted => {}
                AttemptOutcome::Failed(error) if self.last || too_long(&error) => {
                    return Ok(Some(Outcome::Failed(exhausted_failure(&error, self.attempt))));
                }
                AttemptOutcome::Failed(error) => return Err(TurnError::Later(error)),
            }
        }
    }
}

fn too_long(error: &ampledata_net::Error) -> bool {
    matches!(error.retry, Retry::After(pause) if pause > LONGEST_PAUSE)
}

/// Fails every step without an outcome.
pub(crate) struct FailEveryStep(pub(crate) Failure);

#[async_trait]
impl Attempts for FailEveryStep {
    type Error = TurnError;

    async fn outcome(&self, _: &RowContext, _: &Step) -> Result<Option<Outcome>, TurnError> {
        Ok(Some(Outcome::Failed(self.0.clone())))
    }
}
