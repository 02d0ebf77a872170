//! Normalisation that preserves meaning: removes differences of spelling.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The text in lower case, without diacritics, with every run of characters other than letters and digits
/// as one space, trimmed. Two texts with the same result differ in spelling only.
///
/// Linear in the text. `Crème Brûlée (2×)` folds to `creme brulee 2`; a text of symbols alone
/// folds to the empty string.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd() {
        if is_dropped(c) {
            continue;
        }
        if !c.is_alphanumeric() && !is_kana_voicing(c) {
            gap = true;
            continue;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        push_lower(&mut folded, c);
    }
    folded
}

/// Marks that change how a letter looks but not which letter a reader would type.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
        || (canonical_combining_class(c) != 0 && !is_kana_voicing(c))
}

/// The voicing marks of kana are combining marks that make another letter.
fn is_kana_voicing(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309a}')
}

/// Lower case, with the letters that have no decomposition written as readers type them.
fn push_lower(folded: &mut String, c: char) {
    for lower in c.to_lowercase() {
        match lower {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            // Upper-case dotted I lowers to i and a combining dot.
            other if canonical_combining_class(other) != 0 && !is_kana_voicing(other) => {}
            other => folded.push(other),
        }
    }
}

/// The words of a folded text without English and Romance plural endings, as one key.
pub(crate) fn singular(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').map(singular_word).collect();
    words.join(" ")
}

/// One folded word without a plural `s`; short words and those in `ss`, `us`, `is` stay.
pub(crate) fn singular_word(word: &str) -> &str {
    let kept = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    if word.chars().count() < 4 || kept { word } else { word.strip_suffix('s').unwrap_or(word) }
}

/// Whether two folded words differ at most in an ending: "rated" and "rating", "class" and "classes".
pub(crate) fn same_stem(a: &str, b: &str) -> bool {
    const ENDINGS: [&str; 6] = ["ing", "ed", "es", "s", "e", "y"];
    let stem = |word: &str| -> usize {
        let ending = ENDINGS.iter().find(|ending| word.ends_with(**ending));
        ending.map_or(word.len(), |ending| word.len() - ending.len())
    };
    a == b || {
        let (a_stem, b_stem) = (&a[..stem(a)], &b[..stem(b)]);
        a_stem.chars().count() >= 3 && a_stem == b_stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_spelling_habits_away() {
        for (text, folded) in [
            ("Crème  Brûlée (2×)", "creme brulee 2"),
            ("BabyBjörn", "babybjorn"),
            ("O’Neal", "o neal"),
            ("Straße", "strasse"),
            ("ﬁne", "fine"),
            ("İstanbul", "istanbul"),
            ("zero\u{200b}width", "zerowidth"),
            ("が", "か\u{3099}"),
            ("—", ""),
            ("Søren Łódź", "soren lodz"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn singular_keeps_words_that_only_look_plural() {
        assert_eq!(singular("suspension bridges"), "suspension bridge");
        assert_eq!(singular("glass bus tennis"), "glass bus tennis");
    }
}
