//! How promising a piece of a page is for a column.

use std::collections::{BTreeMap, BTreeSet};

use super::Hint;
use super::split::Pieces;
use crate::column::{ColumnType, CompiledColumn, Format};
use crate::page::Page;
use crate::vocabulary::{Labels, words};

/// A label that matches the column less well than this means something else.
const LABEL_FLOOR: f64 = 0.42;
/// Weight of one word of the description, the unit and the entity's kind, and of all of them together.
const WORD: f64 = 0.25;
const WORDS: f64 = 0.6;
/// Weight of an allowed value, and of the column's words in the heading above.
const ALLOWED: f64 = 0.8;
const HEADED: f64 = 0.5;
/// Number of pieces of a section that its heading applies to.
const SECTION: usize = 3;
/// Share of the score that remains for a piece without anything that could be a value of the column's
/// type.
const UNFIT: f64 = 0.4;
/// Weight of a place that an extractor found.
const HINTED: f64 = 1.5;
/// Share of a phrase's weight that does not depend on how rare it is.
const COMMON: f64 = 0.4;

/// A wanted column.
#[derive(Debug, Clone)]
pub struct ColumnQuery {
    labels: Labels,
    phrases: Vec<(Vec<String>, f64)>,
    terms: BTreeSet<String>,
    kind: ColumnType,
    format: Option<Format>,
}

impl ColumnQuery {
    /// The column's words, and how they differ from those of the plan's other columns.
    pub fn new(compiled: &CompiledColumn) -> Self {
        let CompiledColumn { column, labels, .. } = compiled;
        let mut phrases: Vec<(Vec<String>, f64)> =
            labels.phrases().map(|(words, weight)| (words.to_vec(), weight)).collect();
        phrases.extend(column.allowed.iter().map(|value| (words(value), ALLOWED)));
        phrases.retain(|(phrase, _)| !phrase.is_empty());
        let texts = [Some(column.name.as_str()), column.description.as_deref()];
        let texts = texts.into_iter().chain([column.unit.as_deref()]).flatten();
        let terms = texts.flat_map(words).filter(|word| word.chars().count() > 1).collect();
        Self { labels: labels.clone(), phrases, terms, kind: column.kind, format: column.format }
    }

    /// Whether a text has anything that could be a value of the column's type.
    pub(super) fn may_hold(&self, text: &str) -> bool {
        let digits = || text.chars().filter(|c| c.is_numeric()).count();
        match (self.kind, self.format) {
            (ColumnType::Number | ColumnType::Date, _)
            | (_, Some(Format::Address | Format::Height)) => digits() > 0,
            (_, Some(Format::Phone)) => digits() >= 6,
            (_, Some(Format::Digits)) => digits() >= 4,
            (_, Some(Format::Email)) => text.contains('@'),
            (_, Some(Format::Url)) => text.contains("://") || text.contains("www."),
            (ColumnType::Boolean, _) => true,
            (ColumnType::String, None) => words(text).len() > 2,
        }
    }
}

impl ColumnQuery {
    /// Whether a line of a page's own text could be a value or state one, though nothing in it speaks of the
    /// column: for text, any words.
    pub(super) fn may_be_stated_in(&self, text: &str) -> bool {
        let is_text = matches!((self.kind, self.format), (ColumnType::String, None));
        if is_text { !words(text).is_empty() } else { self.may_hold(text) }
    }
}

/// What a piece has of a column: indices of phrases and of words of the description.
#[derive(Default)]
struct PieceMatch {
    phrases: Vec<usize>,
    terms: Vec<String>,
    headed: f64,
}

/// Where words of all columns begin.
struct QueryIndex<'a> {
    phrases: BTreeMap<&'a str, Vec<(usize, usize)>>,
    /// Phrases of scripts without spaces: they may occur anywhere in a word.
    unspaced: Vec<(&'a str, usize, usize)>,
    terms: BTreeMap<&'a str, Vec<usize>>,
    wanted: &'a [ColumnQuery],
}

impl<'a> QueryIndex<'a> {
    fn new(wanted: &'a [ColumnQuery]) -> Self {
        let mut index =
            Self { phrases: BTreeMap::new(), unspaced: Vec::new(), terms: BTreeMap::new(), wanted };
        for (column, of) in wanted.iter().enumerate() {
            for (at, (phrase, _)) in of.phrases.iter().enumerate() {
                if let [word] = phrase.as_slice()
                    && word.chars().count() > 1
                    && word.chars().all(is_unspaced)
                {
                    index.unspaced.push((word, column, at));
                }
                index.phrases.entry(phrase[0].as_str()).or_default().push((column, at));
            }
            for term in &of.terms {
                index.terms.entry(term.as_str()).or_default().push(column);
            }
        }
        index
    }

    /// The phrases that occur in these words, as consecutive words.
    fn phrases_in(&self, text: &[String]) -> BTreeSet<(usize, usize)> {
        let mut found = BTreeSet::new();
        for (at, word) in text.iter().enumerate() {
            for &(column, phrase) in self.phrases.get(word.as_str()).into_iter().flatten() {
                if text[at..].starts_with(&self.wanted[column].phrases[phrase].0) {
                    found.insert((column, phrase));
                }
            }
            if word.contains(is_unspaced) {
                let inside = self.unspaced.iter().filter(|(phrase, ..)| word.contains(*phrase));
                found.extend(inside.map(|(_, column, phrase)| (*column, *phrase)));
            }
        }
        found
    }

