//! The target of a table: a file that appears complete or not at all, or a stream.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::WriteError;

/// The target of a table.
pub enum Output {
    /// A file, which appears or is replaced when the table is complete. Symbolic links are followed; a
    /// device or pipe is written directly.
    Path(PathBuf),
    /// A stream such as standard output.
    Stream(Box<dyn Write + Send>),
}

impl Output {
    /// A stream.
    pub fn stream(stream: impl Write + Send + 'static) -> Self {
        Self::Stream(Box::new(stream))
    }
}

impl From<&Path> for Output {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

/// An open output.
pub(super) struct Target {
    name: PathBuf,
    sink: Sink,
}

enum Sink {
    /// The temporary file, and the name that it will get.
    File(NamedTempFile, PathBuf),
    Stream(Box<dyn Write + Send>),
}

impl Target {
    pub(super) fn create(output: Output) -> Result<Self, WriteError> {
        match output {
            Output::Stream(stream) => {
                Ok(Self { name: PathBuf::from("the output"), sink: Sink::Stream(stream) })
            }
            Output::Path(path) => {
                let sink = open(&path).map_err(|error| WriteError::io(path.clone(), error))?;
                Ok(Self { name: path, sink })
            }
        }
    }

    /// The name to show in messages.
    pub(super) fn name(&self) -> &Path {
        &self.name
    }

    /// The file, for formats that need to seek; `None` for a stream.
    pub(super) fn file(&mut self) -> Option<&mut File> {
        match &mut self.sink {
            Sink::File(file, _) => Some(file.as_file_mut()),
            Sink::Stream(_) => None,
        }
    }

    /// The folder of the file; `None` for a stream.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.sink {
            Sink::File(file, _) => file.path().parent(),
            Sink::Stream(_) => None,
        }
    }

    /// Flushes everything to the disk, and gives the file its name.
    pub(super) fn finish(self) -> Result<(), WriteError> {
        let name = self.name;
        let result = match self.sink {
            Sink::Stream(mut stream) => stream.flush(),
            Sink::File(file, path) => file
                .as_file()
                .sync_all()
                .and_then(|()| file.persist(path).map(drop).map_err(|error| error.error)),
        };
        result.map_err(|error| WriteError::io(name, error))
    }
}

fn open(path: &Path) -> io::Result<Sink> {
    let existing = match fs::metadata(path) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(metadata) = existing else {
        return Ok(Sink::File(temporary(path)?, path.to_owned()));
    };
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        let device = File::options().write(true).open(path)?;
        return Ok(Sink::Stream(Box::new(device)));
    }
    if metadata.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let path = fs::canonicalize(path)?;
    let file = temporary(&path)?;
    // The new file gets the permissions of the old one.
    file.as_file().set_permissions(metadata.permissions())?;
    Ok(Sink::File(file, path))
}

fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ampledata-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As with any new file, the umask applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::File(file, _) => file.write(bytes),
            Sink::Stream(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::File(file, _) => file.flush(),
            Sink::Stream(stream) => stream.flush(),
        }
    }
}
