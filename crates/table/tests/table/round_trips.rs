//! Every format reads back what it wrote.

use ampledata_table::{Cell, Column, Format, Input, Kind, Number, Options, open};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::{cells, number, text, untyped, write};

/// Writes a table, and reads it again.
fn again(format: Format, columns: &[Column], rows: &[Vec<Cell>]) -> (Vec<Column>, Vec<Vec<Cell>>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("table.{format}"));
    write(&path, format, columns, rows);
    let reader = open(Input::from(path.as_path()), &Options::default()).unwrap();
    (reader.columns().to_vec(), cells(reader))
}

fn sample() -> Vec<Vec<Cell>> {
    vec![
        vec![
            text("=1+1"),
            number("12.5"),
            Cell::Boolean(true),
            Cell::Date(date(2020, 2, 29)),
            Cell::DateTime(date(1999, 12, 31).at(23, 59, 58, 0)),
        ],
        vec![
            text(" é\n\"x\" <&> _x0041_ "),
            number("-3"),
            Cell::Boolean(false),
            Cell::Date(date(1900, 3, 1)),
            Cell::DateTime(date(2024, 1, 1).at(12, 0, 0, 500_000_000)),
        ],
        vec![text("last"), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
    ]
}

const NAMES: [&str; 5] = ["t", "n", "b", "d", "m"];

#[test]
fn sheets_keep_numbers_booleans_and_dates() {
    assert_eq!(again(Format::Xlsx, &untyped(&NAMES), &sample()).1, sample());
}

#[test]
fn parquet_keeps_typed_columns() {
    let kinds = [Kind::Text, Kind::Number, Kind::Boolean, Kind::Date, Kind::DateTime];
    let mut columns: Vec<Column> =
        NAMES.into_iter().zip(kinds).map(|(name, kind)| Column::new(name, kind)).collect();
    columns.push(Column::new("i", Kind::Integer));
    columns.push(Column::new("c", Kind::Decimal { precision: 38, scale: 3 }));
    columns.push(Column::new("z", Kind::Timestamp));
    let mut rows = sample();
    for row in &mut rows {
        row.push(number("-9223372036854775808"));
        row.push(number("12345678901234567890123456789012345.678"));
        row.push(Cell::Timestamp("2024-05-06T07:08:09.123456Z".parse().unwrap()));
    }
    let (columns_again, rows_again) = again(Format::Parquet, &columns, &rows);
    assert_eq!((columns_again, rows_again), (columns, rows));
}

#[test]
fn json_keeps_json_types() {
    let rows = vec![
        vec![text("2020-01-01"), number("1.50"), Cell::Boolean(true), Cell::Empty],
        vec![text(""), number("1e400"), Cell::Json("[1,{\"a\":null}]".to_owned()), text("\u{1}")],
    ];
    for format in [Format::Json, Format::JsonLines] {
        assert_eq!(again(format, &untyped(&["a", "b", "c", "d"]), &rows).1, rows);
    }
}

#[test]
fn what_a_sheet_cannot_hold_becomes_text_without_loss() {
    let rows = [vec![
        number("12345678901234567890"),
        Cell::Date(date(1899, 12, 31)),
        Cell::Timestamp("2024-05-06T07:08:09Z".parse().unwrap()),
        Cell::DateTime(date(2024, 1, 1).at(1, 2, 3, 4)),
        Cell::Json("[1]".to_owned()),
    ]];
    let (_, rows) = again(Format::Xlsx, &untyped(&NAMES), &rows);
    assert_eq!(
        rows,
        [[
            text("12345678901234567890"),
            text("1899-12-31"),
            text("2024-05-06T07:08:09Z"),
            text("2024-01-01T01:02:03.000000004"),
            text("[1]"),
        ]]
    );
}

#[test]
fn many_rows_survive_groups_batches_and_queues() {
    let rows: Vec<Vec<Cell>> =
        (0..25_000).map(|n: i64| vec![text(&format!("row {n}")), Cell::Number(n.into())]).collect();
    for format in Format::ALL {
        let columns = [Column::new("a", Kind::Text), Column::new("b", Kind::Integer)];
        let (_, again) = again(format, &columns, &rows);
        assert_eq!(again.len(), rows.len(), "{format}");
        for (found, wanted) in again.iter().zip(&rows) {
            let shown =
                |row: &[Cell]| row.iter().map(|c| c.text().into_owned()).collect::<Vec<_>>();
            assert_eq!(shown(found), shown(wanted), "{format}");
        }
    }
}

/// Any text without NUL, often with characters that are special in files.
fn any_text() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "\"", "\"\"", "'", ",", ";", "\t", "|", "\n", "\r", "\r\n", "=", "\u{FEFF}", "\u{1}", "\\",
        "_x0041_", "_x005F_", "<b>&amp;", " ", "é", "🦀", "\u{FFFD}", "\u{85}", "\u{2028}", "]]>",
    ])
    .prop_map(str::to_owned);
    let plain = any::<String>().prop_map(|text| text.replace('\0', ""));
    prop::collection::vec(prop_oneof![awkward, plain], 0..4).prop_map(|parts| parts.concat())
}

