//! Detects the delimiter and the quote of a CSV file from its start.

use super::csv_records::{Caps, Dialect, RawRecord, Records};

/// Number of bytes that are examined.
pub(super) const SAMPLE: usize = 64 * 1024;

/// Maximum number of records that are examined.
const RECORDS: usize = 200;

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

/// The dialect with which the rows of the sample agree best with its header.
///
/// A delimiter that does not split the header is not considered. Of two that fit equally, the one that is
/// not followed by blanks is chosen, then the one that gives more columns. A single column is read with
/// commas. `whole`: whether the sample is the whole file.
pub(super) fn detect(sample: &[u8], whole: bool, delimiter: Option<u8>) -> Dialect {
    let quote = quote_of(sample);
    if let Some(delimiter) = delimiter {
        return Dialect { delimiter, quote };
    }
    let mut best = (Score::default(), b',');
    for delimiter in DELIMITERS {
        let score = score(sample, whole, Dialect { delimiter, quote });
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    Dialect { delimiter: best.1, quote }
}

/// The criteria, compared from the first field to the last; more is better.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Thousandths of the rows with as many fields as the header.
    fitting: usize,
    /// Thousandths of the delimiters that are not followed by a blank.
    tight: usize,
    columns: usize,
}

fn score(sample: &[u8], whole: bool, dialect: Dialect) -> Score {
    let caps = Caps { field: SAMPLE, record: SAMPLE, fields: SAMPLE };
    let mut records = Records::new(dialect, caps, 1);
    let mut record;
    let mut counts = Vec::new();
    let (mut at, mut loose, mut splits) = (0, 0, 0);
    while counts.len() < RECORDS {
        record = RawRecord::default();
        let (used, complete) = records.step(&sample[at..], &mut record);
        at += used;
        // A record that the sample cuts off is ignored, unless it is the only one.
        let complete = complete
            || ((whole || counts.is_empty()) && records.end(&mut record).is_ok_and(|more| more));
        if !complete {
            break;
        }
        counts.push(record.count);
        splits += record.count - 1;
        loose += record.fields().skip(1).filter(|field| field.starts_with(b" ")).count();
    }
    let Some((&columns, rows)) = counts.split_first() else { return Score::default() };
    if columns < 2 {
        return Score::default();
    }
    let fitting = rows.iter().filter(|count| **count == columns).count();
    Score {
        // A header without rows always fits, but no better than one with a fitting row.
        fitting: (fitting * 1000).checked_div(rows.len()).unwrap_or(1000).max(1),
        tight: 1000 - loose * 1000 / splits.max(1),
        columns,
    }
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
            assert_eq!(detect(sample.as_bytes(), true, None).delimiter, delimiter, "{sample:?}");
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
            assert_eq!(detect(sample.as_bytes(), true, None).quote, quote, "{sample:?}");
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
