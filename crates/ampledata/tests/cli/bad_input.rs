//! Tables that cannot be used, or only in part.

use insta::assert_snapshot;

use crate::place::Place;

const ASKED: [&str; 8] =
    ["-k", "name", "-c", "founded:number", "--corpus", "pages", "-o", "out.csv"];

/// Each is refused with its place, and leaves no output behind.
#[test]
fn a_table_that_cannot_be_used_is_refused() {
    let cases: &[(&str, &[u8])] = &[
        ("empty.csv", b""),
        ("blank.csv", b"\n\n"),
        ("header.csv", b"name,city\n"),
        ("twice.csv", b"name,city,name\na,b,c\n"),
        ("quote.csv", b"name,city\nAcme,\"Spring\nfield\n"),
        ("object.json", b"{\"name\": 1}"),
        ("numbers.json", b"[1, 2]"),
        ("broken.json", b"[{\"name\": \"a\"},\n {\"name\": ]"),
        ("none.json", b"[]"),
        ("page.csv", b"<!doctype html><html></html>"),
        ("book.xlsx", b"PK\x03\x04 no workbook"),
        ("data.parquet", b"PAR1 no data"),
        ("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    ];
    let place = Place::with_firms();
    let messages: Vec<String> = cases
        .iter()
        .map(|(name, bytes)| {
            place.write(name, bytes);
            let ran = place.run(&[&["enrich", name], &ASKED[..]].concat()).exits(2);
            assert!(!place.path("out.csv").exists(), "{name} left an output");
            ran.stderr
        })
        .collect();
    assert_snapshot!(messages.join(""));
}

/// Rows that cannot be used fail alone, with their line; all rows are in the output.
#[test]
fn a_bad_row_fails_alone() {
    let place = Place::with_firms();
    place.write(
        "mixed.csv",
        "name,city\nAcme Widgets,Springfield\nBolt Works\n,Nome\nBolt Works,Ogden,USA\nBolt Works,Ogden\n",
    );
    let ran = place.run(&[&["enrich", "mixed.csv"], &ASKED[..]].concat()).exits(1);
    assert_snapshot!("bad_rows_told", ran.stderr);
    assert_snapshot!("bad_rows_written", place.read("out.csv"));
}

#[test]
fn bytes_before_the_header_and_other_encodings_are_read() {
    let place = Place::with_firms();
    let table = "name,Größe\nAcme Widgets,\n";
    let utf16 = "\u{feff}".encode_utf16().chain(table.encode_utf16()).flat_map(u16::to_le_bytes);
    let latin: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (name, bytes) in [
        ("bom.csv", format!("\u{feff}{table}").into_bytes()),
        ("utf16.csv", utf16.collect()),
        ("latin.csv", latin),
    ] {
        place.write(name, bytes);
        place.run(&[&["enrich", name], &ASKED[..]].concat()).exits(0);
        assert_eq!(place.read("out.csv"), "name,Größe,founded\nAcme Widgets,,1999\n", "{name}");
    }
}

/// The user's own cells are written unchanged; text from pages can never become a formula.
#[test]
fn formulas_from_pages_are_disarmed_and_own_cells_are_not_touched() {
    let place = Place::with_firms();
    place.write(
        "pages/acme.html",
        "<html><head><title>Acme Widgets</title></head><body><h1>Acme Widgets</h1>\
         <table><tr><th>Motto</th><td>=HYPERLINK(\"x\")</td></tr></table></body></html>",
    );
    place.write("own.csv", "name,note\nAcme Widgets,\"=1+1, \"\"a\"\"\nb\"\n");
    let arguments = [
        "enrich",
        "own.csv",
        "-k",
        "name",
        "-c",
        "motto",
        "--corpus",
        "pages",
        "--context",
        "none",
    ];
    let ran = place.run(&arguments).exits(0);
    assert!(
        ran.stdout.starts_with("name,note,motto\nAcme Widgets,\"=1+1, \"\"a\"\"\nb\","),
        "{}",
        ran.stdout
    );
    assert!(
        !ran.stdout.contains(",=HYPERLINK") && !ran.stdout.contains("\"=HYPERLINK"),
        "{}",
        ran.stdout
    );
}

#[test]
fn long_keys_and_control_characters_do_no_harm() {
    let place = Place::with_firms();
    let long = "x".repeat(10_000);
    place.write("odd.csv", format!("name\n{long}\nBell\u{7}\u{1b}[31m\nAcme Widgets\n"));
    let ran = place.run(&[&["enrich", "odd.csv"], &ASKED[..]].concat()).exits(0);
    assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
    let out = place.read("out.csv");
    assert!(out.contains(&long) && out.ends_with("Acme Widgets,1999\n"), "{out}");
}
