//! Queries of people and programs, made into expressions of FTS5.

/// Terms that are searched for at most.
const MAX_TERMS: usize = 32;
/// The longest term, in characters.
const MAX_TERM: usize = 64;

/// Words so common in English, German, French, Spanish or Italian that they tell nothing apart.
const STOP_WORDS: [&str; 62] = [
    "a", "al", "an", "and", "are", "at", "by", "con", "da", "das", "de", "dei", "del", "della",
    "dem", "den", "der", "des", "di", "die", "du", "e", "ein", "eine", "el", "en", "et", "for",
    "from", "il", "im", "in", "is", "it", "la", "las", "le", "les", "lo", "los", "mit", "o", "of",
    "on", "or", "ou", "para", "por", "sur", "that", "the", "to", "un", "und", "une", "uno", "von",
    "was", "with", "y", "zu", "zur",
];

/// The words of a query, each once, in lower case; common ones only where there are no others.
pub(super) fn terms(query: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in query.split(|c: char| !c.is_alphanumeric()) {
        let word: String = word.to_lowercase().chars().take(MAX_TERM).collect();
        if !word.is_empty() && !all.contains(&word) {
            all.push(word);
        }
        if all.len() == MAX_TERMS {
            break;
        }
    }
    let telling: Vec<String> = all
        .iter()
        .filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err())
        .cloned()
        .collect();
    if telling.is_empty() { all } else { telling }
}

/// Any of the terms; each is quoted, so that none is an operator.
pub(super) fn expression(terms: &[String]) -> String {
    terms.iter().map(|term| format!("\"{term}\"")).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_for_the_search() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn operators_and_quotes_are_words() {
        assert_eq!(expression(&terms("a \"b\" NEAR(c*) OR")), "\"b\" OR \"near\" OR \"c\"");
    }

    #[test]
    fn common_words_count_only_alone() {
        assert_eq!(terms("The Bridge of the River"), ["bridge", "river"]);
        assert_eq!(terms("The The"), ["the"]);
    }

    #[test]
    fn an_endless_query_is_cut() {
        assert_eq!(terms(&"w1 w2 w3 ".repeat(9_999)).len(), 3);
        let many: Vec<String> = (0..10_000).map(|n| format!("w{n}")).collect();
        assert_eq!(terms(&many.join(" ")).len(), MAX_TERMS);
    }
}
