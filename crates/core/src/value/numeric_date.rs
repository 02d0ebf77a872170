//! Dates of three numbers, such as `03/04/2020`, and the order that they prove.

use super::DateOrder;
use super::token::{Joining, Token, tokens};

/// The order of day and month that the numeric dates of a text prove: `13/04/2020` has the day first.
/// `None` if no date proves one, or if two prove different ones. Linear in the text.
pub fn infer_date_order(text: &str) -> Option<DateOrder> {
    let tokens = tokens(text, Joining::Nothing);
    let mut shown = None;
    for at in 0..tokens.len() {
        let Some(numeric) = Numeric::parse_at(&tokens, at) else { continue };
        let order = match (numeric.first, numeric.second) {
            (13..=31, 1..=12) => DateOrder::DayFirst,
            (1..=12, 13..=31) => DateOrder::MonthFirst,
            _ => continue,
        };
        if shown.is_some_and(|other| other != order) {
            return None;
        }
        shown = Some(order);
    }
    shown
}

/// Three numbers with one separator, the last of which is the year.
pub(crate) struct Numeric {
    pub(crate) first: u16,
    pub(crate) second: u16,
    pub(crate) year: u16,
    pub(crate) year_digits: usize,
    pub(crate) dotted: bool,
}

impl Numeric {
    /// The date whose first number is this token.
    pub(crate) fn parse_at(tokens: &[Token<'_>], at: usize) -> Option<Self> {
        let [first, sign, second, again, year] = tokens.get(at..at + 5)? else { return None };
        let dotted = sign.is_sign('.');
        let separated =
            sign.is_one_of("./-") && sign.kind == again.kind && !sign.spaced && !again.spaced;
        // "27. 5. 1937": a space may follow a dot.
        let tight = dotted || (!second.spaced && !year.spaced);
        if !(separated && tight) || first.text.len() > 2 || second.text.len() > 2 {
            return None;
        }
        let short_year = year.text.len() == 2 && !sign.is_sign('-') && !year.spaced;
        if !(year.text.len() == 4 || short_year) || is_tail(tokens, at) || continues(tokens, at + 5)
        {
            return None;
        }
        Some(Self {
            first: number(first)?,
            second: number(second)?,
            year: number(year)?,
            year_digits: year.text.len(),
            dotted,
        })
    }
}

fn number(token: &Token<'_>) -> Option<u16> {
    token.text.parse().ok().filter(|_| token.is_numeral())
}

/// Whether this token is joined to digits or signs before it.
pub(crate) fn is_tail(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    !tokens[at].spaced
        && before
            .is_some_and(|token| !token.is_one_of("([,;:|\"'“‘=~>•·") && !is_opening_word(token))
}

/// A word may touch a date in scripts without spaces.
fn is_opening_word(token: &Token<'_>) -> bool {
    token.is_word() && !token.text.is_ascii()
}

/// Whether more digits are joined to the end.
pub(crate) fn continues(tokens: &[Token<'_>], end: usize) -> bool {
    let joined = |at: usize| tokens.get(at).filter(|token| !token.spaced);
    match joined(end) {
        Some(token) if token.is_numeral() => true,
        Some(token) if token.is_one_of("./-") => joined(end + 1).is_some_and(Token::is_numeral),
        _ => false,
    }
}
