//! Errors of the services.

use ampledata_providers::blob;
use ampledata_store as store;
use ampledata_store::JobStatus;
use ampledata_table as table;
use serde_json::{Value, json};
use thiserror::Error;

use crate::app;
use crate::app::error::RequestError;

/// What kind of error it is: where its cause lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong, and trying again does not help.
    Request,
    /// The caller may not make the request.
    Denied,
    /// The owner has no such thing.
    Missing,
    /// The thing is in the wrong state.
    State,
    /// Something is too large.
    Size,
    /// A file has another type than announced.
    Kind,
    /// The store is temporarily unavailable.
    Busy,
    /// A service that the program depends on refuses or is unavailable.
    Elsewhere,
    /// The program itself.
    Inside,
}

/// Why a service failed. Each error has a stable [`code`](ServiceError::code).
#[derive(Debug, Error)]
pub enum ServiceError {
    /// It does not exist, or belongs to another owner; the message is the same for both.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// The file type is not accepted.
    #[error("files of the type `{0}` are not accepted; accepted are {known}", known = super::sources::ACCEPTED_TYPES)]
    UnknownContentType(String),
    /// The announced file is larger than the limit.
    #[error("the announced size is {length} bytes; files may have 1 to {limit}")]
    UploadTooLarge {
        /// Announced size in bytes.
        length: u64,
        /// Limit in bytes.
        limit: u64,
    },
    /// The file is longer than announced.
    #[error("the file is longer than the {0} bytes that were announced")]
    UploadTooLong(u64),
    /// The file has another type than announced.
    #[error("the file was announced as `{announced}`, not as `{given}`")]
    UploadType {
        /// The announced type.
        announced: String,
        /// The type of this request.
        given: String,
    },
    /// The upload address has expired.
    #[error("the address has expired; request another one")]
    UploadExpired,
    /// The file was already sent, or is being sent.
    #[error("the file was already sent to this address")]
    UploadAgain,
    /// The connection ended before the file was complete.
    #[error("the file is incomplete; send it again")]
    UploadBroken,
    /// The object store that files are sent to fails.
    #[error(transparent)]
    Bucket(#[from] blob::Error),
    /// The file cannot be stored.
    #[error("the file cannot be stored: {0}")]
    Keep(std::io::Error),
    /// The job was created, but its file has not arrived.
    #[error("the job {0} has no file yet: PUT it to the address that came with the job")]
    NoFile(String),
    /// The file of the job cannot be used.
    #[error("the file of the job {id} cannot be used: {problem}")]
    FileUnusable {
        /// The job.
        id: String,
        /// Why.
        problem: String,
    },
    /// Only a job that was never started can be started.
    #[error("the job {id} is {}, not PENDING", status.as_str())]
    NotPending {
        /// The job.
        id: String,
        /// Its status.
        status: JobStatus,
    },
    /// The job's status does not allow this.
    #[error("the job {id} is {}: it cannot be {done}", status.as_str())]
    WrongStatus {
        /// The job.
        id: String,
        /// Its status.
        status: JobStatus,
        /// What was requested, as a participle: "paused".
        done: &'static str,
    },
    /// A part of the request is not as expected.
    #[error("{0}")]
    Wrong(String),
    /// No secret can be created.
    #[error("the system provides no random numbers")]
    NoRandomNumbers,
    /// Webhooks may not use this address.
    #[error("url: {0}")]
    Address(String),
    /// The store refuses this in the present state.
    #[error("{0}")]
    Refused(store::Error),
    /// The store fails.
    #[error(transparent)]
    Store(store::Error),
    /// An error of a use case that is not specific to the API.
    #[error(transparent)]
    App(app::Error),
}

impl From<store::Error> for ServiceError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound { what, id } => Self::NotFound { what, id },
            store::Error::Refused { .. } => Self::Refused(error),
            error => Self::Store(error),
        }
    }
}

impl From<app::Error> for ServiceError {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Store(error) => error.into(),
            error => Self::App(error),
        }
    }
}

impl From<RequestError> for ServiceError {
    fn from(error: RequestError) -> Self {
        Self::App(error.into())
    }
}

