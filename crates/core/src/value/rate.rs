//! What an amount of money is paid for: `€/kg`, "per month", "pro Stück".

use super::number_rules::Rate;
use super::quantity::QuantityReader;
use super::unit::{Dimension, Hint, Unit, lookup};

/// Words between an amount of money and what it is paid for: "3 € le kg", "5 € a month".
const LINKS: [&str; 14] =
    ["per", "pro", "je", "par", "por", "al", "le", "la", "el", "the", "a", "an", "each", "cada"];

impl QuantityReader<'_> {
    /// The rate that the tokens after an amount of money state, and the token after them.
    pub(crate) fn rate(&self, money: &Unit, at: usize) -> Option<(Rate, usize)> {
        if !matches!(money.dimension, Dimension::Currency(_)) {
            return None;
        }
        let link = self.token(at)?;
        let bracket = link.is_sign('(');
        let linked_at = at + usize::from(bracket);
        let link = self.token(linked_at)?;
        if let Some(symbol) = adverb(&link.text.to_lowercase()) {
            return Some((Rate::Period(symbol), linked_at + 1));
        }
        let linked = link.is_sign('/') || LINKS.contains(&link.text.to_lowercase().as_str());
        if !linked {
            return None;
        }
        // `€2.50 / 100 g`.
        let counted = self.token(linked_at + 1).is_some_and(super::token::Token::is_numeral);
        let unit_at = linked_at + 1 + usize::from(counted);
        let word = self.token(unit_at).filter(|token| token.is_word())?;
        let rate =
            if word.text.eq_ignore_ascii_case("night") || word.text.eq_ignore_ascii_case("nacht") {
                Rate::Period("d")
            } else {
                let unit = lookup(word.text, Hint::default())?;
                match unit.dimension {
                    Dimension::Time | Dimension::Calendar => Rate::Period(unit.symbol),
                    Dimension::Currency(_) | Dimension::Ratio => return None,
                    _ => Rate::Amount(unit),
                }
            };
        Some((rate, unit_at + 1))
    }
}

fn adverb(word: &str) -> Option<&'static str> {
    Some(match word {
        "pcm" | "monthly" | "monatlich" | "mensuel" | "mensuels" | "mensuales" | "mensili"
        | "mensais" => "mo",
        "pw" | "weekly" | "wöchentlich" => "wk",
        "yearly" | "annually" | "jährlich" => "yr",
        "hourly" => "h",
        "daily" | "nightly" => "d",
        _ => return None,
    })
}
