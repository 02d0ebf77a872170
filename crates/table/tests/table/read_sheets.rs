//! XLSX and Parquet: their special cases.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use ampledata_table::{Cell, Error, Format, Kind, Limits, Options, ReadError};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BinaryArray, Float32Array, Int32Array, RecordBatch, TimestampNanosecondArray,
    UInt64Array,
};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{Format as Look, Formula, Workbook, Worksheet};

use crate::{bytes, cells, number, reader, refused, shown, text, write};

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet().set_name("Data").unwrap());
    workbook.add_worksheet().set_name("Other").unwrap().write(0, 0, "x").unwrap();
    workbook.worksheet_from_index(1).unwrap().write(1, 0, "y").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_may_begin_anywhere_and_have_blank_rows() {
    let content = workbook(|sheet| {
        sheet.write(2, 1, "name").unwrap();
        sheet.write(2, 2, 2024).unwrap();
        sheet.write(3, 1, "a").unwrap();
        sheet.write(3, 2, 1.5).unwrap();
        sheet.write(5, 2, true).unwrap();
        sheet.write(6, 1, "  ").unwrap();
        sheet.write(7, 3, "stray").unwrap();
        sheet.write(8, 1, "=x").unwrap();
        sheet.write_blank(20, 1, &Look::new().set_bold()).unwrap();
    });
    let table = reader(content, Format::Xlsx);
    assert_eq!(table.headers(), ["name", "2024"]);
    assert_eq!(
        shown(table),
        [
            "row 4: a|1.5",
            "row 6: |true",
            "! row 8: the cell in column 4 has no header above it",
            "row 9: =x|",
        ]
    );
}

#[test]
fn merged_cells_formulas_and_times_are_read_as_they_show() {
    let content = workbook(|sheet| {
        for (column, name) in ["a", "b", "c", "d"].iter().enumerate() {
            sheet.write(0, u16::try_from(column).unwrap(), *name).unwrap();
        }
        sheet.merge_range(1, 0, 1, 1, "both", &Look::new()).unwrap();
        sheet.write_formula(1, 2, Formula::new("=1+1").set_result("2")).unwrap();
        let time = Look::new().set_num_format("hh:mm:ss");
        sheet.write_number_with_format(1, 3, 0.5625, &time).unwrap();
    });
    assert_eq!(
        cells(reader(content, Format::Xlsx)),
        [[text("both"), Cell::Empty, number("2"), text("13:30:00")]]
    );
}

#[test]
fn a_sheet_is_found_by_name() {
    let content = workbook(|sheet| {
        sheet.write(0, 0, "a").unwrap();
    });
    let named = |name: &str| Options {
        format: Some(Format::Xlsx),
        sheet: Some(name.to_owned()),
        ..Options::default()
    };
    assert_eq!(shown(bytes(content.clone(), &named("Other")).unwrap()), ["row 2: y"]);
    let error = bytes(content.clone(), &named("Nope")).unwrap_err().to_string();
    assert_eq!(error, "the workbook has no sheet \"Nope\"; it has Data, Other");
    assert_eq!(refused(content, Format::Xlsx), "the file has no rows, only a header");
    assert_eq!(refused(workbook(|_| ()), Format::Xlsx), "the file is empty");
}

#[test]
fn headers_of_a_sheet_are_checked() {
    let with = |names: [&str; 3]| {
        workbook(|sheet| {
            for (column, name) in (0..).zip(names) {
                sheet.write(0, column, name).unwrap();
                sheet.write(1, column, 1).unwrap();
            }
        })
    };
    assert_eq!(
        refused(with(["a", "b", "a"]), Format::Xlsx),
        "columns 1 and 3 have the same header \"a\" (row 1)"
    );
    assert_eq!(reader(with(["a", " ", "b"]), Format::Xlsx).headers(), ["a", "column 2", "b"]);
}

/// Fills a sheet with text, row by row from its first cell; empty text is a blank cell.
fn fill(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
}

#[test]
fn an_index_without_a_header_is_a_column_of_the_sheet() {
    let content = workbook(|sheet| {
        fill(sheet, &[&["", "name", "city", ""], &["0", "A", "Graz", "x"], &["1", "B", "", "y"]]);
    });
    let table = reader(content, Format::Xlsx);
    assert_eq!(table.headers(), ["column 1", "name", "city", "column 4"]);
    assert!(table.columns()[0].unnamed && !table.columns()[1].unnamed);
    assert_eq!(shown(table), ["row 2: 0|A|Graz|x", "row 3: 1|B||y"]);
    let content = workbook(|sheet| fill(sheet, &[&["", "name"], &["r1", "A"], &["r2", "B"]]));
    assert_eq!(reader(content, Format::Xlsx).headers(), ["column 1", "name"]);
}

