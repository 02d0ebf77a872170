//! How well one name matches another.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::fold;
use crate::vocabulary::is_stop_word;

use super::legal::{LegalForm, forms_differ, legal_form};
use super::name_words::{AROUND, GROUPS, MADE_BY, RELATED};

/// Maximum number of parts of a title that are examined together.
const MAX_PARTS: usize = 8;
/// Words of a name that count; a longer one is a sentence.
const MAX_WORDS: usize = 60;
/// The weight of a word that distinguishes members of a series.
const DESIGNATOR: f64 = 1.4;
/// Share of the score that remains if a number of the key differs in the name.
const OTHER_NUMBER: f64 = 0.2;
/// What is lost if other words stand between the key's words, or their order differs.
const GAP: f64 = 0.25;
const TURN: f64 = 0.4;
/// What remains if the legal form is another one, if a word names something related, and if it names the
/// group that the entity belongs to.
const OTHER_FORM: f64 = 0.6;
const OTHER_RELATED: f64 = 0.6;
const WIDER: f64 = 0.85;
/// Separators between a title and the name of its site.
const SEPARATORS: [&str; 17] = [
    " | ", " - ", " – ", " — ", " :: ", " » ", " › ", " > ", " · ", " • ", "｜", ": ", " // ",
    " ‹ ", " « ", " ~ ", "|",
];

/// A name in words.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// Without the legal form at its end, unless there is nothing else.
    words: Vec<String>,
    /// The legal form, as [`legal_form`] gives it.
    form: Option<LegalForm>,
    /// Words of the row's context, which may stand beside the name.
    beside: BTreeSet<String>,
    weights: Vec<f64>,
    /// Without spaces: `SD1300 IS` and `SD1300IS` are the same.
    compact: String,
    spaced: String,
    years: Vec<String>,
    /// The last word if it is a letter or a Roman numeral, which distinguishes Pier A from Pier B.
    designator: Option<String>,
    total: f64,
}

/// Whether a folded word is a year.
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4
        && word.bytes().all(|b| b.is_ascii_digit())
        && ["18", "19", "20"].iter().any(|century| word.starts_with(century))
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a folded word can distinguish members of a series: a letter, a number or a Roman numeral.
fn is_designator(word: &str) -> bool {
    is_letter_or_roman(word) || (has_digit(word) && !is_year(word))
}

fn is_letter_or_roman(word: &str) -> bool {
    let is_letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_roman =
        matches!(word.len(), 2..=5) && word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    is_letter || is_roman
}

fn weight(word: &str) -> f64 {
    if is_stop_word(word) || matches!(word, "by" | "on" | "s" | "t") {
        0.15
    } else if has_digit(word) {
        DESIGNATOR
    } else {
        1.0
    }
}

impl Name {
    /// Share of the score that remains if the key has a year and the name has none.
    pub(super) const YEAR_MISSING: f64 = 0.6;

    pub(super) fn new(name: &str) -> Self {
        let folded = fold(name);
        let words: Vec<String> = folded
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(MAX_WORDS)
            .map(str::to_owned)
            .collect();
        let (core, form) = legal_form(&words);
        let words = words[core].to_vec();
        // The `s` of "Macy's" is no word of its own.
        let last = name.split_whitespace().last().map(fold).filter(|_| form.is_none());
        let designator = last.filter(|word| words.len() > 1 && is_letter_or_roman(word));
        let mut weights: Vec<f64> = words.iter().map(|word| weight(word)).collect();
        if let (Some(_), Some(last)) = (&designator, weights.last_mut()) {
            *last = DESIGNATOR;
        }
        Self {
            designator,
            compact: words.concat(),
            spaced: format!(" {} ", words.join(" ")),
            years: words.iter().filter(|word| is_year(word)).cloned().collect(),
            total: weights.iter().sum(),
            words,
            weights,
            form,
            beside: BTreeSet::new(),
        }
    }

