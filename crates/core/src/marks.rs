//! The marks by which a stored text keeps how a part of it is shown: `~~struck out~~` and `^raised^`.
//!
//! Both stand on one line, and the page reader writes them in pairs. Text that is struck out was true
//! once, so no value comes from it; a value and its quote may stand beside it.

use std::borrow::Cow;
use std::ops::Range;

use crate::page::Span;

/// The mark around text that is struck out.
pub const STRUCK: &str = "~~";
/// The mark around raised text that is neither an exponent nor part of a word.
pub const RAISED: char = '^';

/// The parts of a text that are struck out, with their marks, in order.
pub fn struck_parts(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find(STRUCK)?;
            let inner = start + STRUCK.len();
            let line = text[inner..].find('\n').map_or(text.len(), |end| inner + end);
            let Some(length) = text[inner..line].find(STRUCK) else {
                from = line;
                continue;
            };
            from = inner + length + STRUCK.len();
            return Some(start..from);
        }
    })
}

/// The words at a place of a stored text that are not struck out, if any of its text is; the place may
/// lie within struck text.
pub fn unstruck(text: &str, span: Span) -> Cow<'_, str> {
    let place = span.range();
    let line_start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[place.end..].find('\n').map_or(text.len(), |at| place.end + at);
    let lines = &text[line_start..line_end];
    if !lines.contains(STRUCK) {
        return Cow::Borrowed(&text[place]);
    }
    let (mut out, mut from) = (String::new(), place.start);
    for part in struck_parts(lines) {
        let (start, end) = (line_start + part.start, line_start + part.end);
        if start >= place.end {
            break;
        }
        if start > from {
            out.push_str(&text[from..start]);
        }
        if end > from {
            out.push(' ');
            from = end.min(place.end);
        }
    }
    out.push_str(&text[from..place.end]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, part: &str) -> Span {
        let start = text.find(part).expect("a part of the text");
        Span::new(start, start + part.len())
    }

    #[test]
    fn struck_words_are_left_out_of_a_quote() {
        let text = "Was: ~~25 €~~\nPrice: ~~25 €~~ 19 € (~~VAT~~)\nEnd ~~";
        for (part, expected) in [
            ("Price: ~~25 €~~ 19 €", "Price:   19 €"),
            ("Was: ~~25 €~~\nPrice", "Was:  \nPrice"),
            ("25 €~~ 19", "  19"),
            ("25 €", " "),
            ("~~25", " "),
            ("End ~~", "End ~~"),
            ("19 €", "19 €"),
        ] {
            assert_eq!(unstruck(text, at(text, part)), expected, "{part}");
        }
        assert_eq!(struck_parts(text).count(), 3);
    }
}
