//! How well a label matches a column.

use std::collections::{BTreeMap, BTreeSet};

use super::concepts::ContentKind;
use super::table::{FoldedConcept, KNOWN, concepts_labelled};
use super::words::{is_stop_word, singular, words};
use crate::column::{Column, ColumnType, Format};
use crate::value::fold;

/// Labels with more words than this are sentences.
const MAX_WORDS: usize = 12;
/// Scores of a hint, of a word that is only in the description, and of a part of the name.
const HINT: f64 = 0.62;
const DESCRIBED: f64 = 0.7;
const PART: f64 = 0.5;
/// Below this score, a name in the vocabulary is not the column's.
const SAME_CONCEPT: f64 = 0.72;

/// Factor for a label that has the column's noun, but none of the words by which the description narrows it:
/// "Capacity" for an "all-seater capacity".
const UNNARROWED: f64 = 0.9;
/// Factor for a label that is the name of something else: "Living area" for the area of a city.
const RIVAL: f64 = 0.4;
/// Factor for each unknown word: in a label, and in a class name.
const STRANGE: f64 = 0.72;
const STRANGE_IN_CLASS: f64 = 0.93;

/// Words that describe the state of a value, or whose it is: beside the column's words they give the
/// label another meaning, unless the column's own words include them.
const ELSEWHERE: [&str; 38] = [
    "alert",
    "alternative",
    "average",
    "comment",
    "compare",
    "copyright",
    "count",
    "currency",
    "delivery",
    "description",
    "fax",
    "file",
    "former",
    "hour",
    "icon",
    "id",
    "image",
    "label",
    "logo",
    "map",
    "old",
    "option",
    "photo",
    "picture",
    "previous",
    "rank",
    "related",
    "review",
    "reviewer",
    "search",
    "shipping",
    "similar",
    "sort",
    "thumbnail",
    "title",
    "type",
    "url",
    "video",
];

/// Words that do not affect the meaning of a label.
const FILLING: [&str; 34] = [
    "about",
    "all",
    "approx",
    "approximate",
    "article",
    "basic",
    "current",
    "detail",
    "est",
    "estimated",
    "exact",
    "full",
    "general",
    "info",
    "information",
    "item",
    "main",
    "name",
    "no",
    "number",
    "official",
    "original",
    "our",
    "post",
    "product",
    "section",
    "single",
    "standard",
    "text",
    "this",
    "title",
    "value",
    "vcard",
    "your",
];

/// The same in other languages, and units, which say how a value is written.
#[rustfmt::skip]
const FOREIGN_FILLING: [&str; 83] = [
    "zahl", "anzahl", "gesamt", "insgesamt", "aktuell", "aktuelle", "aktueller", "derzeitiger", "derzeitige", "stand", "ca", "nr", "jahr",
    "nombre", "numero", "nº", "total", "totale", "actuel", "actuelle", "actual", "atual", "attuale", "attuali", "approximatif", "liczba",
    "ilosc", "obecny", "obecna", "aktualny", "aktualna", "antal", "antall", "nuvarande", "nuvaerende", "navaerende", "lukumaara",
    "nykyinen", "pocet", "soucasny", "szama", "jelenlegi", "sayisi", "toplam", "mevcut", "число", "количество", "общее", "общая", "текущий",
    "кількість", "поточний", "αριθμος", "عدد", "מספר", "تعداد", "aantal", "huidige", "totaal",
    "km2", "m2", "qm", "mq", "kg", "g", "cm", "mm", "m", "km", "ft", "in", "lb", "min", "eur", "euro", "usd", "gbp", "chf", "pln",
    "sek", "nok", "dkk", "czk",
];

fn is_filling(word: &str) -> bool {
    FILLING.contains(&word) || FOREIGN_FILLING.contains(&word)
}

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
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, phrase) in phrases.iter().enumerate() {
            if let Some(first) = phrase.words.first() {
                by_word.entry(first.clone()).or_default().push(at);
            }
        }
        Self {
            phrases,
            by_word,
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

fn concept_phrases(concept: &'static FoldedConcept, weight: f64) -> impl Iterator<Item = Phrase> {
    let phrase = |words: &[String], weight: f64| Phrase { words: words.to_vec(), weight };
    let names = concept.names.iter().chain(&concept.labels).map(move |name| phrase(name, weight));
    let hints = concept.hints.iter().map(move |hint| phrase(hint, weight * HINT));
    names.chain(hints)
}

/// A description without the words that it excludes, and those words: "without currency".
fn split_excluded(described: &str) -> (String, Vec<String>) {
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
fn find_modifiers(described: &str, name: &[String]) -> Vec<String> {
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
fn match_concepts(
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
    if concept.labels.iter().any(|label| label == asked) {
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
fn is_measure(head: &[String]) -> bool {
    const MEASURES: [&str; 18] = [
        "amount", "area", "count", "date", "height", "kind", "length", "location", "name",
        "number", "place", "size", "time", "title", "type", "value", "width", "year",
    ];
    matches!(head, [only] if MEASURES.contains(&only.as_str()))
}

/// The noun phrases at the beginning of a description or in its brackets: "Base price (MSRP) of the car"
/// has `base price` and `msrp`.
fn description_heads(described: &str) -> Vec<Vec<String>> {
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
