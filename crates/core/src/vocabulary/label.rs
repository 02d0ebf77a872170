//! How well a label matches a column.

use std::collections::{BTreeMap, BTreeSet};

use super::concepts::ContentKind;
use super::fillers::{ELSEWHERE, FILLING, is_filling};
use super::meaning::{
    description_heads, find_modifiers, is_measure, match_concepts, split_excluded,
};
use super::table::{FoldedConcept, concepts_labelled};
use super::words::words;
use crate::column::{Column, ColumnType, Format};

/// Labels with more words than this are sentences.
const MAX_WORDS: usize = 12;
/// Scores of a hint, of a word that is only in the description, and of a part of the name.
const HINT: f64 = 0.62;
const DESCRIBED: f64 = 0.7;
const PART: f64 = 0.5;

/// Factor for a label that has the column's noun, but none of the words by which the description narrows it:
/// "Capacity" for an "all-seater capacity".
const UNNARROWED: f64 = 0.9;
/// Factor for a label that is the name of something else: "Living area" for the area of a city.
const RIVAL: f64 = 0.4;
/// Factor for each unknown word: in a label, and in a class name.
const STRANGE: f64 = 0.72;
const STRANGE_IN_CLASS: f64 = 0.93;

/// The labels that may name a column.
#[derive(Debug, Clone)]
pub struct Labels {
    phrases: Vec<Phrase>,
    /// The phrases by their first word.
    by_word: BTreeMap<String, Vec<usize>>,
    /// What the column may mean.
    concepts: Vec<&'static FoldedConcept>,
    name: Vec<String>,
    /// Words of name and description: beside the phrases they change nothing.
    own: BTreeSet<String>,
    /// Words of the name that no other column has.
    distinctive: Vec<String>,
    /// Words of the description that narrow the name: a label without them is a little less sure.
    modifiers: Vec<String>,
    against: BTreeSet<String>,
    is_digits: bool,
    holds: ContentKind,
}

#[derive(Debug, Clone)]
struct Phrase {
    words: Vec<String>,
    weight: f64,
}

impl Labels {
    /// The labels of a column, and how they differ from those of the plan's other columns.
    pub fn new(column: &Column, plan: &[Column]) -> Self {
        let name = words(&column.name);
        let described = column.description.as_deref().unwrap_or("");
        let mut heads = description_heads(described);
        // "Length of the main span" asks for the span, whatever else is said about it.
        heads.retain(|head| !is_measure(head) || head.iter().all(|word| name.contains(word)));
        let mut own: BTreeSet<String> = name.iter().cloned().collect();
        let (meant, excluded) = split_excluded(described);
        own.extend(words(&meant));
        let others: BTreeSet<String> = plan
            .iter()
            .filter(|other| other.name != column.name)
            .flat_map(|other| words(&other.name))
            .collect();
        let distinctive: Vec<String> =
            name.iter().filter(|word| !others.contains(*word)).cloned().collect();
        let mut phrases = vec![Phrase { words: name.clone(), weight: 1.0 }];
        let shared = |head: &Vec<String>| {
            plan.iter().filter(|other| other.name != column.name).any(|other| {
                words(&other.name) == *head
                    || description_heads(other.description.as_deref().unwrap_or("")).contains(head)
            })
        };
        let own_heads = heads.iter().filter(|head| !shared(head));
        phrases.extend(own_heads.map(|head| Phrase { words: head.clone(), weight: 0.85 }));
        let mut against: BTreeSet<String> =
            ELSEWHERE.iter().map(|word| (*word).to_owned()).collect();
        against.extend(others.iter().filter(|word| !FILLING.contains(&word.as_str())).cloned());
        let mut holds = ContentKind::Any;
        let concepts = match_concepts(&name, &heads, column);
        for (concept, weight) in &concepts {
            if holds == ContentKind::Any {
                holds = concept.holds;
            }
            phrases.extend(concept_phrases(concept, *weight));
            against.extend(concept.against.iter().cloned());
        }
        let concepts: Vec<&'static FoldedConcept> =
            concepts.into_iter().map(|(concept, _)| concept).collect();
        // A number under a word that names people counts them.
        if column.kind != ColumnType::String {
            holds = ContentKind::Any;
        }
        let modifiers = find_modifiers(&meant, &name);
        against.retain(|word| !own.contains(word));
        against.extend(excluded);
        let is_digits = column.format == Some(Format::Digits);
        Self {
            by_word: index_by_first_word(&phrases),
            phrases,
            concepts,
            name,
            own,
            distinctive,
            modifiers,
            against,
            is_digits,
            holds,
        }
    }

