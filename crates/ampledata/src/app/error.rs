//! Errors of the use cases.

use std::io;
use std::path::PathBuf;

use ampledata_core::row::FailureKind;
use ampledata_net::Retry;
use ampledata_store as store;
use ampledata_table as table;
use thiserror::Error;

use super::calibrate;
use super::columns::{FileError, SpecError};
use super::eval::{self, set};

/// Why a use case failed. Each error has a stable [`code`](Error::code).
#[derive(Debug, Error)]
pub enum Error {
    /// A column specification.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A file of columns.
    #[error("{}: {source}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: FileError,
    },
    /// A file cannot be opened.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The bundled example cannot be written.
    #[error("cannot write the example to {}: {source}", path.display())]
    Unpack {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The request does not fit the table.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The table cannot be read.
    #[error("{}: {source}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: table::Error,
    },
    /// The output cannot be written.
    #[error(transparent)]
    Write(#[from] table::WriteError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A labelled set.
    #[error(transparent)]
    Set(#[from] set::Error),
    /// The model of confidence.
    #[error(transparent)]
    Calibrate(#[from] calibrate::Error),
    /// A file of an evaluation.
    #[error(transparent)]
    Eval(#[from] eval::Error),
    /// A provider that the settings choose is not available.
    #[error("{message}")]
    Provider {
        /// Stable code.
        code: &'static str,
        /// What is missing and how to fix it.
        message: String,
    },
    /// A model of a job is not available.
    #[error("{0}")]
    Model(#[source] ampledata_net::Error),
    /// The query patterns could not be created.
    #[error("cannot create query patterns: {0}")]
    Patterns(#[source] ampledata_net::Error),
    /// The engine failed, and trying again does not help.
    #[error("{message}")]
    Engine {
        /// Stable code.
        code: &'static str,
        /// What happened.
        message: String,
    },
    /// Something that jobs depend on is unavailable, and may come back.
    #[error("{message}")]
    Away {
        /// Stable code.
        code: &'static str,
        /// What happened.
        message: String,
    },
    /// A task of this program panicked or was cancelled.
    #[error("a task failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// A part of a request that names columns. The command line and the API have their own words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestField {
    /// The columns that name the entity.
    Key,
    /// The columns that distinguish namesakes.
    Context,
    /// The requested columns.
    Columns,
}

/// A request that does not fit the table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// A named column is not in the table.
    #[error(
        "the table has no column `{name}`; it has {}{}",
        listed(headers),
        nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NoSuchColumn {
        /// The part of the request that names it.
        field: RequestField,
        /// As the user wrote it.
        name: String,
        /// The table's headers.
        headers: Vec<String>,
        /// The header with the most similar spelling.
        nearest: Option<String>,
    },
    /// No column is requested.
    #[error("no column is requested")]
    NoColumns,
    /// One part of the request names a column twice.
    #[error("`{name}` is named twice")]
    Twice {
        /// That part of the request.
        field: RequestField,
        /// The column.
        name: String,
    },
    /// The table already has a requested column.
    #[error("the table already has a column `{0}`: fill its blanks, or choose another name")]
    ColumnExists(String),
    /// The request fills the blanks of a column that the table does not have.
    #[error("cannot fill the blanks of `{0}`: the table has no such column")]
    NothingToFill(String),
    /// The request fills in a key column.
    #[error("`{0}` is a key column: it names the entity and cannot be filled in")]
    KeyAsked(String),
    /// An evidence column would have the name of another column.
    #[error("the evidence would add a column `{0}`, but there already is one")]
    EvidenceCollides(String),
    /// The output is the input.
    #[error("the output {} is the input itself: choose another file", path.display())]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },
    /// The folder of the output does not exist.
    #[error("the folder {} for the output does not exist", path.display())]
    NoOutputFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The cost is limited, but a price is unknown.
    #[error(
        "the cost cannot be limited, since the price of {services} is unknown: add it to PRICES_FILE, or \
         omit the limits"
    )]
    PriceUnknown {
        /// The providers and models without a price.
        services: String,
    },
    /// Another model is given without a role, although no model has to be replaced.
    #[error(
        "the models of the job can all be asked: say which is to be replaced, such as \
         decisions=groq:NAME"
    )]
    ModelRoleNeeded,
    /// A binary format would be written to a terminal.
    #[error("{0} is not a format for a terminal: write it to a file")]
    BinaryToTerminal(table::Format),
}

