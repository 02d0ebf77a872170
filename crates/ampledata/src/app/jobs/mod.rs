//! Jobs: started, watched, changed, and exported, each for one owner.

use std::sync::Arc;

use ampledata_core::row::Limits;
use ampledata_store::Store;
use tokio::sync::{Mutex, Semaphore};

use super::scheduling::Scheduler;
use super::sources::Sources;
use super::{ServiceError, Services, enrich};
use crate::config::Settings;

mod budget;
mod export;
mod grid;
mod lifecycle;
mod quote_context;
mod report;
mod start;
mod usage;

pub use export::Export;
pub use grid::{Edit, ViewRequest};
pub use lifecycle::{Detail, JobState, RetrySelection};
pub use quote_context::QuoteContext;
pub use report::JobReport;
pub use start::StartRequest;
// The records of the store that callers see.
pub use ampledata_store::{
    Caps, CellRecord, CellStatus, ChangeCursor, ColumnCounts, Correction, GridRow, Job, JobId,
    ListedJob, ResultRow, RetryRows, RowCursor, SiteCells, Spending, Totals,
};

/// The jobs of all owners.
pub struct Jobs {
    store: Arc<dyn Store>,
    services: Services,
    sources: Arc<Sources>,
    scheduler: Scheduler,
    limits: Limits,
    concurrency: usize,
    /// One job is created at a time, so that of two requests that start the same job one succeeds.
    starting: Mutex<()>,
    /// A report reads every cell of a job, so few run at a time to keep the store responsive.
    reporting: Semaphore,
}

impl Jobs {
    /// Jobs over these tables, run by this scheduler.
    pub(super) fn new(
        services: Services,
        sources: Arc<Sources>,
        scheduler: Scheduler,
        settings: &Settings,
    ) -> Self {
        Self {
            store: Arc::clone(&services.store),
            services,
            sources,
            scheduler,
            limits: enrich::limits(settings),
            concurrency: settings.concurrency,
            starting: Mutex::default(),
            reporting: Semaphore::new(report::MAX_CONCURRENT),
        }
    }
}
