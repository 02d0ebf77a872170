//! What belongs to an owner besides tables: keys, templates, answers to repeated requests, usage.

use ampledata_core::column::Column;
use ampledata_core::usage::Spent;
use async_trait::async_trait;
use jiff::Timestamp;

use super::{CallKind, Error, Owner};

/// A key with which programs come in. The key itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// Its name in the store.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// Its name for people.
    pub name: String,
    /// Its first signs, by which people know it again.
    pub prefix: String,
    /// SHA-256 of the key in lower-case hex.
    pub hash: String,
}

/// A key in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name in the store.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// Its name for people.
    pub name: String,
    /// Its first signs.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, more or less.
    pub used_at: Option<Timestamp>,
    /// Since when it is void.
    pub revoked_at: Option<Timestamp>,
}

/// Columns that are asked for again and again.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its name in the store.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// Its name for people.
    pub name: String,
    /// What it asks for.
    pub columns: Vec<Column>,
}

/// A request that may come twice and is to be carried out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// Who asks.
    pub owner: Owner,
    /// The key that the client chose.
    pub key: String,
    /// SHA-256 of the request in lower-case hex: the same key is not for another request.
    pub hash: String,
    /// Until when the answer is kept.
    pub expires_at: Timestamp,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is to be carried out, and the key is taken.
    New,
    /// It is being carried out.
    UnderWay,
    /// It was carried out, with this answer.
    Answered(KeptAnswer),
    /// The key belongs to another request.
    Other,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Calls of an owner in one month, summed by kind, provider and model. Stays when jobs are deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthUsage {
    /// The month in UTC, such as `2026-03`.
    pub month: String,
    /// What was asked.
    pub kind: CallKind,
    /// Who was asked.
    pub provider: String,
    /// The model, where there is one.
    pub model: Option<String>,
    /// Calls that were made.
    pub calls: u64,
    /// Calls that were spared.
    pub cached: u64,
    /// What went in: tokens for models.
    pub units_in: u64,
    /// What came out: tokens for models.
    pub units_out: u64,
    /// Price in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

/// A call that was made for an owner and for no job, or that was spared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerCall {
    /// For whom.
    pub owner: Owner,
    /// What was asked.
    pub kind: CallKind,
    /// Who was asked, what went in and out, and the price.
    pub spent: Spent,
}

/// Remembers what belongs to an owner besides tables.
#[async_trait]
pub trait Accounts {
    /// Adds a key.
    ///
    /// # Errors
    /// [`Error::Exists`] where its id or its hash is taken.
    async fn add_api_key(&self, key: &NewApiKey) -> Result<(), Error>;

    /// The owner's keys, newest first, void ones included.
    async fn api_keys(&self, owner: &Owner) -> Result<Vec<ApiKey>, Error>;

    /// Makes a key void, and says whether there was such a key that was not void.
    async fn revoke_api_key(&self, owner: &Owner, id: &str) -> Result<bool, Error>;

    /// The key of this hash that is not void, whoever has it.
    async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Error>;

    /// Notes that a key was used; nothing is written where it was noted less than a minute before.
    async fn touch_api_key(&self, id: &str, at: Timestamp) -> Result<(), Error>;

    /// Stores a template, or replaces the owner's of the same id.
    ///
    /// # Errors
    /// [`Error::Exists`] where the id is another owner's.
    async fn put_template(&self, template: &Template) -> Result<(), Error>;

    /// The owner's templates by name.
    async fn templates(&self, owner: &Owner) -> Result<Vec<Template>, Error>;

    /// The owner's template of this id.
    async fn template(&self, owner: &Owner, id: &str) -> Result<Option<Template>, Error>;

    /// Deletes a template, and says whether the owner had it.
    async fn delete_template(&self, owner: &Owner, id: &str) -> Result<bool, Error>;

    /// Takes the key for the request, or says what is known of it. Keys that expired before `now` are
    /// free.
    async fn begin_request(
        &self,
        request: &IdempotentRequest,
        now: Timestamp,
    ) -> Result<Known, Error>;

    /// Keeps the answer of a request that was begun.
    async fn finish_request(
        &self,
        owner: &Owner,
        key: &str,
        answer: &KeptAnswer,
    ) -> Result<(), Error>;

    /// Gives the key of a request that was begun and failed free again.
    async fn drop_request(&self, owner: &Owner, key: &str) -> Result<(), Error>;

    /// Forgets answers, everybody's, that have expired, and says how many.
    async fn expire_requests(&self, now: Timestamp) -> Result<u64, Error>;

    /// Writes a call down that belongs to no job: it is in the owner's usage of this month.
    async fn put_owner_call(&self, call: &OwnerCall) -> Result<(), Error>;

    /// The owner's usage by month, newest first, from this month on where one is given.
    async fn usage_by_month(
        &self,
        owner: &Owner,
        from: Option<&str>,
    ) -> Result<Vec<MonthUsage>, Error>;
}
