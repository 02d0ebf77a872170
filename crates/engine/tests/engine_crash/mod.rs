//! Runs that are killed: a child process works on a job and prints each call on its standard output; the
//! parent kills it (SIGKILL) after a number of calls, whatever it is doing by then.
#![allow(clippy::unwrap_used, reason = "what is not as expected ends the test")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use ampledata_engine::embedded::{self, Ending};
use ampledata_test_support::world::{World, companies, open, options, performer, results};

/// Maximum number of steps in flight.
pub(crate) const CONCURRENCY: usize = 8;
/// Rows of the job.
pub(crate) const ROWS: u64 = 300;
/// The folder of the child; a process with this variable is the child.
pub(crate) const FOLDER: &str = "AMPLEDATA_CRASH_FOLDER";

/// The result of a series of runs.
#[derive(Debug)]
pub(crate) struct Killed {
    /// Runs that were killed.
    pub(crate) kills: usize,
    /// How often each call was made, over all runs.
    pub(crate) calls: BTreeMap<String, u64>,
    /// The results, as text.
    pub(crate) results: String,
}

impl Killed {
    /// Calls that were made more than once.
    pub(crate) fn repeated(&self) -> u64 {
        self.calls.values().map(|times| times - 1).sum()
    }
}

/// The child's work: runs the job of this folder, and prints its calls and then its results.
pub(crate) fn work(folder: &Path) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let store = open(folder).await;
        let job = companies(&*store, ROWS).await;
        let world = Arc::new(World::with_hook(|call| {
            report(&format!("call {call}"));
            Ok(())
        }));
        let performer = performer(&world, &store);
        let summary =
            embedded::run(Arc::clone(&store), performer, &job, options(CONCURRENCY)).await;
        assert_eq!(summary.unwrap().ending, Ending::Completed);
        for row in results(&*store, &job).await {
            report(&format!("row {row:?}"));
        }
    });
}

fn report(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Kills the job of this folder so many times, then lets it finish. `child` starts the child.
pub(crate) fn kill(folder: &Path, times: usize, child: impl Fn() -> Command, seed: u64) -> Killed {
    let mut killed = Killed { kills: 0, calls: BTreeMap::new(), results: String::new() };
    let mut random = seed;
    loop {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // On average a run gets far enough that the kills are spread over the whole job.
        let calls_until = (random >> 33) % (2 * 1_900 / (times as u64 + 1));
        let after = (killed.kills < times).then_some(calls_until);
        let mut child = child().env(FOLDER, folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut reported = 0;
        let mut dead = after == Some(0);
        if dead {
            child.kill().unwrap();
        }
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(call) = line.strip_prefix("call ") {
                *killed.calls.entry(call.to_owned()).or_default() += 1;
                reported += 1;
                if after == Some(reported) && !dead {
                    child.kill().unwrap();
                    dead = true;
                }
            } else if line.starts_with("row ") {
                killed.results.push_str(&line);
                killed.results.push('\n');
            }
        }
        let status = child.wait().unwrap();
        if status.success() {
            return killed;
        }
        assert!(dead, "the child died by itself: {status}");
        killed.kills += 1;
        killed.results.clear();
    }
}
