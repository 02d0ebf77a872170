//! Measures how fast pages are read, in MB/s of one core, and what is found on them.
//!
//! `AMPLEDATA_EVAL_DIR=DIR cargo bench -p ampledata-page --bench page_read` reads every `.html`
//! and `.html.gz` below DIR; without the variable, it generates pages. Every quote is
//! checked: values that are not in their quote are counted, and the first ones are printed.
#![allow(clippy::print_stdout)]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use ampledata_core::page::{FactKind, Page};
use ampledata_page::{Media, read};

/// Number of times that each page is read; the fastest pass counts.
const PASSES: usize = 3;

fn main() -> std::io::Result<()> {
    let pages = match std::env::var("AMPLEDATA_EVAL_DIR") {
        Ok(folder) => load(Path::new(&folder))?,
        Err(_) => (0..50).map(made_up).collect(),
    };
    let bytes: usize = pages.iter().map(|(_, page)| page.len()).sum();
    let media = Media { content_type: Some("text/html"), ..Media::default() };
    let mut best = Duration::MAX;
    let mut slowest = (0.0, String::new());
    for _ in 0..PASSES {
        let start = Instant::now();
        for (name, page) in &pages {
            let one = Instant::now();
            let result = read(page, &media);
            let rate = one.elapsed().as_secs_f64() * 1e6 / (page.len() as f64).max(20_000.0);
            if rate > slowest.0 {
                slowest = (rate, name.clone());
            }
            drop(result);
        }
        best = best.min(start.elapsed());
    }
    let megabytes = bytes as f64 / 1e6;
    println!("pages {} megabytes {megabytes:.1}", pages.len());
    println!("{:.1} MB/s", megabytes / best.as_secs_f64());
    println!("slowest page {:.1} MB/s {}", 1.0 / slowest.0, slowest.1);
    report(&pages, &media);
    Ok(())
}

fn report(pages: &[(String, Vec<u8>)], media: &Media<'_>) {
    let mut counts: Vec<(FactKind, usize)> = Vec::new();
    let (mut wrong, mut total) = (0, 0);
    for (name, bytes) in pages {
        match read(bytes, media) {
            Err(error) => println!("{name}: {error}"),
            Ok(page) => {
                total += page.facts.len();
                wrong += misquotes(name, &page, wrong);
                for fact in &page.facts {
                    match counts.iter_mut().find(|(kind, _)| *kind == fact.kind) {
                        Some((_, count)) => *count += 1,
                        None => counts.push((fact.kind, 1)),
                    }
                }
            }
        }
    }
    counts.sort_unstable();
    println!("facts {total}, {:.1} a page, misquoted {wrong}", total as f64 / pages.len() as f64);
    for (kind, count) in counts {
        println!("  {kind:?} {count}");
    }
}

fn misquotes(name: &str, page: &Page, before: usize) -> usize {
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut wrong = 0;
    for fact in &page.facts {
        let quote = page.text.get(fact.span.start as usize..fact.span.end as usize);
        if !quote.is_some_and(|quote| bare(quote).contains(&bare(&fact.value))) {
            wrong += 1;
            if before + wrong <= 10 {
                println!("{name}: {:?} is not in {quote:?}", fact.value);
            }
        }
    }
    wrong
}

fn load(folder: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut pages = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.display().to_string();
            let mut bytes = Vec::new();
            match path.extension().and_then(OsStr::to_str) {
                Some("gz") => {
                    flate2::read::GzDecoder::new(File::open(&path)?).read_to_end(&mut bytes)?
                }
                Some("html") => File::open(&path)?.read_to_end(&mut bytes)?,
                _ => continue,
            };
            pages.push((name, bytes));
        }
    }
    pages.sort();
    Ok(pages)
}

/// A shop's page with scripts, styles, a table of properties and prose.
fn made_up(number: usize) -> (String, Vec<u8>) {
    let mut page = format!(
        "<!doctype html><html lang=en><head><title>Lamp {number}</title><style>{}</style>\
         <script type='application/ld+json'>{{\"@type\":\"Product\",\"name\":\"Lamp {number}\",\
         \"offers\":{{\"price\":{number}.50}}}}</script></head><body>",
        ".a{color:red}".repeat(500),
    );
    for row in 0..200 {
        write!(
            page,
            "<div class='row r{row}'><span class='label'>Property {row}</span>\
             <span class='value'><a href='/p/{row}'>Value {row}</a></span></div>\
             <p>A paragraph of <b>prose</b> about lamp {number} &amp; its {row} parts.</p>",
        )
        .expect("a String takes all");
    }
    page.push_str("<script>");
    page.push_str(&"var a = '<b>' + 1;\n".repeat(1000));
    page.push_str("</script></body></html>");
    (format!("made up {number}"), page.into_bytes())
}
