//! The quantities of a short text: each number with its sign, multiplier, unit and qualifier.

use rust_decimal::Decimal;

use super::Qualifier;
use super::currency;
use super::head::Head;
use super::language::Language;
use super::multiplier::{self, Multiplied, MultiplierContext};
use super::number_rules::Rate;
use super::numeral;
use super::qualifier;
use super::token::{Kind, Token, is_hangul, is_ideographic_multiplier};
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
    /// Number of digits as written: the precision of the source.
    pub(crate) digits: usize,
    /// What an amount of money is paid for.
    pub(crate) rate: Option<Rate>,
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
        let language = self.numeral_language(&head);
        let (value, exponent, end) = self.number(at, &head, language)?;
        let previous = before.and_then(Quantity::dimension);
        let (unit, mut end) = self.unit(end, exponent > 0, head.money, previous);
        let rate = match &unit {
            UnitMatch::Known(unit) => self.rate(unit, end),
            _ => None,
        };
        if let Some((_, after)) = &rate {
            end = *after;
        }
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
            rate: rate.map(|(rate, _)| rate),
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
            digits: significant_digits(numeral.text),
        })
    }

    /// The number at a numeral with its fraction, power of ten and multipliers: its value, the power of
    /// ten of its first multiplier, and the token after it.
    fn number(&self, at: usize, head: &Head, language: Language) -> Option<(Decimal, i32, usize)> {
        let numeral = self.token(at)?;
        if let Some((value, end)) = self.bare_power(at) {
            return Some((value, 0, end));
        }
        let mut value = numeral::parse_numeral(numeral.text, language)?;
        let mut end = at + 1;
        if let Some((fraction, after)) = self.fraction(end) {
            value = value.checked_add(fraction)?;
            end = after;
        }
        end = self.after_reference(end);
        if let Some((exponent, after)) = self.power_of_ten(end) {
            value = numeral::scaled(value, exponent)?;
            end = after;
        }
        let setting = self.multiplier_context(head.money);
        let mut exponent = head.exponent;
        match multiplier::read(self.tokens, end, setting) {
            Multiplied::No => {}
            Multiplied::Unclear => return None,
            Multiplied::Power { exponent: found, next } => {
                (exponent, end) = (exponent + found, next);
            }
        }
        value = numeral::scaled(value, exponent)?;
        let mut smallest = exponent;
        while let Some((part, power, after)) = self.lower_part(end, smallest, language, setting) {
            value = value.checked_add(part)?;
            (smallest, end) = (power, after);
        }
        Some((value, exponent, end))
    }

    fn multiplier_context(&self, money: Option<&'static Unit>) -> MultiplierContext {
        MultiplierContext {
            language: self.language,
            wanted: self.wanted,
            money: money.map(|unit| unit.symbol),
        }
    }

    /// What a smaller power of ten adds: the `3000万` of `12億3000万`, the "20 lakh" of "1 crore 20 lakh".
    fn lower_part(
        &self,
        at: usize,
        exponent: i32,
        language: Language,
        setting: MultiplierContext,
    ) -> Option<(Decimal, i32, usize)> {
        if exponent < 2 {
            return None;
        }
        let numeral = self.token(at).filter(|token| token.is_numeral())?;
        let value = numeral::parse_numeral(numeral.text, language)?;
        let (power, end) = match multiplier::read(self.tokens, at + 1, setting) {
            Multiplied::Power { exponent, next } => (exponent, next),
            Multiplied::Unclear => return None,
            // `1万2345`; with a space only in Korean, which has spaces inside its numbers.
            Multiplied::No => {
                let ideographic = self.tokens[at - 1].text.chars().all(is_ideographic_multiplier);
                let joined = !numeral.spaced || self.tokens[at - 1].text.chars().all(is_hangul);
                (ideographic && joined).then_some((0, at + 1))?
            }
        };
        let part = numeral::scaled(value, power)?;
        let fits = power < exponent && part < numeral::scaled(Decimal::ONE, exponent)?;
        fits.then_some((part, power, end))
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

    /// `5 kg/m³` is not in kilograms; money per month is still money. Percentage points are no percentage.
    fn per_something(&self, unit: &'static Unit, start: usize, end: usize) -> (UnitMatch, usize) {
        let money = matches!(unit.dimension, Dimension::Currency(_) | Dimension::Ratio);
        let per = self.token(end).is_some_and(|token| {
            let slash = token.is_sign('/') && !self.token(end + 1).is_some_and(Token::is_numeral);
            (slash && !token.spaced) || matches!(token.text, "per" | "pro" | "par" | "por")
        });
        let points = unit.dimension == Dimension::Ratio
            && self.token(end).is_some_and(|token| matches!(token.text, "point" | "points"));
        if points {
            return (UnitMatch::Word("percentage points".to_owned()), end);
        }
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
            Kind::Word => matches!(token.text, "x" | "X") || is_counter(token.text),
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

/// The number of digits without leading zeros.
fn significant_digits(numeral: &str) -> usize {
    let digits = numeral.bytes().filter(u8::is_ascii_digit);
    digits.skip_while(|digit| *digit == b'0').count()
}

/// Whether a word in a script without spaces counts what the number before it says: `人`, `명`. Years, dates,
/// clocks and ranks are no counts.
fn is_counter(word: &str) -> bool {
    const NO_COUNT: &str = "年月日号號時时分秒点點週周季度届屆期次番位級级班版代世紀纪條条章回年년월일시분초호번위회차세";
    let first = word.chars().next();
    first.is_some_and(|c| is_unspaced(c) && !NO_COUNT.contains(c))
}

/// Letters of scripts that are written without spaces between words, or after numbers.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e01}'..='\u{eff}')
}
