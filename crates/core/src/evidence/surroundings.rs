//! What stands around a quote in a stored text: its label, its table's header, its sentence, and the
//! heading above its list.

use crate::page::Span;

/// A label with more words is a sentence.
const MAX_LABEL_WORDS: usize = 8;
/// Maximum number of rows between a cell and its table's header.
const MAX_ROWS: usize = 600;
/// Maximum number of bytes of the sentence around a quote, on each side.
const MAX_AROUND: usize = 400;

/// A value with the labels that name it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LabelledValue<'a> {
    /// The label before it, or the header of its column.
    pub(super) labels: Vec<&'a str>,
    /// The whole value, even if the quote has only a part of it.
    pub(super) value: &'a str,
}

/// The values in the lines of a quote, with their labels. A value is whole even if the quote is cut.
pub(super) fn labelled_values(text: &str, span: Span) -> Vec<LabelledValue<'_>> {
    let quoted = span.range();
    let mut pairs = Vec::new();
    let mut start = line_start(text, quoted.start);
    while start < quoted.end {
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = &text[start..end];
        if is_table_row(line) {
            pairs.extend(labelled_cells(text, start, line, (quoted.start, quoted.end)));
        } else if let Some(pair) = split_label(line) {
            let value = start + (pair.value.as_ptr() as usize - line.as_ptr() as usize);
            if value < quoted.end {
                pairs.push(pair);
            }
        } else if let Some(label) = label_above(text, start) {
            pairs.push(LabelledValue { labels: vec![label], value: strip_marks(line) });
        }
        start = end + 1;
    }
    pairs
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

fn is_table_row(line: &str) -> bool {
    line.trim_start().starts_with('|')
}

fn strip_marks(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '-' | '*' | '•' | '–' | '|'))
}

/// `Label: value`, with a space after the colon.
fn split_label(line: &str) -> Option<LabelledValue<'_>> {
    let at = line.find([':', '：'])?;
    let (label, rest) = line.split_at(at);
    let value = rest.trim_start_matches([':', '：', '*']);
    let spaced = value.starts_with(char::is_whitespace) || rest.starts_with('：');
    let label = strip_marks(label);
    let fits = !label.is_empty() && label.split_whitespace().count() <= MAX_LABEL_WORDS;
    let value = strip_marks(value);
    (spaced && fits && !value.is_empty()).then(|| LabelledValue { labels: vec![label], value })
}

/// A short line right above, without a value of its own: labels are set above their values, too.
fn label_above(text: &str, start: usize) -> Option<&str> {
    const MOST_WORDS: usize = 4;
    let above = text[..start].trim_end();
    let line = &above[line_start(above, above.len())..];
    let label = strip_marks(line).trim_end_matches(':');
    let fits = !label.is_empty()
        && !is_table_row(line)
        && label.split_whitespace().count() <= MOST_WORDS
        && !label.ends_with(['.', '!', '?']);
    fits.then_some(label)
}

/// The cells of a table's row that the quote touches, with their headers; in a table of two columns the
/// first cell is the label of the second.
fn labelled_cells<'a>(
    text: &'a str,
    start: usize,
    line: &'a str,
    (from, to): (usize, usize),
) -> Vec<LabelledValue<'a>> {
    let cells = split_cells(line);
    let header = find_header(text, start);
    let headers = header.map(split_cells).unwrap_or_default();
    let mut pairs = Vec::new();
    for (index, (at, cell)) in cells.iter().enumerate() {
        let touches = start + at < to && start + at + cell.len() > from;
        if !touches || cell.is_empty() || index == 0 && cells.len() == 2 {
            continue;
        }
        let mut labels = Vec::new();
        if cells.len() == 2
            && let Some((_, first)) = cells.first()
        {
            labels.push(*first);
        }
        labels.extend(headers.get(index).map(|(_, header)| *header));
        labels.retain(|label| !label.is_empty());
        pairs.push(LabelledValue { labels, value: cell });
    }
    pairs
}

/// The cells of a row, trimmed, with their positions in it.
fn split_cells(line: &str) -> Vec<(usize, &str)> {
    let mut cells = Vec::new();
    let mut from = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c == '|' && !escaped {
            if let Some(from) = from {
                let cell: &str = &line[from..at];
                let lead = cell.len() - cell.trim_start().len();
                cells.push((from + lead, cell.trim().trim_matches('*')));
            }
            from = Some(at + 1);
        }
        escaped = c == '\\' && !escaped;
    }
    cells
}

