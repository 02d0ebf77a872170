//! The quantities of a short text: each number with its sign, multiplier, unit and qualifier.

use rust_decimal::Decimal;

use super::Qualifier;
use super::currency;
use super::head::Head;
use super::language::Language;
use super::multiplier;
use super::numeral;
use super::qualifier;
use super::token::{Kind, Token};
use super::unit::{Dimension, Hint, Unit, lookup};

/// The unit beside a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UnitMatch {
    /// None.
    Nothing,
    /// A unit of the table.
    Known(&'static Unit),
    /// A word directly after the number that may be an unknown unit.
    Word(String),
}

/// One number of a text and everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) value: Decimal,
    pub(crate) unit: UnitMatch,
    pub(crate) qualifier: Option<Qualifier>,
    /// The power of ten of a multiplier word, already applied.
    pub(crate) exponent: i32,
    /// How many brackets are open around it.
    pub(crate) depth: u8,
    /// The first of its tokens, which reach from the sign or currency to the unit.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Number of digits as written, without separators, sign or multiplier: four digits may be a year.
    pub(crate) plain_digits: usize,
}

impl Quantity {
    pub(crate) fn known_unit(&self) -> Option<&'static Unit> {
        match self.unit {
            UnitMatch::Known(unit) => Some(unit),
            _ => None,
        }
    }

    pub(crate) fn dimension(&self) -> Option<Dimension> {
        self.known_unit().map(|unit| unit.dimension)
    }

    /// A bare whole number from 1500 to 2100, written without separator.
    pub(crate) fn may_be_year(&self) -> bool {
        self.plain_digits == 4
            && self.known_unit().is_none()
            && self.exponent == 0
            && self.value >= Decimal::from(1500)
            && self.value <= Decimal::from(2100)
    }
}

/// A number, or a part of something longer that is not a number: a date, a version, `12B-3`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Quantity(Quantity),
    Broken { depth: u8, start: usize, end: usize },
}

/// Reads the quantities of a tokenised text, from left to right.
pub(crate) struct QuantityReader<'t> {
    pub(crate) tokens: &'t [Token<'t>],
    pub(crate) language: Language,
    pub(crate) wanted: Option<Dimension>,
}

