//! What belongs to an owner besides tables: API keys, templates, answers to repeated requests, usage.

use ampledata_core::column::Column;
use ampledata_core::usage::CallUsage;
use async_trait::async_trait;
use jiff::Timestamp;

use super::{CallKind, Error, Owner};

/// An API key to be stored. The key itself is never stored, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// Its id.
    pub id: String,
    /// Its owner.
    pub owner: Owner,
    /// Its display name.
    pub name: String,
    /// Its leading characters, by which its owner recognizes it.
    pub prefix: String,
    /// SHA-256 of the key in lower-case hex.
    pub hash: String,
}

/// A stored API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// Its owner.
    pub owner: Owner,
    /// Its display name.
    pub name: String,
    /// Its leading characters.
    pub prefix: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A template: columns for repeated use.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its owner.
    pub owner: Owner,
    /// Its display name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A request that may be repeated but must be executed only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// The caller.
    pub owner: Owner,
    /// The idempotency key that the client chose.
    pub key: String,
    /// SHA-256 of the request in lower-case hex; the same key may not be used for another request.
    pub hash: String,
    /// How long the answer is kept.
    pub expires_at: Timestamp,
}

/// What is known about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: the caller has now claimed the key and executes the request.
    New,
    /// It is being executed.
    UnderWay,
    /// It was executed, with this answer.
    Answered(KeptAnswer),
    /// The key belongs to another request.
    Other,
}

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Calls of an owner in one month, summed by kind, provider and model. They remain when jobs are deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthUsage {
    /// The month in UTC, such as `2026-03`.
    pub month: String,
    /// The kind of call.
    pub kind: CallKind,
    /// The provider.
    pub provider: String,
    /// The model, if there is one.
    pub model: Option<String>,
    /// Calls made.
    pub calls: u64,
    /// Calls answered from the store instead.
    pub cached: u64,
    /// Input units: tokens for models.
    pub units_in: u64,
    /// Output units: tokens for models.
    pub units_out: u64,
    /// Cost in billionths of a US dollar.
    pub cost_nano_usd: u64,
}

/// A call that was made for an owner rather than a job, or that was answered from the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerCall {
    /// The owner.
    pub owner: Owner,
    /// The kind of call.
    pub kind: CallKind,
    /// Provider, units and price.
    pub spent: CallUsage,
}

/// Stores what belongs to an owner besides tables.
#[async_trait]
pub trait Accounts {
    /// Adds a key.
    ///
    /// # Errors
    /// [`Error::Exists`] if its id or its hash is taken.
    async fn add_api_key(&self, key: &NewApiKey) -> Result<(), Error>;

    /// The owner's keys, newest first, revoked ones included.
    async fn api_keys(&self, owner: &Owner) -> Result<Vec<ApiKey>, Error>;

    /// Revokes a key. Returns whether there was such a key that was not yet revoked.
    async fn revoke_api_key(&self, owner: &Owner, id: &str) -> Result<bool, Error>;

    /// The valid key with this hash, of any owner.
    async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Error>;

    /// Records that a key was used, at most once a minute.
    async fn touch_api_key(&self, id: &str, at: Timestamp) -> Result<(), Error>;

    /// Stores a template, or replaces the owner's template with this id.
    ///
    /// # Errors
    /// [`Error::Exists`] if the id belongs to another owner's template.
    async fn put_template(&self, template: &Template) -> Result<(), Error>;

    /// The owner's templates, sorted by name.
    async fn templates(&self, owner: &Owner) -> Result<Vec<Template>, Error>;

    /// The owner's template with this id.
    async fn template(&self, owner: &Owner, id: &str) -> Result<Option<Template>, Error>;

    /// Deletes a template. Returns whether the owner had it.
    async fn delete_template(&self, owner: &Owner, id: &str) -> Result<bool, Error>;

    /// Claims the key for the request, or returns what is known about it. Keys that expired before `now` can
    /// be claimed again.
    async fn begin_request(
        &self,
        request: &IdempotentRequest,
        now: Timestamp,
    ) -> Result<Known, Error>;

    /// Stores the answer of a request that was claimed.
    async fn finish_request(
        &self,
        owner: &Owner,
        key: &str,
        answer: &KeptAnswer,
    ) -> Result<(), Error>;

    /// Releases the key of a request that was claimed and failed.
    async fn drop_request(&self, owner: &Owner, key: &str) -> Result<(), Error>;

    /// Deletes expired answers of all owners. Returns how many.
    async fn expire_requests(&self, now: Timestamp) -> Result<u64, Error>;

    /// Records a call that belongs to no job: it counts for the owner's usage of this month.
    async fn put_owner_call(&self, call: &OwnerCall) -> Result<(), Error>;

    /// The owner's usage by month, newest first, from the given month on.
    async fn usage_by_month(
        &self,
        owner: &Owner,
        from: Option<&str>,
    ) -> Result<Vec<MonthUsage>, Error>;
}