#[test]
fn titles_of_a_sheet_are_skipped() {
    let title = |rows: &[&[&str]]| {
        workbook(|sheet| {
            fill(sheet, rows);
            sheet.merge_range(0, 0, 0, 2, rows[0][0], &Look::new()).unwrap();
        })
    };
    let table: [&[&str]; 2] = [&["name", "city", "no"], &["A", "Graz", "1"]];
    for above in [
        vec![&["Firms"][..]],
        vec![&["Firms, spring 2024"], &[]],
        vec![&["Firms"], &["for internal use"], &[], &["", "as of May"]],
    ] {
        let rows: Vec<&[&str]> = above.iter().copied().chain(table).collect();
        let found = reader(title(&rows), Format::Xlsx);
        assert_eq!(found.headers(), ["name", "city", "no"], "{above:?}");
        assert_eq!(shown(found), [format!("row {}: A|Graz|1", above.len() + 2)]);
    }
    let rows: [&[&str]; 3] = [&["Firms", "of", "2024"], &["name", "city"], &["A", "Graz"]];
    let options = Options { format: Some(Format::Xlsx), header_row: Some(2), ..Options::default() };
    let content = workbook(|sheet| fill(sheet, &rows));
    assert_eq!(bytes(content.clone(), &options).unwrap().headers(), ["name", "city"]);
    let beyond = Options { header_row: Some(4), ..options };
    let error = bytes(content, &beyond).unwrap_err().to_string();
    assert_eq!(error, "row 4 is blank or beyond the end of the file, so it cannot be the header");
}

#[test]
fn a_header_of_several_rows_is_joined() {
    let content = workbook(|sheet| {
        let plain = Look::new();
        fill(
            sheet,
            &[&["", "", "", ""], &["", "city", "street", ""], &["A", "Graz", "Main 1", "x"]],
        );
        sheet.merge_range(0, 0, 1, 0, "name", &plain).unwrap();
        sheet.merge_range(0, 1, 0, 2, "address", &plain).unwrap();
        sheet.merge_range(0, 3, 1, 3, "code", &plain).unwrap();
    });
    let table = reader(content, Format::Xlsx);
    assert_eq!(table.headers(), ["name", "address city", "address street", "code"]);
    assert_eq!(shown(table), ["row 3: A|Graz|Main 1|x"]);
}

#[test]
fn a_merged_note_beside_a_table_makes_no_header_of_its_rows() {
    let content = workbook(|sheet| {
        fill(sheet, &[&["name", "city"], &["A", "Graz"], &["B", "Porto"]]);
        sheet.merge_range(0, 4, 2, 4, "checked in May", &Look::new()).unwrap();
    });
    let table = reader(content, Format::Xlsx);
    assert_eq!(&table.headers()[..2], ["name", "city"]);
    assert_eq!(cells(table).len(), 2);
}

#[test]
fn hidden_sheets_are_not_the_first() {
    let mut workbook = Workbook::new();
    let hidden = workbook.add_worksheet().set_name("Lists").unwrap();
    fill(hidden, &[&["x"], &["y"]]);
    hidden.set_hidden(true);
    let shown_sheet = workbook.add_worksheet().set_name("Firms").unwrap();
    fill(shown_sheet, &[&["name"], &["A"]]);
    shown_sheet.set_active(true);
    let content = workbook.save_to_buffer().unwrap();
    assert_eq!(reader(content, Format::Xlsx).headers(), ["name"]);
}

#[test]
fn number_formats_survive_in_workbooks_and_show_in_other_files() {
    let content = workbook(|sheet| {
        fill(sheet, &[&["code", "share", "price", "year", "month", "day", "id"]]);
        let cells = [
            (417.0, "00000"),
            (0.125, "0.0%"),
            (1234.5, "#,##0.00"),
            (43_597.0, "yyyy"),
            (43_597.0, "mmm yyyy"),
            (43_597.75, "dd/mm/yyyy"),
            (4_006_381_333_931.0, "General"),
        ];
        for (column, (number, code)) in (0..).zip(cells) {
            let look = Look::new().set_num_format(code);
            sheet.write_number_with_format(1, column, number, &look).unwrap();
        }
    });
    let table = reader(content, Format::Xlsx);
    let columns = table.columns().to_vec();
    let rows = cells(table);
    let folder = tempfile::tempdir().unwrap();
    let path = |format: Format| folder.path().join(format!("copy.{format}"));
    for format in [Format::Csv, Format::JsonLines, Format::Xlsx, Format::Parquet] {
        write(&path(format), format, &columns, &rows);
    }
    let text = |format| std::fs::read_to_string(path(format)).unwrap();
    let csv = "00417,12.5%,1234.5,2019,2019-05,2019-05-12,4006381333931\n";
    assert!(text(Format::Csv).ends_with(csv), "{}", text(Format::Csv));
    let json = r#"{"code":"00417","share":"12.5%","price":1234.5,"year":2019,"month":"2019-05","#;
    assert!(text(Format::JsonLines).starts_with(json), "{}", text(Format::JsonLines));
    for format in [Format::Xlsx, Format::Parquet] {
        let copy = reader(std::fs::read(path(format)).unwrap(), format);
        assert_eq!(shown(copy)[0].split_once(": ").unwrap().1.replace('|', ",") + "\n", csv);
    }
    let copy = reader(std::fs::read(path(Format::Xlsx)).unwrap(), Format::Xlsx);
    assert_eq!(cells(copy)[0][..5], rows[0][..5]);
}

