//! The source of a table, and the limit on its size.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::super::error::Error;

/// The source of a table.
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// A stream such as standard input. XLSX and Parquet, which are read from their end, are first copied
    /// to an unnamed temporary file.
    Stream(Box<dyn Read + Send>),
}

impl Input {
    /// A stream.
    pub fn stream(stream: impl Read + Send + 'static) -> Self {
        Self::Stream(Box::new(stream))
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

/// An input with known first bytes and a limited size.
pub(super) enum Source {
    File(File),
    Stream(Box<dyn Read + Send>),
}

/// Number of first bytes needed to recognise a format.
const HEAD: usize = 1024;

impl Source {
    /// Opens the input and returns its first bytes.
    pub(super) fn open(input: Input, limit: u64) -> Result<(Self, Vec<u8>), Error> {
        match input {
            Input::Path(path) => Self::open_path(&path, limit),
            Input::Stream(stream) => Self::open_stream(stream, limit),
        }
    }

    fn open_path(path: &Path, limit: u64) -> Result<(Self, Vec<u8>), Error> {
        let failed = |source| Error::Open { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            return Self::open_stream(Box::new(file), limit);
        }
        if metadata.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        let mut head = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(Error::Read)?;
        file.rewind().map_err(Error::Read)?;
        Ok((Self::File(file), head))
    }

    fn open_stream(mut stream: Box<dyn Read + Send>, limit: u64) -> Result<(Self, Vec<u8>), Error> {
        let mut head = Vec::new();
        stream.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(Error::Read)?;
        let whole = io::Cursor::new(head.clone()).chain(stream);
        let bounded = Bounded { inner: whole, left: limit, limit };
        Ok((Self::Stream(Box::new(bounded)), head))
    }

    /// All bytes in order.
    pub(super) fn into_stream(self) -> Box<dyn Read + Send> {
        match self {
            Self::File(file) => Box::new(file),
            Self::Stream(stream) => stream,
        }
    }

    /// A file that can be read from its end.
    pub(super) fn into_file(self) -> Result<File, Error> {
        match self {
            Self::File(file) => Ok(file),
            Self::Stream(mut stream) => {
                let mut file = tempfile::tempfile().map_err(Error::Read)?;
                io::copy(&mut stream, &mut file).map_err(read_error)?;
                file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
                Ok(file)
            }
        }
    }
}

/// A reader that fails, rather than ends, when more than the limit has been read.
struct Bounded<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                Ok(count)
            }
            None => Err(io::Error::other(OverLimit(self.limit))),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("larger than {0} bytes")]
struct OverLimit(u64);

/// Distinguishes the size limit from other errors.
pub(super) fn read_error(error: io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<OverLimit>()) {
        Some(OverLimit(limit)) => Error::TooLarge { limit: *limit },
        None => Error::Read(error),
    }
}
