//! Divides work between processes that share a store: each job is run by one process, and by another if that
//! one disappears.

use std::any::Any;
use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, Job, JobId};

/// A lock that one process holds until this is dropped or the process ends.
#[must_use = "the lock is released when it is dropped"]
pub struct AdvisoryLock {
    /// Releases the lock when dropped.
    _held: Option<Box<dyn Any + Send>>,
}

impl AdvisoryLock {
    pub(super) fn with(held: Option<Box<dyn Any + Send>>) -> Self {
        Self { _held: held }
    }
}

impl fmt::Debug for AdvisoryLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdvisoryLock")
    }
}

/// An event for webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookEvent<'a> {
    /// The kind of event; webhooks subscribe to kinds.
    pub event: &'a str,
    /// The body of the message.
    pub payload: &'a str,
}

/// Coordinates processes that share a store.
#[async_trait]
pub trait Leases {
    /// Waits until no other process creates a job from this upload, and keeps others from doing so.
    async fn lock_job(&self, job: &JobId) -> Result<AdvisoryLock, Error>;

    /// Renews the leases of these jobs until the given time. Webhooks are notified only of jobs that have
    /// ever had a lease.
    async fn renew_lease(&self, jobs: &[JobId], until: Timestamp) -> Result<(), Error>;

    /// Claims the `RUNNING` jobs of all owners whose lease has expired, oldest first. Of several concurrent
    /// callers, one gets a job.
    async fn claim_expired(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Job>, Error>;

    /// Jobs of all owners whose status changed since [`Leases::publish`] was last called for them.
    async fn unpublished_jobs(&self, limit: u32) -> Result<Vec<Job>, Error>;

    /// Creates a delivery of the event, if there is one, due at once, for each of the owner's active webhooks
    /// that subscribe to it, and marks the job as published. Returns whether it did so: not if another
    /// process was faster, nor if the job's status has changed meanwhile.
    async fn publish(
        &self,
        job: &Job,
        event: Option<WebhookEvent<'_>>,
        at: Timestamp,
    ) -> Result<bool, Error>;
}