#[test]
fn damaged_workbooks_are_refused() {
    for content in [&b"PK\x03\x04 and nonsense"[..], b"not a zip at all"] {
        let error = bytes(content, &Format::Xlsx.into()).unwrap_err();
        assert!(matches!(error, Error::Xlsx { .. }), "{error}");
    }
    let good = workbook(|sheet| {
        sheet.write(0, 0, "a").unwrap();
        sheet.write(1, 0, 1).unwrap();
    });
    let error = bytes(&good[..good.len() / 2], &Format::Xlsx.into()).unwrap_err();
    assert!(matches!(error, Error::Xlsx { .. }), "{error}");
}

#[test]
fn a_zip_bomb_is_refused() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let row = b"<row><c/></row>".repeat(10_000);
    for _ in 0..100 {
        archive.write_all(&row).unwrap();
    }
    archive.start_file("xl/sharedStrings.xml", options).unwrap();
    archive.write_all(b"<sst>").unwrap();
    archive.write_all(&vec![b'a'; 9_000_000]).unwrap();
    let content = archive.finish().unwrap().into_inner();
    let limits = Limits { unpacked_bytes: 1_000_000, ..Limits::default() };
    let options = Options { format: Some(Format::Xlsx), limits, ..Options::default() };
    for (options, part) in [(options, "sheet1.xml"), (Format::Xlsx.into(), "sharedStrings.xml")] {
        let error = bytes(content.clone(), &options).unwrap_err();
        let Error::UnpacksTooLarge { part: found, .. } = error else { panic!("{error}") };
        assert!(found.ends_with(part), "{found}");
    }
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn parquet_types_become_cells_and_kinds() {
    let content = parquet(vec![
        ("i", Arc::new(Int32Array::from(vec![Some(-5), None]))),
        ("u", Arc::new(UInt64Array::from(vec![u64::MAX, 0]))),
        ("f", Arc::new(Float32Array::from(vec![0.1, f32::NAN]))),
        ("b", Arc::new(BinaryArray::from(vec![&b"text"[..], b"\xFF\xFE"]))),
        (
            "t",
            Arc::new(TimestampNanosecondArray::from(vec![1_500_000_000, 0]).with_timezone("UTC")),
        ),
    ]);
    let mut table = reader(content, Format::Parquet);
    let kinds: Vec<Kind> = table.columns().iter().map(|column| column.kind).collect();
    let decimal = Kind::Decimal { precision: 20, scale: 0 };
    assert_eq!(kinds, [Kind::Integer, decimal, Kind::Number, Kind::Text, Kind::Timestamp]);
    let first = table.next().unwrap().unwrap();
    assert_eq!(first.place.to_string(), "row 1");
    assert_eq!(
        first.fields,
        [
            number("-5"),
            number("18446744073709551615"),
            number("0.1"),
            text("text"),
            Cell::Timestamp("1970-01-01T00:00:01.5Z".parse().unwrap()),
        ]
    );
    let Some(Err(ReadError::Row(error))) = table.next() else { panic!() };
    assert_eq!(error.to_string(), "row 2: the cell in column 4 holds bytes that are not text");
    assert_eq!(error.fields[..3], [Cell::Empty, number("0"), Cell::Empty]);
}

#[test]
fn nested_parquet_columns_are_refused_by_name() {
    let mut list = ListBuilder::new(StringBuilder::new());
    list.append_value([Some("x")]);
    let content = parquet(vec![("tags", Arc::new(list.finish()))]);
    assert_eq!(
        refused(content, Format::Parquet),
        "column \"tags\" is of the Parquet type list, which a table cannot hold"
    );
}

#[test]
fn damaged_and_empty_parquet_files_are_refused() {
    let good = parquet(vec![("a", Arc::new(Int32Array::from(vec![1; 1000])))]);
    for content in [&b"PAR1"[..], b"PAR1 nonsense PAR1", &good[..good.len() / 2]] {
        let error = bytes(content, &Format::Parquet.into()).unwrap_err();
        assert!(matches!(error, Error::Parquet { .. }), "{error}");
    }
    let empty = parquet(vec![("a", Arc::new(Int32Array::from(Vec::<i32>::new())))]);
    assert_eq!(refused(empty, Format::Parquet), "the file has no rows, only a header");
}
