//! Loads unfinished rows from the store, page by page, and keeps a limited number in flight.

use std::collections::VecDeque;
use std::sync::Arc;

use ampledata_store::{self as store, OpenRow};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::row::{self, Run};

/// Minimum number of rows loaded from the store at a time.
const PAGE: usize = 256;

/// Returns when every row is finished or the run is stopped, and nothing is in flight any more.
pub(super) async fn run_rows(run: &Arc<Run>, concurrency: usize) -> Result<(), store::Error> {
    let mut rows = Rows::default();
    let mut in_flight = JoinSet::new();
    let mut result = Ok(());
    loop {
        while in_flight.len() < concurrency.max(1) && !run.rows.stop.is_cancelled() {
            match rows.next(run, concurrency).await {
                Ok(Some(open)) => {
                    let run = Arc::clone(run);
                    let driven = async move { row::drive(&run, open).await };
                    in_flight.spawn(driven.in_current_span());
                }
                Ok(None) => break,
                Err(error) => stop(run, &mut result, error),
            }
        }
        match in_flight.join_next().await {
            None => return result,
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => stop(run, &mut result, error),
            // Rows catch their own panics, and no task aborts them.
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Stops the run and keeps the first error; rows in flight still end normally.
fn stop(run: &Run, result: &mut Result<(), store::Error>, error: store::Error) {
    run.rows.stop.cancel();
    if result.is_ok() {
        *result = Err(error);
    }
}

#[derive(Default)]
struct Rows {
    waiting: VecDeque<OpenRow>,
    from: u64,
    at_end: bool,
}

impl Rows {
    async fn next(
        &mut self,
        run: &Run,
        concurrency: usize,
    ) -> Result<Option<OpenRow>, store::Error> {
        if self.waiting.is_empty() && !self.at_end {
            let limit = u32::try_from(PAGE.max(2 * concurrency)).unwrap_or(u32::MAX);
            self.waiting = run.rows.store.open_rows(&run.rows.job, self.from, limit).await?.into();
            match self.waiting.back() {
                Some(last) => self.from = last.index + 1,
                None => self.at_end = true,
            }
        }
        Ok(self.waiting.pop_front())
    }
}
