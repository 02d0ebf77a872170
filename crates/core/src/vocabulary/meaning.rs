//! What a column asks for, by its name and its description.

use super::fillers::FILLING;
use super::table::{FoldedConcept, KNOWN};
use super::words::{is_stop_word, singular, words};
use crate::column::Column;
use crate::value::fold;

/// Below this score, a name in the vocabulary is not the column's.
const SAME_CONCEPT: f64 = 0.72;
/// A column whose name is a single word as short as this, in bytes, is not looked up in the labels of other languages.
const SHORT: usize = 3;

/// A description without the words that it excludes, and those words: "without currency".
pub(super) fn split_excluded(described: &str) -> (String, Vec<String>) {
    let (mut meant, mut excluded) = (Vec::new(), Vec::new());
    let mut is_excluded = false;
    for word in described.split_whitespace() {
        let lower = word.to_lowercase();
        if is_excluded && !is_stop_word(&lower) {
            excluded.extend(words(word));
            is_excluded = false;
        } else if matches!(lower.as_str(), "without" | "excluding" | "except" | "not") {
            is_excluded = true;
        } else {
            meant.push(word);
        }
    }
    (meant.join(" "), excluded)
}

/// The words by which a description narrows the column's noun: those before it in its first clause, and
/// the role after "as".
pub(super) fn find_modifiers(described: &str, name: &[String]) -> Vec<String> {
    #[rustfmt::skip]
    const SOFT: [&str; 34] = [
        "date", "number", "name", "kind", "type", "total", "base", "selling", "asking", "official", "own", "usual", "legal", "new",
        "true", "web", "postal", "street", "telephone", "e", "present", "today", "whole", "first", "last", "year", "average",
        "average", "annual", "list", "city", "day", "short", "long",
    ];
    let clause = described.split([',', ';', ':', '.', '(']).next().unwrap_or("");
    let is_modifier = |word: &String| {
        !name.contains(word)
            && !is_stop_word(word)
            && !FILLING.contains(&word.as_str())
            && !SOFT.contains(&word.as_str())
    };
    let asked: Vec<String> = clause
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| singular(&fold(word)).to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    let Some(noun) = name.last() else { return Vec::new() };
    let at = asked.iter().position(|word| word == noun);
    let before = asked[..at.unwrap_or(0)].iter().rev().take_while(|word| !is_stop_word(word));
    let mut modifiers: Vec<String> =
        before.take(2).filter(|word| is_modifier(word)).cloned().collect();
    if at.is_some()
        && let Some((_, role)) = clause.split_once(" as ")
    {
        modifiers.extend(words(role).into_iter().take(2).filter(is_modifier));
    }
    modifiers
}

