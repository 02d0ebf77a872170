//! Measures the embedded engine with instant providers and a database on disk.
//!
//! ```text
//! cargo bench -p ampledata-engine --bench engine -- rows 20000     rows/s, CPU seconds a 1,000 rows
//! cargo bench -p ampledata-engine --bench engine -- rows 1000000   the same, and the peak memory
//! cargo bench -p ampledata-engine --bench engine -- kills 50       kill -9, and what was repeated
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may break")]

#[path = "../tests/engine_crash/mod.rs"]
mod engine_crash;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use ampledata_engine::embedded;
use ampledata_test_support::world::{World, companies, open, options, performer};
use tempfile::TempDir;

fn main() {
    if let Some(folder) = std::env::var_os(engine_crash::FOLDER) {
        return engine_crash::work(Path::new(&folder));
    }
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let number = |place: usize| arguments.get(place).and_then(|word| word.parse::<u64>().ok());
    match arguments.first().map(String::as_str) {
        Some("kills") => kills(number(1).unwrap_or(50)),
        _ => rows(number(1).unwrap_or(20_000), number(2).unwrap_or(32)),
    }
}

fn rows(rows: u64, concurrency: u64) {
    let folder = TempDir::new_in(".").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(folder.path()).await;
        let started = Instant::now();
        let job = companies(&*store, rows).await;
        println!(
            "loading:  {:.2} s, {:.2} s of CPU",
            started.elapsed().as_secs_f64(),
            cpu_seconds()
        );
        let world = Arc::new(World::silent());
        let performer = performer(&world, &store);
        let (started, before) = (Instant::now(), cpu_seconds());
        let options = options(usize::try_from(concurrency).unwrap());
        let summary = embedded::run(store, performer, &job, options).await.unwrap();
        let (seconds, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds() - before);
        let thousands = rows as f64 / 1_000.0;
        println!(
            "ending:   {:?}, {} cells found",
            summary.ending, summary.progress.job.cells_found
        );
        println!("speed:    {:.0} rows/s, {concurrency} in flight", rows as f64 / seconds);
        println!("CPU:      {:.3} s a 1,000 rows", cpu / thousands);
        println!("calls:    {:.2} a row", world.calls() as f64 / rows as f64);
    });
    let size = std::fs::metadata(folder.path().join("store.sqlite")).unwrap().len();
    println!("database: {:.2} KB a row", size as f64 / 1_000.0 / rows as f64);
    println!("memory:   {} at the most", status("VmHWM:"));
}

fn kills(times: u64) {
    let child = || Command::new(std::env::current_exe().unwrap());
    let (folder, other) = (TempDir::new_in(".").unwrap(), TempDir::new_in(".").unwrap());
    let expected = engine_crash::kill(folder.path(), 0, child, 0);
    let killed = engine_crash::kill(other.path(), usize::try_from(times).unwrap(), child, 7);
    let most = killed.kills * engine_crash::CONCURRENCY;
    println!("kills:    {} in a run of {} rows", killed.kills, engine_crash::ROWS);
    println!(
        "output:   {}",
        if killed.results == expected.results { "identical" } else { "DIFFERENT" }
    );
    println!(
        "repeated: {} of {} calls, {most} were in flight at the most",
        killed.repeated(),
        expected.calls.len()
    );
    assert_eq!(killed.results, expected.results);
    assert!(killed.repeated() <= most as u64);
}

/// Seconds of processor time of this process, from `/proc/self/stat`: user and system, in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

fn status(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.trim_start_matches(name).trim().to_owned()
}
