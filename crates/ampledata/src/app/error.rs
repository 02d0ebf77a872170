//! What stops a use case.

use std::io;
use std::path::PathBuf;

use ampledata_providers as providers;
use ampledata_store as store;
use ampledata_table as table;
use thiserror::Error;

use super::columns::{FileError, SpecError};
use super::eval::set;

/// What stops a use case. Each has a stable [`code`](Error::code).
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
    /// A file does not open.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The example cannot be written to where it is needed.
    #[error("cannot write the example to {}: {source}", path.display())]
    Unpack {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The request does not fit the table.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The table does not read.
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
    /// A provider that the settings choose is not to be had.
    #[error("{message}")]
    Provider {
        /// Stable code.
        code: &'static str,
        /// What is missing and how to mend it.
        message: String,
    },
    /// A model of a job cannot be asked.
    #[error("{0}")]
    Model(#[source] providers::Error),
    /// The query patterns could not be made.
    #[error("cannot make query patterns: {0}")]
    Patterns(#[source] providers::Error),
    /// The engine cannot go on.
    #[error("{message}")]
    Engine {
        /// Stable code.
        code: &'static str,
        /// What happened.
        message: String,
    },
    /// What jobs are worked on with is away, and may come back.
    #[error("{message}")]
    Away {
        /// Stable code.
        code: &'static str,
        /// What happened.
        message: String,
    },
    /// A task of this program broke off.
    #[error("a task broke off: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// A request that does not fit the table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// A column that is named is not in the table.
    #[error(
        "{flag}: the table has no column `{name}`; it has {}{}",
        listed(headers),
        nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NoSuchColumn {
        /// The flag that names it.
        flag: &'static str,
        /// As it was given.
        name: String,
        /// The table's headers.
        headers: Vec<String>,
        /// The header that is spelled most like it.
        nearest: Option<String>,
    },
    /// No column is asked for.
    #[error("no column is asked for")]
    NoColumns,
    /// A column is named twice by one flag.
    #[error("{flag}: `{name}` is named twice")]
    Twice {
        /// The flag.
        flag: &'static str,
        /// The column.
        name: String,
    },
    /// A column is asked for that the table has.
    #[error(
        "the table has a column `{0}` already: use --fill-blanks to fill its blanks, or ask for \
         another name"
    )]
    ColumnExists(String),
    /// The blanks of a column are to be filled that the table does not have.
    #[error("the blanks of `{0}` are to be filled, but the table has no such column")]
    NothingToFill(String),
    /// The key is to be filled in.
    #[error("`{0}` is a key column: it names the entity and cannot be filled in")]
    KeyAsked(String),
    /// A column of the evidence would have the name of another column.
    #[error("--evidence would add a column `{0}`, but there is one already")]
    EvidenceCollides(String),
    /// The output is the input.
    #[error("the output {} is the input itself: choose another file", path.display())]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },
    /// The folder of the output is not there.
    #[error("the folder {} for the output does not exist", path.display())]
    NoOutputFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A bound on the cost where nobody knows what is charged.
    #[error(
        "the cost cannot be bounded, since the price of {who} is not known: name it in PRICES_FILE, or \
         leave --max-cost and --max-row-cost out"
    )]
    PriceUnknown {
        /// Who charges.
        who: String,
    },
    /// Another model is given without what it is to do, and none has to be replaced.
    #[error(
        "the models of the job can all be asked: say which is to be replaced, such as \
         decisions=groq:NAME"
    )]
    ModelRoleNeeded,
    /// A format of bytes would go to a terminal.
    #[error("{0} is no format for a terminal: name a file with --output")]
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
            Self::Provider { code, .. } | Self::Engine { code, .. } | Self::Away { code, .. } => {
                code
            }
            Self::Patterns(error) | Self::Model(error) => error.code,
            Self::Task(_) => "task_broke_off",
        }
    }

    /// Whether the user's request, settings or input are at fault, so that nothing was begun.
    pub fn is_usage(&self) -> bool {
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
        )
    }
}

/// The stable code of a table that does not read.
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
        E::BlankHeader { .. } | E::Header(_) => "header_unusable",
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