/// The concepts that a column may mean, with how surely it does.
pub(super) fn match_concepts(
    name: &[String],
    heads: &[Vec<String>],
    column: &Column,
) -> Vec<(&'static FoldedConcept, f64)> {
    let described: Vec<String> = words(column.description.as_deref().unwrap_or(""));
    let best = |asked: &[String]| -> Vec<(&'static FoldedConcept, f64)> {
        let mut scored: Vec<(&'static FoldedConcept, f64)> = KNOWN
            .iter()
            .map(|concept| (concept, score_concept(concept, asked, &described)))
            .filter(|(_, score)| *score >= SAME_CONCEPT)
            .collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        let top = scored.first().map_or(0.0, |(_, score)| *score);
        scored.retain(|(_, score)| *score >= top - 0.01);
        scored
    };
    let mut found = best(name);
    // "price: base price (MSRP)" means the concept that the description names, if the column's name fits
    // that concept at all.
    let name = name.to_vec();
    for head in heads {
        let can_be =
            |concept: &FoldedConcept| concept.has_name(&name) || concept.hints.contains(&name);
        for concept in KNOWN.iter().filter(|known| known.has_name(head) && can_be(known)) {
            if !found.iter().any(|(known, _)| std::ptr::eq(*known, concept)) {
                found.push((concept, 1.0));
            }
        }
    }
    if !found.is_empty() {
        return prefer_described(found, heads);
    }
    heads.iter().map(|head| best(head)).find(|found| !found.is_empty()).unwrap_or_default()
}

/// If a name can mean several things, the description decides; the others count a little less.
fn prefer_described(
    found: Vec<(&'static FoldedConcept, f64)>,
    heads: &[Vec<String>],
) -> Vec<(&'static FoldedConcept, f64)> {
    let is_described = |concept: &FoldedConcept| heads.iter().any(|head| concept.has_name(head));
    if found.len() > 1 && found.iter().any(|(concept, _)| is_described(concept)) {
        return found.into_iter().filter(|(concept, _)| is_described(concept)).collect();
    }
    found
}

/// How surely a column of this name means the concept.
fn score_concept(concept: &FoldedConcept, asked: &[String], described: &[String]) -> f64 {
    // Short words have other meanings in other languages.
    let is_clear = asked.len() > 1 || asked.first().is_some_and(|word| word.len() > SHORT);
    if is_clear && concept.labels.iter().any(|label| label == asked) {
        return 1.0;
    }
    concept
        .names
        .iter()
        .map(|phrase| {
            if phrase.is_empty() || !phrase.iter().all(|word| asked.contains(word)) {
                return 0.0;
            }
            let extra = asked.iter().filter(|word| !phrase.contains(word));
            extra.fold(1.0, |score, word| {
                let is_named = concept.names.iter().any(|name| name.contains(word));
                score
                    * if concept.against.contains(word) {
                        0.1
                    } else if is_named
                        || FILLING.contains(&word.as_str())
                        || described.contains(word)
                    {
                        0.95
                    } else {
                        0.8
                    }
            })
        })
        .fold(0.0, f64::max)
}

/// Whether a phrase only names the kind of measure, not what is measured.
pub(super) fn is_measure(head: &[String]) -> bool {
    const MEASURES: [&str; 18] = [
        "amount", "area", "count", "date", "height", "kind", "length", "location", "name",
        "number", "place", "size", "time", "title", "type", "value", "width", "year",
    ];
    matches!(head, [only] if MEASURES.contains(&only.as_str()))
}

/// The noun phrases at the beginning of a description or in its brackets: "Base price (MSRP) of the car"
/// has `base price` and `msrp`.
pub(super) fn description_heads(described: &str) -> Vec<Vec<String>> {
    const ENDS: [&str; 16] = [
        "of", "in", "for", "that", "which", "on", "such", "by", "who", "where", "when", "at",
        "with", "from", "as", "per",
    ];
    let mut heads: Vec<Vec<String>> = Vec::new();
    let without_brackets: String = match described.split_once('(') {
        Some((before, rest)) => {
            let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
            let inside = words(inside);
            if (1..=3).contains(&inside.len()) {
                heads.push(inside);
            }
            format!("{before}{after}")
        }
        None => described.to_owned(),
    };
    let clause = without_brackets.split([',', ';', ':', '.']).next().unwrap_or("");
    let mut phrase: Vec<&str> = clause.split_whitespace().collect();
    // "Name of the company", "Number of servings", "Date on which …": the noun comes later.
    let first = phrase.first().map(|word| word.to_lowercase()).unwrap_or_default();
    if matches!(first.as_str(), "name" | "names" | "number" | "kind" | "kinds")
        && phrase.get(1).is_some_and(|word| *word == "of")
    {
        phrase.drain(..2);
    }
    let end = phrase.iter().position(|word| ENDS.contains(&word.to_lowercase().as_str()));
    let head = words(&phrase[..end.unwrap_or(phrase.len())].join(" "));
    let says = head.iter().any(|word| {
        !is_stop_word(word) && !matches!(word.as_str(), "date" | "number" | "name" | "true")
    });
    if says && head.len() <= 4 {
        heads.insert(0, head);
    }
    heads
}
