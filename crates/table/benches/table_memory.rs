//! Speed and peak memory of tables of a million rows, in every format.
//!
//! `cargo bench -p ampledata-table --bench table_memory [ROWS]` makes a CSV file, copies it to
//! each format with a column added, and reads each copy. It prints one line per step: MB refer to the
//! CSV file, the peak is the process's resident memory during the step (Linux only).

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use ampledata_table::{Cell, Column, Format, Input, Options, Output, Writer, open};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let rows = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let source = folder.path().join("source.csv");
    generate(&source, rows)?;
    let size = fs::metadata(&source)?.len();
    say(&format!("{rows} rows, {:.1} MB of CSV", megabytes(size)))?;
    for format in Format::ALL {
        let copy = folder.path().join(format!("copy.{format}"));
        measured(&format!("csv to {format}"), size, || copy_table(&source, &copy, format))?;
        measured(&format!("reading {format}"), size, || read_table(&copy))?;
        fs::remove_file(&copy)?;
    }
    Ok(())
}

fn generate(path: &Path, rows: u64) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "id,name,city,website,note")?;
    for n in 0..rows {
        writeln!(
            out,
            "{n},Company {n} Ltd,\"Springfield, District {}\",https://company-{n}.example/,a note",
            n % 97
        )?;
    }
    out.flush()?;
    Ok(())
}

fn copy_table(from: &Path, to: &Path, format: Format) -> Outcome<u64> {
    let reader = open(Input::from(from), &Options::default())?;
    let mut columns = reader.columns().to_vec();
    columns.push(Column::untyped("found".to_owned()));
    let mut writer = Writer::create(Output::from(to), format, &columns)?;
    let mut count = 0;
    for record in reader {
        let mut fields = record?.fields;
        fields.push(Cell::Web("a value from the web".to_owned()));
        writer.write(&fields)?;
        count += 1;
    }
    writer.finish()?;
    Ok(count)
}

fn read_table(path: &Path) -> Outcome<u64> {
    let mut count = 0;
    for record in open(Input::from(path), &Options::default())? {
        record?;
        count += 1;
    }
    Ok(count)
}

fn measured(what: &str, size: u64, step: impl FnOnce() -> Outcome<u64>) -> Outcome<()> {
    // Resets the peak in the kernel; if that fails, the peak is that of all steps so far.
    let reset = fs::write("/proc/self/clear_refs", "5");
    let start = Instant::now();
    let rows = step()?;
    let seconds = start.elapsed().as_secs_f64();
    let speed = megabytes(size) / seconds;
    let peak = peak_megabytes().map_or_else(|| "unknown".to_owned(), |mb| format!("{mb:.1} MB"));
    let since = if reset.is_ok() { "" } else { " since the start" };
    say(&format!("{what:16} {rows} rows {seconds:6.2} s {speed:6.1} MB/s, peak {peak}{since}"))
}

fn peak_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1000.0)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn say(line: &str) -> Outcome<()> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
