//! Numbers: finds the quantity of a text that is meant, in the column's unit.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::currency;
use super::digits::ascii_digits;
use super::duration;
use super::fold::{fold, singular_word};
use super::ideographs;
use super::language::Language;
use super::measure::{self, Measure};
use super::number_rules::{self, Bound, Rate};
use super::number_words;
use super::numeral::scaled;
use super::plausible::is_plausible;
use super::quantity::{Item, Quantity, QuantityReader, UnitMatch};
use super::scale::{self, Surroundings};
use super::text;
use super::token::{Joining, Token, tokens};
use super::unit::{self, Dimension, Unit, convert_as_precise};
use super::{Locale, Parsed, Unparsed, Value};
use crate::column::Column;
use crate::marks::{Raised, without_marks};

/// No number with its unit and remarks is longer than this, in bytes.
const LONGEST: usize = 400;

/// Parses a cleaned text as a number of the column.
pub(crate) fn parse(cleaned: &str, column: &Column, locale: &Locale) -> Result<Parsed, Unparsed> {
    if cleaned.len() > LONGEST {
        return Err(Unparsed::NotANumber);
    }
    let cleaned = readable(cleaned, column, locale);
    // Only digits become numbers, and most runs of words have none.
    if !cleaned.contains(|c: char| c.is_ascii_digit()) {
        return Err(Unparsed::NotANumber);
    }
    let wanted = column.unit.as_deref().and_then(unit::unit_by_name);
    let surroundings = scale::read_surroundings(&locale.context, locale.language.as_deref());
    let wanted_exponent = scale::wanted_exponent(column);
    let choice = MeasureChoice { column, locale, wanted, surroundings, wanted_exponent };
    let parsed = choice.read(&cleaned)?;
    in_range(parsed, column)
}

/// The text without marks and footnotes, with the digits of all scripts and spelled numbers as ASCII
/// digits.
fn readable(cleaned: &str, column: &Column, locale: &Locale) -> String {
    let text = ascii_digits(cleaned);
    let text = if text.contains(['~', '^']) {
        let cents = text.contains(currency::is_sign) || number_rules::is_money(column);
        let raised = if cents { Raised::Cents } else { Raised::Reference };
        Cow::Owned(without_marks(&text, raised))
    } else {
        text
    };
    let text = text::without_footnotes(&text);
    if text.contains(|c: char| c.is_ascii_digit()) {
        return text;
    }
    let language = Language::from_tag(locale.language.as_deref());
    number_words::spelled_as_digits(&text, language)
        .or_else(|| ideographs::as_digits(&text))
        .unwrap_or(text)
}

/// Checks the quantity against the column's range.
fn in_range(parsed: Parsed, column: &Column) -> Result<Parsed, Unparsed> {
    if let Value::Number(number) = parsed.value {
        let below = column.minimum.is_some_and(|minimum| number < minimum);
        let above = column.maximum.is_some_and(|maximum| number > maximum);
        if below || above || !is_plausible(number, column) {
            return Err(Unparsed::OutOfRange(number));
        }
    }
    Ok(parsed)
}

struct MeasureChoice<'a> {
    column: &'a Column,
    locale: &'a Locale,
    wanted: Option<&'static Unit>,
    /// What other places of the page state about the number.
    surroundings: Surroundings,
    /// The power of ten in which the column wants its numbers.
    wanted_exponent: i32,
}

