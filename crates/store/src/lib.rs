//! The store: everything that has to survive a crash.
//!
//! One trait, [`Store`]; every implementation passes one contract suite (`tests/store_contract`). A write
//! that has returned survives `kill -9`. Nothing here decides about data: the store returns what it was
//! given.

use std::time::Duration;

use ampledata_core::model::JobModels;
use ampledata_core::page::{ContentHash, Page};
use ampledata_core::row::{RowResult, Stage};
use ampledata_core::serp::Serp;
use async_trait::async_trait;
use jiff::Timestamp;

mod account;
mod calls;
mod catalog;
mod decode;
mod encoding;
mod error;
mod fetches;
mod grid;
pub mod intake;
mod job;
mod lease;
mod page_codec;
#[cfg(feature = "postgres")]
pub mod postgres;
mod report;
mod row;
mod source;
mod spending;
pub mod sqlite;
mod text_enums;
mod upload;
mod webhook;

pub use account::{
    Accounts, ApiKey, IdempotentRequest, KeptAnswer, Known, MonthUsage, NewApiKey, OwnerCall,
    Template,
};
pub use calls::{Call, CallKind, Paid, Totals, Usage};
pub use catalog::{Catalog, Listed, ListedJob, Retry, RetryRows, Slice};
pub use error::Error;
pub use fetches::{Fetch, ReadPage, Searched};
pub use grid::{
    CellEdit, CellRecord, CellStatus, ChangeCursor, Correction, Grid, GridRow, NewValue, RowChange,
    RowCursor, RowPage, View,
};
pub use job::{Job, JobId, JobStatus, JobTimes, NewJob, Progress, StatusChange};
pub use lease::{AdvisoryLock, Leases, WebhookEvent};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use report::{ColumnCounts, Report, Reports, SiteCells};
pub use row::{Entry, NewRow, OpenRow, ResultRow, RowId};
pub use source::{NewSource, Owner, Source, SourceId, SourceRow};
pub use spending::{Caps, Reservation, Reserved, Spending, UsageHistory};
pub use sqlite::Sqlite;
pub use upload::{NewUpload, Upload, UploadChange, UploadState, Uploads};
pub use webhook::{Attempted, Delivery, DeliveryState, DueDelivery, Webhook, Webhooks};

