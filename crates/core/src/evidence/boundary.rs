//! Word boundaries, so that no quote starts or ends in the middle of a word.

use unicode_normalization::char::is_combining_mark;

use crate::page::Span;

/// Finds the first place where the words occur in the text as whole words. Linear in the text.
pub(super) fn find_words(text: &str, words: &str) -> Option<usize> {
    let stands = |at: &usize| is_boundary(text, *at) && is_boundary(text, at + words.len());
    text.match_indices(words).map(|(at, _)| at).find(stands)
}

/// Whether a quote is specific enough to count: a single letter, such as the `Q` that opens a list or an
/// initial, occurs on any page.
pub(super) fn is_specific(quote: &str) -> bool {
    let mut words = quote.chars().filter(|c| c.is_alphanumeric());
    words.next().is_some_and(|first| is_unspaced(first) || words.next().is_some())
}

/// Whether a word may begin or end here: not between letters and digits of one word, nor within a number
/// (`280` is no part of `1,280`). Scripts without spaces have a boundary everywhere.
fn is_boundary(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    if is_combining_mark(next) {
        return false;
    }
    if is_word(last) && is_word(next) {
        return is_unspaced(last) || is_unspaced(next);
    }
    !is_within_number(before, last, after, next)
}

/// Whether a place begins or ends within a number, as the `500` of `15,500` does.
pub(super) fn cuts_number(text: &str, span: Span) -> bool {
    let cuts = |at: usize| {
        let (before, after) = text.split_at(at);
        let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
            return false;
        };
        is_within_number(before, last, after, next)
            || last.is_ascii_digit() && next.is_ascii_digit()
    };
    let Span { start, end } = span;
    cuts(start as usize) || cuts(end as usize)
}

/// Whether a mark that groups digits is followed or preceded by digits on both sides of this place.
fn is_within_number(before: &str, last: char, after: &str, next: char) -> bool {
    is_grouping(last) && next.is_ascii_digit() && ends_in_digit(before, last)
        || is_grouping(next) && last.is_ascii_digit() && begins_with_digit(after, next)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether the character may separate two digits of one number.
fn is_grouping(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

fn ends_in_digit(before: &str, last: char) -> bool {
    before[..before.len() - last.len_utf8()].ends_with(|c: char| c.is_ascii_digit())
}

fn begins_with_digit(after: &str, next: char) -> bool {
    after[next.len_utf8()..].starts_with(|c: char| c.is_ascii_digit())
}

/// Letters of scripts that are written without spaces between words: Thai, Lao, Tibetan, Burmese,
/// Khmer, kana, Han and their extensions (Unicode, Blocks).
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{f00}'..='\u{fff}' | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_on_whole_words() {
        for (quote, text, stands) in [
            ("Q", "Quote of the day", false),
            ("Quote", "Quotes", false),
            ("Quote", "“Quote”", true),
            ("span", "wingspan", false),
            ("span", "main_span: 3", true),
            ("span", "**span**", true),
            ("Neal", "O’Neal", true),
            ("280", "1,280 m", false),
            ("280", "1\u{202f}280 m", false),
            ("1,280", "1,280 m", true),
            ("12", "12.5", false),
            ("12", "It took 12.", true),
            ("12", "7, 12, 13", true),
            ("1280", "1280m", false),
            ("1280m", "1280m.", true),
            ("4", "A4", false),
            ("4", "a 4", true),
            ("Szechenyi", "Szechenyi\u{301}", false),
            ("мост", "мосты", false),
            ("мост", "Этот мост", true),
            ("東京", "所在地は東京都です", true),
            ("1280", "全長1280米", true),
            ("สะพาน", "ที่สะพานนี้", true),
            ("다리", "큰다리", false),
        ] {
            assert_eq!(find_words(text, quote).is_some(), stands, "{quote} in {text}");
        }
    }

    #[test]
    fn places_within_numbers_are_noticed() {
        let text = "22,000 (15,500 all-seater), 7";
        for (quote, cuts) in
            [("500 all-seater", true), ("15", true), ("15,500", false), ("7", false)]
        {
            let start = text.find(quote).unwrap();
            let span = Span::new(start, start + quote.len());
            assert_eq!(cuts_number(text, span), cuts, "{quote}");
        }
    }

    #[test]
    fn one_letter_is_not_specific() {
        for (quote, specific) in
            [("Q", false), ("-Q-", false), ("7", false), ("…", false), ("PG", true), ("橋", true)]
        {
            assert_eq!(is_specific(quote), specific, "{quote}");
        }
    }
}