impl MeasureChoice<'_> {
    fn read(&self, cleaned: &str) -> Result<Parsed, Unparsed> {
        if let Some((amount, unit)) = self.time_notation(cleaned) {
            return self.single_value(&Measure::exactly(amount, unit));
        }
        let (inside, negative) = self.accounting_sign(cleaned);
        let inside = inside.trim_end_matches(['*', '†', '‡']);
        let tokens = tokens(inside, Joining::Separators);
        let reader = QuantityReader {
            tokens: &tokens,
            language: Language::from_tag(self.locale.language.as_deref()),
            wanted: self.wanted.map(|unit| unit.dimension),
        };
        let quantities = whole_numbers(reader.items(), &tokens)?;
        let mut measures = measure::combine(quantities, &tokens);
        self.apply_scale(&mut measures)?;
        if negative {
            measures.iter_mut().for_each(Measure::negate);
        }
        match self.wanted {
            Some(wanted) => self.in_unit(wanted, &measures, &tokens),
            None => self.as_written(&measures, &tokens),
        }
    }

    /// Brackets around the whole text mean a negative number in accounts: `(1,200)`, `$(1,200)`. Elsewhere
    /// they are only brackets: `(84 ft)`.
    fn accounting_sign<'t>(&self, text: &'t str) -> (&'t str, bool) {
        let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let Some(inside) = inside.filter(|inside| !inside.contains(['(', ')'])) else {
            return (text, false);
        };
        // A remark in brackets is not an accounting notation.
        let words = inside.chars().filter(|c| c.is_alphabetic()).count();
        let account = inside.chars().any(|c| c.is_ascii_digit())
            && words <= 3
            && (number_rules::is_money(self.column)
                || inside.contains(currency::is_sign)
                || self.is_bare_account(inside));
        if account { (inside, true) } else { (text, false) }
    }

    /// Digits alone, in a column that says neither what it counts nor in which unit.
    fn is_bare_account(&self, inside: &str) -> bool {
        let digits =
            inside.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | ' '));
        digits && self.column.unit.is_none() && !number_rules::is_count(self.column)
    }

    /// Multiplies the numbers by the scale that the page states for them, unless the text has its own.
    fn apply_scale(&self, measures: &mut [Measure]) -> Result<(), Unparsed> {
        let is_scaled = measures.iter().any(|measure| measure.exponent != 0);
        let stated = self.surroundings.scale.as_ref().filter(|_| !is_scaled);
        if let Some(scale) =
            stated.filter(|scale| scale.unit.is_none_or(|unit| self.may_measure(unit)))
        {
            for measure in measures.iter_mut().filter(|measure| measure.parts == 1) {
                let fits = match &measure.unit {
                    UnitMatch::Nothing => true,
                    UnitMatch::Known(unit) => scale.is_about(unit),
                    UnitMatch::Word(word) => self.is_no_unit(word) || scale.counts(word),
                };
                if fits {
                    measure.scale_by(scale.exponent).ok_or(Unparsed::NotANumber)?;
                    measure.exponent = scale.exponent;
                }
            }
        }
        Ok(())
    }

    /// Reads ISO 8601 durations, and clocks of hours, minutes and seconds if the column is a time.
    fn time_notation(&self, cleaned: &str) -> Option<(Decimal, &'static Unit)> {
        duration::parse_iso_duration(cleaned).or_else(|| {
            let time = self.wanted.is_some_and(|unit| unit.dimension == Dimension::Time);
            time.then(|| duration::parse_clock_duration(cleaned)).flatten()
        })
    }

    fn in_unit(
        &self,
        wanted: &'static Unit,
        measures: &[Measure],
        tokens: &[Token<'_>],
    ) -> Result<Parsed, Unparsed> {
        let fits = |measure: &&Measure| measure.dimension() == Some(wanted.dimension);
        let convertible: Vec<&Measure> = measures.iter().filter(fits).collect();
        if convertible.is_empty() {
            return match measures {
                [only] => self.single_value(only),
                // "27 city / 36 highway" under a header that names the unit.
                _ => self.beside_own_noun(measures, tokens),
            };
        }
        // A value that the page gives in the column's unit is more reliable than one that the page
        // converted.
        let exact: Vec<&Measure> = convertible
            .iter()
            .copied()
            .filter(|measure| measure.unit().is_some_and(|unit| unit.symbol == wanted.symbol))
            .collect();
        let kept = if exact.is_empty() { convertible } else { exact };
        match self.the_one(&kept, tokens) {
            Some(measure) => self.single_value(measure),
            None => Err(Unparsed::NotANumber),
        }
    }

    fn beside_own_noun(
        &self,
        measures: &[Measure],
        tokens: &[Token<'_>],
    ) -> Result<Parsed, Unparsed> {
        let all: Vec<&Measure> = measures.iter().collect();
        match measure::beside_noun(&all, tokens, &nouns(self.column)) {
            Some(measure) => self.single_value(measure),
            None => Err(Unparsed::NotANumber),
        }
    }

    fn as_written(&self, measures: &[Measure], tokens: &[Token<'_>]) -> Result<Parsed, Unparsed> {
        let all: Vec<&Measure> = measures.iter().collect();
        match self.the_one(&all, tokens) {
            Some(measure) => self.single_value(measure),
            None => Err(Unparsed::NotANumber),
        }
    }

    /// The measure that is meant: the only one, the first if the others state the same amount, or the one
    /// beside which the column's own noun occurs.
    fn the_one<'m>(&self, measures: &[&'m Measure], tokens: &[Token<'_>]) -> Option<&'m Measure> {
        let (first, rest) = measures.split_first()?;
        if rest.iter().all(|other| first.is_equivalent(other)) {
            return Some(first);
        }
        measure::beside_noun(measures, tokens, &nouns(self.column))
    }

    /// The value of one measure in the column's unit.
    fn single_value(&self, measure: &Measure) -> Result<Parsed, Unparsed> {
        self.refuse_other_kind(measure)?;
        let number = |amount| {
            self.in_wanted(amount, measure).and_then(|amount| self.in_wanted_scale(amount, measure))
        };
        let (mut amount, mut qualifier) = (measure.low, measure.qualifier);
        if let Some(high) = measure.high {
            match number_rules::range_bound(self.column) {
                Some(Bound::Low) => qualifier = None,
                Some(Bound::High) => (amount, qualifier) = (high, None),
                None => {
                    return Err(Unparsed::Range {
                        low: number(measure.low)?.normalize(),
                        high: number(high)?.normalize(),
                    });
                }
            }
        }
        // Without a unit in the column, "6 ft 5 in" is not one number.
        if measure.parts > 1 && self.wanted.is_none() {
            return Err(Unparsed::NotANumber);
        }
        let value = Value::Number(number(amount)?.normalize());
        Ok(Parsed { value, qualifier })
    }

    /// Refuses shares and money where things are counted, and amounts per kilogram or per month where the
    /// column asks for the whole.
    fn refuse_other_kind(&self, measure: &Measure) -> Result<(), Unparsed> {
        let refused = |found: String| Unparsed::Unit {
            found,
            wanted: self.column.unit.clone().unwrap_or_else(|| self.column.name.clone()),
        };
        let dimension = measure.dimension();
        let kind_of_share = matches!(dimension, Some(Dimension::Ratio | Dimension::Currency(_)));
        let symbol = measure.unit().map_or("", |unit| unit.symbol);
        if kind_of_share && number_rules::is_count(self.column) {
            return Err(refused(symbol.to_owned()));
        }
        let Some(rate) = &measure.rate else { return Ok(()) };
        let (per, other) = match rate {
            Rate::Amount(unit) => (unit.symbol, true),
            Rate::Period(period) => (
                *period,
                number_rules::is_price(self.column)
                    || number_rules::asks_for_other_period(self.column, period),
            ),
        };
        if other && !number_rules::asks_for_rate(self.column, rate) {
            return Err(refused(format!("{symbol} per {per}")));
        }
        Ok(())
    }

    fn in_wanted(&self, amount: Decimal, measure: &Measure) -> Result<Decimal, Unparsed> {
        let Some(wanted) = self.wanted else {
            return self.in_unknown_unit(amount, measure);
        };
        let refused = |found: &str| Unparsed::Unit {
            found: found.to_owned(),
            wanted: self.column.unit.clone().unwrap_or_else(|| wanted.symbol.to_owned()),
        };
        match &measure.unit {
            UnitMatch::Known(unit) => convert_as_precise(amount, unit, wanted, measure.digits)
                .ok_or_else(|| refused(unit.symbol)),
            UnitMatch::Word(word) if !self.is_no_unit(word) => Err(refused(word)),
            UnitMatch::Word(_) | UnitMatch::Nothing => match self.stated_unit() {
                None => Ok(amount),
                Some(label) => {
                    let unit = unit::unit_by_name(label).ok_or_else(|| refused(label))?;
                    convert_as_precise(amount, unit, wanted, measure.digits)
                        .ok_or_else(|| refused(label))
                }
            },
        }
    }

    /// The number in the scale that the column's description asks for. A small number without a scale is
    /// already in it.
    fn in_wanted_scale(&self, amount: Decimal, measure: &Measure) -> Result<Decimal, Unparsed> {
        let exponent = self.wanted_exponent;
        let is_small = || scaled(Decimal::ONE, exponent).is_some_and(|power| amount.abs() < power);
        if exponent == 0 || measure.exponent == 0 && is_small() {
            return Ok(amount);
        }
        scaled(amount, -exponent).ok_or(Unparsed::NotANumber)
    }

    /// The unit that the label names, or else other places of the page.
    fn stated_unit(&self) -> Option<&str> {
        let elsewhere = || {
            let unit = self.surroundings.unit.filter(|unit| self.may_measure(unit))?;
            Some(unit.symbol)
        };
        self.locale.unit.as_deref().or_else(elsewhere)
    }

    /// Whether a unit that is stated elsewhere can be the number's: the column's numbers are of its
    /// dimension, or of another currency.
    fn may_measure(&self, unit: &Unit) -> bool {
        let is_money = |unit: &Unit| matches!(unit.dimension, Dimension::Currency(_));
        self.wanted.is_none_or(|wanted| {
            wanted.dimension == unit.dimension || is_money(wanted) && is_money(unit)
        })
    }

    /// Whether a word after a number is not a unit: a word such as "high", or the column's own noun.
    fn is_no_unit(&self, word: &str) -> bool {
        measure::is_neutral(word)
            || nouns(self.column).iter().any(|noun| noun == singular_word(&fold(word)))
    }

    /// A column whose unit is unknown ("people") takes numbers without a known unit, and a count takes none
    /// that measures something: "covers 90 feet" is no number of pieces.
    fn in_unknown_unit(&self, amount: Decimal, measure: &Measure) -> Result<Decimal, Unparsed> {
        match (&self.column.unit, &measure.unit) {
            (None, UnitMatch::Known(unit))
                if unit.is_physical() && number_rules::is_count(self.column) =>
            {
                Err(Unparsed::Unit { found: unit.symbol.to_owned(), wanted: "a count".to_owned() })
            }
            (Some(wanted), UnitMatch::Known(unit)) if !wanted.trim().is_empty() => {
                Err(Unparsed::Unit { found: unit.symbol.to_owned(), wanted: wanted.clone() })
            }
            _ => Ok(amount),
        }
    }
}

/// The quantities of a text in which every number is whole; only remarks in brackets may hold pieces of
/// something longer.
fn whole_numbers(items: Vec<Item>, tokens: &[Token<'_>]) -> Result<Vec<Quantity>, Unparsed> {
    let mut quantities = Vec::new();
    for item in items {
        match item {
            Item::Quantity(quantity) => quantities.push(quantity),
            Item::Broken { depth: 0, start, .. } if !in_date_remark(tokens, start) => {
                return Err(Unparsed::NotANumber);
            }
            Item::Broken { .. } => {}
        }
    }
    if quantities.is_empty() || measure::multiplied_together(&quantities, tokens) {
        return Err(Unparsed::NotANumber);
    }
    Ok(quantities)
}

/// Whether the preceding words state when the number was counted: "as of 31.12.2020".
fn in_date_remark(tokens: &[Token<'_>], at: usize) -> bool {
    at > 0 && measure::is_date_word(tokens, at)
}

/// The words of the column's name that can occur beside its number.
fn nouns(column: &Column) -> Vec<String> {
    const SAY_NOTHING: [&str; 12] = [
        "number", "count", "total", "of", "the", "no", "in", "amount", "is", "has", "value", "num",
    ];
    fold(&column.name)
        .split(' ')
        .filter(|word| !word.is_empty() && !SAY_NOTHING.contains(word))
        .map(|word| singular_word(word).to_owned())
        .collect()
}
