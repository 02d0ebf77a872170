//! How a command ends: exit codes and errors.

use std::io;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Done,
    /// The run finished but rows failed, or a check failed, or the run could not continue.
    Failed,
    /// Wrong usage, settings or input; nothing was done.
    Usage,
    /// Interrupted by the user; finished work is saved.
    Interrupted,
}

impl Exit {
    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// Stable; there is a page for it under docs/errors.
    pub code: &'static str,
    /// The message to print.
    pub message: String,
    /// The exit code.
    pub exit: Exit,
    closed_pipe: bool,
}

impl Failure {
    /// Wrong usage, settings or input.
    pub fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), exit: Exit::Usage, closed_pipe: false }
    }

    /// A failure while the command ran.
    pub fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), exit: Exit::Failed, closed_pipe: false }
    }

    /// Whether the reader of stdout closed it, as `head` does: that is not reported.
    pub fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }
}

/// Writing to stdout failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        let message = format!("cannot write to stdout: {error}");
        Self { closed_pipe, ..Self::failed("output_failed", message) }
    }
}