    /// Words that may stand beside the name, such as its city, without naming something else.
    pub(super) fn add_context<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) {
        let own = &self.words;
        let new = words.into_iter().filter(|word| !own.iter().any(|known| known == word));
        self.beside.extend(new.map(str::to_owned));
    }

    /// Whether a text is this name, but for spelling and a legal form.
    pub(super) fn is_exactly(&self, text: &str) -> bool {
        let words: Vec<String> =
            fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let (core, form) = legal_form(&words);
        !self.words.is_empty()
            && words[core].concat() == self.compact
            && !forms_differ(self.form, form)
    }

    /// What follows the name in a text that begins with it.
    pub(super) fn rest_after<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut ends = text
            .char_indices()
            .filter(|(_, c)| !c.is_alphanumeric())
            .map(|(at, _)| at)
            .chain([text.len()]);
        let end = ends.find(|end| fold(&text[..*end]).replace(' ', "") == self.compact)?;
        (!self.words.is_empty()).then(|| &text[end..])
    }

    /// Whether the name has several words, or a long one.
    pub(super) fn is_distinct(&self) -> bool {
        const LONG: usize = 8;
        self.words.len() > 1 || self.compact.chars().count() >= LONG
    }

    /// Whether a folded text contains the name, word by word.
    pub(super) fn is_in(&self, folded: &str) -> bool {
        !self.words.is_empty() && format!(" {folded} ").contains(&self.spaced)
    }

    pub(super) fn lacks_year(&self, name: &str) -> bool {
        !self.years.is_empty() && !fold(name).split(' ').any(is_year)
    }

    pub(super) fn has_year_in(&self, folded: &str) -> bool {
        self.years.iter().all(|year| format!(" {folded} ").contains(&format!(" {year} ")))
    }

    /// How well another name matches this one, 0 to 1.
    pub(super) fn matches(&self, name: &str) -> f64 {
        if self.words.is_empty() {
            return 0.0;
        }
        let parts = parts(name);
        let mut best: f64 = 0.0;
        for first in 0..parts.len() {
            for last in first..parts.len() {
                let words: Vec<&str> =
                    parts[first..=last].iter().flatten().map(String::as_str).collect();
                if words.len() <= MAX_WORDS {
                    best = best.max(self.score_words(&words));
                }
            }
        }
        for swapped in turned_names(name) {
            let words: Vec<&str> = swapped.split(' ').collect();
            best = best.max(0.98 * self.score_words(&words));
        }
        let all: Vec<&str> = parts.iter().flatten().map(String::as_str).take(MAX_WORDS).collect();
        best * self.numbers_factor(&all)
    }

    /// How well a run of words matches the name.
    fn score_words(&self, words: &[&str]) -> f64 {
        if words.concat() == self.compact {
            return 1.0;
        }
        let (core, form) = legal_form(words);
        let words = &words[core];
        let other_form = if forms_differ(self.form, form) { OTHER_FORM } else { 1.0 };
        if words.concat() == self.compact {
            return other_form;
        }
        other_form * self.score_core(words)
    }

    /// How well a run of words without a legal form matches the name.
    fn score_core(&self, words: &[&str]) -> f64 {
        let mut there: BTreeSet<String> = words.iter().map(|word| (*word).to_owned()).collect();
        there.extend(words.windows(2).map(<[&str]>::concat));
        let joined: BTreeMap<usize, String> = (1..self.words.len())
            .map(|at| (at, format!("{}{}", self.words[at - 1], self.words[at])))
            .collect();
        let mut found = 0.0;
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for (at, (word, weight)) in self.words.iter().zip(&self.weights).enumerate() {
            let pair = [Some(at), Some(at + 1)]
                .into_iter()
                .flatten()
                .find_map(|at| joined.get(&at).filter(|pair| there.contains(*pair)));
            if there.contains(word) || pair.is_some() {
                found += weight;
                used.insert(word);
                if let Some(pair) = pair {
                    used.insert(pair);
                }
            }
        }
        let cover = found / self.total * self.order_factor(words);
        let extra = self.extra_weight(words, &used);
        let exact = self.total / (self.total + extra);
        cover.powf(1.5) * (0.5 + 0.5 * exact) * self.relation_factor(words, &used)
    }

    /// The factor for words that make a name that of something else: a foundation, a predecessor, a junior
    /// team, the product of a firm.
    fn relation_factor(&self, words: &[&str], used: &BTreeSet<&str>) -> f64 {
        let is_strange = |word: &&&str| !used.contains(**word) && !self.beside.contains(**word);
        let mut strange = words.iter().filter(is_strange);
        if strange.clone().any(|word| RELATED.contains(word)) {
            return OTHER_RELATED;
        }
        let first = words.iter().position(|word| used.contains(*word)).unwrap_or(0);
        let is_by = first > 1 && MADE_BY.contains(&words[first - 1]);
        let is_content = |word: &&&str| AROUND.binary_search(word).is_err() && weight(word) >= 1.0;
        let has_product =
            is_by && words[..first - 1].iter().filter(is_strange).any(|word| is_content(&word));
        if has_product {
            return OTHER_RELATED;
        }
        if strange.any(|word| GROUPS.contains(word)) { WIDER } else { 1.0 }
    }

    /// Whether the key's words are adjacent and in order: Forth Road Bridge is not the Forth Bridge, and
    /// Tower Bridge in London is not London Bridge.
    fn order_factor(&self, words: &[&str]) -> f64 {
        // A year may come before or after a name.
        let is_distinctive = |word: &&str| weight(word) >= 1.0 && !is_year(word);
        let own: Vec<&str> = self.words.iter().map(String::as_str).filter(is_distinctive).collect();
        if own.len() < 2 {
            return 1.0;
        }
        let words: Vec<&str> = words.iter().copied().filter(is_distinctive).collect();
        let places: Vec<usize> =
            own.iter().filter_map(|word| words.iter().position(|other| other == word)).collect();
        let steps = places.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
        let (mut gaps, mut turns) = (0_usize, 0_usize);
        for step in steps {
            gaps += usize::from(step > 1 && step <= MAX_WORDS);
            turns += usize::from(step == 0 || step > MAX_WORDS);
        }
        let pairs = own.len() as f64 - 1.0;
        1.0 - (GAP * gaps as f64 + TURN * turns as f64) / pairs
    }

    /// The weight of the words that are not in the key: little after a byline or in brackets.
    fn extra_weight(&self, words: &[&str], used: &BTreeSet<&str>) -> f64 {
        const BETWEEN: f64 = 6.0;
        let is_used = |word: &&str| used.contains(*word);
        let first = words.iter().position(is_used).unwrap_or(0);
        let last = words.iter().rposition(is_used).unwrap_or(0);
        let mut byline = false;
        let mut extra = 0.0;
        for (at, word) in words.iter().enumerate() {
            if matches!(*word, "by" | "in" | "from" | "at" | "for" | "on") {
                byline = true;
            }
            if used.contains(word)
                || used.iter().any(|pair| {
                    pair.len() > word.len() && pair.contains(word) && self.compact.contains(word)
                })
            {
                continue;
            }
            let is_around = AROUND.binary_search(word).is_ok() || self.beside.contains(*word);
            let own = if is_around { 0.1 } else { weight(word) };
            // A word inside the name makes it a different name: "Forth Road Bridge".
            extra += match (first < at && at < last, byline) {
                (true, _) => own * BETWEEN,
                (false, true) => own * 0.4,
                (false, false) => own,
            };
        }
        extra
    }

    /// Compares years and model numbers: those of the key must be in the name.
    fn numbers_factor(&self, words: &[&str]) -> f64 {
        let mut factor = 1.0;
        if !self.years.is_empty() {
            let years: Vec<&&str> = words.iter().filter(|word| is_year(word)).collect();
            if years.is_empty() {
                factor *= Self::YEAR_MISSING;
            } else if !self.years.iter().all(|year| years.iter().any(|other| **other == year)) {
                factor *= OTHER_NUMBER;
            }
        }
        if self.has_other_designator(words) {
            factor *= OTHER_NUMBER;
        }
        let compact = words.concat();
        for word in self.words.iter().filter(|word| has_digit(word) && !is_year(word)) {
            if words.contains(&word.as_str()) || compact.contains(word.as_str()) {
                continue;
            }
            let shape = |word: &str| {
                word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>()
            };
            if words.iter().any(|other| {
                shape(other) == shape(word) && !self.words.iter().any(|own| own == other)
            }) {
                factor *= OTHER_NUMBER;
            }
        }
        factor
    }
}

