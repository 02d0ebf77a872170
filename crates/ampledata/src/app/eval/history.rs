//! A file of the figures of all evaluations, one JSON object a line.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::Error;
use super::report::{KindReport, Line, total};

/// A line of the history.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    date: Timestamp,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    set: &'a str,
    kinds: Vec<&'a str>,
    total: Line,
}

/// Appends the figures of an evaluation: its date, the version of the program, the user's label for it (such as
/// a commit), the set, its kinds and the total.
///
/// # Errors
/// The file cannot be written.
pub fn append(
    path: &Path,
    set: &str,
    label: Option<&str>,
    date: Timestamp,
    kinds: &[KindReport],
) -> Result<(), Error> {
    let entry = Entry {
        date,
        version: env!("CARGO_PKG_VERSION"),
        label,
        set,
        kinds: kinds.iter().map(|kind| kind.name.as_str()).collect(),
        total: total(kinds),
    };
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let line = serde_json::to_string(&entry).map_err(|error| failed(error.into()))?;
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
    // One write a line, so that evaluations that end at the same time do not mix their lines.
    file.write_all(format!("{line}\n").as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_evaluation_adds_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        append(&path, "ships", Some("abc123"), Timestamp::UNIX_EPOCH, &[]).unwrap();
        append(&path, "ships", None, Timestamp::UNIX_EPOCH, &[]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["date"], "1970-01-01T00:00:00Z");
        assert_eq!((&lines[0]["label"], &lines[0]["set"]), (&"abc123".into(), &"ships".into()));
        assert!(lines[1]["label"].is_null() && lines[1]["total"]["f1"].is_number());
        let missing = folder.path().join("no/history.jsonl");
        assert!(append(&missing, "ships", None, Timestamp::UNIX_EPOCH, &[]).is_err());
    }
}
