//! Refits the model of confidence from labelled values: docs/guide/calibration.md.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

mod assess;
mod file;
mod fit;
mod labels;

pub use assess::{Assessment, Grouping, assess};
pub use file::{Undone, load, path, save, undo, write};
pub use fit::{Label, NotConverged};
pub use labels::{By, Collected, from_corrections, from_reports, from_stored};

/// Why the model of confidence was not refitted, or cannot be used.
#[derive(Debug, Error)]
pub enum Error {
    /// There are too few labels.
    #[error(
        "too few labels: {labels} labelled values of {groups} {}, {correct} right, {wrong} wrong; a fit needs at least {} \
         of {} rows or kinds, and at least {} right and {} wrong ones",
        if *groups == 1 { "row or kind" } else { "rows or kinds" }, needed.0, needed.2, needed.1, needed.1
    )]
    TooFewLabels {
        /// Labels.
        labels: usize,
        /// How many are right.
        correct: usize,
        /// How many are wrong.
        wrong: usize,
        /// Groups of labels.
        groups: usize,
        /// The fewest labels, right or wrong ones, and groups.
        needed: (usize, usize, usize),
    },
    /// The labels have features that are no numbers.
    #[error("the labels cannot be fitted: a feature is not a number of sensible size")]
    NotConverged(#[from] NotConverged),
    /// A stored model is not usable.
    #[error("{}: {reason}: delete it, or write it anew with `ampledata calibrate`", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file cannot be opened.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl Error {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewLabels { .. } | Self::NotConverged(_) => "labels_insufficient",
            Self::Model { .. } => "confidence_model_unusable",
            Self::Open { .. } => "file_unreadable",
            Self::Write { .. } => "output_failed",
        }
    }

    /// Whether the user's input is at fault.
    pub fn is_usage(&self) -> bool {
        !matches!(self, Self::Write { .. })
    }
}