impl Name {
    /// Whether another letter or number stands where the key has its last word: Pier B is not Pier A.
    fn has_other_designator(&self, words: &[&str]) -> bool {
        let (Some(own), [.., before, _]) = (&self.designator, self.words.as_slice()) else {
            return false;
        };
        let after_noun = |pair: &&[&str]| pair[0] == before;
        let mut seen = words.windows(2).filter(after_noun).map(|pair| pair[1]);
        !words.contains(&own.as_str()) && seen.any(is_designator)
    }
}

/// The parts of a title between its separators.
pub(super) fn title_pieces(title: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = vec![title];
    for separator in SEPARATORS {
        if pieces.len() >= MAX_PARTS {
            break;
        }
        pieces = pieces.iter().flat_map(|piece| piece.split(separator)).collect();
    }
    pieces
}

/// The parts of a title as words, and the whole title as one part if nothing separates them.
fn parts(name: &str) -> Vec<Vec<String>> {
    // Text in brackets is a part of its own.
    title_pieces(name)
        .iter()
        .flat_map(|piece| piece.split(['(', ')', '[', ']']))
        .map(fold)
        .filter(|part| !part.is_empty())
        .take(MAX_PARTS)
        .map(|part| part.split(' ').map(str::to_owned).collect())
        .collect()
}