impl QuantityReader<'_> {
    pub(crate) fn items(&self) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if !self.tokens[at].is_numeral() {
                at += 1;
                continue;
            }
            let before = items.last().and_then(|item| match item {
                Item::Quantity(quantity) => Some(quantity),
                Item::Broken { .. } => None,
            });
            let item = match self.quantity(at, before) {
                Some(quantity) => Item::Quantity(quantity),
                None => self.broken(at),
            };
            at = match &item {
                Item::Quantity(quantity) => quantity.end,
                Item::Broken { end, .. } => *end,
            };
            items.push(item);
        }
        items
    }

    pub(crate) fn token(&self, at: usize) -> Option<&Token<'_>> {
        self.tokens.get(at)
    }

    pub(crate) fn touching(&self, at: usize) -> Option<&Token<'_>> {
        self.token(at).filter(|token| !token.spaced)
    }

    /// The rest of a run without spaces around this numeral.
    fn broken(&self, at: usize) -> Item {
        let mut end = at + 1;
        while self.touching(end).is_some_and(|token| !token.is_one_of("()[],;")) {
            end += 1;
        }
        Item::Broken { depth: self.tokens[at].depth, start: at, end }
    }

    fn quantity(&self, at: usize, before: Option<&Quantity>) -> Option<Quantity> {
        let numeral = self.token(at)?;
        let head = self.head(at, before)?;
        let mut value = numeral::parse_numeral(numeral.text, self.numeral_language(&head))?;
        let mut end = at + 1;
        if let Some((fraction, after)) = self.fraction(end) {
            value = value.checked_add(fraction)?;
            end = after;
        }
        if let Some((exponent, after)) = self.power_of_ten(end) {
            value = numeral::scaled(value, exponent)?;
            end = after;
        }
        let setting = multiplier::MultiplierContext {
            language: self.language,
            wanted: self.wanted,
            money: head.money.is_some(),
        };
        let mut exponent = 0;
        if let Some((found, after)) = multiplier::read(self.tokens, end, setting) {
            (exponent, end) = (found, after);
            value = numeral::scaled(value, exponent)?;
        }
        let previous = before.and_then(Quantity::dimension);
        let (unit, mut end) = self.unit(end, exponent > 0, head.money, previous);
        let plus = self.token(end).is_some_and(|token| token.is_sign('+') && !token.spaced);
        end += usize::from(plus);
        self.closes(end)?;
        if self.is_ordinal_or_decade(at, &unit) {
            return None;
        }
        let value = if head.negative { -value } else { value };
        let stated = qualifier::find_around(self.tokens, head.start, end);
        Some(Quantity {
            value: value.normalize(),
            unit,
            qualifier: if plus { Some(Qualifier::AtLeast) } else { stated },
            exponent,
            depth: numeral.depth,
            start: head.start,
            end,
            plain_digits: if numeral.text.bytes().all(|b| b.is_ascii_digit()) {
                numeral.text.len()
            } else {
                0
            },
        })
    }

    /// On a page without a language, the dot in `€1.234` groups thousands: no price has three decimals,
    /// and most countries with the euro write it like that.
    fn numeral_language(&self, head: &Head) -> Language {
        let euro = head.money.is_some_and(|unit| unit.symbol == "EUR");
        if euro && self.language == Language::default() {
            Language::from_tag(Some("de"))
        } else {
            self.language
        }
    }

    /// The unit at this token; a currency before the number takes precedence over what follows it.
    fn unit(
        &self,
        at: usize,
        multiplied: bool,
        money: Option<&'static Unit>,
        before: Option<Dimension>,
    ) -> (UnitMatch, usize) {
        let start = if multiplied { self.skip_of(at) } else { at };
        let found = self.longest_unit(start, Hint { wanted: self.wanted, before });
        match (money, found) {
            (Some(money), Some((unit, end)))
                if matches!(unit.dimension, Dimension::Currency(_)) =>
            {
                // `$1,299 CAD`: the code is more specific than the sign.
                let sure = if unit.symbol == "USD" && money.symbol != "USD" { money } else { unit };
                (UnitMatch::Known(sure), end)
            }
            (Some(money), _) => (UnitMatch::Known(money), at),
            (None, Some((unit, end))) => self.per_something(unit, start, end),
            (None, None) => (self.following_word(start), at),
        }
    }

    /// `5 kg/m³` is not in kilograms; money per month is still money.
    fn per_something(&self, unit: &'static Unit, start: usize, end: usize) -> (UnitMatch, usize) {
        let money = matches!(unit.dimension, Dimension::Currency(_) | Dimension::Ratio);
        let per = self.token(end).is_some_and(|token| {
            let slash = token.is_sign('/') && !self.token(end + 1).is_some_and(Token::is_numeral);
            (slash && !token.spaced) || matches!(token.text, "per" | "pro" | "par" | "por")
        });
        if per && !money {
            let whole: String = self.tokens[start..(end + 2).min(self.tokens.len())]
                .iter()
                .map(|token| token.text)
                .collect();
            return (UnitMatch::Word(whole), end);
        }
        (UnitMatch::Known(unit), end)
    }

    fn skip_of(&self, at: usize) -> usize {
        match self.token(at).map(|token| token.text) {
            Some("de" | "of" | "di") => at + 1,
            Some("d") if self.token(at + 1).is_some_and(|token| token.is_one_of("'’")) => at + 2,
            _ => at,
        }
    }

    fn longest_unit(&self, at: usize, hint: Hint) -> Option<(&'static Unit, usize)> {
        const LONGEST: usize = 8;
        let hyphen = self.touching(at).is_some_and(|token| token.is_one_of("-‑"))
            && self.touching(at + 1).is_some_and(Token::is_word);
        let start = at + usize::from(hyphen);
        let depth = self.token(start)?.depth;
        let mut spelling = String::new();
        let mut best = None;
        for (offset, token) in self.tokens[start..].iter().take(LONGEST).enumerate() {
            let is_power = !token.spaced && matches!(token.text, "2" | "3" | "100");
            let is_part = token.is_word()
                || token.is_one_of("%‰／/^.-'’\"″′”“℃℉٪％")
                || token.text.chars().next().is_some_and(currency::is_sign)
                || (offset > 0 && is_power)
                || token.text == "100" && spelling.ends_with('/');
            // The sign in `$10 – $20` opens the next number.
            let opens_next = token.text.chars().next().is_some_and(currency::is_sign)
                && self.touching(start + offset + 1).is_some_and(Token::is_numeral);
            let dash = token.is_sign('-') && token.spaced;
            if !is_part || opens_next || dash || token.depth != depth {
                break;
            }
            let parts_words = token.spaced || token.is_one_of(".-");
            if parts_words
                && !spelling.is_empty()
                && !spelling.ends_with([' ', '/'])
                && !token.is_sign('/')
            {
                spelling.push(' ');
            }
            if !token.is_one_of(".-^") {
                spelling.push_str(token.text);
            }
            let end = start + offset + 1;
            let joins = token.is_one_of(".-^");
            if !joins
                && let Some(unit) = self.unit_of(spelling.trim_end(), hint)
                && self.is_whole(unit, end)
            {
                best = Some((unit, end));
            }
        }
        let (unit, end) = best?;
        let dot = self.touching(end).is_some_and(|token| token.is_sign('.'));
        Some((unit, end + usize::from(dot)))
    }

    fn unit_of(&self, spelling: &str, hint: Hint) -> Option<&'static Unit> {
        let mut signs = spelling.chars();
        if let (Some(sign), None) = (signs.next().filter(|c| currency::is_sign(*c)), signs.next()) {
            return currency::by_sign(None, sign, self.language);
        }
        lookup(spelling, hint).or_else(|| currency::by_word(spelling, self.language))
    }

    /// Whether the spelling that ends here is not the start of a longer word or of a phrase such as "12
    /// in stock".
    fn is_whole(&self, unit: &Unit, end: usize) -> bool {
        let last = &self.tokens[end - 1];
        let next = self.token(end);
        if last.is_word() && next.is_some_and(|next| !next.spaced && next.is_word()) {
            return false;
        }
        let preposition = unit.symbol == "in" && last.text == "in" && last.spaced;
        let measured = |word: &str| {
            ["tall", "high", "wide", "long", "deep", "thick", "x", "by", "or", "and", "to"]
                .contains(&word)
        };
        !preposition || next.is_none_or(|next| !next.is_word() || measured(next.text))
    }

    /// The word right after a number that is not in the table: a noun, or an unknown unit.
    fn following_word(&self, at: usize) -> UnitMatch {
        let hyphen = self.touching(at).is_some_and(|token| token.is_sign('-'));
        match self.token(at + usize::from(hyphen)) {
            Some(token) if token.is_word() => UnitMatch::Word(token.text.to_owned()),
            _ => UnitMatch::Nothing,
        }
    }

    /// `1st` is not a stone and `1990s` are not seconds, unless the column expects these units.
    fn is_ordinal_or_decade(&self, at: usize, unit: &UnitMatch) -> bool {
        let Some(word) = self.touching(at + 1).filter(|token| token.is_word()) else {
            return false;
        };
        let asked = matches!(unit, UnitMatch::Known(unit) if self.wanted == Some(unit.dimension));
        let decade = word.text == "s"
            && self.tokens[at].text.len() == 4
            && self.tokens[at].text.ends_with('0');
        !asked && (decade || matches!(word.text, "st" | "nd" | "rd" | "th"))
    }

    /// `None` if the number continues into something that is not a number: `12B`, `3rd`, `5.com`.
    fn closes(&self, end: usize) -> Option<()> {
        let Some(token) = self.touching(end) else { return Some(()) };
        let after = self.touching(end + 1);
        let closed = match token.kind {
            // `4x` is a factor. A unit may touch the number that follows it: `1h30`.
            Kind::Word => matches!(token.text, "x" | "X"),
            Kind::Numeral => end > 0 && !self.tokens[end - 1].is_numeral(),
            Kind::Sign('.' | ':') => after.is_none_or(|next| !next.is_word() && !next.is_numeral()),
            Kind::Sign('-' | '‑') => {
                after.is_none_or(|next| !next.is_word() || next.text.chars().count() > 1)
            }
            Kind::Sign('@' | '_' | '\\' | '#' | '&') => false,
            Kind::Sign(_) => true,
        };
        closed.then_some(())
    }
}
