//! Detects the delimiter and the quote of a CSV file from its start.

use super::csv;
use super::csv_records::{Caps, Dialect, RawRecord, Records};
use super::header::{self, Hints, Line};

/// Number of bytes that are examined.
pub(super) const SAMPLE: usize = 64 * 1024;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter in a first line `sep=;`, as Excel writes it, and the length of that line.
pub(super) fn declared(sample: &[u8]) -> Option<(u8, usize)> {
    let rest = sample.strip_prefix(b"sep=")?;
    let delimiter = *rest.first()?;
    let line_end = match rest.get(1..)? {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    DELIMITERS.contains(&delimiter).then_some((delimiter, 4 + 1 + line_end))
}

/// The start of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample<'a> {
    /// Its bytes.
    pub(super) bytes: &'a [u8],
    /// Whether it is the whole file.
    pub(super) whole: bool,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
}

/// The dialect with which the rows of the sample agree best with its header.
///
/// A delimiter that does not split the header is not considered. One that gives the header the expected
/// names is preferred; of two that fit equally, the one that is not followed by blanks is chosen, then the
/// one that gives more columns. A single column is read with commas.
pub(super) fn detect(sample: Sample<'_>, hints: Hints<'_>, delimiter: Option<u8>) -> Dialect {
    let quote = quote_of(sample.bytes);
    if let Some(delimiter) = delimiter {
        return Dialect { delimiter, quote };
    }
    let mut best = (Score::default(), b',');
    for delimiter in DELIMITERS {
        let score = score(sample, hints, Dialect { delimiter, quote });
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    Dialect { delimiter: best.1, quote }
}

/// The criteria, compared from the first field to the last; more is better.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Whether the header contains all expected names, if there are any.
    expected: bool,
    /// Whether all lines fit, from the first on: then none of them needs to be a title.
    without_titles: bool,
    /// Thousandths of the rows with as many fields as the header.
    fitting: usize,
    /// Thousandths of the delimiters that are not followed by a blank.
    tight: usize,
    columns: usize,
}

/// A record of the sample, counted.
struct Counted {
    line: Line,
    fields: usize,
    /// Fields after the first that begin with a blank.
    loose: usize,
}

fn score(sample: Sample<'_>, hints: Hints<'_>, dialect: Dialect) -> Score {
    let records = count_records(sample, hints, dialect);
    let lines: Vec<_> = records.iter().map(|record| record.line.clone()).collect();
    let at = if hints.row.is_some() { 0 } else { header::locate(&lines, hints) };
    let Some((first, rows)) = records.get(at..).and_then(<[_]>::split_first) else {
        return Score::default();
    };
    let columns = first.fields;
    if columns < 2 {
        return Score::default();
    }
    // A row may end in delimiters for which the header has no field.
    let fits = |row: &&Counted| {
        let extent = row.line.filled.last().map_or(0, |(at, _)| at + 1);
        row.fields == columns || (row.fields > columns && extent <= columns)
    };
    let fitting = rows.iter().filter(fits).count();
    let splits: usize = records[at..].iter().map(|record| record.fields - 1).sum();
    let loose: usize = records[at..].iter().map(|record| record.loose).sum();
    let names = first.line.filled.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    let expected = hints.names.iter().all(|name| names.contains(&name.trim()));
    Score {
        expected: expected && !hints.names.is_empty(),
        without_titles: at == 0 && fitting == rows.len(),
        // A header without rows always fits, but no better than one with a fitting row.
        fitting: (fitting * 1000).checked_div(rows.len()).unwrap_or(1000).max(1),
        tight: 1000 - loose * 1000 / splits.max(1),
        columns,
    }
}

/// The records of the sample that are not blank, from the header's row on if it is known.
fn count_records(sample: Sample<'_>, hints: Hints<'_>, dialect: Dialect) -> Vec<Counted> {
    let Sample { bytes, whole, line } = sample;
    let caps = Caps { field: SAMPLE, record: SAMPLE, fields: SAMPLE };
    let mut reader = Records::new(dialect, caps, line);
    let mut counted = Vec::new();
    let mut at = 0;
    while counted.len() < header::SEARCHED {
        let mut record = RawRecord::default();
        let (used, complete) = reader.step(&bytes[at..], &mut record);
        at += used;
        // A record that the sample cuts off is ignored, unless it is the only one.
        let complete = complete
            || ((whole || counted.is_empty()) && reader.end(&mut record).is_ok_and(|more| more));
        if !complete {
            break;
        }
        let texts: Vec<_> = record.fields().map(csv::text_of).collect();
        let filled = texts.iter().map(|text| text.trim().to_owned()).enumerate();
        let filled: Vec<_> = filled.filter(|(_, text)| !text.is_empty()).collect();
        // A single empty field was written with quotes.
        let is_blank = filled.is_empty() && !matches!(&texts[..], [only] if only.is_empty());
        if is_blank || hints.row.is_some_and(|row| record.line < row) {
            continue;
        }
        let loose = texts.iter().skip(1).filter(|field| field.starts_with(' ')).count();
        let is_loose = csv::is_loose(texts.iter());
        let line = Line { number: record.line, filled, loose: is_loose };
        counted.push(Counted { line, fields: record.count, loose });
    }
    counted
}

