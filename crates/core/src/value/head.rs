//! What comes before a number and belongs to it: its sign and its currency.

use super::currency;
use super::quantity::{Quantity, QuantityReader};
use super::token::Kind;
use super::unit::Unit;

/// What comes before a numeral.
pub(crate) struct Head {
    /// The first token that belongs to the number.
    pub(crate) start: usize,
    pub(crate) negative: bool,
    /// The currency before the number.
    pub(crate) money: Option<&'static Unit>,
    /// The power of ten of a letter before the currency: `TEUR 5.310`.
    pub(crate) exponent: i32,
}

impl QuantityReader<'_> {
    /// Sign and currency before a numeral; `None` if the numeral is the tail of something longer.
    pub(crate) fn head(&self, at: usize, before: Option<&Quantity>) -> Option<Head> {
        let mut head = Head { start: at, negative: false, money: None, exponent: 0 };
        self.take_sign(&mut head);
        self.take_money(&mut head);
        self.take_sign(&mut head);
        let touches = !self.tokens[head.start].spaced;
        let Some(previous) = head.start.checked_sub(1).and_then(|at| self.token(at)) else {
            return Some(head);
        };
        // "5-foot-11": a hyphen may join the parts of a compound.
        let follows_quantity = before.is_some_and(|quantity| {
            let hyphen =
                previous.is_sign('-') && !previous.spaced && quantity.known_unit().is_some();
            quantity.end == head.start || (hyphen && quantity.end + 1 == head.start)
        });
        let allowed = previous.is_one_of("([{#:=~≈<>≤≥±|;,*\"'“”‘’×/–—‑−「（：")
            || self.joins_range(head.start);
        let dotted_word = previous.is_sign('.')
            && head.start.checked_sub(2).is_some_and(|at| self.tokens[at].is_word());
        let clock = previous.is_sign(':')
            && head.start.checked_sub(2).is_some_and(|at| self.tokens[at].is_numeral());
        let counted = is_counting_word(previous.text);
        let fits = !touches || follows_quantity || dotted_word || counted || (allowed && !clock);
        fits.then_some(head)
    }

    /// Whether a hyphen joins this numeral to a number before it.
    fn joins_range(&self, at: usize) -> bool {
        let hyphen = at.checked_sub(1).is_some_and(|at| self.tokens[at].is_one_of("-‐"));
        let before = at.checked_sub(2).map(|at| &self.tokens[at]);
        // A word before the hyphen (PG-13) makes the number part of a name, unless the word is
        // the unit or multiplier of a number (20k-30k).
        let word_is_unit = at.checked_sub(3).is_some_and(|number| {
            self.tokens[number].is_numeral() && !self.tokens[number + 1].spaced
        });
        hyphen
            && before.is_some_and(|token| {
                token.is_numeral()
                    || (token.is_word() && word_is_unit)
                    || token.text.chars().next().is_some_and(|c| currency::is_sign(c) || c == '%')
            })
    }

    fn take_sign(&self, head: &mut Head) {
        let Some(at) = head.start.checked_sub(1) else { return };
        let sign = &self.tokens[at];
        let touches = !self.tokens[head.start].spaced;
        let free = sign.spaced
            || at.checked_sub(1).is_some_and(|at| {
                let token = &self.tokens[at];
                token.is_one_of("([:=~≈<>≤≥|")
                    || token.text.chars().next().is_some_and(currency::is_sign)
            });
        let opens_text = at == 0;
        let minus = match sign.kind {
            Kind::Sign('-' | '﹣' | '－') => touches && free,
            Kind::Sign('−') => free && (touches || opens_text),
            Kind::Sign('–') => touches && opens_text,
            _ => false,
        };
        if minus && !head.negative {
            *head = Head { start: at, negative: true, ..*head };
        } else if sign.is_sign('+') && touches && free {
            head.start = at;
        }
    }

    fn take_money(&self, head: &mut Head) {
        let Some(at) = head.start.checked_sub(1) else { return };
        let token = &self.tokens[at];
        let letters = at
            .checked_sub(1)
            .map(|at| &self.tokens[at])
            .filter(|word| word.is_word() && !token.spaced);
        if let Some(sign) = token.text.chars().next().filter(|c| currency::is_sign(*c)) {
            // `US$`: if these letters have no currency of their own, they are a label before the sign.
            let with_letters =
                letters.and_then(|word| currency::by_sign(Some(word.text), sign, self.language));
            let money = with_letters.or_else(|| currency::by_sign(None, sign, self.language));
            if money.is_some() {
                head.start = at - usize::from(with_letters.is_some());
                head.money = money;
            }
        } else if token.is_word() {
            self.take_money_word(head, at);
        } else if token.is_sign('.')
            && let Some(word) = letters
            && let Some(money) = currency::by_word(word.text, self.language)
        {
            (head.start, head.money) = (at - 1, Some(money));
        }
    }

    fn take_money_word(&self, head: &mut Head, at: usize) {
        let token = &self.tokens[at];
        // In `20 USD 30` the code belongs to the number before it.
        let after_number = at.checked_sub(1).is_some_and(|at| self.tokens[at].is_numeral());
        if !after_number && let Some(money) = currency::by_word(token.text, self.language) {
            (head.start, head.money) = (at, Some(money));
            let letter = at.checked_sub(1).map(|at| self.tokens[at].text).filter(|_| !token.spaced);
            let exponent = match letter {
                Some("k" | "K" | "T") => 3,
                Some("M") => 6,
                _ => return,
            };
            (head.start, head.exponent) = (at - 1, exponent);
        }
    }
}

/// Words that touch a number in East Asian scripts and say how it was counted: "about", "in total".
fn is_counting_word(word: &str) -> bool {
    matches!(
        word.chars().next_back(),
        Some('約' | '约' | '计' | '計' | '共' | '总' | '總' | '総' | '达' | '達' | '약' | '총')
    )
}
