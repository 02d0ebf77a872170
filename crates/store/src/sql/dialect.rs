//! What a database does differently from the others.

use std::fmt;
use std::future::Future;
use std::ops::DerefMut;

use ampledata_core::page::ContentHash;
use sqlx::Pool;

use super::batch::PageRow;
use super::driver::Driver;
use super::errors::ErrorMapper;
use crate::{AdvisoryLock, Error, Fetch, JobId};

/// A connection to the database of this dialect.
pub(crate) type Connection<D> = <<D as Dialect>::Driver as sqlx::Database>::Connection;

/// An open database: its connections, and what the shared statements leave to it.
pub trait Dialect: fmt::Debug + Send + Sync + Sized + 'static {
    /// The database in sqlx.
    type Driver: Driver;
    /// A connection that may write.
    type WriteConnection: DerefMut<Target = <Self::Driver as sqlx::Database>::Connection> + Send;

    /// The name of the dialect in statements.
    const NAME: &'static str;
    /// The statement that begins a writing transaction.
    const BEGIN: &'static str;

    /// Whether the table of jobs has the columns `columns` and `threshold` of the plan.
    const HAS_PLAN_COLUMNS: bool;

    /// The elements of a JSON array of integers, as a subquery.
    fn integers(array: &str) -> String;

    /// The elements of a JSON array of texts, as a subquery.
    fn texts(array: &str) -> String;

    /// A `SELECT` of the rows in the JSON array `$1`, with names and types of their columns. If `key` is not 0,
    /// at least the last of the rows that are equal in their first `key` columns is selected, and it comes last.
    fn rows(columns: &[(&str, &str)], key: usize) -> String;

    /// A text that the database can store.
    fn storable_text(text: String) -> String {
        text
    }

    /// A JSON text whose strings the database can store.
    fn storable_json(json: String) -> String {
        json
    }

    /// The connections that read.
    fn readers(&self) -> &Pool<Self::Driver>;

    /// Turns errors of the database into errors of the store.
    fn errors(&self) -> &ErrorMapper;

    /// Waits for a connection that may write.
    fn write_connection(&self)
    -> impl Future<Output = Result<Self::WriteConnection, Error>> + Send;

    /// The number of a change of these jobs, taken within a transaction: changes of one job are committed in
    /// the order of their numbers.
    fn next_change(
        &self,
        connection: &mut Connection<Self>,
        jobs: &[i64],
    ) -> impl Future<Output = Result<i64, sqlx::Error>> + Send;

    /// Inserts pages and their raw bytes; those that exist already stay as they are.
    fn insert_pages(
        connection: &mut Connection<Self>,
        pages: &[&PageRow],
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// The hash of the answer to this query of the job.
    fn find_search(
        &self,
        job_key: i64,
        provider: &str,
        query: &str,
    ) -> impl Future<Output = Result<Option<ContentHash>, Error>> + Send;

    /// How the crawler fetched the address.
    fn find_fetch(
        &self,
        crawler: &str,
        url: &str,
    ) -> impl Future<Output = Result<Option<Fetch>, Error>> + Send;

    /// Waits until no other process creates this job, and keeps others from doing so.
    fn lock_job(&self, job: &JobId) -> impl Future<Output = Result<AdvisoryLock, Error>> + Send;

    /// Closes all connections.
    fn close(&self) -> impl Future<Output = Result<(), Error>> + Send;
}
