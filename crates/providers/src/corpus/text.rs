//! Words as indexed.
//!
//! FTS5 treats a run of letters as a word. Chinese, Japanese and Korean have no (or few) spaces between
//! words, so each of their characters is indexed as a word of its own, and queries search for neighbours.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether a character is indexed as a word of its own.
pub(super) fn stands_alone(c: char) -> bool {
    let in_range = matches!(u32::from(c),
        0x3041..=0x30ff        // Hiragana and Katakana
        | 0x3400..=0x4dbf      // Han, extension A
        | 0x4e00..=0x9fff      // Han
        | 0xac00..=0xd7a3      // Hangul
        | 0xf900..=0xfaff      // Han for compatibility
        | 0x2_0000..=0x3_ffff  // Han, further extensions
    );
    in_range && c.is_alphanumeric()
}

/// The text with spaces around each character that is a word of its own.
pub(super) fn separate_characters(text: &str) -> Cow<'_, str> {
    if !text.chars().any(stands_alone) {
        return Cow::Borrowed(text);
    }
    let mut spaced = String::with_capacity(text.len() + text.len() / 2);
    for c in text.chars() {
        if stands_alone(c) {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    Cow::Owned(spaced)
}

/// A word as compared: in lower case, without diacritics.
pub(super) fn fold_word(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect()
}

/// The words of a text with their byte positions.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while rest.next_if(|(_, c)| !is_word_character(*c)).is_some() {}
        let (start, first) = rest.next()?;
        let mut end = start + first.len_utf8();
        if !stands_alone(first) {
            while let Some((at, c)) =
                rest.next_if(|(_, c)| is_word_character(*c) && !stands_alone(*c))
            {
                end = at + c.len_utf8();
            }
        }
        Some((start, &text[start..end]))
    })
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_or_single_characters() {
        let found: Vec<_> = words("O'Neal — 東京 2.5x, Müller").collect();
        let words =
            [(0, "O"), (2, "Neal"), (11, "東"), (14, "京"), (18, "2"), (20, "5x"), (24, "Müller")];
        assert_eq!(found, words);
    }

    #[test]
    fn diacritics_and_case_do_not_count() {
        assert_eq!(fold_word("ZÜRICH"), fold_word("zu\u{308}rich"));
        assert_eq!(fold_word("Åse"), "ase");
    }

    #[test]
    fn characters_that_are_words_are_set_apart() {
        assert_eq!(separate_characters("plain text"), "plain text");
        assert_eq!(separate_characters("a東京"), "a 東  京 ");
    }
}
