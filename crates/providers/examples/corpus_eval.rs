//! Measures the corpus provider on a labelled set (a corpus with `qrels_KIND.jsonl`): time to index, time of
//! a query, and how often a page with the gold values is first or among the first five results if the key
//! alone is the query.
//!
//! `cargo run --release -p ampledata-providers --example corpus_eval -- DIR [DATA_DIR]`

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ampledata_providers::Search;
use ampledata_providers::corpus::Corpus;
use serde::Deserialize;

#[derive(Deserialize)]
struct Judged {
    key: String,
    urls: Vec<String>,
}

#[derive(Default)]
struct Tally {
    queries: usize,
    first: usize,
    among_five: usize,
    among_ten: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let set = PathBuf::from(arguments.next().ok_or("name the folder of a labelled set")?);
    let temporary = tempfile::tempdir()?;
    let data = arguments.next().map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    for round in ["first", "second"] {
        let began = Instant::now();
        let corpus = Corpus::open(&set, &data, |_, _| {}).await?;
        let report = corpus.report();
        println!(
            "{round} opening: {:?}, {} pages, {} read, {} problems",
            began.elapsed(),
            report.pages,
            report.read,
            report.problems.len()
        );
    }
    let corpus = Corpus::open(&set, &data, |_, _| {}).await?;
    for problem in &corpus.report().problems {
        println!("  {}: {}", problem.file, problem.reason);
    }
    judge(&set, &corpus).await
}

async fn judge(set: &Path, corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    let mut total = Tally::default();
    let mut times: Vec<Duration> = Vec::new();
    for kind in kinds(set)? {
        let mut tally = Tally::default();
        for line in std::fs::read_to_string(set.join(format!("qrels_{kind}.jsonl")))?.lines() {
            let judged: Judged = serde_json::from_str(line)?;
            let began = Instant::now();
            let found = corpus.search(&judged.key).await?;
            times.push(began.elapsed());
            let place = found.results.iter().position(|result| judged.urls.contains(&result.url));
            tally.queries += 1;
            tally.first += usize::from(place == Some(0));
            tally.among_five += usize::from(place.is_some_and(|place| place < 5));
            tally.among_ten += usize::from(place.is_some());
            if place != Some(0) {
                let at = place.map_or_else(|| "absent".to_owned(), |place| (place + 1).to_string());
                println!("  {kind}: {:?} {at}", judged.key);
            }
        }
        print_tally(&kind, &tally);
        total.queries += tally.queries;
        total.first += tally.first;
        total.among_five += tally.among_five;
        total.among_ten += tally.among_ten;
    }
    print_tally("total", &total);
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!("a query: median {:?}, 95th percentile {:?}", at(50), at(95));
    Ok(())
}

fn kinds(set: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(set)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let kind = name.strip_prefix("qrels_").and_then(|name| name.strip_suffix(".jsonl"));
        kinds.extend(kind.map(str::to_owned));
    }
    kinds.sort();
    Ok(kinds)
}

fn print_tally(name: &str, tally: &Tally) {
    let share = |hits: usize| hits as f64 / tally.queries.max(1) as f64;
    println!(
        "{name}: {} queries, hit@1 {:.3}, hit@5 {:.3}, hit@10 {:.3}",
        tally.queries,
        share(tally.first),
        share(tally.among_five),
        share(tally.among_ten)
    );
}
