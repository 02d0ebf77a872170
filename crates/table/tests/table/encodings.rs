//! Text in common encodings.

use ampledata_table::{Format, Options};

use crate::{bytes, reader, refused, shown};

const TABLE: &str = "Größe,Straße\nMüller,Köln\nŁódź,Ærø\n";

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn utf8_and_utf16_are_distinguished() {
    for (content, name) in [
        (TABLE.as_bytes().to_vec(), "UTF-8"),
        (utf16(TABLE, true, true), "UTF-16LE"),
        (utf16(TABLE, false, true), "UTF-16BE"),
        (utf16(TABLE, true, false), "UTF-16LE"),
        (utf16(TABLE, false, false), "UTF-16BE"),
    ] {
        let reader = reader(content, Format::Csv);
        assert_eq!(reader.encoding(), Some(name));
        assert_eq!(reader.headers(), ["Größe", "Straße"], "{name}");
        assert_eq!(shown(reader), ["line 2: Müller|Köln", "line 3: Łódź|Ærø"], "{name}");
    }
}

#[test]
fn latin_1_is_read_wherever_its_first_umlaut_stands() {
    let reader_of = |rows: usize| {
        let mut content = b"name,city\n".to_vec();
        content.extend(b"Smith,London\n".repeat(rows));
        content.extend(b"M\xFCller,K\xF6ln\nStra\xDFe,Z\xFCrich\n");
        reader(content, Format::Csv)
    };
    let early = reader_of(0);
    assert_eq!(early.encoding(), Some("windows-1252"));
    assert_eq!(shown(early), ["line 2: Müller|Köln", "line 3: Straße|Zürich"]);
    let late = shown(reader_of(50_000));
    assert_eq!(late[50_000], "line 50002: Müller|Köln");
}

#[test]
fn a_named_encoding_is_used() {
    let options = |name: &str| Options {
        format: Some(Format::Csv),
        encoding: Some(name.to_owned()),
        ..Options::default()
    };
    let rows = shown(bytes(*b"a,b\n\xB3\xF3d\xBC,x\n", &options("windows-1250")).unwrap());
    assert_eq!(rows, ["line 2: łódĽ|x"]);
    let error = bytes("a\n1\n", &options("klingon")).unwrap_err().to_string();
    assert!(error.contains("klingon"), "{error}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let utf32 = b"\xFF\xFE\0\0a\0\0\0\n\0\0\0".to_vec();
    assert!(refused(utf32, Format::Csv).contains("UTF-32"));
}

#[test]
fn a_broken_byte_in_utf8_fails_its_row_alone() {
    let mut content = TABLE.repeat(20).replace("Größe,Straße\n", "Öl,Äpfel\n").into_bytes();
    content.splice(0..0, *b"a,b\n");
    content.extend(b"x\xFFy,z\nEnde,\xC3\x96l\n");
    let rows = shown(reader(content, Format::Csv));
    assert_eq!(rows.len(), 62);
    assert_eq!(rows[60], "! line 62: holds bytes that are not UTF-8");
    assert_eq!(rows[61], "line 63: Ende|Öl");
}

#[test]
fn characters_survive_the_borders_of_chunks() {
    for shift in 0..4 {
        let long = "€🦀".repeat(60_000);
        let content = format!("a,b\n{}{long},x\n", "y".repeat(shift));
        let rows = shown(reader(content, Format::Csv));
        assert_eq!(rows, [format!("line 2: {}{long}|x", "y".repeat(shift))]);
    }
}
