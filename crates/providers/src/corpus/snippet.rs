//! Snippets: the excerpt of a text that covers most of the query.

use super::query::Term;
use super::text;

/// Length of a snippet if the text is long enough, in characters.
const LENGTH: usize = 280;
/// Longest distance between the first and the last term shown, in characters; the rest is context.
const CORE: usize = 180;
/// Maximum number of characters shown before the first term.
const BEFORE: usize = 60;
/// Longest part of a text that is searched, in bytes.
const MAX_TEXT: usize = 400_000;

/// A term in the text.
#[derive(Debug, Clone, Copy)]
struct TermMatch {
    term: usize,
    start: usize,
    end: usize,
    /// Number of characters of the text before it.
    at: usize,
}

/// The excerpt of the text that contains most of the terms, with whitespace collapsed.
pub(super) fn excerpt(text: &str, terms: &[Term]) -> String {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let hits = find_terms(text, terms);
    let (start, end) = densest_window(&hits, terms.len());
    let start = snippet_start(text, start);
    let end = snippet_end(text, start, end);
    // Near the end of a text, the snippet starts further back.
    let start = if end == text.len() { step_back(text, end, LENGTH).min(start) } else { start };
    let start = if start == 0 { 0 } else { next_word_start(text, start, end) };
    text[start..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

fn find_terms(text: &str, terms: &[Term]) -> Vec<TermMatch> {
    let mut hits = Vec::new();
    let mut before: Option<(usize, String)> = None;
    let (mut counted, mut at) = (0, 0);
    for (start, word) in text::words(text) {
        at += text[counted..start].chars().count();
        counted = start;
        let folded = text::fold_word(word);
        let end = start + word.len();
        for (term, wanted) in terms.iter().enumerate() {
            match wanted.as_slice() {
                [only] if *only == folded => hits.push(TermMatch { term, start, end, at }),
                [left, right] if *right == folded => {
                    if let Some((start, _)) = before.as_ref().filter(|(_, word)| word == left) {
                        hits.push(TermMatch { term, start: *start, end, at });
                    }
                }
                _ => {}
            }
        }
        before = Some((start, folded));
    }
    hits
}

/// The byte range from the first to the last hit of the best window; the first one if several are equal.
fn densest_window(hits: &[TermMatch], terms: usize) -> (usize, usize) {
    let mut on_page = vec![0_u64; terms];
    for hit in hits {
        on_page[hit.term] += 1;
    }
    // A term that the page repeats everywhere says little about where to look.
    let weight = |term: usize| 1000 + 1000 / on_page[term].max(1);
    let mut inside = vec![0_u32; terms];
    let (mut sum, mut best, mut window, mut first) = (0, 0, (0, 0), 0);
    for hit in hits {
        inside[hit.term] += 1;
        if inside[hit.term] == 1 {
            sum += weight(hit.term);
        }
        while hit.at - hits[first].at > CORE {
            let gone = hits[first].term;
            inside[gone] -= 1;
            if inside[gone] == 0 {
                sum -= weight(gone);
            }
            first += 1;
        }
        if sum > best {
            best = sum;
            window = (hits[first].start, hit.end);
        }
    }
    window
}

/// The beginning of the line of a position, or the furthest position that may be shown.
fn snippet_start(text: &str, place: usize) -> usize {
    let earliest = step_back(text, place, BEFORE);
    text[earliest..place].rfind('\n').map_or(earliest, |at| earliest + at + 1)
}

/// The end of a snippet that must include the text up to `least`.
fn snippet_end(text: &str, start: usize, least: usize) -> usize {
    let Some((full, _)) = text[start..].char_indices().nth(LENGTH) else { return text.len() };
    let full = start + full;
    let least = least.clamp(start, full);
    text[least..full].rfind(char::is_whitespace).map_or(full, |at| least + at)
}

/// The position that is so many characters before another.
fn step_back(text: &str, place: usize, characters: usize) -> usize {
    text[..place].char_indices().rev().take(characters).last().map_or(place, |(at, _)| at)
}

/// The beginning of a word at or after a position; the position itself inside an endless word.
fn next_word_start(text: &str, place: usize, end: usize) -> usize {
    const REACH: usize = 40;
    if text[..place].ends_with(char::is_whitespace) {
        return place;
    }
    let mut near = text[place..end].char_indices().take(REACH);
    near.find(|(_, c)| c.is_whitespace()).map_or(place, |(at, _)| place + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::corpus::query;

    fn snippet(text: &str, query: &str) -> String {
        excerpt(text, &query::parse_terms(query))
    }

    #[test]
    fn shows_the_terms_and_what_follows_them() {
        let (before, after) = ("x ".repeat(300), "y ".repeat(300));
        let text = format!("{before}The main span\nmeasures 1,280 m.\n{after}");
        let snippet = snippet(&text, "main span");
        assert!(snippet.contains("The main span measures 1,280 m."), "{snippet}");
        let length = snippet.chars().count();
        assert!((160..=300).contains(&length), "{length}");
    }

    #[test]
    fn a_rare_term_draws_it_away_from_the_words_of_every_line() {
        let text = format!(
            "{}\nAcme was founded in 1987.\n{}",
            "Acme shop\n".repeat(90),
            "z ".repeat(400)
        );
        assert!(snippet(&text, "Acme founded").contains("founded in 1987"));
    }

    #[test]
    fn finds_words_in_any_case_with_marks_and_quotes() {
        let text = format!(
            "{}\nShaquille O'NEAL wohnt in Zürich.\n{}",
            "x ".repeat(400),
            "y ".repeat(400)
        );
        assert!(snippet(&text, "o'neal").contains("O'NEAL"));
        assert!(snippet(&text, "zurich").contains("Zürich"));
        let text = format!("{}東京タワーの高さは333メートル{}", "前".repeat(900), "後".repeat(900));
        assert!(snippet(&text, "東京タワー").contains("東京タワーの高さは333メートル"));
    }

    #[test]
    fn a_text_without_the_terms_gives_its_beginning() {
        assert_eq!(snippet("One two three.", "none"), "One two three.");
        assert_eq!(snippet("", "none"), "");
        assert!(snippet(&"é".repeat(10_000), "none").chars().count() <= 300);
    }

    proptest! {
        #[test]
        fn it_stands_in_the_text(text in "(\\PC{0,9}[ \n]{0,2}(main|東京|span)?){0,60}", query in "(main|span|東京|\\PC{0,5}| ){0,6}") {
            let snippet = snippet(&text, &query);
            let single = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(single.contains(&snippet));
            prop_assert!(snippet.chars().count() <= 300);
        }
    }
}