    /// The kind of text that the column's values are.
    pub fn content_kind(&self) -> ContentKind {
        self.holds
    }

    /// The phrases that name the column, as [`words`](fn@super::words), each with how surely it does: 0 to
    /// 1.
    pub fn phrases(&self) -> impl Iterator<Item = (&[String], f64)> {
        self.phrases.iter().map(|phrase| (phrase.words.as_slice(), phrase.weight))
    }

    /// How well the label matches the column, 0 to 1. Linear in the label, times the known phrases.
    pub fn score(&self, label: &str) -> f64 {
        self.score_beside(label, STRANGE)
    }

    /// Like [`score`](Self::score), for names that programmers give, in which words of layout and style
    /// are mixed with meaningful ones.
    pub fn score_class(&self, class: &str) -> f64 {
        self.score_beside(class, STRANGE_IN_CLASS)
    }

    fn score_beside(&self, label: &str, strange: f64) -> f64 {
        let mut label = words(label);
        if label.is_empty() || label.len() > MAX_WORDS {
            return 0.0;
        }
        label.dedup();
        let beginning = label.iter().filter_map(|word| self.by_word.get(word)).flatten();
        let by_phrases = beginning
            .map(|at| self.score_phrase(&self.phrases[*at], &label, strange))
            .fold(self.score_part(&label), f64::max);
        let mut score = by_phrases.max(self.score_words(&label));
        if self.is_rivals(&label) {
            score *= RIVAL;
        }
        let is_narrowed = self.modifiers.is_empty()
            || self.modifiers.iter().any(|word| label.contains(word))
            || !self.name.last().is_some_and(|noun| label.contains(noun));
        if is_narrowed { score } else { score * UNNARROWED }
    }

    fn score_phrase(&self, phrase: &Phrase, label: &[String], strange: f64) -> f64 {
        if !phrase.words.iter().all(|word| label.contains(word)) {
            return 0.0;
        }
        let mut score = phrase.weight;
        for extra in label.iter().filter(|word| !phrase.words.contains(word)) {
            score *= self.factor_of_extra(extra, strange);
        }
        score
    }

    /// The factor for a word beside a phrase.
    fn factor_of_extra(&self, extra: &str, strange: f64) -> f64 {
        if self.against.contains(extra) {
            0.2
        } else if self.own.contains(extra) || is_filling(extra) {
            0.97
        } else if extra.chars().all(|c| c.is_ascii_digit()) {
            if self.is_digits { 0.6 } else { 0.8 }
        } else {
            strange
        }
    }

    /// Whether the label is the very name of something else that tables ask for, and none of this column's.
    fn is_rivals(&self, label: &[String]) -> bool {
        let mut named = concepts_labelled(label).peekable();
        !self.concepts.is_empty()
            && named.peek().is_some()
            && named.all(|named| !self.concepts.iter().any(|own| std::ptr::eq(*own, named)))
            && !self.phrases.iter().any(|phrase| phrase.words == label)
    }

    /// The score of a label that is only a part of the column's name: `date` for `date_posted`.
    fn score_part(&self, label: &[String]) -> f64 {
        if !label.iter().all(|word| self.name.contains(word)) || label.len() >= self.name.len() {
            return 0.0;
        }
        let distinctive = label.iter().any(|word| self.distinctive.contains(word));
        let share = label.len() as f64 / self.name.len() as f64;
        if distinctive { PART + 0.4 * share * PART } else { 0.6 * PART * share }
    }

    /// The score of a label whose words all occur in the name or the description, if the words that
    /// distinguish the column from the others are among them.
    fn score_words(&self, label: &[String]) -> f64 {
        let known = label.iter().filter(|word| self.own.contains(*word)).count();
        let named = self.distinctive.iter().filter(|word| label.contains(word)).count();
        if known == label.len() && named > 0 && named == self.distinctive.len() {
            DESCRIBED + 0.2 * (known.min(3) as f64 / 3.0)
        } else {
            0.0
        }
    }
}