/// The first row of the table, if it is not this one.
fn find_header(text: &str, start: usize) -> Option<&str> {
    let mut first = None;
    let mut end = start;
    for _ in 0..MAX_ROWS {
        let Some(before) = end.checked_sub(1) else { break };
        let from = line_start(text, before);
        let line = &text[from..before];
        if !is_table_row(line) {
            break;
        }
        first = Some(line);
        end = from;
    }
    first
}

/// The sentence around a quote, within its line and its cell.
pub(super) fn find_sentence(text: &str, span: Span) -> Span {
    let (from, to) = (span.range().start, span.range().end);
    let low = text.floor_char_boundary(from.saturating_sub(MAX_AROUND));
    let high = text.floor_char_boundary((to + MAX_AROUND).min(text.len()));
    let before = &text[low..from];
    let starts = before.char_indices().rev().find_map(|(at, c)| {
        let next = at + c.len_utf8();
        let ends = matches!(c, '\n' | '|' | '。' | '！' | '？')
            || matches!(c, '.' | '!' | '?') && before[next..].starts_with(char::is_whitespace);
        ends.then_some(low + next)
    });
    let closed = text[from..to].trim_end().ends_with(['.', '!', '?', '。', '！', '？']);
    let after = &text[to..high];
    let ends = after.char_indices().find_map(|(at, c)| {
        let next = at + c.len_utf8();
        match c {
            '\n' | '|' => Some(to + at),
            '。' | '！' | '？' => Some(to + next),
            '.' | '!' | '?' => {
                let rest = &after[next..];
                (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(to + next)
            }
            _ => None,
        }
    });
    Span::new(starts.unwrap_or(low), if closed { to } else { ends.unwrap_or(high) })
}

/// The heading above a list, if the quote is one of its entries.
pub(super) fn find_listing_heading(text: &str, span: Span) -> Option<&str> {
    let start = line_start(text, span.range().start);
    let is_entry = |line: &str| {
        let line = line.trim_start();
        ["- ", "* ", "• ", "+ "].iter().any(|mark| line.starts_with(mark))
    };
    let line = text[start..].lines().next()?;
    if !is_entry(line) {
        return None;
    }
    let above = text[..start].lines().rev().take(MAX_ROWS);
    let first = above.filter(|line| !line.trim().is_empty()).find(|line| !is_entry(line))?;
    Some(strip_marks(first).trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around<'a>(text: &'a str, quote: &str) -> Vec<LabelledValue<'a>> {
        let at = text.rfind(quote).unwrap();
        labelled_values(text, Span::new(at, at + quote.len()))
    }

    #[test]
    fn values_have_the_labels_beside_and_above_them() {
        let table = "| Inn | Parking | Pool |\n| --- | --- | --- |\n| Fern | yes | ✓ |\n";
        for (text, quote, label, value) in [
            ("Parking: yes, in the yard", "yes", "Parking", "yes, in the yard"),
            ("- **Parking:** no", "no", "Parking", "no"),
            ("| Parking | yes |", "yes", "Parking", "yes"),
            ("Pool\n\nParking\n\nyes", "yes", "Parking", "yes"),
            (table, "yes", "Parking", "yes"),
            (table, "✓", "Pool", "✓"),
        ] {
            let pairs = around(text, quote);
            assert_eq!(pairs, [LabelledValue { labels: vec![label], value }], "{text}");
        }
        assert_eq!(around("It opens at 10:30 on Monday", "10:30"), []);
        assert_eq!(around(table, "| Fern | yes | ✓ |").len(), 3);
    }

    #[test]
    fn a_sentence_ends_at_stops_lines_and_cells() {
        let sentence = |text: &str, quote: &str| {
            let at = text.find(quote).unwrap();
            text[find_sentence(text, Span::new(at, at + quote.len())).range()].trim().to_owned()
        };
        assert_eq!(
            sentence("One. It is not public today. Two.", "public"),
            "It is not public today."
        );
        assert_eq!(sentence("a\nIt is public", "public"), "It is public");
        assert_eq!(sentence("| x | not public | y |", "public"), "not public");
        assert_eq!(sentence("Version 2.5 is public.", "public"), "Version 2.5 is public.");
    }

    #[test]
    fn entries_have_the_heading_above_their_list() {
        let text = "## Amenities\n\n- Pool\n- Parking\n\nMore";
        let heading = |quote: &str| {
            let at = text.find(quote).unwrap();
            find_listing_heading(text, Span::new(at, at + quote.len()))
        };
        assert_eq!(heading("Parking"), Some("Amenities"));
        assert_eq!(heading("More"), None);
    }
}
