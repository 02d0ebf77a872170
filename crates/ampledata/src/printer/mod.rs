//! All output of the program goes through here: data to stdout, everything else to stderr.
//!
//! Colours and bars appear only on a terminal, and no colours where `NO_COLOR` is set. What comes
//! from pages is stripped of control characters before it reaches a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstream::AutoStream;

mod bar;
mod grid;

pub use bar::Bar;
pub use grid::{Grid, visible};

/// Writes to stdout and stderr.
#[derive(Debug)]
pub struct Printer {
    quiet: bool,
    bar: Mutex<Option<indicatif::ProgressBar>>,
}

impl Printer {
    /// A printer; a quiet one leaves out everything but data, warnings and errors.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, bar: Mutex::new(None) }
    }

    /// Writes data to stdout, with a line end.
    ///
    /// # Errors
    /// Whatever stdout says: nobody reads it any more, or the disk behind it is full.
    pub fn data(&self, text: &str) -> io::Result<()> {
        let mut out = AutoStream::auto(io::stdout()).lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// Tells how things go, on stderr; a quiet printer does not.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Tells about something that is probably not meant.
    pub fn warning(&self, text: &str) {
        self.tell(&format!("{YELLOW}warning{RESET}: {text}"));
    }

    /// Tells what went wrong: its code (which names a page under docs/errors) and the message.
    pub fn error(&self, code: &str, message: &str) {
        self.tell(&format!("{RED}error[{code}]{RESET}: {message}"));
    }

    /// Writes text as it is to stderr.
    pub fn tell(&self, text: &str) {
        let write = || {
            let mut err = AutoStream::auto(io::stderr()).lock();
            // There is nowhere left to say that stderr is closed.
            writeln!(err, "{}", text.trim_end()).ok();
        };
        match self.current().as_ref() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Whether stdout is looked at by a person.
    pub fn data_is_seen(&self) -> bool {
        io::stdout().is_terminal()
    }

    fn current(&self) -> MutexGuard<'_, Option<indicatif::ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const RESET: &str = "\x1b[0m";