/// A name in words, with the family name turned from the front to the end: "Doe, Jane".
fn turned_names(name: &str) -> Vec<String> {
    let turn = |piece: &str| {
        let (family, given) = piece.split_once(',')?;
        let (family, given) = (fold(family), fold(given));
        let is_short = |part: &str| (1..=3).contains(&part.split(' ').count()) && !part.is_empty();
        (is_short(&family) && is_short(&given)).then(|| format!("{given} {family}"))
    };
    title_pieces(name).into_iter().filter_map(turn).collect()
}

/// Whether a text is a name of one to three words, and not a description: each word begins with a capital.
pub(super) fn is_proper_phrase(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_small = |word: &str| word.chars().count() <= 3 && word.chars().all(char::is_lowercase);
    let is_capital = |word: &str| word.starts_with(char::is_uppercase) && word.len() > 2;
    (1..=4).contains(&words.len())
        && words.iter().all(|word| is_capital(word) || is_small(word))
        && words.iter().filter(|word| is_capital(word)).count() <= 3
        && words.first().is_some_and(|word| is_capital(word))
        && words.iter().all(|word| {
            let folded = fold(word);
            AROUND.binary_search(&folded.as_str()).is_err() && !folded.contains(char::is_numeric)
        })
        && legal_form(&fold(text).split(' ').collect::<Vec<_>>()).1.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(key: &str, name: &str) -> f64 {
        Name::new(key).matches(name)
    }

    #[test]
    fn site_names_and_selling_words_do_not_count() {
        for (key, name) in [
            ("Zucchini Raw Vegan Lasagna", "Zucchini Raw Vegan Lasagna | Fine Site"),
            ("Red Kettle 2", "Buy Red Kettle 2 online - Shop"),
            ("Jermaine O'Neal", "Jermaine O’Neal - Wikipedia, the free encyclopedia"),
            ("Café Río", "CAFE RIO – Official Site"),
            ("The Passage", "Books.example: The Passage (9780000000002): Some Writer: Books"),
            ("Canon SD1300 IS", "Canon SD1300IS review"),
            ("2010 Hyundai Accent", "Hyundai Accent 2010 specs"),
        ] {
            assert!(score(key, name) >= 0.85, "{key} / {name}: {}", score(key, name));
        }
    }

    #[test]
    fn years_and_model_numbers_must_be_the_same() {
        assert!(score("2010 Hyundai Accent", "2011 Hyundai Accent") < 0.3);
        assert!(score("2010 Hyundai Accent", "Hyundai Accent") < 0.7);
        assert!(score("Nikon D90", "Nikon D80") < 0.3);
        assert!(score("PowerShot SD1300", "PowerShot SD1400") < 0.3);
        assert!(score("Star Story Episode 5", "Star Story Episode 6") < 0.3);
    }

    #[test]
    fn letters_and_roman_numerals_at_the_end_must_be_the_same() {
        for (key, other) in [
            ("Pier A", "Pier L"),
            ("Terminal E", "Terminal A - Airport"),
            ("Hall A", "Hall 2"),
            ("Reactor II", "Reactor III"),
            ("Vitamin C", "Vitamin D"),
        ] {
            assert!(score(key, other) < 0.2, "{key} / {other}: {}", score(key, other));
        }
        for (key, same) in [
            ("Pier A", "Pier A | Harbour"),
            ("Reactor II", "Reactor II (closed)"),
            ("Macy's", "Macy's"),
            ("Plan B", "Plan B: a guide"),
        ] {
            assert!(score(key, same) > 0.75, "{key} / {same}: {}", score(key, same));
        }
        assert!(score("Pier A", "Pier") < 0.35);
    }

    #[test]
    fn longer_names_are_others() {
        assert!(score("Wicked", "Wicked Games") < 0.8);
        assert!(score("Wicked", "Wicked by Some Writer") > score("Wicked", "Wicked Games"));
        assert!(score("Sin City", "Sin City: A Dame to Kill For") >= 0.9, "a subtitle may follow");
        assert!(score("Springfield College", "Springfield High School") < 0.45);
        assert!(score("Forth Bridge", "Forth Road Bridge") < 0.65);
        assert!(score("", "Anything") < 0.01);
        assert!(score("Anything", "") < 0.01);
    }
}
