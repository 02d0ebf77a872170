//! `kill -9` at any moment: no row is lost, finished work is not repeated, the output is the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is not as expected ends the test")]

mod engine_crash;

use std::path::Path;
use std::process::Command;

use engine_crash::{CONCURRENCY, FOLDER, kill, work};
use tempfile::TempDir;

const NAME: &str = "a_job_that_is_killed_ends_as_if_it_had_not_been";

/// Starts this test as a separate process: with `FOLDER` set it is the child.
fn child() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([NAME, "--exact", "--nocapture"]);
    command
}

#[test]
fn a_job_that_is_killed_ends_as_if_it_had_not_been() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        work(Path::new(&folder));
        return;
    }
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let expected = kill(folder.path(), 0, child, 0);
    assert_eq!((expected.kills, expected.repeated()), (0, 0));
    assert_eq!(expected.results.lines().count() as u64, engine_crash::ROWS);
    let killed = kill(other.path(), 10, child, 1);
    assert!(killed.kills >= 8, "{} kills", killed.kills);
    assert_eq!(killed.results, expected.results);
    assert!(killed.calls.keys().eq(expected.calls.keys()));
    let most = (killed.kills * CONCURRENCY) as u64;
    assert!(
        killed.repeated() <= most,
        "{} calls repeated by {} kills",
        killed.repeated(),
        killed.kills
    );
}
