//! How a command ends.

use std::io;

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
    closed_pipe: bool,
}

impl Failure {
    /// Wrong usage, settings or input.
    pub fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), exit: Exit::Usage, closed_pipe: false }
    }

    /// Something that went wrong on the way.
    pub fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), exit: Exit::Failed, closed_pipe: false }
    }

    /// Whether the reader of stdout has had enough, as `head` has: no reason to complain.
    pub fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }
}

/// Stdout cannot be written.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        let message = format!("cannot write to stdout: {error}");
        Self { closed_pipe, ..Self::failed("output_failed", message) }
    }
}
