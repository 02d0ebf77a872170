//! Passages: the parts of pages that are worth a model's tokens.
//!
//! A page is cut into pieces of a line or a few sentences ([`cut`]). A piece is shown where it promises
//! one of the columns that are missing: it has the column's words, stands as a fact under its label, or
//! was found there by an extractor that needs no model ([`rank`]). The name of the row's entity alone
//! is no reason. Each column gets its best few pieces ([`choose`]). All of it is linear in the pages.

mod cut;
mod rank;

use std::collections::{BTreeMap, BTreeSet};

use crate::page::{Page, Span};

pub use cut::{Piece, Pieces};
pub use rank::Wanted;

/// Bytes of a token of English text and markup: the usual rule of thumb.
const BYTES_PER_TOKEN: usize = 4;
/// What separating a passage from the one before costs, in tokens.
const OVERHEAD: usize = 2;
/// A piece that is shorter, in bytes, may be a label whose value stands in the next.
const LABEL_LINE: usize = 60;

/// A part of a page's stored text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Index of the page among those given.
    pub page: usize,
    /// Where it stands in the page's text.
    pub span: Span,
    /// The headings above it, the outermost first.
    pub headings: Vec<String>,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Pieces for each column at most.
    pub per_column: usize,
    /// Bytes of a piece at most.
    pub piece: usize,
    /// What a piece must score, from 0 (nothing of the column) on; its label alone gives about 1.
    pub floor: f64,
    /// Tokens of all passages together.
    pub budget: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_column: 3, piece: 240, floor: 0.3, budget: 3_000 }
    }
}

/// A place that an extractor found for a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hint {
    /// Index of the column among those wanted.
    pub wanted: usize,
    /// Index of the page among those given.
    pub page: usize,
    /// Where it stands in the page's text.
    pub span: Span,
    /// How much it promises, 0 to 1.
    pub weight: f64,
}

/// The passages that promise the wanted columns, within the limits, in the order of the pages; what
/// follows one another is one passage. None where nothing is promising.
pub fn choose(
    pages: &[&Page],
    wanted: &[Wanted],
    hints: &[Hint],
    limits: &Limits,
) -> Vec<Passage> {
    let cuts: Vec<Pieces> = pages.iter().map(|page| cut::cut(page, limits.piece)).collect();
    let scored = rank::rank(pages, &cuts, wanted, hints);
    let mut chosen: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut texts: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let mut left = limits.budget;
    let queues: Vec<Vec<(usize, usize)>> = scored
        .into_iter()
        .enumerate()
        .map(|(column, scores)| best(pages, &cuts, scores, limits, texts.entry(column).or_default()))
        .collect();
    // Each column's best first, then each column's second best.
    for turn in 0..limits.per_column {
        for &(page, at) in queues.iter().filter_map(|queue| queue.get(turn)) {
            for at in with_value(pages, &cuts, wanted, page, at) {
                let cost = tokens(cuts[page].text(pages[page], at)) + OVERHEAD;
                if !chosen.contains(&(page, at)) && cost <= left {
                    left -= cost;
                    chosen.insert((page, at));
                }
            }
        }
    }
    joined(pages, &cuts, &chosen)
}

/// The best pieces of one column: over the floor, no text twice.
fn best<'a>(
    pages: &[&'a Page],
    cuts: &[Pieces],
    mut scores: Vec<(f64, usize, usize)>,
    limits: &Limits,
    texts: &mut BTreeSet<&'a str>,
) -> Vec<(usize, usize)> {
    scores.retain(|(score, ..)| *score >= limits.floor);
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let new = |(_, page, at): &(f64, usize, usize)| {
        texts.insert(cuts[*page].text(pages[*page], *at).trim())
    };
    let best = scores.into_iter().filter(new).take(limits.per_column);
    best.map(|(_, page, at)| (page, at)).collect()
}

/// The piece, and the next one where the piece is short and may only be a label.
fn with_value(
    pages: &[&Page],
    cuts: &[Pieces],
    wanted: &[Wanted],
    page: usize,
    at: usize,
) -> impl Iterator<Item = usize> {
    let text = cuts[page].text(pages[page], at).trim();
    let is_label = text.len() <= LABEL_LINE && !wanted.iter().any(|wanted| wanted.may_hold(text));
    let next = (is_label && at + 1 < cuts[page].len()).then_some(at + 1);
    std::iter::once(at).chain(next)
}

fn joined(
    pages: &[&Page],
    cuts: &[Pieces],
    chosen: &BTreeSet<(usize, usize)>,
) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for &(page, at) in chosen {
        let span = cuts[page].span(at);
        let headings = cuts[page].headings(at);
        let follows = passages.last_mut().filter(|last| {
            let between = pages[page].text.get(last.span.range().end..span.range().start);
            last.page == page && between.is_some_and(|between| between.trim().is_empty())
        });
        match follows {
            Some(last) if headings.starts_with(&last.headings) => {
                last.span.end = span.end;
                last.headings = headings;
            }
            _ => passages.push(Passage { page, span, headings }),
        }
    }
    passages
}

/// Tokens that a text costs, roughly: its bytes by four.
pub fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

#[cfg(test)]
mod tests;
