//! From typed errors to a message, a stable code and an exit code.

use ampledata_backend::table;

use crate::app;
use crate::config;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done,
    /// The run finished but rows failed, or a check failed, or the run could not go on.
    Failed,
    /// Wrong usage, settings or input: nothing was done.
    Usage,
    /// Interrupted by the user; what was done is saved.
    Interrupted,
}

impl Exit {
    /// The code that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    /// Stable; names a page under docs/errors.
    pub code: &'static str,
    /// What to tell.
    pub message: String,
    /// How the program ends.
    pub exit: Exit,
}

impl Failure {
    /// Wrong usage, settings or input.
    pub fn usage(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string(), exit: Exit::Usage }
    }

    /// Something that went wrong on the way.
    pub fn failed(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string(), exit: Exit::Failed }
    }
}