fn any_number() -> impl Strategy<Value = Cell> {
    let float = any::<f64>().prop_filter_map("a number", Number::from_f64);
    prop_oneof![any::<i64>().prop_map(Number::from), float].prop_map(Cell::Number)
}

fn any_date() -> impl Strategy<Value = Cell> {
    (1900_i16..=9999, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
        .prop_filter("spreadsheets begin in March 1900", |day| *day >= date(1900, 3, 1))
        .prop_map(Cell::Date)
}

fn maybe(cell: impl Strategy<Value = Cell>) -> impl Strategy<Value = Cell> {
    prop_oneof![1 => Just(Cell::Empty), 4 => cell]
}

/// Rows of text, number, boolean and date; each has some text, so that no row is blank.
fn any_rows() -> impl Strategy<Value = Vec<Vec<Cell>>> {
    let row = (
        any_text().prop_map(|text| Cell::Text(format!("x{text}"))),
        maybe(any_text().prop_filter("not empty", |t| !t.is_empty()).prop_map(Cell::Text)),
        maybe(any_number()),
        maybe(any::<bool>().prop_map(Cell::Boolean)),
        maybe(any_date()),
    );
    prop::collection::vec(row.prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e]), 1..6)
}

/// The cell that a format reads back.
fn through(format: Format, cell: &Cell) -> Cell {
    match (format, cell) {
        (_, Cell::Empty) => Cell::Empty,
        (Format::Csv | Format::Tsv, cell) => Cell::Text(cell.text().into_owned()),
        (Format::Json | Format::JsonLines, Cell::Date(date)) => Cell::Text(date.to_string()),
        (Format::Xlsx, Cell::Number(digits)) => match digits.as_exact_f64() {
            Some(double) => Cell::Number(Number::from_f64(double).unwrap()),
            None => Cell::Text(digits.to_string()),
        },
        (_, cell) => cell.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_record_survives_any_format(rows in any_rows()) {
        let names = ["a", "b", "c", "d", "e"];
        let kinds = [Kind::Text, Kind::Text, Kind::Any, Kind::Boolean, Kind::Date];
        let columns: Vec<Column> =
            names.into_iter().zip(kinds).map(|(name, kind)| Column::new(name, kind)).collect();
        for format in Format::ALL {
            let (_, found) = again(format, &columns, &rows);
            let wanted: Vec<Vec<Cell>> = rows
                .iter()
                .map(|row| row.iter().enumerate().map(|(at, cell)| match (format, at) {
                    // An untyped column of Parquet is text.
                    (Format::Parquet, 2) if *cell != Cell::Empty => {
                        Cell::Text(cell.text().into_owned())
                    }
                    _ => through(format, cell),
                }).collect())
                .collect();
            prop_assert_eq!(found, wanted, "{}", format);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in Format::ALL {
            if let Ok(reader) = crate::bytes(bytes.clone(), &format.into()) {
                let width = reader.headers().len();
                for row in reader.flatten() {
                    prop_assert_eq!(row.fields.len(), width);
                }
            }
        }
    }

    #[test]
    fn our_csv_records_are_those_of_another_parser(text in "[a\",\n\r]{0,40}") {
        let text = format!("h,i\nx,y\n{text}\n");
        let mut theirs = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let theirs: Vec<Vec<String>> = theirs
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .skip(1)
            // Blank lines and lines of delimiters are no rows, unless someone has written `""`; empty fields
            // beyond the header are no fields.
            .filter(|record| record == &[""] || record.iter().any(|field| !field.trim().is_empty()))
            .map(|mut record| {
                if record.len() > 2 && record[2..].iter().all(|field| field.trim().is_empty()) {
                    record.truncate(2);
                }
                record
            })
            .collect();
        let options = Options::from(Format::Csv);
        let reader = crate::bytes(text, &options).unwrap();
        let mut ours = Vec::new();
        for row in reader {
            use ampledata_table::ReadError;
            let fields = match row {
                Ok(record) => record.fields,
                Err(ReadError::Row(error)) => error.fields,
                // They treat an unclosed quote as closed.
                Err(ReadError::File(_)) => return Ok(()),
            };
            ours.push(fields.iter().map(|cell| cell.text().into_owned()).collect::<Vec<_>>());
        }
        prop_assert_eq!(ours, theirs);
    }
}