    fn match_piece(&self, text: &str, heading: Option<&str>) -> BTreeMap<usize, PieceMatch> {
        let text = words(text);
        let mut hits: BTreeMap<usize, PieceMatch> = BTreeMap::new();
        for (column, phrase) in self.phrases_in(&text) {
            hits.entry(column).or_default().phrases.push(phrase);
        }
        for word in text.iter().collect::<BTreeSet<_>>() {
            for column in self.terms.get(word.as_str()).into_iter().flatten() {
                hits.entry(*column).or_default().terms.push(word.clone());
            }
        }
        for (column, phrase) in
            heading.map(|heading| self.phrases_in(&words(heading))).iter().flatten()
        {
            let weight = HEADED * self.wanted[*column].phrases[*phrase].1;
            let hits = hits.entry(*column).or_default();
            hits.headed = hits.headed.max(weight);
        }
        hits
    }
}

/// Han and kana, which have no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// For each wanted column, the pieces that match anything of it: score, page, piece.
pub(super) fn rank_pieces(
    pages: &[&Page],
    cuts: &[Pieces],
    wanted: &[ColumnQuery],
    hints: &[Hint],
) -> Vec<Vec<(f64, usize, usize)>> {
    let index = QueryIndex::new(wanted);
    let mut found: Vec<(usize, usize, BTreeMap<usize, PieceMatch>)> = Vec::new();
    let mut phrases: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut terms: BTreeMap<String, f64> = BTreeMap::new();
    for (page, (cut, of)) in cuts.iter().zip(pages).enumerate() {
        for (at, piece) in cut.iter().enumerate() {
            let heading = cut.heading(piece).filter(|_| piece.after_heading <= SECTION);
            let hits = index.match_piece(cut.text(of, at), heading);
            for (column, hits) in &hits {
                for phrase in &hits.phrases {
                    *phrases.entry((*column, *phrase)).or_default() += 1.0;
                }
            }
            for term in hits.values().flat_map(|hits| &hits.terms).collect::<BTreeSet<_>>() {
                *terms.entry(term.clone()).or_default() += 1.0;
            }
            if !hits.is_empty() {
                found.push((page, at, hits));
            }
        }
    }
    let total: f64 = cuts.iter().map(|cut| cut.len() as f64).sum();
    let rarity = |holding: f64| (1.0 + total / holding.max(1.0)).ln() / (1.0 + total).ln();
    let mut scores: Vec<BTreeMap<(usize, usize), f64>> = vec![BTreeMap::new(); wanted.len()];
    for (page, at, hits) in found {
        for (column, hits) in hits {
            let of = &wanted[column];
            let phrase = hits.phrases.iter().map(|phrase| {
                let holding = phrases.get(&(column, *phrase)).copied().unwrap_or(1.0);
                of.phrases[*phrase].1 * (COMMON + (1.0 - COMMON) * rarity(holding))
            });
            let phrase = phrase.fold(0.0, f64::max);
            let term = hits
                .terms
                .iter()
                .map(|term| WORD * rarity(terms.get(term).copied().unwrap_or(1.0)));
            let score = phrase + term.sum::<f64>().min(WORDS) + hits.headed;
            let fit = if of.may_hold(cuts[page].text(pages[page], at)) { 1.0 } else { UNFIT };
            scores[column].insert((page, at), score * fit);
        }
    }
    add_fact_scores(pages, cuts, wanted, &mut scores);
    for hint in hints {
        let (Some(scores), Some(cut)) = (scores.get_mut(hint.query), cuts.get(hint.page)) else {
            continue;
        };
        for at in cut.pieces_touching(hint.span) {
            *scores.entry((hint.page, at)).or_default() += HINTED * hint.weight;
        }
    }
    let listed = |scores: BTreeMap<(usize, usize), f64>| {
        scores.into_iter().map(|((page, at), score)| (score, page, at)).collect()
    };
    scores.into_iter().map(listed).collect()
}

/// Adds facts whose label names the column.
fn add_fact_scores(
    pages: &[&Page],
    cuts: &[Pieces],
    wanted: &[ColumnQuery],
    scores: &mut [BTreeMap<(usize, usize), f64>],
) {
    for (page, (of, cut)) in pages.iter().zip(cuts).enumerate() {
        // Only the best label of each piece counts, not the number of facts in it.
        let mut best: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for fact in &of.facts {
            for (column, wanted) in wanted.iter().enumerate() {
                let label = wanted.labels.score(&fact.label);
                let fit = if wanted.may_hold(&fact.value) { 1.0 } else { UNFIT };
                if label < LABEL_FLOOR {
                    continue;
                }
                if let Some(at) = cut.pieces_touching(fact.span).next() {
                    let score = best.entry((column, at)).or_default();
                    *score = score.max(label * fit);
                }
            }
        }
        for ((column, at), score) in best {
            *scores[column].entry((page, at)).or_default() += score;
        }
    }
}
