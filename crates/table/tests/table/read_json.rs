//! JSON arrays and JSON Lines.

use ampledata_table::{Cell, Format};

use crate::{cells, number, reader, refused, shown, text};

#[test]
fn files_that_are_no_array_of_objects_are_refused() {
    for (content, message) in [
        ("", "the file is empty"),
        (" \n ", "the file is empty"),
        ("[]", "the file has no rows"),
        ("[ \n ]", "the file has no rows"),
        (
            "{\"a\": [1]}",
            "the JSON is an object, where an array of objects is expected (one object per line is \
             JSON Lines: use the format jsonl)",
        ),
        ("\"text\"", "the JSON is a string, where an array of objects is expected"),
        ("17", "the JSON is a number, where an array of objects is expected"),
        ("null", "the JSON is null, where an array of objects is expected"),
        ("[1, 2]", "the JSON is an array of numbers, where an array of objects is expected"),
        ("[[1], [2]]", "the JSON is an array of arrays, where an array of objects is expected"),
        ("a,b\n1,2\n", "line 1: not a JSON array: it does not begin with `[`"),
        ("[", "line 1: not a JSON array: it ends without `]`"),
        ("[,{}]", "line 1: not a JSON array: an item is missing"),
    ] {
        assert_eq!(refused(content, Format::Json), message, "{content:?}");
    }
    let message = refused("\n[\n{\"a\" 1}]", Format::Json);
    assert!(message.starts_with("line 3: not a JSON array: not JSON: "), "{message}");
    assert_eq!(
        refused("[1]\n[2]\n", Format::JsonLines),
        "the JSON is an array, where an array of objects is expected"
    );
}

#[test]
fn cells_keep_their_types_and_digits() {
    let object = r#"{"t": "a\"\u00fc\n", "n": 12345678901234567890.50, "e": 1E5, "b": true,
        "z": null, "o": {"x": [1, 2]}, "s": ""}"#;
    let expected = [
        text("a\"ü\n"),
        number("12345678901234567890.50"),
        number("1E5"),
        Cell::Boolean(true),
        Cell::Empty,
        Cell::Json("{\"x\": [1, 2]}".to_owned()),
        text(""),
    ];
    let table = reader(format!("[{object}]"), Format::Json);
    assert_eq!(table.headers(), ["t", "n", "e", "b", "z", "o", "s"]);
    assert_eq!(cells(table), std::slice::from_ref(&expected));
    let line = object.replace('\n', " ");
    assert_eq!(cells(reader(line, Format::JsonLines)), [expected]);
}

#[test]
fn columns_are_the_keys_in_order_of_appearance() {
    let content = "[{\"a\":1},\n\n{\"b\":2,\"a\":3} , {}]\n";
    let table = reader(content, Format::Json);
    assert_eq!(table.headers(), ["a", "b"]);
    assert_eq!(shown(table), ["item 1 (line 1): 1|", "item 2 (line 3): 3|2", "item 3 (line 3): |"]);
    let content = "{\"a\":1}\r\n\r\n{\"b\":2,\"a\":3}\r\n";
    assert_eq!(shown(reader(content, Format::JsonLines)), ["line 1: 1|", "line 3: 3|2"]);
}

#[test]
fn a_key_that_appears_late_fails_its_row() {
    let mut content = "{\"a\":1}\n".repeat(1_000);
    content.push_str("{\"a\":2,\"late\":3}\n{\"a\":4}\n");
    let rows = shown(reader(content, Format::JsonLines));
    assert_eq!(
        rows[1_000],
        "! line 1001: the key \"late\" does not occur in the first 1000 objects, which define the \
         columns"
    );
    assert_eq!(rows[1_001], "line 1002: 4");
}

#[test]
fn bad_items_fail_alone() {
    let content =
        "[{\"a\":1},\n{\"a\" 2},\n7,\n{\"a\":3,\"a\":4},\n{\"a\":\"\\u0000\"},\n{\"a\":5}]";
    let rows = shown(reader(content, Format::Json));
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[0], "item 1 (line 1): 1");
    assert!(rows[1].starts_with("! item 2 (line 2): not JSON: "), "{}", rows[1]);
    assert_eq!(rows[2], "! item 3 (line 3): a number, where an object is expected");
    assert_eq!(rows[3], "! item 4 (line 4): the key \"a\" occurs twice");
    assert_eq!(rows[4], "! item 5 (line 5): the field in column 1 holds a NUL character");
    assert_eq!(rows[5], "item 6 (line 6): 5");

    let rows = shown(reader("{\"a\":1}\n{\"a\":\n[2]\n{\"a\":3}\n", Format::JsonLines));
    assert!(rows[1].starts_with("! line 2: not JSON: "), "{}", rows[1]);
    assert_eq!(rows[2], "! line 3: an array, where an object is expected");
    assert_eq!(rows[3], "line 4: 3");
}

#[test]
fn an_array_that_is_cut_off_says_where() {
    for (content, last) in [
        (
            "[{\"a\":1},\n{\"a\":",
            "!! line 2: not a JSON array: it ends in the middle of item 2 (line 2)",
        ),
        ("[{\"a\":1},\n", "!! line 2: not a JSON array: it ends without `]`"),
        ("[{\"a\":1}", "!! line 1: not a JSON array: it ends without `]`"),
        (
            "[{\"a\":1}\n{\"a\":2}]",
            "!! line 2: not a JSON array: a comma is missing between two items",
        ),
        ("[{\"a\":1}]\nx", "!! line 2: not a JSON array: something follows the closing `]`"),
    ] {
        let rows = shown(reader(content, Format::Json));
        assert_eq!(rows, ["item 1 (line 1): 1", last], "{content:?}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!("[{{\"a\":{}{}}}, {{\"a\":1}}]", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(shown(reader(deep, Format::Json)).len(), 2, "no stack is used up");
    let long = "x".repeat(1_000_001);
    let rows = shown(reader(format!("[{{\"a\":1}},{{\"a\":\"{long}\"}}]"), Format::Json));
    assert!(rows[1].contains("longer than 1000000 bytes"), "{}", rows[1]);
    let huge = "x".repeat(17_000_000);
    let rows =
        shown(reader(format!("[{{\"a\":1}},{{\"a\":\"{huge}\"}},{{\"a\":2}}]"), Format::Json));
    assert_eq!(rows[1], "! item 2 (line 1): the row is longer than 16000000 bytes");
    assert_eq!(rows[2], "item 3 (line 1): 2");
}

#[test]
fn strings_may_hold_what_looks_like_structure() {
    let content = "[{\"a\":\"]},{\\\"\\\\\"},{\"a\":\"\\\\\"}]";
    assert_eq!(shown(reader(content, Format::Json)).len(), 2);
    let first = reader(content, Format::Json).next().unwrap().unwrap();
    assert_eq!(first.fields, [text("]},{\"\\")]);
}

#[test]
fn a_blank_key_is_a_column_named_by_its_position() {
    let table = reader("[{\"name\": \"A\", \"\": 1}]", Format::Json);
    assert_eq!(table.headers(), ["name", "column 2"]);
    assert_eq!(shown(table), ["item 1 (line 1): A|1"]);
}
