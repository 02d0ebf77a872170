//! Splits labels, column names and property names into words.

use crate::value::fold;

/// Words that connect others and name nothing.
const STOP_WORDS: [&str; 41] = [
    "a", "an", "and", "are", "as", "at", "au", "aux", "be", "da", "das", "de", "del", "der", "des",
    "di", "die", "do", "du", "e", "el", "en", "est", "et", "for", "from", "if", "in", "is", "la",
    "las", "le", "les", "los", "of", "or", "that", "the", "to", "und", "with",
];

/// Whether a folded word connects others and names nothing.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// The words of a label or a name, folded and without plural endings: split at anything but letters and
/// digits, and before capitals within a word (`datePublished`, `mpg_city`, `og:title`). Words that name
/// nothing are left out unless there are no others. Linear in the text.
pub fn words(label: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(label.len() + 8);
    let mut last = ' ';
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let starts = c.is_uppercase()
            && (last.is_lowercase()
                || last.is_uppercase() && next_is_lower && chars.clone().take(3).count() > 2);
        if starts {
            spaced.push(' ');
        }
        // Abbreviations with dots are one word: `U.S.`, `No.`.
        if !matches!(c, '.' | '\'' | '’') || !last.is_alphanumeric() || !is_initial(&spaced) {
            spaced.push(c);
        }
        last = c;
    }
    let folded = fold(&spaced);
    let all: Vec<String> = folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| singular(word).to_owned())
        .collect();
    let distinctive: Vec<String> = all.iter().filter(|word| !is_stop_word(word)).cloned().collect();
    if distinctive.is_empty() { all } else { distinctive }
}

/// Whether a text ends in a word of one letter.
fn is_initial(text: &str) -> bool {
    let mut back = text.chars().rev();
    back.next().is_some_and(char::is_alphabetic)
        && back.next().is_none_or(|before| !before.is_alphanumeric())
}

/// One folded word without the plural ending of English and Romance languages.
pub(crate) fn singular(word: &str) -> &str {
    let kept = ["ss", "us", "is", "ies"].iter().any(|ending| word.ends_with(ending));
    if word.len() < 4 || kept { word } else { word.strip_suffix('s').unwrap_or(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_all_spellings_have_the_same_words() {
        for label in [
            "datePublished",
            "date_published",
            "Date Published:",
            "DATE PUBLISHED",
            "Date-Published",
        ] {
            assert_eq!(words(label), ["date", "published"], "{label}");
        }
        assert_eq!(words("article:published_time"), ["article", "published", "time"]);
        assert_eq!(words("Number of Servings"), ["number", "serving"]);
        assert_eq!(words("By"), ["by"]);
        assert_eq!(words("MPG (City)"), ["mpg", "city"]);
        assert_eq!(words("the"), ["the"]);
        assert_eq!(words("ISBN-13"), ["isbn", "13"]);
    }

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }
}
