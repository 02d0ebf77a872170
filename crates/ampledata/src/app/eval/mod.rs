//! Evaluation on labelled sets: docs/guide/evaluation.md.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub mod baseline;
mod cause;
pub mod compare;
pub mod history;
pub mod html;
mod labels;
pub mod report;
mod run;
pub mod score;
mod scored;
pub mod set;
pub mod tally;

pub use cause::{Cause, CauseCode};
pub use run::{kind, prepare};
pub use scored::{Items, ScoredCell};

/// A file of an evaluation that cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// It cannot be opened.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    fn wrong_file(path: &Path, reason: impl Into<String>) -> Self {
        Self::File { path: path.to_owned(), reason: reason.into() }
    }

    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "file_unreadable",
            Self::Write { .. } => "output_failed",
            Self::File { .. } => "wrong_evaluation",
        }
    }

    /// Whether the user's input is at fault.
    pub fn is_usage(&self) -> bool {
        !matches!(self, Self::Write { .. })
    }
}

fn read_text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Open { path: path.to_owned(), source })
}
