//! What stops a use case of the API.

use ampledata_providers::blob;
use ampledata_store as store;
use ampledata_store::JobStatus;
use ampledata_table as table;
use serde_json::{Value, json};
use thiserror::Error;

use super::shown::status_name;
use crate::app;
use crate::app::error::RequestError;

/// Whose fault it is, and what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is wrong, and stays wrong.
    Request,
    /// The request may not be made.
    Denied,
    /// There is no such thing, for this owner.
    Missing,
    /// The thing is not in a state for it.
    State,
    /// Too large.
    Size,
    /// A file of another kind than was announced.
    Kind,
    /// The store cannot be used at the moment.
    Busy,
    /// Somebody who is asked on the way refuses or is away.
    Elsewhere,
    /// The program is at fault.
    Inside,
}

/// What stops a use case of the API. Each has a stable [`code`](Error::code).
#[derive(Debug, Error)]
pub enum Error {
    /// There is no such thing, or it is another owner's: nobody is told which.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// A kind of file that is not taken.
    #[error("files of the type `{0}` are not taken; taken are {known}", known = super::upload::KNOWN)]
    UnknownContentType(String),
    /// A file larger than is ever taken.
    #[error("{length} bytes are announced; files may have 1 to {limit}")]
    UploadTooLarge {
        /// As announced.
        length: u64,
        /// Bytes that a file may have.
        limit: u64,
    },
    /// A file longer than it was announced.
    #[error("the file is longer than the {0} bytes that were announced")]
    UploadTooLong(u64),
    /// A file of another type than was announced.
    #[error("the file was announced as `{announced}`, not as `{given}`")]
    UploadType {
        /// As announced.
        announced: String,
        /// As given now.
        given: String,
    },
    /// The time for it is over.
    #[error("the address has expired; ask for another one")]
    UploadExpired,
    /// It was sent already, or is being sent.
    #[error("the file was sent to this address already")]
    UploadAgain,
    /// The connection ended before the file.
    #[error("the file broke off; send it again")]
    UploadBroken,
    /// The object store that files are sent to.
    #[error(transparent)]
    Bucket(#[from] blob::Error),
    /// The file cannot be kept.
    #[error("the file cannot be kept: {0}")]
    Keep(std::io::Error),
    /// The job was promised, but its file is not there.
    #[error("the job {0} has no file yet: PUT it to the address that was given with the job")]
    NoFile(String),
    /// The file of the job cannot be used.
    #[error("the file of the job {id} cannot be used: {problem}")]
    FileUnusable {
        /// The job.
        id: String,
        /// Why.
        problem: String,
    },
    /// Only a job that was not begun can be started.
    #[error("the job {id} is {}, not PENDING", status_name(*status))]
    NotPending {
        /// The job.
        id: String,
        /// How it stands.
        status: JobStatus,
    },
    /// The job does not stand as it must for this.
    #[error("the job {id} is {}: it cannot be {done}", status_name(*status))]
    WrongStatus {
        /// The job.
        id: String,
        /// How it stands.
        status: JobStatus,
        /// What was to be done to it.
        done: &'static str,
    },
    /// A column is asked for that the table has.
    #[error(
        "the table has a column `{0}` already: give it the job_type `imputation` to fill its \
         blanks, or ask for another name"
    )]
    ColumnExists(String),
    /// Something in the request is not what is expected.
    #[error("{0}")]
    Wrong(String),
    /// Nothing can be kept secret.
    #[error("the system gives no random numbers")]
    NoRandomNumbers,
    /// An address that is not told of anything.
    #[error("url: {0}")]
    Address(String),
    /// The store refuses it as things stand.
    #[error("{0}")]
    Refused(store::Error),
    /// The store.
    #[error(transparent)]
    Store(store::Error),
    /// What stops other use cases too.
    #[error(transparent)]
    App(app::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound { what, id } => Self::NotFound { what, id },
            store::Error::Refused { .. } => Self::Refused(error),
            error => Self::Store(error),
        }
    }
}

impl From<app::Error> for Error {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Store(error) => error.into(),
            app::Error::Request(error) => error.into(),
            error => Self::App(error),
        }
    }
}

/// The words of the command line become those of the API.
impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        use RequestError as R;
        let error = match error {
            R::ColumnExists(name) => return Self::ColumnExists(name),
            R::NoSuchColumn { name, headers, nearest, .. } => {
                R::NoSuchColumn { flag: "key_columns", name, headers, nearest }
            }
            R::Twice { flag, name } => {
                let flag = if flag == "--key" { "key_columns" } else { "columns_metadata" };
                R::Twice { flag, name }
            }
            error => error,
        };
        Self::App(app::Error::Request(error))
    }
}

impl Error {
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
            Self::ColumnExists(_) => "column_exists",
            Self::Wrong(_) => "wrong_body",
            Self::NoRandomNumbers => "no_random_numbers",
            Self::Address(_) => "webhook_refused",
            Self::Refused(error) | Self::Store(error) => error.code(),
            Self::App(error) => error.code(),
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::NotFound { .. } => Fault::Missing,
            Self::UnknownContentType(_)
            | Self::UploadBroken
            | Self::NoFile(_)
            | Self::FileUnusable { .. }
            | Self::NotPending { .. }
            | Self::ColumnExists(_)
            | Self::Address(_)
            | Self::Wrong(_) => Fault::Request,
            Self::UploadTooLarge { .. } | Self::UploadTooLong(_) => Fault::Size,
            Self::UploadType { .. } => Fault::Kind,
            Self::UploadExpired => Fault::Denied,
            Self::UploadAgain | Self::WrongStatus { .. } | Self::Refused(_) => Fault::State,
            Self::Keep(_) | Self::Bucket(_) => Fault::Busy,
            Self::NoRandomNumbers => Fault::Inside,
            Self::Store(error) => store_fault(error),
            Self::App(error) => app_fault(error),
        }
    }

    /// What the failure is about, where there is more to say.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::App(app::Error::Request(RequestError::NoSuchColumn {
                name, headers, ..
            })) => Some(json!({ "column": name, "columns": headers })),
            Self::NotPending { status, .. } | Self::WrongStatus { status, .. } => {
                Some(json!({ "status": status_name(*status) }))
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

fn store_fault(error: &store::Error) -> Fault {
    use store::Error as E;
    match error {
        E::DiskFull { .. }
        | E::Locked { .. }
        | E::InUse { .. }
        | E::ReadOnly { .. }
        | E::Open { .. }
        | E::Unavailable { .. }
        | E::Closed => Fault::Busy,
        E::TooLarge { .. } => Fault::Request,
        _ => Fault::Inside,
    }
}

fn app_fault(error: &app::Error) -> Fault {
    match error {
        app::Error::Spec(_) | app::Error::Columns { .. } | app::Error::Request(_) => Fault::Request,
        app::Error::Table { source, .. } => match source {
            table::Error::Open { .. } | table::Error::Read(_) => Fault::Inside,
            table::Error::TooLarge { .. } | table::Error::UnpacksTooLarge { .. } => Fault::Size,
            _ => Fault::Request,
        },
        app::Error::Patterns(_) | app::Error::Model(_) => Fault::Elsewhere,
        app::Error::Away { .. } => Fault::Busy,
        _ => Fault::Inside,
    }
}
