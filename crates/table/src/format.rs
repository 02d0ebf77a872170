//! File formats, and how they are recognised.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::error::Error;

/// A file format for tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated values (RFC 4180); `;`, tab and `|` are also recognised when reading.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// A JSON array of objects.
    Json,
    /// One JSON object per line.
    JsonLines,
    /// An Excel workbook (Office Open XML).
    Xlsx,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// All formats, in the order of help texts.
    pub const ALL: [Self; 6] =
        [Self::Csv, Self::Tsv, Self::Json, Self::JsonLines, Self::Xlsx, Self::Parquet];

    /// The name in settings and options; also the usual file extension.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    /// The format of a file's extension; `None` if there is none or it is unknown.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" => None,
            "tab" => Some(Self::Tsv),
            "ndjson" => Some(Self::JsonLines),
            "xlsm" => Some(Self::Xlsx),
            "pq" => Some(Self::Parquet),
            name => Self::ALL.into_iter().find(|format| format.name() == name),
        }
    }

    /// The format of a file, judged by its first bytes. Text that is not JSON counts as CSV.
    ///
    /// # Errors
    /// [`Error::Empty`] if there are no bytes, [`Error::NotATable`] if they belong to another kind of
    /// file.
    pub fn sniff(start: &[u8]) -> Result<Self, Error> {
        if start.is_empty() {
            return Err(Error::Empty);
        }
        if start.starts_with(b"PAR1") {
            return Ok(Self::Parquet);
        }
        if start.starts_with(b"PK\x03\x04") {
            return Ok(Self::Xlsx);
        }
        refuse_foreign(start)?;
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        // The first character of UTF-16 text has a NUL byte beside it.
        let first = text
            .iter()
            .find(|b| !b.is_ascii_whitespace() && !matches!(**b, 0 | 0xFF | 0xFE))
            .copied();
        Ok(match first {
            Some(b'[') => Self::Json,
            Some(b'{') => Self::JsonLines,
            _ => Self::Csv,
        })
    }
}

/// Rejects files that are clearly not text tables, whatever their name.
///
/// # Errors
/// [`Error::NotATable`] with the kind of file.
pub(super) fn refuse_foreign(start: &[u8]) -> Result<(), Error> {
    const KNOWN: [(&[u8], &str); 12] = [
        (b"%PDF-", "a PDF document"),
        (b"\xD0\xCF\x11\xE0", "an old Excel file (.xls) or a workbook with a password"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x89PNG", "an image"),
        (b"\xFF\xD8\xFF", "an image"),
        (b"GIF8", "an image"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"PAR1", "a Parquet file"),
    ];
    let found = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, what)| *what);
    let found = found.or_else(|| {
        let head: Vec<u8> = start
            .iter()
            .skip_while(|b| b.is_ascii_whitespace() || !b.is_ascii())
            .take(14)
            .map(u8::to_ascii_lowercase)
            .collect();
        (head.starts_with(b"<!doctype html") || head.starts_with(b"<html")).then_some("a web page")
    });
    let found = found.or_else(|| head_of_xml(start).then_some("an XML document"));
    found.map_or(Ok(()), |found| Err(Error::NotATable { found }))
}

fn head_of_xml(start: &[u8]) -> bool {
    start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).starts_with(b"<?xml")
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "jsonlines" | "json-lines" | "ndjson" => Ok(Self::JsonLines),
            "excel" => Ok(Self::Xlsx),
            lower => Self::ALL
                .into_iter()
                .find(|format| format.name() == lower)
                .ok_or_else(|| Error::UnknownFormat { name: name.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_name_formats() {
        for (path, format) in [
            ("a.csv", Some(Format::Csv)),
            ("A.CSV", Some(Format::Csv)),
            ("a.b.tsv", Some(Format::Tsv)),
            ("a.json", Some(Format::Json)),
            ("a.jsonl", Some(Format::JsonLines)),
            ("a.ndjson", Some(Format::JsonLines)),
            ("a.xlsx", Some(Format::Xlsx)),
            ("a.parquet", Some(Format::Parquet)),
            ("a.txt", None),
            ("a", None),
        ] {
            assert_eq!(Format::of_path(Path::new(path)), format, "{path}");
        }
    }

    #[test]
    fn every_name_leads_back_to_its_format() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>().unwrap(), format);
        }
        let error = "docx".parse::<Format>().unwrap_err().to_string();
        assert!(error.contains("docx") && error.contains("parquet"), "{error}");
    }

    #[test]
    fn first_bytes_show_the_format() {
        for (start, format) in [
            (&b"a,b\n1,2\n"[..], Format::Csv),
            (b" [ {\"a\":1}]", Format::Json),
            (b"\xEF\xBB\xBF{\"a\":1}\n", Format::JsonLines),
            (b"\xFF\xFE[\0", Format::Json),
            (b"PAR1\x15", Format::Parquet),
            (b"PK\x03\x04", Format::Xlsx),
        ] {
            assert_eq!(Format::sniff(start).unwrap(), format, "{start:?}");
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        for (start, what) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"\xD0\xCF\x11\xE0\xA1", "old Excel"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"\n <!DOCTYPE html><html>", "web page"),
            (b"<?xml version=\"1.0\"?>", "XML"),
        ] {
            let error = Format::sniff(start).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        assert!(matches!(Format::sniff(b""), Err(Error::Empty)));
    }
}
