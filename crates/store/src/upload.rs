//! Uploads: announced files, each with the source and the job that were created for it.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, JobId, Owner, SourceId};

/// An announced file; its source and its job have ids before it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The source that the file becomes.
    pub source: SourceId,
    /// The job created with it.
    pub job: JobId,
    /// Its owner.
    pub owner: Owner,
    /// The file's display name.
    pub name: String,
    /// The content type that the file must have.
    pub content_type: String,
    /// Maximum size in bytes.
    pub length: u64,
    /// When the upload address expires.
    pub expires_at: Timestamp,
}

/// The state of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UploadState {
    /// Waiting for the file.
    Signed,
    /// The file is being received.
    Receiving,
    /// The file is complete: the source can be loaded and the job can be created.
    Received,
    /// Its job was created.
    Started,
    /// The file cannot be used.
    Failed,
    /// The file did not arrive in time.
    Expired,
    /// Its job was cancelled before it was created.
    Cancelled,
}

impl UploadState {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Signed,
        Self::Receiving,
        Self::Received,
        Self::Started,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Receiving => "receiving",
            Self::Received => "received",
            Self::Started => "started",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An upload in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The announcement.
    pub promised: NewUpload,
    /// Its state.
    pub state: UploadState,
    /// Why it failed.
    pub problem: Option<String>,
    /// When it was announced.
    pub created_at: Timestamp,
}

/// A change of an upload's state, allowed only from certain states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadChange {
    /// The states from which it is allowed.
    pub from: Vec<UploadState>,
    /// The new state.
    pub to: UploadState,
    /// The reason, if it fails.
    pub problem: Option<String>,
    /// If given, the change is made only if the upload address is still valid at this time.
    pub unexpired_at: Option<Timestamp>,
}

/// Stores announced files. An upload becomes `Started` automatically when its job is created.
#[async_trait]
pub trait Uploads {
    /// Creates an upload that waits for its file.
    ///
    /// # Errors
    /// [`Error::Exists`] if its source or its job already exists.
    async fn add_upload(&self, upload: &NewUpload) -> Result<(), Error>;

    /// The owner's upload that becomes this source.
    async fn upload(&self, owner: &Owner, source: &SourceId) -> Result<Option<Upload>, Error>;

    /// The owner's upload for this job.
    async fn upload_of_job(&self, owner: &Owner, job: &JobId) -> Result<Option<Upload>, Error>;

    /// An upload of any owner, for callers that have verified a signature over its name.
    async fn signed_upload(&self, source: &SourceId) -> Result<Option<Upload>, Error>;

    /// Changes the state if the present one is among `from`, and returns whether it did: of two concurrent
    /// senders of a file, one succeeds.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn change_upload(
        &self,
        owner: &Owner,
        source: &SourceId,
        change: UploadChange,
    ) -> Result<bool, Error>;

    /// Expires uploads of all owners that were not started in time. Returns how many.
    async fn expire_uploads(&self, now: Timestamp) -> Result<u64, Error>;

    /// Records that a file is still being received, so that it is not treated as interrupted until the given
    /// time. Returns false if the file was not being received, or already had that much time.
    async fn extend_upload(
        &self,
        owner: &Owner,
        source: &SourceId,
        until: Timestamp,
    ) -> Result<bool, Error>;

    /// Fails uploads of all owners that were interrupted, and returns how many: those whose time has passed,
    /// or all if no time is given, which is right when a process with exclusive use of the store starts.
    async fn abandon_uploads(&self, over_at: Option<Timestamp>) -> Result<u64, Error>;
}
