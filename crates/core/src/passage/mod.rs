//! Passages: the parts of pages that are worth spending a model's tokens on.
//!
//! A page is cut into pieces of a line or a few sentences ([`split`]). A piece is shown if it is promising
//! for one of the missing columns: it has the column's words, is a fact under its label, or holds a place
//! that the built-in extractor found ([`rank`]). The name of the row's entity alone is not enough. Each
//! column gets its best few pieces ([`choose_passages`]). Everything here is linear in the size of the pages.

mod rank;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use crate::page::{Page, Span};

pub use rank::ColumnQuery;
pub use split::{Piece, Pieces};

/// Bytes of a token of English text and markup: the usual rule of thumb.
const BYTES_PER_TOKEN: usize = 4;
/// Cost of separating a passage from the one before, in tokens.
const OVERHEAD: usize = 2;
/// A piece shorter than this, in bytes, may be a label whose value is in the next piece.
const LABEL_LINE: usize = 60;
/// A column whose best piece scores less than this has no promising piece.
const PROMISED: f64 = 0.8;
/// Number of pages whose leads are shown for such a column.
const MAX_LEDES: usize = 2;

/// A part of a page's stored text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Index of the page among those given.
    pub page: usize,
    /// Its position in the page's text.
    pub span: Span,
    /// The headings above it, outermost first.
    pub headings: Vec<String>,
}

/// Limits on what is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Maximum number of pieces for each column.
    pub per_column: usize,
    /// Maximum number of bytes of a piece.
    pub piece: usize,
    /// The lowest accepted score of a piece; 0 means that nothing matches the column, and its label alone
    /// gives about 1.
    pub floor: f64,
    /// Bytes shown after a page's own heading for columns without a promising piece.
    pub lede: usize,
    /// Maximum number of tokens of all passages together.
    pub budget: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_column: 5, piece: 240, floor: 0.2, lede: 1_200, budget: 3_000 }
    }
}

/// A place that an extractor found for a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hint {
    /// Index of the column among those wanted.
    pub query: usize,
    /// Index of the page among those given.
    pub page: usize,
    /// Its position in the page's text.
    pub span: Span,
    /// How promising it is, 0 to 1.
    pub weight: f64,
}

/// Where a page starts to describe the row's entity: at the heading that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lede {
    /// Index of the page among those given.
    pub page: usize,
    /// Where the heading begins in the page's text.
    pub start: u32,
}

/// The promising passages for the wanted columns, within the limits, in the order of the pages; adjacent
/// pieces form one passage. For columns without a promising piece, the first leads are shown as well if
/// they hold anything that could be a value. Empty if nothing is promising.
pub fn choose_passages(
    pages: &[&Page],
    wanted: &[ColumnQuery],
    hints: &[Hint],
    leads: &[Lede],
    limits: &Limits,
) -> Vec<Passage> {
    let cuts: Vec<Pieces> =
        pages.iter().map(|page| split::split_page(page, limits.piece)).collect();
    let scored = rank::rank_pieces(pages, &cuts, wanted, hints);
    let mut chosen: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut texts: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let mut left = limits.budget;
    let top = |scores: &Vec<(f64, usize, usize)>| {
        scores.iter().map(|(score, ..)| *score).fold(0.0, f64::max)
    };
    let lacking: Vec<&ColumnQuery> = scored
        .iter()
        .zip(wanted)
        .filter(|(of, _)| top(of) < PROMISED)
        .map(|(_, one)| one)
        .collect();
    let led = lede_pieces(pages, &cuts, &lacking, leads, limits);
    let queues: Vec<Vec<(usize, usize)>> = scored
        .into_iter()
        .enumerate()
        .map(|(column, scores)| {
            best_pieces(pages, &cuts, scores, limits, texts.entry(column).or_default())
        })
        .collect();
    let mut take = |page: usize, at: usize| {
        let cost = estimate_tokens(cuts[page].text(pages[page], at)) + OVERHEAD;
        if !chosen.contains(&(page, at)) && cost <= left {
            left -= cost;
            chosen.insert((page, at));
        }
    };
    // Each column's best piece first, then each column's second best; then the leads.
    for turn in 0..limits.per_column {
        for &(page, at) in queues.iter().filter_map(|queue| queue.get(turn)) {
            with_following_value(pages, &cuts, wanted, page, at).for_each(|at| take(page, at));
        }
    }
    for (page, at) in led {
        take(page, at);
    }
    join_adjacent(pages, &cuts, &chosen)
}

/// The best pieces of one column: above the floor, without duplicate texts.
fn best_pieces<'a>(
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

/// The pieces of the first leads that hold anything that could be a value of a column without a promising
/// piece.
fn lede_pieces(
    pages: &[&Page],
    cuts: &[Pieces],
    lacking: &[&ColumnQuery],
    leads: &[Lede],
    limits: &Limits,
) -> Vec<(usize, usize)> {
    let mut led = Vec::new();
    for lead in leads.iter().filter(|_| limits.lede > 0).take(MAX_LEDES) {
        let end = lead.start as usize + limits.lede;
        for at in cuts[lead.page].pieces_touching(Span::new(lead.start as usize, end)) {
            let text = cuts[lead.page].text(pages[lead.page], at);
            if lacking.iter().any(|wanted| wanted.may_hold(text)) {
                led.push((lead.page, at));
            }
        }
    }
    led
}

/// The piece, and the next one if the piece is short and may only be a label.
fn with_following_value(
    pages: &[&Page],
    cuts: &[Pieces],
    wanted: &[ColumnQuery],
    page: usize,
    at: usize,
) -> impl Iterator<Item = usize> {
    let text = cuts[page].text(pages[page], at).trim();
    let is_label = text.len() <= LABEL_LINE && !wanted.iter().any(|wanted| wanted.may_hold(text));
    let next = (is_label && at + 1 < cuts[page].len()).then_some(at + 1);
    std::iter::once(at).chain(next)
}

fn join_adjacent(
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

/// Approximate number of tokens of a text: its bytes divided by four.
pub fn estimate_tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

#[cfg(test)]
mod tests;
