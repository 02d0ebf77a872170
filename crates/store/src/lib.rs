//! The store: what is remembered, and survives a crash.
//!
//! One trait, [`Store`]; every implementation passes one contract suite (`tests/store_contract`).
//! A write that has returned is there after `kill -9`. Nothing here decides about data: the store
//! gives back what it was given.

use std::time::Duration;

use ampledata_core::model::JobModels;
use ampledata_core::page::{ContentHash, Page};
use ampledata_core::row::{RowResult, Stage};
use ampledata_core::serp::Serp;
use async_trait::async_trait;
use jiff::Timestamp;

mod account;
mod attendance;
mod decode;
mod encoding;
mod error;
mod grid;
pub mod intake;
mod job;
mod library;
mod names;
mod packing;
#[cfg(feature = "postgres")]
pub mod postgres;
mod reading;
mod report;
mod row;
mod source;
mod spending;
pub mod sqlite;
mod upload;
mod webhook;

pub use account::{
    Accounts, ApiKey, IdempotentRequest, KeptAnswer, Known, MonthUsage, NewApiKey, OwnerCall,
    Template,
};
pub use attendance::{Alone, Attendance, News};
pub use error::Error;
pub use grid::{
    CellEdit, CellRecord, ChangeCursor, Correction, Grid, GridRow, NewValue, RowChange, RowCursor,
    RowPage, Standing, View,
};
pub use job::{Job, JobId, JobStatus, JobTimes, NewJob, Progress, StatusChange};
pub use library::{Library, Listed, ListedJob, Retry, RetryRows, Slice};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use reading::{Call, CallKind, Fetch, Paid, ReadPage, Searched, Totals, Usage};
pub use report::{ColumnCounts, Report, Reports, SiteCells};
pub use row::{Entry, NewRow, OpenRow, ResultRow, RowId};
pub use source::{NewSource, Owner, Source, SourceId, SourceRow};
pub use spending::{Caps, Experience, Reservation, Reserved, Spending};
pub use sqlite::Sqlite;
pub use upload::{NewUpload, Upload, UploadChange, UploadState, Uploads};
pub use webhook::{Attempted, Delivery, DeliveryState, DueDelivery, Webhook, Webhooks};