fn listed(headers: &[String]) -> String {
    const SHOWN: usize = 12;
    let names: Vec<String> = headers.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = headers.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &more
}

impl RequestError {
    /// The part of the request that is wrong, if it is one that names columns.
    pub fn field(&self) -> Option<RequestField> {
        match self {
            Self::NoSuchColumn { field, .. } | Self::Twice { field, .. } => Some(*field),
            _ => None,
        }
    }

    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchColumn { .. } => "no_such_column",
            Self::NoColumns => "no_columns",
            Self::Twice { .. } => "column_twice",
            Self::ColumnExists(_) => "column_exists",
            Self::NothingToFill(_) => "nothing_to_fill",
            Self::KeyAsked(_) => "key_asked",
            Self::EvidenceCollides(_) => "evidence_collides",
            Self::OutputIsInput { .. } => "output_is_input",
            Self::NoOutputFolder { .. } => "no_output_folder",
            Self::PriceUnknown { .. } => "price_unknown",
            Self::ModelRoleNeeded => "model_role_needed",
            Self::BinaryToTerminal(_) => "binary_to_terminal",
        }
    }
}

/// A failure of the store in the middle of a call of a provider, which is not tried again for it.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
pub(super) fn store_failure(error: store::Error) -> ampledata_net::Error {
    ampledata_net::Error {
        kind: FailureKind::Unavailable,
        code: error.code(),
        message: error.to_string(),
        retry: Retry::Never,
    }
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Spec(error) => error.code(),
            Self::Columns { source, .. } => source.code(),
            Self::Open { .. } => "file_unreadable",
            Self::Unpack { .. } => "output_failed",
            Self::Request(error) => error.code(),
            Self::Table { source, .. } => table_code(source),
            Self::Write(error) => write_code(error),
            Self::Store(error) => error.code(),
            Self::Set(error) => error.code(),
            Self::Calibrate(error) => error.code(),
            Self::Eval(error) => error.code(),
            Self::Provider { code, .. } | Self::Engine { code, .. } | Self::Away { code, .. } => {
                code
            }
            Self::Patterns(error) | Self::Model(error) => error.code,
            Self::Task(_) => "task_broke_off",
        }
    }

    /// Whether the user's request, settings or input are at fault, so that nothing was started.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Eval(error) => return error.is_usage(),
            Self::Calibrate(error) => return error.is_usage(),
            _ => {}
        }
        matches!(
            self,
            Self::Spec(_)
                | Self::Columns { .. }
                | Self::Open { .. }
                | Self::Request(_)
                | Self::Table { .. }
                | Self::Set(_)
                | Self::Provider { .. }
                | Self::Model(_)
                | Self::Write(table::WriteError::NotBuiltIn(_))
        )
    }
}

/// The stable code of a table that cannot be read.
pub fn table_code(error: &table::Error) -> &'static str {
    use table::Error as E;
    match error {
        E::Open { .. } | E::Read(_) => "file_unreadable",
        E::Broke(_) | E::Xlsx { .. } | E::Parquet { .. } => "table_damaged",
        E::TooLarge { .. } | E::UnpacksTooLarge { .. } | E::TooManyColumns { .. } => {
            "table_too_large"
        }
        E::Empty => "table_empty",
        E::NoRows { .. } => "table_without_rows",
        E::NotATable { .. } => "not_a_table",
        E::UnknownFormat { .. } => "unknown_format",
        E::NotBuiltIn(_) => "not_in_this_version",
        E::Encoding { .. } => "unknown_encoding",
        E::NoHeader { .. } | E::HeaderRowNotApplicable(_) | E::Header(_) => "header_unusable",
        E::DuplicateHeader { .. } => "header_twice",
        E::UnclosedQuote { .. } => "quote_unclosed",
        E::NotAnArrayOfObjects { .. } => "json_no_objects",
        E::Json { .. } => "json_broken",
        E::NoSuchSheet { .. } => "no_such_sheet",
        E::ColumnType { .. } => "parquet_type",
    }
}

fn write_code(error: &table::WriteError) -> &'static str {
    use table::WriteError as E;
    match error {
        E::DiskFull { .. } => "disk_full",
        E::Denied { .. } => "output_denied",
        E::Io { .. } | E::Encoder { .. } | E::Width { .. } => "output_failed",
        E::Cell { .. } => "cell_unwritable",
        E::NotBuiltIn(_) => "not_in_this_version",
        E::TooManyRows { .. } | E::TooManyColumns { .. } => "sheet_full",
    }
}
