//! The files of a corpus folder: which ones belong to it, and how they are read safely.

use std::fs::{self, File, Metadata};
use std::io::Read;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ampledata_page::Limits;

/// The coarsest resolution of times in file systems.
const CLOCK_TICK: Duration = Duration::from_secs(2);

/// A file of the folder, as it was when it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FolderFile {
    /// Relative to the folder, with `/` between its parts.
    pub(super) name: String,
    /// Size and times of the last change; differs when the file may have changed.
    pub(super) stamp: String,
}

/// Why a file cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// The system refuses, or the file is not inside the folder.
    Refused(String),
    /// It is larger than any page may be.
    TooLarge(String),
}

/// Finds a file: never one outside the folder, whatever the path or link, nor a pipe that would block its
/// reader.
pub(super) fn locate_file(root: &Path, name: &str) -> Result<FolderFile, String> {
    let real = resolve_inside(root, name)?;
    let data = fs::metadata(&real).map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Err("it is not a file".to_owned());
    }
    Ok(FolderFile { name: slash_path(Path::new(name)), stamp: stamp(&data) })
}

/// The stamp of a file.
fn stamp(data: &Metadata) -> String {
    let modified = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.unwrap_or_default().max(changed(data));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let is_settled = now.saturating_sub(modified) > CLOCK_TICK;
    // A file that was changed a moment ago can change again without another time.
    let read = if is_settled { 0 } else { now.as_nanos() };
    format!("{} {} {} {read}", data.len(), modified.as_nanos(), file_number(data))
}

/// When the file or its metadata was last changed: a program can set back the time of modification, but not
/// this one.
#[cfg(unix)]
fn changed(data: &Metadata) -> Duration {
    let seconds = u64::try_from(data.ctime()).unwrap_or_default();
    Duration::new(seconds, u32::try_from(data.ctime_nsec()).unwrap_or_default())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Duration {
    Duration::ZERO
}

/// Another number if another file has taken the name.
#[cfg(unix)]
fn file_number(data: &Metadata) -> u64 {
    data.ino()
}

#[cfg(not(unix))]
fn file_number(_: &Metadata) -> u64 {
    0
}

/// Reads a file of the folder, if it is no larger than a page may be.
pub(super) fn read_file(root: &Path, name: &str) -> Result<Vec<u8>, ReadError> {
    let found = locate_file(root, name).map_err(ReadError::Refused)?;
    let refused = |error: std::io::Error| ReadError::Refused(error.to_string());
    let limit = Limits::default().page_bytes;
    let mut bytes = Vec::new();
    let file = File::open(root.join(found.name)).map_err(refused)?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() > limit {
        return Err(ReadError::TooLarge(format!(
            "the file is larger than the limit of {limit} bytes"
        )));
    }
    Ok(bytes)
}

/// The parts of a path joined by `/`, on any system.
pub(super) fn slash_path(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn resolve_inside(root: &Path, name: &str) -> Result<PathBuf, String> {
    let relative = Path::new(name);
    if relative.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err("the path leads out of the folder".to_owned());
    }
    let real = root.join(relative).canonicalize().map_err(|error| error.to_string())?;
    if real.starts_with(root) {
        Ok(real)
    } else {
        Err("the file is a link that leads out of the folder".to_owned())
    }
}