/// `'` if fields are quoted with it and none with `"`.
fn quote_of(sample: &[u8]) -> u8 {
    let fields = || {
        let lines = sample.split(|b| matches!(b, b'\n' | b'\r'));
        lines.flat_map(|line| line.split(|b| DELIMITERS.contains(b)))
    };
    let opens = |quote: u8| fields().filter(|field| field.first() == Some(&quote)).count();
    let closes = |quote: u8| fields().filter(|field| field.last() == Some(&quote)).count();
    let whole = fields().filter(|field| matches!(field, [b'\'', .., b'\''])).count();
    // An apostrophe may open or close a field by chance ('tis, Jones'); as a quote it does both, mostly
    // around the same field.
    let balanced = opens(b'\'').abs_diff(closes(b'\'')) <= 1;
    if opens(b'"') == 0 && whole >= 1 && opens(b'\'') >= 2 && balanced { b'\'' } else { b'"' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(sample: &str, names: &[&str]) -> Dialect {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let hints = Hints { row: None, names: &names };
        detect(Sample { bytes: sample.as_bytes(), whole: true, line: 1 }, hints, None)
    }

    #[test]
    fn titles_above_the_header_do_not_count() {
        for (sample, delimiter) in [
            ("Firms, spring 2024\n\na;b;c\n1;2;3\n", b';'),
            ("Firms; a list\nfor us only\n\na,b\n1,2\n3,4\n", b','),
            ("List of 2024\na\tb, c\td\nx\t1, 2\ty\n", b'\t'),
            ("a,b,c\nx,,\nx,|,\nx|, ,\n", b','),
            ("  \nname;city\nA;Graz\n", b';'),
        ] {
            assert_eq!(dialect(sample, &[]).delimiter, delimiter, "{sample:?}");
        }
    }

    #[test]
    fn expected_names_decide_between_delimiters() {
        let sample = "name;city, country\nA;Graz, Austria\nB, C;Porto\n";
        assert_eq!(dialect(sample, &["name"]).delimiter, b';');
        let sample = "a|b,c\n1|2,3\n";
        assert_eq!(dialect(sample, &["a"]).delimiter, b'|');
        assert_eq!(dialect(sample, &["c"]).delimiter, b',');
    }

    #[test]
    fn delimiters_are_found() {
        for (sample, delimiter) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2\n3,5;4\n", b';'),
            ("a\tb\n1,2\t3\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("name\nAcme; Inc.\n", b','),
            ("a,b\n", b','),
            ("a;b", b';'),
            ("name;address, city\nX;Street 1, Berlin\nY;Street 2, Rome\n", b';'),
            ("\"a;b\",c\n\"1;2\",3\n", b','),
            ("a,b\n\"x\ny\",2\n1,2\n", b','),
            ("", b','),
        ] {
            assert_eq!(dialect(sample, &[]).delimiter, delimiter, "{sample:?}");
        }
    }

    #[test]
    fn quotes_are_found() {
        for (sample, quote) in [
            ("a,b\n\"1\",2\n", b'"'),
            ("'a','b'\n'1,2','3'\n", b'\''),
            ("a,b\n'tis,2\nJones',3\n", b'"'),
            ("a,b\nO'Neil,2\n", b'"'),
        ] {
            assert_eq!(dialect(sample, &[]).quote, quote, "{sample:?}");
        }
    }

    #[test]
    fn a_declared_delimiter_is_believed() {
        assert_eq!(declared(b"sep=;\r\na;b\r\n"), Some((b';', 7)));
        assert_eq!(declared(b"sep=|\na|b\n"), Some((b'|', 6)));
        assert_eq!(declared(b"sep=x\n"), None);
        assert_eq!(declared(b"sep,b\n"), None);
    }
}
