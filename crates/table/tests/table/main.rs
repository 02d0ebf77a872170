//! Tables in files, through the public interface: what is read, what is refused, what is written.
#![allow(clippy::unwrap_used, clippy::panic)]

mod encodings;
mod read_csv;
mod read_json;
mod read_sheets;
mod round_trips;
mod write;

use std::fs::File;
use std::io::{Cursor, Write as _};
use std::path::Path;

use ampledata_table::{
    Cell, Column, Error, Format, Input, Limits, Options, Output, ReadError, Reader, Writer, open,
};

/// A reader of bytes.
fn bytes(content: impl Into<Vec<u8>>, options: &Options) -> Result<Reader, Error> {
    open(Input::stream(Cursor::new(content.into())), options)
}

/// A reader of bytes in a format.
fn reader(content: impl Into<Vec<u8>>, format: Format) -> Reader {
    bytes(content, &format.into()).unwrap()
}

/// The error message of a refused file.
fn refused(content: impl Into<Vec<u8>>, format: Format) -> String {
    match bytes(content, &format.into()) {
        Err(error) => error.to_string(),
        Ok(reader) => panic!("accepted: {reader:?}"),
    }
}

/// Each row on its own line: its position, then its cells separated by bars; or the error.
fn shown(reader: Reader) -> Vec<String> {
    reader
        .map(|row| match row {
            Ok(record) => {
                let cells: Vec<_> = record.fields.iter().map(Cell::text).collect();
                format!("{}: {}", record.place, cells.join("|"))
            }
            Err(ReadError::Row(error)) => format!("! {error}"),
            Err(ReadError::File(error)) => format!("!! {error}"),
        })
        .collect()
}

/// The cells of a table all of whose rows are good.
fn cells(reader: Reader) -> Vec<Vec<Cell>> {
    reader.map(|row| row.unwrap().fields).collect()
}

/// Writes a table to a file.
fn write(path: &Path, format: Format, columns: &[Column], rows: &[Vec<Cell>]) {
    let mut writer = Writer::create(Output::from(path), format, columns).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap();
}

fn untyped(names: &[&str]) -> Vec<Column> {
    names.iter().map(|name| Column::untyped((*name).to_owned())).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(digits: &str) -> Cell {
    Cell::Number(digits.to_owned().try_into().unwrap())
}

#[test]
fn a_path_is_opened_by_its_extension_and_its_content_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, format) in [
        ("a.csv", "a\n[\n", Format::Csv),
        ("a.tsv", "a,b\tc\n1\t2\n", Format::Tsv),
        ("a.json", "[{\"a\":1}]", Format::Json),
        ("a.jsonl", "{\"a\":1}", Format::JsonLines),
        ("a.txt", "{\"a\":1}\n", Format::JsonLines),
        ("a", " [{\"a\":1}]", Format::Json),
        ("b", "a;b\n1;2\n", Format::Csv),
    ] {
        let path = folder.path().join(name);
        File::create(&path).unwrap().write_all(content.as_bytes()).unwrap();
        let reader = open(Input::from(path.as_path()), &Options::default()).unwrap();
        assert_eq!(reader.format(), format, "{name}");
        assert_eq!(shown(reader).len(), 1, "{name}");
    }
}

#[test]
fn a_file_that_does_not_open_is_named() {
    let path = Path::new("/nowhere/at all.csv");
    let error = open(Input::from(path), &Options::default()).unwrap_err().to_string();
    assert!(error.starts_with("cannot open /nowhere/at all.csv: "), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let error = open(Input::from(folder.path()), &Options::default()).unwrap_err().to_string();
    assert!(error.contains("directory"), "{error}");
}

#[test]
fn what_is_no_table_is_refused_by_name_whatever_its_extension() {
    let old_excel = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    for format in [Format::Csv, Format::Json] {
        assert!(refused(*b"%PDF-1.7\n", format).contains("PDF"));
        assert!(refused(*old_excel, format).contains("old Excel"));
        assert!(refused(*b"<!doctype html><p>x", format).contains("web page"));
        assert!(refused(vec![0_u8; 300], format).contains("binary data"));
    }
    assert!(refused(*b"PK\x03\x04", Format::Csv).contains("ZIP"));
}

#[test]
fn a_file_over_the_size_limit_is_refused() {
    let limits = Limits { file_bytes: 10_000, ..Limits::default() };
    let options = Options { limits, format: Some(Format::Csv), ..Options::default() };
    let content = format!("a,b\n{}", "1,2\n".repeat(5_000));
    let error = bytes(content.clone(), &options).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 10_000 }), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    File::create(&path).unwrap().write_all(content.as_bytes()).unwrap();
    let error = open(Input::from(path.as_path()), &options).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 10_000 }), "{error}");

    let small = format!("a,b\n{}", "1,2\n".repeat(2_000));
    assert_eq!(shown(bytes(small, &options).unwrap()).len(), 2_000);
}
