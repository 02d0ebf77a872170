//! Passages: the parts of pages that are worth spending a model's tokens on.
//!
//! A page is cut into pieces of a line or a few sentences ([`split`]). A piece is shown if it is promising
//! for one of the missing columns: it has the column's words, is a fact under its label, or holds a place
//! that the built-in extractor found ([`rank`]). The name of the row's entity alone is not enough. Each
//! column gets its best few pieces, from unlike pages first ([`choose_passages`]); a row of a table comes with
//! the table's header. A page that does not say enough about a column this way is shown whole if it is short,
//! and from its lead on if it is long, without its menus. Everything here is linear in the size of the pages.

mod fill;
mod rank;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use crate::page::{Page, Span};
use crate::value::fold;

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
/// Longest line above a table that is shown as its caption, in bytes.
const MAX_CAPTION: usize = 120;

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
    /// A page is short if its text without menus has at most this many bytes.
    pub short: usize,
    /// Maximum number of tokens of all passages together.
    pub budget: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_column: 5, piece: 240, floor: 0.2, lede: 1_200, short: 1_600, budget: 3_000 }
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

/// What is known of a page before passages are chosen from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageScope {
    /// Where it starts to describe the row's entity: at the heading that names it.
    pub lead: Option<u32>,
    /// The parts that speak of the row's entity, in their order. `None`: the whole page is about it.
    pub parts: Option<Vec<Span>>,
}

impl PageScope {
    /// Whether a piece of the page may be shown.
    fn holds(&self, span: Span) -> bool {
        let Some(parts) = &self.parts else { return true };
        let from = parts.partition_point(|part| part.end <= span.start);
        parts.get(from).is_some_and(|part| part.start < span.end)
    }
}

/// The promising passages for the wanted columns, within the limits, in the order of the pages; adjacent
/// pieces form one passage. A page without an entry in `scopes` gives only promising pieces, from anywhere on
/// it. Empty if nothing is promising.
pub fn choose_passages(
    pages: &[&Page],
    wanted: &[ColumnQuery],
    hints: &[Hint],
    scopes: &[PageScope],
    limits: &Limits,
) -> Vec<Passage> {
    let cuts: Vec<Pieces> =
        pages.iter().map(|page| split::split_page(page, limits.piece)).collect();
    let mut scored = rank::rank_pieces(pages, &cuts, wanted, hints);
    for scores in &mut scored {
        scores.retain(|&(_, page, at)| {
            let in_scope = scopes.get(page).is_none_or(|scope| scope.holds(cuts[page].span(at)));
            in_scope && !repeats_title(pages[page], cuts[page].text(pages[page], at))
        });
    }
    let filling = fill::fill_pieces(pages, &cuts, wanted, &scored, scopes, limits);
    let mut texts: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let queues: Vec<Vec<(usize, usize)>> = scored
        .into_iter()
        .enumerate()
        .map(|(column, scores)| {
            best_pieces(pages, &cuts, scores, limits, texts.entry(column).or_default())
        })
        .collect();
    let mut chosen: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut left = limits.budget;
    let mut take = |page: usize, at: usize| {
        let cost = estimate_tokens(cuts[page].text(pages[page], at)) + OVERHEAD;
        if !chosen.contains(&(page, at)) && cost <= left {
            left -= cost;
            chosen.insert((page, at));
        }
    };
    // Each column's best piece first, then each column's second best; then what fills the gaps.
    for turn in 0..limits.per_column {
        for (queue, column) in queues.iter().zip(wanted) {
            let Some(&(page, at)) = queue.get(turn) else { continue };
            take(page, at);
            take_context(pages[page], &cuts[page], column, at, |at| take(page, at));
        }
    }
    for (page, at) in filling {
        take(page, at);
    }
    join_adjacent(pages, &cuts, &chosen)
}

/// Whether a page has a promising piece for the column that does not have these words.
pub fn says_otherwise(page: &Page, wanted: &ColumnQuery, known: &str, limits: &Limits) -> bool {
    let cuts = [split::split_page(page, limits.piece)];
    let known = format!(" {} ", fold(known));
    let scored = rank::rank_pieces(&[page], &cuts, std::slice::from_ref(wanted), &[]);
    scored.iter().flatten().any(|&(score, _, at)| {
        let text = cuts[0].text(page, at);
        score >= PROMISED
            && !repeats_title(page, text)
            && wanted.may_hold(text)
            && !format!(" {} ", fold(text)).contains(&known)
    })
}

/// Whether a line of the page's data only repeats the title, which stands above every passage.
fn repeats_title(page: &Page, text: &str) -> bool {
    let Some(title) = page.title.as_deref().map(str::trim) else { return false };
    text.starts_with("meta ") && !title.is_empty() && text.trim_end().ends_with(title)
}

/// The best pieces of one column: above the floor, without duplicate texts; the best piece of each page comes
/// before a second one of any, so that a page that disagrees is seen.
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
    let best: Vec<_> = scores.into_iter().filter(new).collect();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let (first, rest): (Vec<_>, Vec<_>) =
        best.into_iter().partition(|(score, page, _)| *score >= PROMISED && seen.insert(*page));
    let ordered = first.into_iter().chain(rest).take(limits.per_column);
    ordered.map(|(_, page, at)| (page, at)).collect()
}

/// Takes what a piece cannot be understood without: the value beside a short piece that is only a label, below
/// it or else above, and header and caption of a table above one of its rows.
fn take_context(
    page: &Page,
    cut: &Pieces,
    column: &ColumnQuery,
    at: usize,
    mut take: impl FnMut(usize),
) {
    let text = cut.text(page, at).trim();
    let holds = |at: usize| column.may_hold(cut.text(page, at).trim());
    if text.len() <= LABEL_LINE && !holds(at) {
        let is_value_above = at > 0
            && cut.text(page, at - 1).trim().len() <= LABEL_LINE
            && holds(at - 1)
            && !(at + 1 < cut.len() && holds(at + 1));
        if is_value_above {
            take(at - 1);
        } else if at + 1 < cut.len() {
            take(at + 1);
        }
    }
    if !text.starts_with('|') {
        return;
    }
    let is_row = |at: &usize| cut.text(page, *at).trim_start().starts_with('|');
    let first = (0..at).rev().take_while(is_row).last();
    let Some(first) = first else { return };
    take(first);
    let above = first.checked_sub(1).filter(|above| {
        let text = cut.text(page, *above).trim();
        text.len() <= MAX_CAPTION && !text.starts_with('#')
    });
    above.into_iter().for_each(take);
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
