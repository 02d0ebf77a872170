//! Finds the words of a text that a quote almost repeats.
//!
//! Models change the case, quotation marks, markup and table bars of what they quote, put an ellipsis for words in
//! the middle, or drop a word. The repaired quote is the text's own words, all of them, so a word that was left
//! out ("former", "no") counts when the value is verified. Numbers must be the same to the last mark.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::boundary::cuts_number;
use crate::page::Span;

/// The longest quote that is repaired, in words.
const MAX_WORDS: usize = 60;
/// The text may have one word more than a quote of at least this many words.
const WORDS_FOR_GAP: usize = 4;
/// Largest number of bytes without a word between two words of the text.
const MAX_MARKS: usize = 12;
/// Largest number of bytes that an ellipsis stands for.
const MAX_ELLIPSIS: usize = 240;
/// Marks that belong to the number beside them.
const BEFORE_NUMBERS: &str = "+-−±$€£¥<>≤≥~≈";
const AFTER_NUMBERS: &str = "%‰°$€£¥′″+";

/// The part of the text with the words of the quote, in their order. `None` if a word of the quote is missing
/// or differs, or if the text has more than one word, or the end of a sentence, that the quote has not. Linear in
/// the text for a quote of bounded length.
pub(super) fn repair_quote(quote: &str, text: &str) -> Option<Span> {
    let parts: Vec<Vec<Word>> = quote
        .replace("...", "…")
        .split('…')
        .map(|part| split_words(part).take(MAX_WORDS + 1).collect())
        .filter(|words: &Vec<Word>| !words.is_empty())
        .collect();
    let first = parts.first()?;
    if parts.iter().map(Vec::len).sum::<usize>() > MAX_WORDS || !is_specific(&parts) {
        return None;
    }
    let words: Vec<Word> = split_words(text).collect();
    (0..words.len()).filter(|at| words[*at].folded == first[0].folded).find_map(|start| {
        let mut end = match_words(&words, start, first, text)?;
        for part in &parts[1..] {
            end = match_after_ellipsis(&words, end, part, text)?;
        }
        let span = with_marks(text, words[start].start, words[end].end);
        (!cuts_number(text, span)).then_some(span)
    })
}

/// A single short word occurs on any page.
fn is_specific(parts: &[Vec<Word>]) -> bool {
    const SHORT: usize = 3;
    match parts {
        [only] if only.len() == 1 => only[0].folded.chars().count() > SHORT,
        _ => true,
    }
}

/// A word of a text, folded, with its position.
struct Word {
    folded: String,
    start: usize,
    end: usize,
    /// Whether a sentence ends between this word and the next.
    ends_sentence: bool,
}

impl Word {
    fn has_digit(&self) -> bool {
        self.folded.contains(|c: char| c.is_numeric())
    }
}

/// The words of a text: letters and digits; marks between two digits belong to their number.
fn split_words(text: &str) -> impl Iterator<Item = Word> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.find(|(_, c)| c.is_alphanumeric())?;
        let (mut end, mut last) = (start + first.len_utf8(), first);
        while let Some(&(at, c)) = rest.peek() {
            let next = text[at + c.len_utf8()..].chars().next();
            let joins_digits = matches!(c, '.' | ',' | '\'' | '’' | ':' | '/' | '-')
                && last.is_numeric()
                && next.is_some_and(char::is_numeric);
            if !c.is_alphanumeric() && !is_combining_mark(c) && !joins_digits {
                break;
            }
            (end, last) = (at + c.len_utf8(), c);
            rest.next();
        }
        let mut marks = text[end..].chars().take_while(|c| !c.is_alphanumeric());
        let ends_sentence = marks.any(|c| matches!(c, '.' | '!' | '?' | ';' | '。'));
        let folded = text[start..end].nfkc().flat_map(char::to_lowercase).collect();
        Some(Word { folded, start, end, ends_sentence })
    })
}

/// The last of the words that match all wanted ones from `start` on.
fn match_words(words: &[Word], start: usize, wanted: &[Word], text: &str) -> Option<usize> {
    let mut at = start;
    let mut may_skip = wanted.len() >= WORDS_FOR_GAP;
    if words.get(at)?.folded != wanted[0].folded {
        return None;
    }
    for (before, next) in wanted.iter().zip(&wanted[1..]) {
        let step = |at: usize| {
            is_joined(&words[at], words.get(at + 1)?, before.ends_sentence, text).then_some(at + 1)
        };
        let mut following = step(at)?;
        if words[following].folded != next.folded {
            if !may_skip || words[following].has_digit() {
                return None;
            }
            may_skip = false;
            following = step(following)?;
        }
        if words[following].folded != next.folded {
            return None;
        }
        at = following;
    }
    Some(at)
}