/// The indices of phrases by their first word.
fn index_by_first_word(phrases: &[Phrase]) -> BTreeMap<String, Vec<usize>> {
    let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, phrase) in phrases.iter().enumerate() {
        if let Some(first) = phrase.words.first() {
            by_word.entry(first.clone()).or_default().push(at);
        }
    }
    by_word
}

fn concept_phrases(concept: &'static FoldedConcept, weight: f64) -> impl Iterator<Item = Phrase> {
    let phrase = |words: &[String], weight: f64| Phrase { words: words.to_vec(), weight };
    let names = concept.names.iter().chain(&concept.labels).map(move |name| phrase(name, weight));
    let hints = concept.hints.iter().map(move |hint| phrase(hint, weight * HINT));
    names.chain(hints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: ColumnType, description: &str) -> Column {
        Column { description: Some(description.to_owned()), ..Column::new(name, kind) }
    }

    fn cars() -> [Column; 3] {
        [
            column("price", ColumnType::Number, "Base price (MSRP) of the car in US dollars"),
            column("mpg_city", ColumnType::Number, "Fuel economy in the city, miles per gallon"),
            column(
                "mpg_highway",
                ColumnType::Number,
                "Fuel economy on the highway, miles per gallon",
            ),
        ]
    }

    #[test]
    fn labels_of_the_same_meaning_are_found() {
        let plan = cars();
        let city = Labels::new(&plan[1], &plan);
        for label in [
            "City MPG",
            "MPG (City)",
            "EPA Mileage Est. (city)",
            "Fuel Economy City",
            "mpg_city",
            "City (mpg)",
        ] {
            assert!(city.score(label) >= 0.6, "{label}: {}", city.score(label));
        }
        for label in ["Highway MPG", "Fuel Economy", "MPG", "Fuel tank", "Price", ""] {
            assert!(city.score(label) < 0.5, "{label}: {}", city.score(label));
        }
    }

    #[test]
    fn words_beside_a_name_change_its_meaning() {
        let price = column("price", ColumnType::Number, "Current selling price, without currency");
        let plan = [price];
        let labels = Labels::new(&plan[0], &plan);
        for label in
            ["Price", "offers.price", "Our Price:", "Sale price", "product:price:amount", "Preis"]
        {
            assert!(labels.score(label) >= 0.75, "{label}: {}", labels.score(label));
        }
        for label in ["List price", "Was price", "priceCurrency", "Shipping price", "Price history"]
        {
            assert!(labels.score(label) < 0.45, "{label}: {}", labels.score(label));
        }
    }

    #[test]
    fn a_column_of_an_own_word_is_found_by_that_word() {
        let plan = [column("main_span", ColumnType::Number, "Length of the main span in metres")];
        let labels = Labels::new(&plan[0], &plan);
        assert!(labels.score("Main span") >= 0.95);
        assert!(labels.score("Longest span") < 0.7);
        assert!(labels.score("Length of main span") >= 0.7);
        assert!(labels.score("Toll") < 0.1);
    }

    #[test]
    fn descriptions_explain_what_short_names_mean() {
        let plan = [column("mfr", ColumnType::String, "Manufacturer (brand) of the camera")];
        let labels = Labels::new(&plan[0], &plan);
        assert!(labels.score("Brand") >= 0.8);
        assert!(labels.score("Hersteller") >= 0.7);
        assert_eq!(
            description_heads("Base price (MSRP) of the car"),
            [vec!["base", "price"], vec!["msrp"]]
        );
        assert_eq!(description_heads("Number of servings"), [vec!["serving"]]);
    }

    #[test]
    fn the_whole_description_counts() {
        for (name, described, better, worse) in [
            ("capacity", "All-seater capacity of the stadium", "All-seater capacity", "Capacity"),
            ("caps", "Caps as commander", "Caps as commander", "Caps"),
            ("population", "Rural population", "Rural population", "Population"),
        ] {
            let plan = [column(name, ColumnType::Number, described)];
            let labels = Labels::new(&plan[0], &plan);
            assert!(labels.score(better) > labels.score(worse), "{described}");
            assert!(labels.score(worse) > 0.7, "{described}");
        }
    }

    #[test]
    fn a_number_under_a_word_for_people_is_a_count() {
        for (kind, holds) in
            [(ColumnType::Number, ContentKind::Any), (ColumnType::String, ContentKind::Person)]
        {
            let plan = [column("founders", kind, "Number of founders")];
            assert_eq!(Labels::new(&plan[0], &plan).content_kind(), holds);
        }
    }
}
