//! Converts queries of people and programs to FTS5 expressions.

use unicode_normalization::UnicodeNormalization;

use super::text;

/// Maximum number of terms in a search.
const MAX_TERMS: usize = 32;
/// The longest word, in characters.
const MAX_WORD: usize = 64;
/// Longest part of a query that is used, in characters.
const MAX_QUERY: usize = 20_000;

/// Words too common in English, German, French, Spanish or Italian to distinguish pages.
const STOP_WORDS: [&str; 129] = [
    "a", "about", "al", "alla", "als", "am", "an", "and", "are", "as", "at", "au", "auf", "aus",
    "aux", "avec", "be", "bei", "beim", "by", "che", "como", "con", "cosa", "cual", "d", "da",
    "dal", "dans", "das", "de", "dei", "del", "dell", "della", "delle", "dem", "den", "der", "des",
    "di", "die", "do", "does", "du", "e", "ein", "eine", "einer", "eines", "el", "en", "es", "est",
    "et", "for", "from", "gli", "has", "have", "how", "il", "im", "in", "is", "ist", "it", "its",
    "l", "la", "las", "le", "les", "lo", "los", "mit", "nel", "nella", "o", "oder", "of", "on",
    "or", "ou", "par", "para", "per", "por", "pour", "qual", "que", "quel", "quelle", "qui", "s",
    "se", "sind", "sono", "su", "sur", "that", "the", "their", "this", "to", "um", "un", "una",
    "und", "une", "uno", "vom", "von", "was", "welche", "welcher", "were", "what", "when", "where",
    "which", "who", "wie", "with", "wo", "y", "zu", "zum", "zur",
];

/// A search term, folded: a word, two neighbouring characters of a script without spaces, or a word and the
/// single capital or digit after it, which together name a member of a series ("Pier A").
pub(super) type Term = Vec<String>;

/// The terms of a query, without duplicates; common words are used only if there are no others.
pub(super) fn parse_terms(query: &str) -> Vec<Term> {
    let query: String = query.nfc().take(MAX_QUERY).collect();
    let mut distinctive: Vec<Term> = Vec::new();
    let mut common: Vec<Term> = Vec::new();
    let mut left: Option<(usize, String)> = None;
    let mut previous: Option<Term> = None;
    for (at, word) in text::words(&query) {
        let alone = word.chars().all(text::stands_alone);
        let folded: String = text::fold_word(word).chars().take(MAX_WORD).collect();
        let noun = (!alone && folded.chars().count() > 1).then(|| vec![folded.clone()]);
        if let Some(mut series) = previous.take().filter(|_| is_designator(word)) {
            series.push(folded.clone());
            add_term(&mut distinctive, series);
        }
        previous = noun.filter(|noun| !is_common(noun));
        let before = left.take().filter(|(end, _)| alone && *end == at);
        if alone {
            left = Some((at + word.len(), folded.clone()));
        }
        let next = query[at + word.len()..].chars().next();
        let term = match before {
            Some((_, before)) => vec![before, folded],
            // The pair with its right neighbour covers this character.
            None if alone && next.is_some_and(text::stands_alone) => continue,
            None => vec![folded],
        };
        add_term(if is_common(&term) { &mut common } else { &mut distinctive }, term);
    }
    if distinctive.is_empty() { common } else { distinctive }
}

/// Whether a word is one capital or digit; a small letter is an article or a part of another word.
fn is_designator(word: &str) -> bool {
    let mut characters = word.chars();
    matches!((characters.next(), characters.next()), (Some(c), None) if c.is_uppercase() || c.is_numeric())
}

fn add_term(terms: &mut Vec<Term>, term: Term) {
    if terms.len() < MAX_TERMS && !terms.contains(&term) {
        terms.push(term);
    }
}

fn is_common(term: &[String]) -> bool {
    matches!(term, [word] if STOP_WORDS.binary_search(&word.as_str()).is_ok())
}

/// Matches any of the terms; each is quoted, so that none is an operator.
pub(super) fn match_expression(terms: &[Term]) -> String {
    terms.iter().map(|term| format!("\"{}\"", term.join(" "))).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(query: &str) -> Vec<String> {
        parse_terms(query).into_iter().map(|term| term.join(" ")).collect()
    }

    #[test]
    fn stop_words_are_sorted_for_the_search() {
        assert!(STOP_WORDS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn operators_and_quotes_are_words() {
        assert_eq!(
            match_expression(&parse_terms("a \"b\" NEAR(c*) OR")),
            "\"b\" OR \"near\" OR \"c\""
        );
    }

    #[test]
    fn common_words_count_only_alone() {
        assert_eq!(joined("The Bridge of the River"), ["bridge", "river"]);
        assert_eq!(joined("The The"), ["the"]);
    }

    #[test]
    fn a_single_letter_counts_with_the_word_before_it() {
        assert_eq!(joined("Pier A opening"), ["pier", "pier a", "opening"]);
        assert_eq!(joined("Hall 2"), ["hall", "hall 2", "2"]);
        assert_eq!(joined("history of a bridge"), ["history", "bridge"]);
        assert_eq!(joined("musée de l'homme"), ["musee", "homme"]);
        assert_eq!(joined("What is a B"), ["b"]);
    }

    #[test]
    fn letters_and_marks_written_apart_are_one_word() {
        assert_eq!(joined("re\u{301}sume\u{301}"), joined("résumé"));
    }

    #[test]
    fn scripts_without_spaces_ask_for_neighbours() {
        assert_eq!(joined("東京タ tower 塔"), ["東 京", "京 タ", "tower", "塔"]);
    }

    #[test]
    fn an_endless_query_is_cut() {
        assert_eq!(parse_terms(&"w1 w2 w3 ".repeat(9_999)).len(), 3);
        let many: Vec<String> = (0..10_000).map(|n| format!("w{n}")).collect();
        assert_eq!(parse_terms(&many.join(" ")).len(), MAX_TERMS);
        assert_eq!(joined(&format!("{}distinctive", "the of ".repeat(500))), ["distinctive"]);
    }
}