/// Stores sources, jobs, rows, pages and calls.
///
/// Jobs and sources are looked up by owner. Functions that take only a [`JobId`] or a [`SourceId`] are for
/// callers that have already done so.
///
/// What users request is in traits by subject: [`Uploads`], [`Catalog`], [`Grid`], [`Reports`], [`Accounts`]
/// and [`Webhooks`]; coordination between processes is in [`Leases`]. This trait has what the engine
/// needs.
#[async_trait]
pub trait Store:
    Uploads + Catalog + Grid + Reports + Accounts + Webhooks + Leases + Send + Sync
{
    /// The source with this id, if this owner has it.
    async fn source(&self, owner: &Owner, id: &SourceId) -> Result<Option<Source>, Error>;

    /// Starts loading a source. Rows from an interrupted load are deleted.
    ///
    /// # Errors
    /// [`Error::Exists`] if it is already loaded.
    async fn begin_source(&self, source: &NewSource) -> Result<(), Error>;

    /// Adds rows to a source that is loading.
    async fn append_source_rows(&self, id: &SourceId, rows: Vec<SourceRow>) -> Result<(), Error>;

    /// Finishes loading a source, which is ready from now on.
    async fn finish_source(
        &self,
        id: &SourceId,
        columns: &[ampledata_table::Column],
    ) -> Result<(), Error>;

    /// Rows of a source in order from this index, at most `limit`.
    async fn source_rows(
        &self,
        id: &SourceId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<SourceRow>, Error>;

    /// Starts creating a job. Rows from an interrupted load are deleted. Use [`intake::create_job`], which
    /// also loads the rows.
    ///
    /// # Errors
    /// [`Error::Exists`] if it is already loaded; [`Error::NotFound`] if its source is not ready.
    async fn begin_job(&self, job: &NewJob) -> Result<(), Error>;

    /// Adds rows to a job whose rows are being loaded.
    async fn append_job_rows(&self, job: &JobId, rows: Vec<NewRow>) -> Result<(), Error>;

    /// Finishes loading a job's rows: each valid row with the identity of an earlier row follows that one.
    async fn finish_loading(&self, job: &JobId) -> Result<(), Error>;

    /// The job with this id, if this owner has it.
    async fn job(&self, owner: &Owner, id: &JobId) -> Result<Option<Job>, Error>;

    /// The owner's newest job with this fingerprint.
    async fn job_by_fingerprint(
        &self,
        owner: &Owner,
        fingerprint: &str,
    ) -> Result<Option<Job>, Error>;

    /// The owner's jobs, newest first, and their total number.
    async fn jobs(&self, owner: &Owner, offset: u64, limit: u32) -> Result<(Vec<Job>, u64), Error>;

    /// All `RUNNING` jobs of all owners, oldest first; to resume them.
    async fn running_jobs(&self) -> Result<Vec<Job>, Error>;

    /// The status of the job.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn status(&self, job: &JobId) -> Result<JobStatus, Error>;

    /// Changes the status if the present one is among `from`, and returns whether it did. Cancelling a job
    /// also cancels its unfinished rows.
    async fn set_status(&self, job: &JobId, change: StatusChange) -> Result<bool, Error>;

    /// Replaces the times of an imported job by the original ones.
    async fn date_job(&self, job: &JobId, times: JobTimes) -> Result<(), Error>;

    /// The progress of the job. Cheap for any number of rows.
    async fn progress(&self, job: &JobId) -> Result<Progress, Error>;

    /// Unfinished rows in order from this index, at most `limit`, each with its journal; rows that follow
    /// another are omitted.
    async fn open_rows(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<OpenRow>, Error>;

    /// Writes an outcome to the journal of a row, and the stage that the row reaches with it.
    async fn journal(&self, row: &RowId, entry: Entry, stage: Option<Stage>) -> Result<(), Error>;

    /// Deletes the journal of a row from this turn on.
    async fn cut_journal(&self, row: &RowId, from_turn: u32) -> Result<(), Error>;

    /// Writes the result of a row with its cells and deletes its journal, all or nothing.
    async fn finish_row(&self, row: &RowId, result: &RowResult) -> Result<(), Error>;

    /// Rows of a job in order from this index, at most `limit`, finished or not, each with its own or shared
    /// result.
    async fn results(&self, job: &JobId, from: u64, limit: u32) -> Result<Vec<ResultRow>, Error>;

    /// The hash of this provider's stored answer to this query in this job.
    async fn search_of(
        &self,
        job: &JobId,
        provider: &str,
        query: &str,
    ) -> Result<Option<ContentHash>, Error>;

    /// The search result page with this hash.
    async fn serp(&self, hash: &ContentHash) -> Result<Option<Serp>, Error>;

    /// Stores a search result page, its query and its call, all or nothing.
    async fn put_search(&self, search: Searched) -> Result<(), Error>;

    /// How the address was fetched, if it was.
    async fn fetch_of(&self, url: &str) -> Result<Option<Fetch>, Error>;

    /// The page with this hash.
    async fn page(&self, hash: &ContentHash) -> Result<Option<Page>, Error>;

    /// Stores a page (once, by its hash), its fetch and its call, all or nothing.
    async fn put_page(&self, page: ReadPage) -> Result<(), Error>;

    /// The stored answer of a model to the request with this key; the provider derives keys from requests.
    async fn answer(&self, key: &str) -> Result<Option<String>, Error>;

    /// Stores the answer of a model permanently and for all jobs; the first answer for a key is kept.
    async fn put_answer(&self, key: &str, answer: &str) -> Result<(), Error>;

    /// This provider's newest answer to this query in any job, if it is not older than this.
    async fn recent_search(
        &self,
        provider: &str,
        query: &str,
        not_before: Timestamp,
    ) -> Result<Option<ContentHash>, Error>;

    /// Makes the job use these models from now on; calls in progress are not affected.
    async fn set_models(&self, job: &JobId, models: &JobModels) -> Result<(), Error>;

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

    /// What calls used in the owner's latest jobs.
    async fn usage_history(&self, owner: &Owner) -> Result<Vec<UsageHistory>, Error>;

    /// Stores another fetch of a page that is already stored, with its call.
    async fn put_fetch(&self, fetch: Fetch, call: Call) -> Result<(), Error>;

    /// Records a call: each is added to the usage of its job, and a metered call is also written to the
    /// ledger.
    async fn put_call(&self, call: Call) -> Result<(), Error>;

    /// Calls of a job by kind, provider and model.
    async fn usage(&self, job: &JobId) -> Result<Vec<Usage>, Error>;

    /// Totals of all jobs. Cheap for any number of rows.
    async fn totals(&self) -> Result<Totals, Error>;

    /// Metered calls of a job in the order in which they were recorded, after the first `offset`, at most
    /// `limit`.
    async fn ledger(&self, job: &JobId, offset: u64, limit: u32) -> Result<Vec<Paid>, Error>;
}
