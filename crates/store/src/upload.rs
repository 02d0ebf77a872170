//! Uploads: sources that are awaited, each with the job that was promised for it.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Error, JobId, Owner, SourceId};

/// A promise to take a file: its source and its job have their names before it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// The source that the file becomes.
    pub source: SourceId,
    /// The job that is promised with it.
    pub job: JobId,
    /// Whose they are.
    pub owner: Owner,
    /// The file's name for people.
    pub name: String,
    /// The content type that the file has to come with.
    pub content_type: String,
    /// The most bytes that it may have.
    pub length: u64,
    /// Until when it may be sent.
    pub expires_at: Timestamp,
}

/// How an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UploadState {
    /// Awaited.
    Signed,
    /// Coming in.
    Receiving,
    /// There: the source can be loaded, the job can be made.
    Received,
    /// Its job has been made.
    Started,
    /// The file cannot be used.
    Failed,
    /// It did not come in time.
    Expired,
    /// Its job was cancelled before it was made.
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

    /// As it is stored.
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
    /// What was promised.
    pub promised: NewUpload,
    /// How it stands.
    pub state: UploadState,
    /// Why it failed.
    pub problem: Option<String>,
    /// When it was promised.
    pub created_at: Timestamp,
}

/// A change of an upload's state, which happens only from certain others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadChange {
    /// The states that it may have now.
    pub from: Vec<UploadState>,
    /// The state that it gets.
    pub to: UploadState,
    /// Why, where it fails.
    pub problem: Option<String>,
    /// Where given, it happens only if the upload may still be sent at this time.
    pub unexpired_at: Option<Timestamp>,
}

/// Remembers awaited files. An upload becomes `Started` by itself when its job is made.
#[async_trait]
pub trait Uploads {
    /// Makes an upload, awaited.
    ///
    /// # Errors
    /// [`Error::Exists`] where its source or its job is promised already.
    async fn add_upload(&self, upload: &NewUpload) -> Result<(), Error>;

    /// The owner's upload that becomes this source.
    async fn upload(&self, owner: &Owner, source: &SourceId) -> Result<Option<Upload>, Error>;

    /// The owner's upload that this job was promised with.
    async fn upload_of_job(&self, owner: &Owner, job: &JobId) -> Result<Option<Upload>, Error>;

    /// Anybody's upload: for callers that hold a signature over its name.
    async fn signed_upload(&self, source: &SourceId) -> Result<Option<Upload>, Error>;

    /// Changes the state where the present one is among `from`, and says whether it did: of two that
    /// would begin to send one of them may.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    async fn change_upload(
        &self,
        owner: &Owner,
        source: &SourceId,
        change: UploadChange,
    ) -> Result<bool, Error>;

    /// Ends uploads, everybody's, that nobody began to send in time, and says how many.
    async fn expire_uploads(&self, now: Timestamp) -> Result<u64, Error>;

    /// Says that a file is still coming in: until then nobody takes it for cut off. Says whether it was
    /// coming in, and not for so long already.
    async fn extend_upload(
        &self,
        owner: &Owner,
        source: &SourceId,
        until: Timestamp,
    ) -> Result<bool, Error>;

    /// Ends uploads, everybody's, that were cut off in the middle, and says how many: those whose time is
    /// over by then, or all where no time is given, for the beginning of a process that is alone with the
    /// store, when nobody sends yet.
    async fn abandon_uploads(&self, over_at: Option<Timestamp>) -> Result<u64, Error>;
}
