//! Fractions and powers of ten that belong to a number.

use rust_decimal::Decimal;

use super::numeral;
use super::quantity::QuantityReader;

impl QuantityReader<'_> {
    /// `10⁶` and `10^6` by themselves.
    pub(crate) fn bare_power(&self, at: usize) -> Option<(Decimal, usize)> {
        if self.token(at)?.text != "10" {
            return None;
        }
        let caret = self.touching(at + 1).is_some_and(|token| token.is_sign('^'));
        let (exponent, end) = if caret {
            let digits = self.touching(at + 2).filter(|token| token.is_numeral())?;
            (digits.text.parse().ok()?, at + 3)
        } else {
            self.raised(at + 1)?
        };
        numeral::scaled(Decimal::ONE, exponent).map(|value| (value, end))
    }

    /// `½` or ` 1/2` after a whole number.
    pub(crate) fn fraction(&self, at: usize) -> Option<(Decimal, usize)> {
        let vulgar = |c: char| {
            let (n, d) = match c {
                '½' => (1, 2),
                '¼' => (1, 4),
                '¾' => (3, 4),
                '⅛' => (1, 8),
                '⅜' => (3, 8),
                '⅝' => (5, 8),
                '⅞' => (7, 8),
                '⅓' => (1, 3),
                '⅔' => (2, 3),
                '⅕' => (1, 5),
                '⅖' => (2, 5),
                '⅗' => (3, 5),
                '⅘' => (4, 5),
                '⅙' => (1, 6),
                _ => return None,
            };
            Decimal::from(n).checked_div(Decimal::from(d))
        };
        let token = self.token(at)?;
        if let Some(value) = token.text.chars().next().and_then(vulgar) {
            return Some((value, at + 1));
        }
        let [over, slash, under] = self.tokens.get(at..at + 3)? else { return None };
        let joined = over.is_numeral() && slash.is_sign('/') && !slash.spaced && !under.spaced;
        let denominator: u32 = under.text.parse().ok().filter(|d| [2, 4, 8, 16, 32].contains(d))?;
        let numerator: u32 = over.text.parse().ok().filter(|n| *n > 0 && *n < denominator)?;
        joined
            .then(|| Decimal::from(numerator).checked_div(Decimal::from(denominator)))
            .flatten()
            .map(|value| (value, at + 3))
    }

    /// `× 10^6`, `x 10⁶`, `·10^-3`.
    pub(crate) fn power_of_ten(&self, at: usize) -> Option<(i32, usize)> {
        let times = self.token(at)?;
        if !(times.is_one_of("×·*") || matches!(times.text, "x" | "X")) {
            return None;
        }
        let ten = self.token(at + 1).filter(|token| token.text == "10")?;
        let sign = self.touching(at + 2).filter(|_| ten.is_numeral())?;
        if sign.is_sign('^') {
            let negative = self.token(at + 3)?.is_one_of("-−");
            let digits = self.token(at + 3 + usize::from(negative))?;
            let exponent: i32 = digits.text.parse().ok()?;
            let next = at + 4 + usize::from(negative);
            return Some((if negative { -exponent } else { exponent }, next));
        }
        self.raised(at + 2)
    }

    /// The exponent that superscript digits state, and the token after them.
    pub(crate) fn raised(&self, mut at: usize) -> Option<(i32, usize)> {
        let (mut digits, mut negative) = (String::new(), false);
        while let Some(token) = self.touching(at).filter(|token| is_superscript(token.text)) {
            for c in token.text.chars() {
                match superscript(c) {
                    Some(digit) => digits.extend(char::from_digit(digit, 10)),
                    None => negative = true,
                }
            }
            at += 1;
        }
        let exponent: i32 = digits.parse().ok()?;
        Some((if negative { -exponent } else { exponent }, at))
    }

    /// The token after the superscript digits of a reference: `12,876¹`.
    pub(crate) fn after_reference(&self, at: usize) -> usize {
        self.raised(at).map_or(at, |(_, next)| next)
    }
}

fn is_superscript(text: &str) -> bool {
    text.chars().all(|c| c == '⁻' || superscript(c).is_some())
}

fn superscript(c: char) -> Option<u32> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|known| known == c).and_then(|at| u32::try_from(at).ok())
}
