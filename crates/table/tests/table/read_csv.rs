//! CSV files as they occur in practice.

use std::fmt::Write as _;

use ampledata_table::{Cell, Error, Format, Limits, Options, ReadError, RowFault};

use crate::{bytes, cells, reader, refused, shown, text, write};

fn csv(content: &str) -> Vec<String> {
    shown(reader(content, Format::Csv))
}

#[test]
fn files_without_a_table_are_refused_with_the_place() {
    for (content, message) in [
        ("", "the file is empty"),
        ("\n\n\r\n", "the file is empty"),
        ("\u{FEFF}", "the file is empty"),
        (",,\n", "the file is empty"),
        ("a,b\n", "the file has no rows, only a header"),
        ("a,b\n\n\n", "the file has no rows, only a header"),
        ("a,b,a\n1,2,3\n", "columns 1 and 3 have the same header \"a\" (line 1)"),
        ("a,b, a \n1,2,3\n", "columns 1 and 3 have the same header \"a\" (line 1)"),
        ("a,b\n\"1,2\n3,4\n", "the quote that opens on line 2 is never closed"),
    ] {
        assert_eq!(refused(content, Format::Csv), message, "{content:?}");
    }
}

#[test]
fn every_dialect_gives_the_same_cells() {
    let expected = ["line 2: x,1|y", "line 3: z|\"q\""];
    for content in [
        "a,b\n\"x,1\",y\nz,\"\"\"q\"\"\"\n",
        "\u{FEFF}a,b\r\n\"x,1\",y\r\nz,\"\"\"q\"\"\"\r\n",
        "a,b\r\"x,1\",y\rz,\"\"\"q\"\"\"",
        "a;b\nx,1;y\nz;\"\"\"q\"\"\"\n",
        "a\tb\nx,1\ty\nz\t\"\"\"q\"\"\"\n",
        "a|b\nx,1|y\nz|\"\"\"q\"\"\"",
        "'a','b'\n'x,1','y'\n'z','\"q\"'\n",
    ] {
        assert_eq!(csv(content), expected, "{content:?}");
    }
    assert_eq!(csv("sep=;\r\na;b\r\n1,5;2,5\r\n"), ["line 3: 1,5|2,5"]);
    assert_eq!(shown(reader("a,b\tc\n1,2\t3\n", Format::Tsv)), ["line 2: 1,2|3"]);
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_first_header() {
    let reader = reader("\u{FEFF}\"name\",b\n1,2\n", Format::Csv);
    assert_eq!(reader.headers(), ["name", "b"]);
}

#[test]
fn ragged_rows_fail_alone_with_their_line() {
    let rows = csv("a,b\n1,2\n3\n4,5,6\n\"x\ny\",7\n8\n9,10\n");
    assert_eq!(
        rows,
        [
            "line 2: 1|2",
            "! line 3: 1 fields where the header has 2",
            "! line 4: 3 fields where the header has 2; a field that holds the delimiter must be quoted",
            "line 5: x\ny|7",
            "! line 7: 1 fields where the header has 2",
            "line 8: 9|10",
        ]
    );
    let ragged = reader("a,b\n4,5,6\n", Format::Csv).next().unwrap().unwrap_err();
    let ReadError::Row(error) = ragged else { panic!("{ragged}") };
    assert_eq!(error.place.number(), 2);
    assert_eq!(error.fields, [text("4"), text("5"), text("6")]);
}

#[test]
fn fields_keep_every_character() {
    for field in [
        "=SUM(A1:A9)",
        "say \"hi\"",
        "two\nlines",
        "two\r\nlines",
        "a,b;c\td|e",
        "  blanks  ",
        "bell \u{7} escape \u{1B}[31m",
        "emoji 🦀, e\u{301}",
        "",
    ] {
        let content = format!("a,b\n\"{}\",x\n", field.replace('"', "\"\""));
        let rows = cells(reader(content, Format::Csv));
        let expected = if field.is_empty() { Cell::Empty } else { text(field) };
        assert_eq!(rows, [[expected, text("x")]], "{field:?}");
    }
}

#[test]
fn stray_quotes_are_text() {
    assert_eq!(csv("a,b\n5\" pipe,x\n\"y\"z,w\n"), ["line 2: 5\" pipe|x", "line 3: yz|w"]);
}

#[test]
fn a_single_column_needs_no_delimiter() {
    assert_eq!(csv("name\nAcme\n\nFoo\n"), ["line 2: Acme", "line 4: Foo"]);
    assert_eq!(csv("name\n\"Acme, Inc.\"\n"), ["line 2: Acme, Inc."]);
    assert_eq!(csv("name\n\"\"\nAcme\n"), ["line 2: ", "line 3: Acme"]);
}

#[test]
fn a_nul_fails_its_row() {
    let rows = csv("a,b\nx\0y,2\n3,4\n");
    assert_eq!(rows, ["! line 2: the field in column 1 holds a NUL character", "line 3: 3|4"]);
}

#[test]
fn long_fields_are_read_and_too_long_ones_fail_their_row() {
    let long = "x".repeat(10_000);
    assert_eq!(csv(&format!("a,b\n{long},2\n")), [format!("line 2: {long}|2")]);

    let huge = "y".repeat(1_000_001);
    let rows = csv(&format!("a,b\n1,{huge}\n{huge},4\n5,6\n"));
    assert_eq!(
        rows,
        [
            "! line 2: the field in column 2 is longer than 1000000 bytes; is a quote not closed?",
            "! line 3: the field in column 1 is longer than 1000000 bytes; is a quote not closed?",
            "line 4: 5|6",
        ]
    );
}

#[test]
fn rows_and_columns_have_limits() {
    let limits = Limits { row_bytes: 100, columns: 5, ..Limits::default() };
    let options = Options { limits, format: Some(Format::Csv), ..Options::default() };
    let sixty = "x".repeat(60);
    let rows = shown(bytes(format!("a,b\n{sixty},{sixty}\n1,2\n"), &options).unwrap());
    assert_eq!(rows, ["! line 2: the row is longer than 100 bytes", "line 3: 1|2"]);

    let error = bytes("a,b,c,d,e,f\n1,2,3,4,5,6\n", &options).unwrap_err();
    assert!(matches!(error, Error::TooManyColumns { limit: 5 }), "{error}");

    let wide = format!("a,b\n{}\n1,2\n", ",".repeat(100_000));
    let mut rows = bytes(wide, &options).unwrap();
    let Some(Err(ReadError::Row(error))) = rows.next() else { panic!() };
    assert_eq!(error.fault, RowFault::TooMany { found: 100_001, expected: 2 });
    assert_eq!(error.fields.len(), 6, "what is over the limit is counted, not kept");
    assert!(rows.next().unwrap().is_ok());
}

#[test]
fn an_unclosed_quote_names_its_line_after_the_good_rows() {
    let good = "1,2\n".repeat(50_000);
    let rows = csv(&format!("a,b\n{good}3,\"open\n{good}"));
    assert_eq!(rows.len(), 50_001);
    assert_eq!(rows[50_000], "!! the quote that opens on line 50002 is never closed");
}

#[test]
fn places_do_not_depend_on_how_the_file_is_cut_into_chunks() {
    // Longer than a chunk of the reader, with line ends and quotes at every offset.
    let mut content = String::from("a,b\r\n");
    let mut expected = Vec::new();
    let mut line = 2;
    for n in 0..20_000 {
        let field = format!("{}\r\n\"{n}\"", "x".repeat(n % 7));
        write!(content, "\"{}\",{n}\r\n", field.replace('"', "\"\"")).unwrap();
        expected.push(format!("line {line}: {field}|{n}"));
        line += 2;
    }
    assert_eq!(csv(&content), expected);
}

#[test]
fn headers_are_kept_as_they_are() {
    let reader = reader("\" Name \",=x\n1,2\n", Format::Csv);
    assert_eq!(reader.headers(), [" Name ", "=x"]);
}

#[test]
fn a_column_without_a_header_is_named_by_its_position() {
    for (content, headers, rows) in [
        (",name\n0,A\n1,B\n", ["column 1", "name"], ["line 2: 0|A", "line 3: 1|B"]),
        ("\"\";\"name\"\n\"r1\";\"A\"\n", ["column 1", "name"], ["line 2: r1|A", ""]),
        ("name, \nA,x\nB,\n", ["name", "column 2"], ["line 2: A|x", "line 3: B|"]),
        ("\n\nname,\nA,\nB,x\n", ["name", "column 2"], ["line 4: A|", "line 5: B|x"]),
    ] {
        let table = reader(content, Format::Csv);
        assert_eq!(table.headers(), headers, "{content:?}");
        let rows: Vec<_> = rows.into_iter().filter(|row| !row.is_empty()).collect();
        assert_eq!(shown(table), rows, "{content:?}");
    }
    let table = reader("a,,c\n1,2,3\n", Format::Csv);
    assert_eq!(table.headers(), ["a", "column 2", "c"]);
}

#[test]
fn row_numbers_of_r_have_no_header_at_all() {
    let table = reader(
        "\"name\" \"city\"\n".replace(' ', ",") + "\"1\",A,Graz\n\"2\",B,Porto\n",
        Format::Csv,
    );
    assert_eq!(table.headers(), ["column 1", "name", "city"]);
    assert_eq!(shown(table), ["line 2: 1|A|Graz", "line 3: 2|B|Porto"]);
    // Other surplus fields are no row numbers.
    let rows = csv("name,city\n7,A,Graz\n9,B,Porto\n");
    assert!(rows.iter().all(|row| row.contains("3 fields where the header has 2")), "{rows:?}");
}

#[test]
fn delimiters_without_a_field_are_habits_of_the_file() {
    for content in [
        "name,city\nA,Graz,\nB,Porto,\n",
        "name,city,\nA,Graz,\nB,Porto,\n",
        "name,city,\nA,Graz\nB,Porto\n",
        "name,city\nA,Graz\nB,Porto,, ,\n",
        "name,city\nA,Graz\nB,Porto\n,\n,,\n , \n\"\",\"\"\n",
        "name|city||\nA|Graz||\nB|Porto||\n",
        ",,\nname,city,\nA,Graz,\nB,Porto,\n",
    ] {
        let table = reader(content, Format::Csv);
        assert_eq!(table.headers(), ["name", "city"], "{content:?}");
        let rows: Vec<_> = table.map(|row| row.unwrap().fields).collect();
        assert_eq!(rows, [[text("A"), text("Graz")], [text("B"), text("Porto")]], "{content:?}");
    }
    // A field that is filled once is a column.
    let rows = csv("name,city,\nA,Graz,\nB,Porto,x\n");
    assert_eq!(rows, ["line 2: A|Graz|", "line 3: B|Porto|x"]);
}

#[test]
fn titles_above_the_header_are_skipped() {
    for (content, line) in [
        ("Firms - spring 2024\ninternal use\n\nname;city;no\nA;Graz;1\nB;Porto;2\n", 5),
        ("Firms, spring 2024\n\nname;city;no\nA;Graz;1\nB;Porto;2\n", 4),
        ("Firms,,\n,,\nname,city,no\nA,Graz,1\nB,Porto,2\n", 4),
        ("\"Firms\nof spring\"\nname,city,no\nA,Graz,1\nB,Porto,2\n", 4),
    ] {
        let table = reader(content, Format::Csv);
        assert_eq!(table.headers(), ["name", "city", "no"], "{content:?}");
        assert_eq!(shown(table)[0], format!("line {line}: A|Graz|1"), "{content:?}");
    }
    for content in ["name\nA; Inc.\n", "firm name\nA, Inc.\nB, Ltd.\nC, LLC\n"] {
        let table = reader(content, Format::Csv);
        assert_eq!(table.headers().len(), 1, "{content:?}");
    }
}

#[test]
fn the_header_is_where_the_caller_expects_it() {
    let content = "Firms, spring, 2024\nmade by us, of course\nname;city;no\nA;Graz;1\n";
    let named = |names: &[&str]| Options {
        format: Some(Format::Csv),
        expected_headers: names.iter().map(ToString::to_string).collect(),
        ..Options::default()
    };
    let table = bytes(content, &named(&["name"])).unwrap();
    assert_eq!(table.headers(), ["name", "city", "no"]);

    let prose = "Our firms, spring\n\nname,city\nA,Graz\n";
    assert_eq!(bytes(prose, &named(&["name"])).unwrap().headers(), ["name", "city"]);

    let at = |row| Options { header_row: Some(row), ..named(&[]) };
    let table = bytes(content, &at(3)).unwrap();
    assert_eq!(table.headers(), ["name", "city", "no"]);
    assert_eq!(shown(table), ["line 4: A|Graz|1"]);
    let table = bytes("a,b\n\nname,city\nA,Graz\n", &at(1)).unwrap();
    assert_eq!(table.headers(), ["a", "b"]);
    for row in [2, 9] {
        let error = bytes("a,b\n\nname,city\nA,Graz\n", &at(row)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "line {row} is blank or beyond the end of the file, so it cannot be the header"
            )
        );
    }
    let json = Options { format: Some(Format::Json), ..at(2) };
    let error = bytes("[{\"a\":1}]", &json).unwrap_err().to_string();
    assert!(error.contains("header row") && error.contains("json"), "{error}");
}

#[test]
fn a_blank_header_stays_blank_in_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let table = reader(",name\n0,A\n", Format::Csv);
    let columns = table.columns().to_vec();
    let rows = cells(table);
    for (format, start) in
        [(Format::Csv, ",name\n0,A\n"), (Format::JsonLines, "{\"column 1\":\"0\",")]
    {
        let path = folder.path().join(format.name());
        write(&path, format, &columns, &rows);
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.starts_with(start), "{written}");
    }
}
