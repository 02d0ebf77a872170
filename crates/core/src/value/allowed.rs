//! Enumerations: finds the allowed value that a text means, without guessing at meaning.

use super::fold::{fold, singular};

/// The allowed value that a cleaned text means, in its official spelling; `None` if the text means none
/// of them or more than one.
///
/// A text means an allowed value if both fold alike, up to plural endings and spaces ("Sci-Fi",
/// "sci fi", "SciFi"), or if it contains exactly one of them as whole words ("Suspension
/// bridge"), is short and has no negation.
pub(crate) fn find_allowed<'a>(cleaned: &str, allowed: &'a [String]) -> Option<&'a str> {
    let exactly = |key: &dyn Fn(&str) -> String| {
        let wanted = key(cleaned);
        if wanted.is_empty() {
            return None;
        }
        let mut same = allowed.iter().filter(|value| key(value) == wanted);
        same.next().filter(|_| same.next().is_none()).map(String::as_str)
    };
    let verbatim = allowed.iter().find(|value| value.trim() == cleaned).map(String::as_str);
    verbatim
        .or_else(|| exactly(&|text| fold(text)))
        .or_else(|| exactly(&|text| singular(&fold(text)).replace(' ', "")))
        .or_else(|| contained(cleaned, allowed))
}

const NEGATIONS: [&str; 19] = [
    "not", "no", "non", "never", "without", "isn", "neither", "nor", "nicht", "kein", "keine",
    "pas", "sin", "senza", "nao", "niet", "geen", "sem", "sans",
];

/// Whether a text has a word that negates.
pub(crate) fn is_negated(text: &str) -> bool {
    fold(text).split(' ').any(|word| NEGATIONS.contains(&word))
}

fn contained<'a>(cleaned: &str, allowed: &'a [String]) -> Option<&'a str> {
    const LONGEST: usize = 200;
    if cleaned.len() > LONGEST {
        return None;
    }
    let text = pieces(cleaned);
    if text.iter().any(|piece| NEGATIONS.contains(&piece.word.as_str())) {
        return None;
    }
    let found: Vec<(&str, Vec<Piece>)> = allowed
        .iter()
        .map(|value| (value.as_str(), pieces(value)))
        .filter(|(_, value)| is_contained_in(value, &text))
        .collect();
    // The "R" within "R-rated" does not count beside "R-rated" itself.
    let mut longest = found.iter().filter(|(value, own)| {
        !found.iter().any(|(other, words)| {
            other != value && words.len() > own.len() && is_contained_in(own, words)
        })
    });
    longest.next().filter(|_| longest.next().is_none()).map(|(value, _)| *value)
}

/// A word of a text, and whether a hyphen joins it to the previous one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    word: String,
    joined: bool,
    /// A single letter as written: `R` is a rating, `a` an article.
    letter: Option<char>,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in text.split(|c: char| !(c.is_alphanumeric() || is_joiner(c))) {
        for (at, word) in part.split(is_joiner).enumerate() {
            let mut letters = word.chars();
            let letter = letters.next().filter(|_| letters.next().is_none());
            let folded = singular(&fold(word));
            if !folded.is_empty() {
                pieces.push(Piece { word: folded, joined: at > 0, letter });
            }
        }
    }
    pieces
}

fn is_joiner(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '\'' | '’' | '+')
}

/// Whether the words occur consecutively in the text, and no hyphen joins them to others.
fn is_contained_in(value: &[Piece], text: &[Piece]) -> bool {
    !value.is_empty()
        && text.windows(value.len()).enumerate().any(|(at, window)| {
            let alike = window
                .iter()
                .zip(value)
                .all(|(a, b)| a.word == b.word && (b.letter.is_none() || a.letter == b.letter));
            let next_joined = text.get(at + value.len()).is_some_and(|next| next.joined);
            alike && !window[0].joined && !next_joined
        })
}
