//! Memory does not grow with the rows of a table. The test runs alone in its process, whose memory it
//! measures.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Read};

use ampledata_table::{Cell, Column, Format, Input, Output, Writer, open};

/// Peak of this process's resident memory, in kB.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A CSV file that is generated while it is read.
struct Generated {
    line: Cursor<Vec<u8>>,
    next: u64,
    rows: u64,
}

impl Generated {
    fn new(rows: u64) -> Self {
        Self { line: Cursor::new(b"id,name,city,note\n".to_vec()), next: 0, rows }
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.line.read(buffer)?;
        if count > 0 || self.next == self.rows {
            return Ok(count);
        }
        let n = self.next;
        self.next += 1;
        let line = format!("{n},Name {n},\"City, {n}\",a longer note to row {n}\n");
        self.line = Cursor::new(line.into_bytes());
        self.line.read(buffer)
    }
}

fn copy(rows: u64, format: Format) {
    let reader = open(Input::stream(Generated::new(rows)), &Format::Csv.into()).unwrap();
    let mut columns = reader.columns().to_vec();
    columns.push(Column::untyped("added".to_owned()));
    let mut writer = Writer::create(Output::stream(std::io::sink()), format, &columns).unwrap();
    let mut count = 0;
    for record in reader {
        let mut fields = record.unwrap().fields;
        fields.push(Cell::Web("found".to_owned()));
        writer.write(&fields).unwrap();
        count += 1;
    }
    writer.finish().unwrap();
    assert_eq!(count, rows);
}

#[test]
fn memory_does_not_grow_with_rows() {
    const STREAMED: [Format; 4] = [Format::Csv, Format::Json, Format::JsonLines, Format::Parquet];
    for format in STREAMED {
        copy(25_000, format);
    }
    let before = peak_kb();
    for format in STREAMED {
        copy(200_000, format);
    }
    let growth = peak_kb() - before;
    // The rows themselves are 14 MB of text, and over 60 MB as cells.
    assert!(growth < 8_000, "200,000 rows took {growth} kB more than 25,000");
}
