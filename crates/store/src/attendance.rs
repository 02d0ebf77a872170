//! Who sees to what, where several processes work over one store: each thing is done by one of them, and
//! by another where that one is gone.

use std::any::Any;
use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, Job, JobId};

/// What one process does alone, until this is dropped or the process ends.
#[must_use = "others go on when it is dropped"]
pub struct Alone {
    /// What ends with it.
    _held: Option<Box<dyn Any + Send>>,
}

impl Alone {
    pub(super) fn with(held: Option<Box<dyn Any + Send>>) -> Self {
        Self { _held: held }
    }
}

impl fmt::Debug for Alone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alone")
    }
}

/// What webhooks are told of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News<'a> {
    /// The kind of event, by which webhooks choose.
    pub event: &'a str,
    /// The message's body.
    pub payload: &'a str,
}

/// Divides the work between processes.
#[async_trait]
pub trait Attendance {
    /// Waits until no other process makes this job of its upload, and keeps others from it.
    async fn make_alone(&self, job: &JobId) -> Result<Alone, Error>;

    /// Says that somebody sees to these jobs until then. Webhooks are told of those jobs alone that
    /// somebody has ever seen to.
    async fn attend(&self, jobs: &[JobId], until: Timestamp) -> Result<(), Error>;

    /// Takes on the `RUNNING` jobs that nobody sees to any more, everybody's, the oldest first: of those
    /// who ask at the same time one gets a job.
    async fn take_unattended(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Job>, Error>;

    /// Jobs, everybody's, whose status was changed since [`Attendance::tell`], as they stand.
    async fn untold_jobs(&self, limit: u32) -> Result<Vec<Job>, Error>;

    /// Makes a delivery of the news, if there are any, due at once, for each of the owner's active webhooks
    /// that is told of such; then the job is not untold any more. Says whether it did: not where another
    /// was quicker, nor where the job stands otherwise by now.
    async fn tell(&self, job: &Job, news: Option<News<'_>>, at: Timestamp) -> Result<bool, Error>;
}
