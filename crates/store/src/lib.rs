//! The store: everything that has to survive a crash.
//!
//! One trait per subject, and [`Store`] for all of them; every implementation passes one contract suite
//! (`tests/store_contract`). A write that has returned survives `kill -9`. Nothing here decides about data: the
//! store returns what it was given.

mod account;
mod answers;
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
mod raw_limit;
mod report;
mod row;
mod source;
mod spending;
mod sql;
pub mod sqlite;
mod text_enums;
mod upload;
mod webhook;

pub use account::{
    Accounts, ApiKey, IdempotentRequest, KeptAnswer, Known, MonthUsage, NewApiKey, OwnerCall,
    Template,
};
pub use answers::Answers;
pub use calls::{Call, CallKind, Calls, Paid, Totals, Usage};
pub use catalog::{Catalog, Listed, ListedJob, Retry, RetryRows, Slice};
pub use error::Error;
pub use fetches::{Fetch, Pages, RawPage, ReadPage, Searched};
pub use grid::{
    CellEdit, CellRecord, CellStatus, ChangeCursor, Correction, Grid, GridRow, NewValue, RowChange,
    RowCursor, RowPage, View,
};
pub use job::{Job, JobId, JobStatus, JobTimes, Jobs, NewJob, Progress, StatusChange};
pub use lease::{AdvisoryLock, Leases, WebhookEvent};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use report::{ColumnCounts, Report, Reports, SiteCells};
pub use row::{Entry, NewRow, OpenRow, ResultRow, RowId, Rows};
pub use source::{NewSource, Owner, Source, SourceId, SourceRow, Sources};
pub use spending::{Budgets, Caps, Reservation, Reserved, Spending, UsageHistory};
pub use sql::{Dialect, SqlStore};
pub use sqlite::Sqlite;
pub use upload::{NewUpload, Upload, UploadChange, UploadState, Uploads};
pub use webhook::{Attempted, Delivery, DeliveryState, DueDelivery, Webhook, Webhooks};

macro_rules! store_of {
    ($($subject:ident),*) => {
        /// A store: everything that has to survive a crash.
        ///
        /// The engine needs [`Sources`], [`Jobs`], [`Rows`], [`Pages`], [`Answers`], [`Calls`] and
        /// [`Budgets`]. What users request is in [`Uploads`], [`Catalog`], [`Grid`], [`Reports`],
        /// [`Accounts`] and [`Webhooks`]; coordination between processes is in [`Leases`].
        pub trait Store: $($subject +)* Send + Sync {}

        impl<S: $($subject +)* Send + Sync> Store for S {}

        /// All traits of a store, to be imported where one is used by its own type.
        pub mod prelude {
            pub use crate::{Store, $($subject),*};
        }
    };
}

store_of!(
    Sources, Jobs, Rows, Pages, Answers, Calls, Budgets, Uploads, Catalog, Grid, Reports, Accounts,
    Webhooks, Leases
);