/// The last word of the next part, if it follows in the same paragraph.
fn match_after_ellipsis(words: &[Word], end: usize, part: &[Word], text: &str) -> Option<usize> {
    (end + 1..words.len())
        .take_while(|at| {
            let left_out = &text[words[end].end..words[*at].start];
            left_out.len() <= MAX_ELLIPSIS && !left_out.contains('\n')
        })
        .find_map(|at| match_words(words, at, part, text))
}

/// Whether only marks stand between two words, on one row, and no end of a sentence that the quote has not.
fn is_joined(word: &Word, next: &Word, may_end: bool, text: &str) -> bool {
    let between = &text[word.end..next.start];
    between.len() <= MAX_MARKS
        && (may_end || !word.ends_sentence)
        && !(between.contains('|') && between.contains('\n'))
        && between.matches('\n').count() <= 2
}

/// The span with the signs, currencies and units at its ends.
fn with_marks(text: &str, start: usize, end: usize) -> Span {
    let begins_with_number = text[start..].starts_with(char::is_numeric);
    let before = text[..start].chars().next_back();
    let sign = before.filter(|c| begins_with_number && BEFORE_NUMBERS.contains(*c));
    let tail = &text[end..];
    let spaces = tail.len() - tail.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    let after = tail[spaces..].chars().next();
    let ends_with_number = text[..end].ends_with(char::is_numeric);
    let unit = after.filter(|c| ends_with_number && AFTER_NUMBERS.contains(*c));
    Span::new(
        start - sign.map_or(0, char::len_utf8),
        end + unit.map_or(0, |c| spaces + c.len_utf8()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired<'a>(quote: &str, text: &'a str) -> Option<&'a str> {
        repair_quote(quote, text).map(|span| &text[span.range()])
    }

    #[test]
    fn marks_case_and_markup_are_those_of_the_text() {
        for (quote, text, expected) in [
            ("founded: 1998", "- **Founded:** 1998 in Lodz", "Founded:** 1998"),
            ("\"The Old Mill\" opened", "„The Old Mill“ opened in May", "The Old Mill“ opened"),
            ("Population 5,290", "| Population | 5,290 |", "Population | 5,290"),
            ("THE MAYOR IS ANN FERN", "The mayor is Ann Fern.", "The mayor is Ann Fern"),
            ("its director - Jo Ash", "its director – Jo Ash –", "its director – Jo Ash"),
            ("*Gegründet* 1904", "Gegründet\n\n1904", "Gegründet\n\n1904"),
            ("Fläche: 17,8 km²", "Fläche | 17,8 km²", "Fläche | 17,8 km²"),
            (
                "l'atelier compte 12 salariés",
                "L’atelier compte 12 salariés",
                "L’atelier compte 12 salariés",
            ),
            ("temperature 5", "Temperature: -5 °C", "Temperature: -5 °"),
            ("costs 80", "It COSTS: 80 %", "COSTS: 80 %"),
            ("oslo", "in Oslo", "Oslo"),
        ] {
            assert_eq!(repaired(quote, text), Some(expected), "{quote}");
        }
    }

    #[test]
    fn one_word_more_and_an_ellipsis_give_all_words_of_the_text() {
        for (quote, text, expected) in [
            (
                "the company has 640 employees",
                "Today the company has about 640 employees.",
                "the company has about 640 employees",
            ),
            (
                "The director is Ann Fern",
                "The former director is Ann Fern.",
                "The former director is Ann Fern",
            ),
            (
                "The mill … has 12 rooms",
                "The mill, built by monks, has 12 rooms.",
                "The mill, built by monks, has 12 rooms",
            ),
            ("opened...in 1911", "It opened with a feast in 1911.", "opened with a feast in 1911"),
        ] {
            assert_eq!(repaired(quote, text), Some(expected), "{quote}");
        }
    }

    #[test]
    fn other_words_and_numbers_are_not_repaired() {
        for (quote, text) in [
            ("has 1280 seats", "has 1,280 seats"),
            ("has 280 seats", "has 1,280 seats"),
            ("has 64 employees", "has 640 employees"),
            ("employs 640 people", "it employs some 640 people"),
            ("the firm employs 12 people", "the firm employs 40 to 12 people"),
            ("the museum has many rooms", "the museum has only very many rooms"),
            ("Ann Fern directs Elm House", "Ann Fern. Directs Elm House"),
            ("Area 17", "| Mayor | Ann Area |\n| 17 | 18 |"),
            ("opened … 1911", "It opened.\n\nIn 1911 it closed."),
            ("No", "There is no lift. No"),
            ("", "anything"),
            ("…", "anything"),
            ("Ann Fern, mayor", "the mayor Ann Fern"),
        ] {
            assert_eq!(repaired(quote, text), None, "{quote}");
        }
    }

    #[test]
    fn a_long_text_takes_one_pass() {
        let text = "the mill ".repeat(40_000);
        assert_eq!(repaired("The Mill's", &text), None);
        let long = "word ".repeat(500);
        assert_eq!(repaired(&long, &text), None);
    }
}
