//! Runs that are interrupted and resumed.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::place::Place;

const ASKED: [&str; 10] = [
    "enrich",
    "many.csv",
    "-k",
    "name",
    "-c",
    "founded:number",
    "--corpus",
    "pages",
    "--concurrency",
    "2",
];

/// A table of so many firms, each with a page of its own.
fn place_with(rows: usize) -> Place {
    let place = Place::new();
    let mut table = "name\n".to_owned();
    for row in 0..rows {
        let name = format!("Firm{row:05} Works");
        writeln!(table, "{name}").unwrap();
        if row < 60 {
            let year = 1900 + row;
            place.write(
                &format!("pages/{row}.html"),
                format!("<html><head><title>{name}</title></head><body><h1>{name}</h1><p>Founded: {year}</p></body></html>"),
            );
        }
    }
    place.write("many.csv", table);
    place
}

/// Starts a run and waits until it processes rows.
fn begun(place: &Place, data: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let arguments = [&ASKED[..], &["--data-dir", data, "-o", "out.csv"]].concat();
    let mut command: Command = place.command(&arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("rows") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "the run ended before it began");
    }
    (child, stderr)
}

/// Waits until the database has grown by this many bytes, so that something was journalled.
fn wait_for_growth(place: &Place, data: &str, bytes: u64) {
    let log = place.path(data).join("ampledata.db-wal");
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let before = size(&log);
    while size(&log) < before + bytes {
        std::thread::yield_now();
    }
}

#[test]
fn a_killed_run_goes_on_and_ends_the_same() {
    let place = place_with(400);
    let whole = [&ASKED[..], &["--data-dir", "whole", "-o", "whole.csv", "-q"]].concat();
    place.run(&whole).exits(0);
    for _ in 0..3 {
        let (mut child, _told) = begun(&place, "killed");
        wait_for_growth(&place, "killed", 50_000);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!place.path("out.csv").exists(), "a killed run left an output");
    }
    let rest = [&ASKED[..], &["--data-dir", "killed", "-o", "out.csv"]].concat();
    let ran = place.run(&rest).exits(0);
    assert!(ran.stderr.contains("resuming an interrupted run"), "{}", ran.stderr);
    assert_eq!(place.read("out.csv"), place.read("whole.csv"));
    let names = place.names();
    assert!(!names.iter().any(|name| name.contains("tmp")), "{names:?}");
}

#[cfg(unix)]
#[test]
fn control_c_saves_and_says_how_to_go_on() {
    use std::io::Read;

    let place = place_with(20_000);
    let (mut child, mut stderr) = begun(&place, "data");
    let interrupt = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    assert!(rest.contains("stopping"), "{rest}");
    assert!(rest.contains("of 20000 rows are done and saved; run the same command"), "{rest}");
    assert!(!place.path("out.csv").exists());
}
