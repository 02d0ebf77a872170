//! Finds a quote in a stored text, ignoring differences in whitespace and Unicode form.

use unicode_normalization::UnicodeNormalization;

use super::boundary::find_words;
use crate::page::Span;

/// Finds the quote in the text, verbatim after NFKC and with every run of whitespace as one space, from
/// the beginning of a word to the end of one. `None` if it is not there, or if the quote is blank. Linear
/// in the text.
pub fn locate_quote(quote: &str, text: &str) -> Option<Span> {
    let wanted = FoldedText::new(quote.trim());
    if wanted.text.is_empty() {
        return None;
    }
    if let Some(start) = find_words(text, quote.trim()) {
        return Some(Span::new(start, start + quote.trim().len()));
    }
    let folded = FoldedText::new(text);
    let start = find_words(&folded.text, &wanted.text)?;
    let last = start + wanted.text.len() - 1;
    Some(Span::new(folded.starts[start] as usize, folded.ends[last] as usize))
}

/// Whether both are the same words, ignoring whitespace and Unicode form.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    FoldedText::new(a.trim()).text == FoldedText::new(b.trim()).text
}

/// A text in NFKC with single spaces, and for each of its bytes the position in the original.
struct FoldedText {
    text: String,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl FoldedText {
    fn new(text: &str) -> Self {
        let mut folded = Self { text: String::new(), starts: Vec::new(), ends: Vec::new() };
        let mut clusters = text.char_indices().peekable();
        while let Some((start, first)) = clusters.next() {
            // A base and its combining marks compose together, so they are folded together.
            let mut cluster = String::from(first);
            while let Some(&(_, mark)) = clusters.peek() {
                if !unicode_normalization::char::is_combining_mark(mark) {
                    break;
                }
                cluster.push(mark);
                clusters.next();
            }
            let end = start + cluster.len();
            folded.push(&cluster, Span::new(start, end));
        }
        folded
    }

    fn push(&mut self, cluster: &str, origin: Span) {
        for c in cluster.nfkc() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c == ' ' && self.text.ends_with(' ') {
                if let Some(end) = self.ends.last_mut() {
                    *end = origin.end;
                }
                continue;
            }
            if matches!(
                c,
                '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
            ) {
                continue;
            }
            self.text.push(c);
            for _ in 0..c.len_utf8() {
                self.starts.push(origin.start);
                self.ends.push(origin.end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::locate_quote;
    use crate::page::Span;

    fn found(quote: &str, text: &str) -> Option<String> {
        locate_quote(quote, text).map(|span| text[span.range()].to_owned())
    }

    #[test]
    fn finds_a_quote_as_it_stands() {
        assert_eq!(found("main span", "The main span is long"), Some("main span".into()));
    }

    #[test]
    fn whitespace_and_unicode_form_do_not_matter() {
        assert_eq!(found("a b", "x a \n\t b y"), Some("a \n\t b".into()));
        assert_eq!(
            found("1 280 m", "span 1\u{202f}280\u{a0}m!"),
            Some("1\u{202f}280\u{a0}m".into())
        );
        assert_eq!(found("Széchenyi", "Sze\u{301}chenyi"), Some("Sze\u{301}chenyi".into()));
        assert_eq!(found("ﬁnal", "final"), Some("final".into()));
    }

    #[test]
    fn whole_words_are_found_after_parts_of_words() {
        assert_eq!(locate_quote("span", "The wingspan is no span."), Some(Span::new(19, 23)));
        assert_eq!(locate_quote("a\u{a0}b", "aa b, a b"), Some(Span::new(6, 9)));
    }

    #[test]
    fn words_that_are_not_there_are_not_found() {
        assert_eq!(found("main  Span", "The main span"), None);
        assert_eq!(found("  ", "anything"), None);
        assert_eq!(found("", "anything"), None);
    }
}
