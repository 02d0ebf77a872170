//! The writer's guarantees: no incomplete files, no formulas from the web, no lost data.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ampledata_table::{Cell, Column, Format, Kind, Output, WriteError, Writer};

use crate::{number, text, untyped, write};

/// A stream whose bytes can be inspected afterwards.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn streamed(format: Format, names: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let shared = Shared::default();
    let output = Output::stream(shared.clone());
    let mut writer = Writer::create(output, format, &untyped(names)).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap();
    shared.0.lock().unwrap().clone()
}

fn written(format: Format, names: &[&str], rows: &[Vec<Cell>]) -> String {
    String::from_utf8(streamed(format, names, rows)).unwrap()
}

fn web(text: &str) -> Cell {
    Cell::Web(text.to_owned())
}

#[test]
fn csv_is_quoted_where_it_must_be() {
    let rows = [
        vec![text("a,b"), text("say \"hi\"")],
        vec![text("two\nlines"), number("1.50")],
        vec![Cell::Empty, Cell::Boolean(true)],
    ];
    assert_eq!(
        written(Format::Csv, &["x", "y,z"], &rows),
        "x,\"y,z\"\n\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",1.50\n,true\n"
    );
    assert_eq!(written(Format::Tsv, &["x"], &[vec![text("a,b")]]), "x\na,b\n");
}

#[test]
fn the_web_writes_no_formulas_into_csv_and_the_user_keeps_their_own() {
    let rows = [
        vec![text("=1+1"), web("=1+1")],
        vec![text("@x"), web("@x")],
        vec![text("-5"), web("-5")],
        vec![Cell::Empty, web("+49 30 1234")],
        vec![Cell::Empty, number("-7")],
    ];
    assert_eq!(
        written(Format::Csv, &["mine", "web"], &rows),
        "mine,web\n=1+1,'=1+1\n@x,'@x\n-5,-5\n,+49 30 1234\n,-7\n"
    );
    assert_eq!(
        written(Format::JsonLines, &["web"], &[vec![web("=1+1")]]),
        "{\"web\":\"=1+1\"}\n",
        "only spreadsheets know formulas"
    );
}

#[test]
fn sheets_hold_no_formulas_at_all() {
    let bytes = streamed(Format::Xlsx, &["=h"], &[vec![web("=1+1")], vec![text("=2")]]);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    let xml = std::io::read_to_string(&mut sheet).unwrap();
    assert!(!xml.contains("<f"), "{xml}");
    assert_eq!(xml.matches("t=\"inlineStr\"").count(), 3, "{xml}");
}

#[test]
fn json_keeps_types() {
    let rows = [
        vec![text("a\n\"b\""), number("12345678901234567890.10")],
        vec![Cell::Empty, Cell::Json("{\n\"k\": [1,\r\n2]}".to_owned())],
    ];
    assert_eq!(
        written(Format::Json, &["x", "y"], &rows),
        "[\n{\"x\":\"a\\n\\\"b\\\"\",\"y\":12345678901234567890.10},\n{\"x\":null,\"y\":{ \"k\": \
         [1,  2]}}\n]\n"
    );
    assert_eq!(written(Format::Json, &["x"], &[]), "[\n]\n");
    let lines = written(Format::JsonLines, &["x", "y"], &rows);
    assert_eq!(lines.lines().count(), 2);
}

#[test]
fn a_file_appears_whole_or_not_at_all() {
    for format in Format::ALL {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("out.{format}"));
        fs::write(&path, "old").unwrap();
        let mut writer =
            Writer::create(Output::from(path.as_path()), format, &untyped(&["a"])).unwrap();
        for _ in 0..20_000 {
            writer.write(&[text("some text that fills buffers")]).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "old", "{format}");
        drop(writer);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old", "{format}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{format}: nothing is left");
        write(&path, format, &untyped(&["a"]), &[vec![text("x")]]);
        assert_ne!(fs::read(&path).unwrap(), b"old", "{format}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{format}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_respected() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    write(&link, Format::Csv, &untyped(&["a"]), &[vec![text("x")]]);
    assert_eq!(fs::read_to_string(&real).unwrap(), "a\nx\n");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);

    fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
    let error = Writer::create(Output::from(real.as_path()), Format::Csv, &untyped(&["a"]));
    assert!(matches!(error, Err(WriteError::Denied { .. })), "{error:?}");
}

