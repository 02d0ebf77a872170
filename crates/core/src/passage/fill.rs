//! Pieces for columns about which no piece of a page is promising: whole short pages, and the leads of long ones.

use super::rank::ColumnQuery;
use super::split::Pieces;
use super::{Limits, PROMISED, PageScope};
use crate::page::{Page, Span};

/// Number of long pages whose leads are shown for such columns.
const MAX_LEDES: usize = 2;

/// The pieces that are shown if tokens are left, in the order of their pages. A page is considered as a whole for
/// the columns for which it has no promising piece itself; the lead of a long one only for those that lack
/// one on every page.
pub(super) fn fill_pieces(
    pages: &[&Page],
    cuts: &[Pieces],
    wanted: &[ColumnQuery],
    scored: &[Vec<(f64, usize, usize)>],
    scopes: &[PageScope],
    limits: &Limits,
) -> Vec<(usize, usize)> {
    let best = |column: usize, page: Option<usize>| {
        let of_page = scored[column].iter().filter(|one| page.is_none_or(|page| one.1 == page));
        of_page.map(|(score, ..)| *score).fold(0.0, f64::max)
    };
    let lacking = |page: Option<usize>| -> Vec<&ColumnQuery> {
        let columns = wanted.iter().enumerate();
        columns.filter(|(at, _)| best(*at, page) < PROMISED).map(|(_, one)| one).collect()
    };
    let lacking_everywhere = lacking(None);
    let (mut filling, mut ledes) = (Vec::new(), Vec::new());
    for (page, (cut, scope)) in cuts.iter().zip(scopes).enumerate() {
        let body: Vec<usize> = (0..cut.len())
            .filter(|&at| {
                let span = cut.span(at);
                span.start < pages[page].body_end && !cut.is_menu(at) && scope.holds(span)
            })
            .collect();
        let bytes: usize = body.iter().map(|&at| cut.text(pages[page], at).len()).sum();
        let is_short = bytes <= limits.short;
        let columns = if is_short { lacking(Some(page)) } else { lacking_everywhere.clone() };
        let may_hold = |at: &usize| {
            let text = cut.text(pages[page], *at);
            // Headings stand above their passages anyway.
            !text.starts_with('#') && columns.iter().any(|wanted| wanted.may_be_stated_in(text))
        };
        let shown: Vec<(usize, usize)> = if is_short {
            body.into_iter().filter(may_hold).map(|at| (page, at)).collect()
        } else if let Some(lead) = scope.lead.filter(|_| limits.lede > 0 && ledes.len() < MAX_LEDES)
        {
            let lede = cut.pieces_touching(Span::new(lead as usize, lead as usize + limits.lede));
            body.into_iter()
                .filter(|at| lede.contains(at))
                .filter(may_hold)
                .map(|at| (page, at))
                .collect()
        } else {
            continue;
        };
        if is_short { filling.extend(shown) } else { ledes.push(shown) }
    }
    filling.extend(ledes.into_iter().flatten());
    filling
}
