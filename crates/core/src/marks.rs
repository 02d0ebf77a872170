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
            let length = text[inner..].find(STRUCK)?;
            if let Some(line) = text[inner..inner + length].find('\n') {
                from = inner + line;
                continue;
            }
            if text[inner..inner + length].trim().is_empty() {
                from = inner;
                continue;
            }
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

/// What a raised number after digits means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raised {
    /// The cents of a price, if they are two digits: `19^99^`.
    Cents,
    /// A reference, which is no part of the value: `346^2006^`.
    Reference,
}

/// No raised text is longer than this, in bytes.
const LONGEST_RAISED: usize = 40;

/// The text without struck parts, and with raised ones resolved: references are dropped, the letters of
/// ordinals (`5^th^`) stay. What a mark separates stays separate.
pub(crate) fn without_marks(text: &str, raised: Raised) -> String {
    let shown = unstruck(text, Span::new(0, text.len()));
    let mut out = String::with_capacity(shown.len());
    let mut rest = &*shown;
    while let Some(at) = rest.find(RAISED) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((inside, after)) = raised_text(rest, &out) {
            resolve(inside, raised, &mut out);
            rest = after;
        } else {
            out.push(RAISED);
            rest = &rest[RAISED.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

/// The raised text that starts here, and what follows it. It touches what comes before it.
fn raised_text<'t>(text: &'t str, before: &str) -> Option<(&'t str, &'t str)> {
    let touches = before.chars().next_back().is_some_and(|c| !c.is_whitespace());
    let (inside, after) = text.strip_prefix(RAISED).filter(|_| touches)?.split_once(RAISED)?;
    let tight = !inside.is_empty()
        && inside.len() <= LONGEST_RAISED
        && !inside.starts_with(char::is_whitespace)
        && !inside.contains('\n')
        // "10^6 and 10^9" are powers.
        && (!inside.starts_with(|c: char| c.is_ascii_digit()) || !inside.contains(' '));
    tight.then_some((inside, after))
}

fn resolve(inside: &str, raised: Raised, out: &mut String) {
    let ordinal = match inside.to_lowercase().as_str() {
        "st" | "nd" | "rd" | "th" | "er" | "re" | "ère" | "ème" | "ª" | "º" => true,
        // Letters also mark footnotes, but not after a day of the month.
        "a" | "o" | "e" => is_small_number(out),
        _ => false,
    };
    let cents = inside.len() == 2 && inside.bytes().all(|b| b.is_ascii_digit());
    if ordinal {
        out.push_str(inside);
    } else if cents
        && raised == Raised::Cents
        && let Some(length) = whole_price(out)
    {
        out.truncate(length);
        // The Arabic decimal mark is one in every language.
        out.push('٫');
        out.push_str(inside);
    } else {
        out.push(' ');
    }
}

/// Whether the text ends in a number of one or two digits.
fn is_small_number(text: &str) -> bool {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = text[..text.len() - digits].chars().next_back();
    (1..=2).contains(&digits) && before.is_none_or(char::is_whitespace)
}

/// How much of the text ends in the digits of a price without decimals; a decimal mark may come after them.
fn whole_price(text: &str) -> Option<usize> {
    let bare = text.strip_suffix(['.', ',']).unwrap_or(text);
    let decimals = bare.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = bare[..bare.len() - decimals].chars().next_back();
    let has_decimals = matches!(before, Some('.' | ',' | '٫')) && decimals != 3;
    (decimals > 0 && !has_decimals).then_some(bare.len())
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

    #[test]
    fn struck_text_is_no_part_of_a_value() {
        for (text, expected) in [
            ("~~€ 49.00~~ € 39.00", "  € 39.00"),
            ("12~~34~~56", "12 56"),
            ("~~was~~ ~~is~~ 5", "    5"),
            ("~5 km", "~5 km"),
            ("~~~~", "~~~~"),
            ("a ~~ b", "a ~~ b"),
        ] {
            assert_eq!(without_marks(text, Raised::Reference), expected, "{text}");
        }
    }

    #[test]
    fn raised_text_joins_no_number() {
        for (text, reference, cents) in [
            ("346^2006^", "346 ", "346 "),
            ("19^99^", "19 ", "19٫99"),
            ("1.299^00^ €", "1.299  €", "1.299٫00 €"),
            ("19,^99^", "19, ", "19٫99"),
            ("19.50^12^", "19.50 ", "19.50 "),
            ("5^th^ May", "5th May", "5th May"),
            ("1^o^ maggio", "1o maggio", "1o maggio"),
            ("95.855^a^", "95.855 ", "95.855 "),
            ("10^6 and 10^9", "10^6 and 10^9", "10^6 and 10^9"),
            ("2 ^10", "2 ^10", "2 ^10"),
        ] {
            assert_eq!(without_marks(text, Raised::Reference), reference, "{text}");
            assert_eq!(without_marks(text, Raised::Cents), cents, "{text}");
        }
    }
}