impl ServiceError {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { what, .. } => missing_code(what),
            Self::UnknownContentType(_) => "unknown_content_type",
            Self::UploadTooLarge { .. } => "upload_too_large",
            Self::UploadTooLong(_) => "upload_too_long",
            Self::UploadType { .. } => "upload_wrong_type",
            Self::UploadExpired => "upload_expired",
            Self::UploadAgain => "upload_again",
            Self::UploadBroken => "upload_broken_off",
            Self::Bucket(error) => error.code(),
            Self::Keep(_) => "upload_not_kept",
            Self::NoFile(_) => "file_not_uploaded",
            Self::FileUnusable { .. } => "file_unusable",
            Self::NotPending { .. } => "job_not_pending",
            Self::WrongStatus { .. } => "wrong_job_status",
            Self::Wrong(_) => "wrong_body",
            Self::NoRandomNumbers => "no_random_numbers",
            Self::Address(_) => "webhook_refused",
            Self::Refused(error) | Self::Store(error) => error.code(),
            Self::App(error) => error.code(),
        }
    }

    /// Where the cause lies.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::Missing,
            Self::UnknownContentType(_)
            | Self::UploadBroken
            | Self::NoFile(_)
            | Self::FileUnusable { .. }
            | Self::NotPending { .. }
            | Self::Address(_)
            | Self::Wrong(_) => ErrorKind::Request,
            Self::UploadTooLarge { .. } | Self::UploadTooLong(_) => ErrorKind::Size,
            Self::UploadType { .. } => ErrorKind::Kind,
            Self::UploadExpired => ErrorKind::Denied,
            Self::UploadAgain | Self::WrongStatus { .. } | Self::Refused(_) => ErrorKind::State,
            Self::Keep(_) | Self::Bucket(_) => ErrorKind::Busy,
            Self::NoRandomNumbers => ErrorKind::Inside,
            Self::Store(error) => store_error_kind(error),
            Self::App(error) => app_error_kind(error),
        }
    }

    /// Details about the error, if there are any.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::App(app::Error::Request(RequestError::NoSuchColumn {
                name, headers, ..
            })) => Some(json!({ "column": name, "columns": headers })),
            Self::NotPending { status, .. } | Self::WrongStatus { status, .. } => {
                Some(json!({ "status": status.as_str() }))
            }
            Self::UploadTooLarge { limit, .. } | Self::UploadTooLong(limit) => {
                Some(json!({ "limit": limit }))
            }
            _ => None,
        }
    }
}

fn missing_code(what: &str) -> &'static str {
    match what {
        "job" => "job_not_found",
        "source" => "source_not_found",
        "cell" => "cell_not_found",
        "column" => "column_not_found",
        "template" => "template_not_found",
        "API key" => "key_not_found",
        "webhook" => "webhook_not_found",
        _ => "thing_not_found",
    }
}

fn store_error_kind(error: &store::Error) -> ErrorKind {
    use store::Error as E;
    match error {
        E::DiskFull { .. }
        | E::Locked { .. }
        | E::InUse { .. }
        | E::ReadOnly { .. }
        | E::Open { .. }
        | E::Unavailable { .. }
        | E::Closed => ErrorKind::Busy,
        E::TooLarge { .. } => ErrorKind::Request,
        _ => ErrorKind::Inside,
    }
}

fn app_error_kind(error: &app::Error) -> ErrorKind {
    match error {
        app::Error::Spec(_) | app::Error::Columns { .. } | app::Error::Request(_) => {
            ErrorKind::Request
        }
        app::Error::Table { source, .. } => match source {
            table::Error::Open { .. } | table::Error::Read(_) => ErrorKind::Inside,
            table::Error::TooLarge { .. } | table::Error::UnpacksTooLarge { .. } => ErrorKind::Size,
            _ => ErrorKind::Request,
        },
        app::Error::Patterns(_) | app::Error::Model(_) => ErrorKind::Elsewhere,
        app::Error::Away { .. } => ErrorKind::Busy,
        _ => ErrorKind::Inside,
    }
}