/// Remembers sources, jobs, rows, pages and calls.
///
/// Jobs and sources are found by their owner. The functions that take only a [`JobId`] or a
/// [`SourceId`] are for callers that have looked it up by owner before.
///
/// What people ask for is in traits by subject: [`Uploads`], [`Library`], [`Grid`], [`Reports`],
/// [`Accounts`] and [`Webhooks`]; what processes agree on is in [`Attendance`]. What stands here is what
/// the engine lives on.
#[async_trait]
pub trait Store:
    Uploads + Library + Grid + Reports + Accounts + Webhooks + Attendance + Send + Sync
{
    /// The source of that name, if this owner has it.
    async fn source(&self, owner: &Owner, id: &SourceId) -> Result<Option<Source>, Error>;

    /// Begins to load a source. What an interrupted loading left of it is thrown away.
    ///
    /// # Errors
    /// [`Error::Exists`] where it is loaded already.
    async fn begin_source(&self, source: &NewSource) -> Result<(), Error>;

    /// Adds rows to a source that is loading.
    async fn append_source_rows(&self, id: &SourceId, rows: Vec<SourceRow>) -> Result<(), Error>;

    /// Ends the loading of a source: from now on it is ready.
    async fn finish_source(
        &self,
        id: &SourceId,
        columns: &[ampledata_table::Column],
    ) -> Result<(), Error>;

    /// Rows of a source in their order, from this index on, at most `limit`.
    async fn source_rows(
        &self,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error>;

    /// Begins to make a job. What an interrupted loading of its rows left is thrown away. Use
    /// [`intake::create_job`], which also loads the rows.
    ///
    /// # Errors
    /// [`Error::Exists`] where it is loaded already; [`Error::NotFound`] where its source is not ready.
    async fn begin_job(&self, job: &NewJob) -> Result<(), Error>;

    /// Adds rows to a job whose rows are being loaded.
    async fn append_job_rows(&self, job: &JobId, rows: Vec<NewRow>) -> Result<(), Error>;

    /// Ends the loading of a job's rows: each row without a problem that has the identity of an
    /// earlier one follows it.
    async fn finish_loading(&self, job: &JobId) -> Result<(), Error>;

    /// The job of that name, if this owner has it.
    async fn job(&self, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error>;

    /// The owner's newest job of that fingerprint.
    async fn job_by_fingerprint(
        &self,
        owner: &Owner,
        fingerprint: &str,
    ) -> Result<Option<Job>, Error>;

    /// The owner's jobs, newest first, and how many there are in all.
    async fn jobs(&self, owner: &Owner, offset: u64, limit: u32) -> Result<(Vec<Job>, u64), Error>;

    /// All `RUNNING` jobs, everybody's, the oldest first: for whoever takes them up again.
    async fn running_jobs(&self) -> Result<Vec<Job>, Error>;

    /// How the job stands.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn status(&self, job: &JobId) -> Result<JobStatus, Error>;

    /// Changes the status where the present one is among `from`, and says whether it did. A job that
    /// becomes `CANCELLED` takes its unfinished rows with it.
    async fn set_status(&self, job: &JobId, change: StatusChange) -> Result<bool, Error>;

    /// Writes the times of a job that was worked on elsewhere over those of its import.
    async fn date_job(&self, job: &JobId, times: JobTimes) -> Result<(), Error>;

    /// How far the job is. Cheap for any number of rows.
    async fn progress(&self, job: &JobId) -> Result<Progress, Error>;

    /// Unfinished rows in their order, from this index on, at most `limit`, without those that follow
    /// another; each with its journal.
    async fn open_rows(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<OpenRow>, Error>;

    /// Writes an outcome into the journal of a row, and the stage that it brings the row to.
    async fn journal(&self, row: &RowId, entry: Entry, stage: Option<Stage>) -> Result<(), Error>;

    /// Drops the journal of a row from this turn on.
    async fn cut_journal(&self, row: &RowId, from_turn: u32) -> Result<(), Error>;

    /// Writes the result of a row with its cells and drops its journal, all or nothing.
    async fn finish_row(&self, row: &RowId, result: &RowResult) -> Result<(), Error>;

    /// Rows of a job in their order, from this index on, at most `limit`, finished or not; each with
    /// the result that it has or shares.
    async fn results(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<ResultRow>, Error>;

    /// Names the stored answer of this provider to this query in this job.
    async fn search_of(
        &self,
        job: &JobId,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error>;

    /// The search result page of that name.
    async fn serp(&self, hash: &ContentHash) -> Result<Option<Serp>, Error>;

    /// Stores a search result page, its query and its call, all or nothing.
    async fn put_search(&self, search: Searched) -> Result<(), Error>;

    /// How the address was fetched, if it was.
    async fn fetch_of(&self, url: &str) -> Result<Option<Fetch>, Error>;

    /// The page of that name.
    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error>;

    /// Stores a page (once, by its hash), its fetch and its call, all or nothing.
    async fn put_page(&self, page: ReadPage) -> Result<(), Error>;

    /// The stored answer of a model to the request of that key, as the
    /// provider names its requests.
    async fn answer(&self, key: &str) -> Result<Option<String>, Error>;

    /// Stores the answer of a model, for all jobs and for ever; the first answer of a key stays.
    async fn put_answer(&self, key: &str, answer: &str) -> Result<(), Error>;

    /// The newest answer of this provider to this query in any job, if it is no older than this.
    async fn recent_search(
        &self,
        provider: &str,
        query: &str,
        not_before: Timestamp,
    ) -> Result<Option<ContentHash>, Error>;

    /// Has the job ask these models from now on; calls under way are not affected.
    async fn set_models(&self, job: &JobId, models: &JobModels) -> Result<(), Error>;

    /// Bounds what the job may cost; calls under way are not affected.
    async fn set_caps(&self, job: &JobId, caps: Caps) -> Result<(), Error>;

    /// Sets money aside for a call of this row, if the bounds of its job allow that. What was set aside
    /// ends when the call is written down.
    async fn reserve(&self, row: &RowId, most_nano_usd: u64) -> Result<Reserved, Error>;

    /// Counts as lost, and so in full, what has been set aside for longer than this: its call was cut
    /// off, and nobody will ever know what it did cost. A call that is written down all the same ends
    /// what was set aside for it.
    async fn lose_reservations(&self, job: &JobId, older_than: Duration) -> Result<(), Error>;

    /// How the job stands with its budget.
    async fn spending(&self, job: &JobId) -> Result<Spending, Error>;

    /// What calls needed in the owner's latest jobs.
    async fn experience(&self, owner: &Owner) -> Result<Vec<Experience>, Error>;

    /// Stores how a page that is stored already came once more, with the call that asked.
    async fn put_fetch(&self, fetch: Fetch, call: Call) -> Result<(), Error>;

    /// Writes a call down: each is summed in the usage of its job, and one that its provider counts is
    /// in the ledger by itself.
    async fn put_call(&self, call: Call) -> Result<(), Error>;

    /// Calls of a job by kind, provider and model.
    async fn usage(&self, job: &JobId) -> Result<Vec<Usage>, Error>;

    /// What all jobs together have done and cost, for a view of the whole. Cheap for any number of rows.
    async fn totals(&self) -> Result<Totals, Error>;

    /// Metered calls of a job in the order in which they were written down, the first `offset` left
    /// out, at most `limit`.
    async fn ledger(&self, job: &JobId, offset: u64, limit: u32) -> Result<Vec<Paid>, Error>;
}
