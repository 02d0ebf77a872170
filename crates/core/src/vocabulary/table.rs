//! The table of concepts, split into words once: those of `concepts.rs`, and the labels of many languages in
//! `labels.txt`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::concepts::{CONCEPTS, ContentKind};
use super::words::words;

/// One meaning with its labels as words.
#[derive(Debug, Default)]
pub(super) struct FoldedConcept {
    /// Labels with only this meaning; a column whose name contains one means this concept.
    pub(super) names: Vec<Vec<String>>,
    /// The same in many languages; a column with such a name means this concept, but not one whose name only
    /// contains it.
    pub(super) labels: Vec<Vec<String>>,
    pub(super) hints: Vec<Vec<String>>,
    pub(super) against: Vec<String>,
    pub(super) holds: ContentKind,
}

/// All concepts.
pub(super) static KNOWN: LazyLock<Vec<FoldedConcept>> = LazyLock::new(|| {
    let mut known: Vec<FoldedConcept> = CONCEPTS
        .iter()
        .map(|concept| FoldedConcept {
            names: split(concept.names.iter().copied()),
            labels: Vec::new(),
            hints: split(concept.hints.iter().copied()),
            against: concept.against.iter().map(|word| (*word).to_owned()).collect(),
            holds: concept.holds,
        })
        .collect();
    let mut at = 0;
    for line in include_str!("labels.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("= ") {
            let name = words(name);
            at = known.iter().position(|one| one.names.first() == Some(&name)).unwrap_or_else(
                || {
                    known.push(FoldedConcept { names: vec![name], ..FoldedConcept::default() });
                    known.len() - 1
                },
            );
        } else if let Some((part, rest)) = line.split_once(": ") {
            known[at].add(part, rest);
        }
    }
    known
});

/// The concepts that have a phrase as a name or a label, as indices.
static BY_LABEL: LazyLock<BTreeMap<&'static [String], Vec<usize>>> = LazyLock::new(|| {
    let mut by_label: BTreeMap<&'static [String], Vec<usize>> = BTreeMap::new();
    for (at, concept) in KNOWN.iter().enumerate() {
        for phrase in concept.names.iter().chain(&concept.labels) {
            by_label.entry(phrase).or_default().push(at);
        }
    }
    by_label
});

/// The concepts with this very label.
pub(super) fn concepts_labelled(label: &[String]) -> impl Iterator<Item = &'static FoldedConcept> {
    BY_LABEL.get(label).into_iter().flatten().map(|at| &KNOWN[*at])
}

impl FoldedConcept {
    /// Whether a phrase has only this meaning.
    pub(super) fn has_name(&self, phrase: &[String]) -> bool {
        self.names.iter().chain(&self.labels).any(|name| name == phrase)
    }

    fn add(&mut self, part: &str, rest: &'static str) {
        let phrases = split(rest.split(" | "));
        match part {
            "names" => self.labels.extend(phrases),
            "hints" => self.hints.extend(phrases),
            "against" => self.against.extend(phrases.into_iter().flatten()),
            _ => {
                self.holds = match rest {
                    "person" => ContentKind::Person,
                    "name" => ContentKind::Name,
                    "identifier" => ContentKind::Identifier,
                    _ => ContentKind::Any,
                }
            }
        }
    }
}

fn split<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<Vec<String>> {
    texts.map(words).filter(|words| !words.is_empty()).collect()
}
