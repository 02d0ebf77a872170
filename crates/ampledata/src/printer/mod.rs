//! All output of the program: data goes to stdout, everything else to stderr.
//!
//! Colours and bars appear only on a terminal, and no colours if `NO_COLOR` is set. Text from pages loses its
//! control characters before it reaches a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstream::AutoStream;
use terminal_size::{Height, Width, terminal_size_of};

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
    /// Creates a printer; a quiet one prints only data, warnings and errors.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, bar: Mutex::new(None) }
    }

    /// Writes data to stdout, followed by a line end.
    ///
    /// # Errors
    /// Writing fails, for example because the reader closed the pipe or the disk is full.
    pub fn data(&self, text: &str) -> io::Result<()> {
        let mut out = AutoStream::auto(io::stdout()).lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// Writes a table to stdout, wrapped to the width of the terminal if stdout is one.
    ///
    /// # Errors
    /// As [`Printer::data`].
    pub fn data_table(&self, grid: &Grid) -> io::Result<()> {
        self.data(&grid.render(columns(terminal_size_of(io::stdout()))))
    }

    /// Prints a table to stderr, wrapped to the width of the terminal if stderr is one, unless the printer is
    /// quiet.
    pub fn note_table(&self, grid: &Grid) {
        self.note(&grid.render(columns(terminal_size_of(io::stderr()))));
    }

    /// Prints progress and notes to stderr, unless the printer is quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.diagnostic(text);
        }
    }

    /// Prints a warning about something that is probably unintended.
    pub fn warning(&self, text: &str) {
        self.diagnostic(&format!("{YELLOW}warning{RESET}: {text}"));
    }

    /// Prints an error: its code, which names a page under docs/errors, and its message.
    pub fn error(&self, code: &str, message: &str) {
        self.diagnostic(&format!("{RED}error[{code}]{RESET}: {message}"));
    }

    /// Writes text to stderr unchanged.
    pub fn diagnostic(&self, text: &str) {
        let write = || {
            let mut err = AutoStream::auto(io::stderr()).lock();
            // A closed stderr cannot be reported anywhere.
            writeln!(err, "{}", text.trim_end()).ok();
        };
        match self.current().as_ref() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Whether stdout is a terminal.
    pub fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    fn current(&self) -> MutexGuard<'_, Option<indicatif::ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn columns(size: Option<(Width, Height)>) -> Option<u16> {
    size.map(|(width, _)| width.0)
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const RESET: &str = "\x1b[0m";