#[test]
fn targets_that_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path(), Path::new("/nowhere/out.csv")] {
        let error = Writer::create(Output::from(path), Format::Csv, &untyped(&["a"]));
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write {}: ", path.display())), "{error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_clear_error() {
    for format in Format::ALL {
        let path = Path::new("/dev/full");
        let mut writer = Writer::create(Output::from(path), format, &untyped(&["a"])).unwrap();
        let rows = (0..50_000).try_for_each(|n: i64| writer.write(&[Cell::Number(n.into())]));
        let error = rows.and_then(|()| writer.finish()).unwrap_err();
        assert!(matches!(&error, WriteError::DiskFull { path: full } if full == path), "{error:?}");
        assert_eq!(error.to_string(), "cannot write /dev/full: the disk is full");
    }
}

#[test]
fn rows_must_be_as_wide_as_the_table() {
    let mut writer =
        Writer::create(Output::stream(std::io::sink()), Format::Csv, &untyped(&["a", "b"]))
            .unwrap();
    writer.write(&[Cell::Empty, Cell::Empty]).unwrap();
    let error = writer.write(&[Cell::Empty]).unwrap_err().to_string();
    assert_eq!(error, "row 2 has 1 cells where the table has 2 columns");
}

#[test]
fn the_limits_of_sheets_are_errors() {
    let begin =
        |columns: &[Column]| Writer::create(Output::stream(std::io::sink()), Format::Xlsx, columns);
    let wide: Vec<Column> = (0..16_385).map(|n| Column::untyped(n.to_string())).collect();
    assert!(matches!(begin(&wide), Err(WriteError::TooManyColumns { limit: 16_384 })));

    let mut writer = begin(&untyped(&["a", "b"])).unwrap();
    writer.write(&[Cell::Empty, text(&"x".repeat(32_767))]).unwrap();
    let error = writer.write(&[Cell::Empty, text(&"x".repeat(32_768))]).unwrap_err().to_string();
    assert!(
        error.starts_with("row 2, column \"b\": a cell of a workbook holds no more"),
        "{error}"
    );

    let mut writer = begin(&untyped(&["a"])).unwrap();
    for _ in 1..1_048_576 {
        writer.write(&[Cell::Empty]).unwrap();
    }
    let error = writer.write(&[Cell::Empty]).unwrap_err();
    assert!(matches!(error, WriteError::TooManyRows { limit: 1_048_575 }), "{error}");
}

#[test]
fn a_parquet_column_refuses_what_it_cannot_hold() {
    for (kind, cell, reason) in [
        (Kind::Number, number("12345678901234567890"), "a number that a double holds exactly"),
        (Kind::Number, text("12"), "a number that a double holds exactly"),
        (Kind::Integer, number("1.5"), "a whole number of 64 bits"),
        (Kind::Integer, number("9223372036854775808"), "a whole number of 64 bits"),
        (Kind::Boolean, text("true"), "a boolean"),
        (Kind::Date, web("1937"), "a whole day"),
        (
            Kind::Decimal { precision: 3, scale: 1 },
            number("100"),
            "a decimal of 3 digits, 1 after the point",
        ),
    ] {
        let columns = [Column::new("c", kind)];
        let output = Output::stream(std::io::sink());
        let mut writer = Writer::create(output, Format::Parquet, &columns).unwrap();
        let error = writer.write(std::slice::from_ref(&cell)).unwrap_err().to_string();
        assert_eq!(error, format!("row 1, column \"c\": {:?} is not {reason}", cell.text()));
    }
}
