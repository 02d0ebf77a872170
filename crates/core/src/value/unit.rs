//! Units, and exact conversion between those of one dimension.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::currency;
use super::unit_table::UNITS;

/// What a unit measures. Units convert within one dimension only; every currency is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    Length,
    Area,
    Volume,
    Mass,
    /// Seconds to weeks, which have fixed lengths.
    Time,
    /// Months and years, which have no fixed number of days.
    Calendar,
    Speed,
    Power,
    Energy,
    Temperature,
    Data,
    DataRate,
    Frequency,
    Pressure,
    Fuel,
    Ratio,
    Currency(&'static str),
}

/// How a number in a unit is converted to the base unit of its dimension. Numbers are `(mantissa,
/// decimals)`, so that the table needs no parsing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// `(value + shift) × numerator ÷ denominator`.
    Linear { shift: (i64, u32), numerator: (i64, u32), denominator: (i64, u32) },
    /// `constant ÷ value`, as litres per distance are to distance per litre.
    Reciprocal { constant: (i64, u32) },
}

/// A unit and its spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The usual symbol.
    pub(crate) symbol: &'static str,
    pub(crate) dimension: Dimension,
    pub(crate) scale: Scale,
    /// Case-sensitive spellings (`MB` is not `Mb`).
    pub(crate) symbols: &'static [&'static str],
    /// Spellings in lower case without diacritics, in the singular if the plural adds an `s`.
    pub(crate) names: &'static [&'static str],
}

/// What the surroundings of a unit imply about which of several units with one spelling is meant.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hint {
    /// The dimension that the column expects.
    pub(crate) wanted: Option<Dimension>,
    /// The dimension of the number before, as in `1h 30m`.
    pub(crate) before: Option<Dimension>,
}

/// The unit of this spelling; the hint decides if several share it: `m` is a metre, but a minute after
/// hours.
pub(crate) fn lookup(spelling: &str, hint: Hint) -> Option<&'static Unit> {
    let canonical = canonical(spelling);
    let singular = canonical.strip_suffix('s').filter(|rest| rest.len() > 1);
    let named =
        |unit: &Unit| unit.names.iter().any(|name| *name == canonical || Some(*name) == singular);
    let asked = |unit: &Unit| [hint.wanted, hint.before].contains(&Some(unit.dimension));
    let one_letter = spelling.chars().count() == 1;
    let capitals = !one_letter && spelling.chars().all(char::is_uppercase);
    let any_case = |unit: &Unit| {
        // `LBS` is a pound, but `to` is not a terabyte, and a lone `M` is a metre only if a length is
        // expected.
        let may_differ = |symbol: &str| capitals && symbol.chars().all(char::is_lowercase);
        ((one_letter && asked(unit)) || capitals)
            && unit.symbols.iter().any(|symbol| {
                (one_letter || may_differ(symbol)) && symbol.to_lowercase() == canonical
            })
    };
    let all = || UNITS.iter().chain(currency::UNITS);
    let exact: Vec<_> = all().filter(|unit| unit.symbols.contains(&spelling)).collect();
    let loose: Vec<_> = all().filter(|unit| named(unit) || any_case(unit)).collect();
    let candidates = || exact.iter().chain(&loose).copied();
    candidates()
        .find(|unit| hint.before == Some(unit.dimension))
        .or_else(|| candidates().find(|unit| hint.wanted == Some(unit.dimension)))
        .or_else(|| candidates().next())
}

/// Lower case, without diacritics, with superscripts as digits; signs such as `/` and `%` stay.
fn canonical(spelling: &str) -> String {
    spelling
        .nfkd()
        .filter(|c| canonical_combining_class(*c) == 0)
        .flat_map(char::to_lowercase)
        .collect()
}

/// The unit that a column or a header names, such as `m`, `lbs`, `US dollars` or `%`.
pub(crate) fn unit_by_name(name: &str) -> Option<&'static Unit> {
    lookup(name.trim().trim_end_matches('.'), Hint::default())
        .or_else(|| lookup(&spaced_words(name), Hint::default()))
}

fn spaced_words(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-')).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The symbol of the unit that a column's name or description names: after "in" ("Weight in pounds"), in
/// brackets ("Height (ft)"), or as the last word of a name (`height_m`, `duration_minutes`). `None` if it
/// names no unit, or more than one.
///
/// # Examples
/// ```
/// use ampledata_core::value::unit_named_in;
/// assert_eq!(unit_named_in("Total time in minutes"), Some("min"));
/// assert_eq!(unit_named_in("Age of the person"), None);
/// ```
pub fn unit_named_in(text: &str) -> Option<&'static str> {
    let mut found: Option<&'static Unit> = None;
    for spelling in named_places(text) {
        let Some(unit) = unit_by_name(&spelling) else { continue };
        if found.is_some_and(|other| other.symbol != unit.symbol) {
            return None;
        }
        found = Some(unit);
    }
    found.map(|unit| unit.symbol)
}

/// The places in a name or description that can name a unit.
fn named_places(text: &str) -> Vec<String> {
    const LONGEST: usize = 400;
    if text.len() > LONGEST {
        return Vec::new();
    }
    let mut places: Vec<String> = text
        .split('(')
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|inside| inside.trim().trim_start_matches("in ").to_owned())
        .collect();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '_' | ',' | ';' | '(' | ')' | ':'))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    for (at, word) in words.iter().enumerate() {
        if matches!(word.to_lowercase().as_str(), "in" | "en" | "per") {
            let start =
                if word.eq_ignore_ascii_case("per") { at.saturating_sub(1) } else { at + 1 };
            // The longest unit name that occurs there: "miles per gallon" before "miles".
            let longest = (1..=3)
                .rev()
                .filter_map(|count| words.get(start..start + count))
                .map(|words| words.join(" "))
                .find(|phrase| unit_by_name(phrase).is_some());
            places.extend(longest);
        }
    }
    if text.contains('_')
        && let Some(last) = words.last()
    {
        places.push((*last).to_owned());
    }
    places
}

impl Unit {
    /// Whether it measures a physical size: a length, an area, a volume or a mass.
    pub(crate) fn is_physical(&self) -> bool {
        use Dimension::{Area, Length, Mass, Volume};
        matches!(self.dimension, Length | Area | Volume | Mass)
    }

    /// How many of `smaller` make one of this unit, if that is a whole number above one.
    pub(crate) fn whole_ratio(&self, smaller: &Unit) -> Option<Decimal> {
        let linear = |unit: &Unit| matches!(unit.scale, Scale::Linear { shift: (0, _), .. });
        if self.dimension != smaller.dimension || !linear(self) || !linear(smaller) {
            return None;
        }
        let ratio = convert(Decimal::ONE, self, smaller)?;
        (ratio > Decimal::ONE && ratio.is_integer()).then_some(ratio)
    }
}

/// The digits that are kept if a conversion cannot be exact.
const SIGNIFICANT: u32 = 15;

/// Converts a number to another unit of the same dimension; `None` if the dimensions differ or the result
/// does not fit. Exact if the result has at most 28 digits, otherwise rounded to 15 significant ones, so
/// that no rounding noise is written out.
pub(crate) fn convert(value: Decimal, from: &Unit, to: &Unit) -> Option<Decimal> {
    if from.dimension != to.dimension {
        return None;
    }
    if from.symbol == to.symbol {
        return Some(value);
    }
    let (numerator, denominator) = to_base(value, from.scale)?;
    let converted = match to.scale {
        Scale::Linear { shift, numerator: n, denominator: d } => {
            divided(numerator.checked_mul(decimal(d))?, denominator.checked_mul(decimal(n))?)?
                .checked_sub(decimal(shift))?
        }
        Scale::Reciprocal { constant } => {
            divided(decimal(constant).checked_mul(denominator)?, numerator)?
        }
    };
    let reciprocal = |unit: &Unit| matches!(unit.scale, Scale::Reciprocal { .. });
    let converted = if reciprocal(from) || reciprocal(to) {
        // The constant is itself rounded.
        converted.round_sf(SIGNIFICANT)?
    } else {
        converted
    };
    Some(converted.normalize())
}

/// Converts a number that is written with this many digits. A result that is exact stays; one that does
/// not end is rounded to as many digits as the source has, but at least to two.
pub(crate) fn convert_as_precise(
    value: Decimal,
    from: &Unit,
    to: &Unit,
    digits: Option<usize>,
) -> Option<Decimal> {
    let converted = convert(value, from, to)?;
    // An exact result has fewer digits, or leads back to the number.
    let inexact =
        significant(converted) >= SIGNIFICANT && convert(converted, to, from) != Some(value);
    let Some(digits) = digits.filter(|_| inexact) else { return Some(converted) };
    let digits = u32::try_from(digits.max(2)).ok()?;
    // The digits before the point stay: 12,000 km are 7,456 mi.
    let whole = u32::try_from(converted.trunc().to_string().trim_start_matches('-').len()).ok()?;
    let rounded = converted.round_sf_with_strategy(
        digits.max(whole),
        rust_decimal::RoundingStrategy::MidpointAwayFromZero,
    )?;
    Some(rounded.normalize())
}

/// The number of significant digits.
fn significant(number: Decimal) -> u32 {
    let mantissa = number.normalize().mantissa().unsigned_abs();
    mantissa.checked_ilog10().map_or(1, |log| log + 1)
}

/// Numerator and denominator in the base unit; dividing last keeps the result exact.
fn to_base(value: Decimal, scale: Scale) -> Option<(Decimal, Decimal)> {
    match scale {
        Scale::Linear { shift, numerator, denominator } => {
            let shifted = value.checked_add(decimal(shift))?;
            Some((shifted.checked_mul(decimal(numerator))?, decimal(denominator)))
        }
        Scale::Reciprocal { constant } => Some((decimal(constant), value)),
    }
}

fn divided(numerator: Decimal, denominator: Decimal) -> Option<Decimal> {
    // A quotient that does not terminate fills all 28 digits.
    const ENDLESS: u128 = 10u128.pow(26);
    let quotient = numerator.checked_div(denominator)?;
    let ends = quotient.normalize().mantissa().unsigned_abs() < ENDLESS;
    if ends && quotient.checked_mul(denominator) == Some(numerator) {
        return Some(quotient);
    }
    quotient.round_sf(SIGNIFICANT)
}

fn decimal((mantissa, decimals): (i64, u32)) -> Decimal {
    Decimal::new(mantissa, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(value: &str, from: &str, to: &str) -> String {
        let (from, to) = (unit_by_name(from).unwrap(), unit_by_name(to).unwrap());
        convert(value.parse().unwrap(), from, to).unwrap().to_string()
    }

    #[test]
    fn conversion_is_exact() {
        for (value, from, to, expected) in [
            ("4200", "ft", "m", "1280.16"),
            ("200", "lb", "kg", "90.718474"),
            ("212", "°F", "°C", "100"),
            ("-40", "C", "F", "-40"),
            ("1", "mi", "km", "1.609344"),
            ("60", "mph", "km/h", "96.56064"),
            ("36", "km/h", "m/s", "10"),
            ("90", "min", "h", "1.5"),
            ("1", "GiB", "bytes", "1073741824"),
            ("640", "acres", "sq mi", "1"),
            ("10", "l/100km", "mpg", "23.5214583333333"),
            ("1", "kg", "lb", "2.20462262184878"),
        ] {
            assert_eq!(converted(value, from, to), expected, "{value} {from} in {to}");
        }
    }

    #[test]
    fn no_spelling_stands_twice_in_a_dimension() {
        let mut seen = std::collections::BTreeMap::new();
        for unit in UNITS.iter().chain(currency::UNITS) {
            for spelling in unit.symbols.iter().chain(unit.names) {
                let key = format!("{:?} {spelling}", unit.dimension);
                let other = seen.insert(key.clone(), unit.symbol);
                assert!(other.is_none_or(|other| other == unit.symbol), "{key} has two units");
            }
        }
    }

    #[test]
    fn columns_name_their_units() {
        for (text, unit) in [
            ("Weight in pounds", Some("lb")),
            ("Fuel economy in the city, miles per gallon", Some("mpg")),
            ("Base price (MSRP) of the car in US dollars", Some("USD")),
            ("Total time in minutes", Some("min")),
            ("height_m", Some("m")),
            ("Height (ft)", Some("ft")),
            ("Number of servings", None),
            ("Length in m or ft (ft)", None),
            ("born in", None),
        ] {
            assert_eq!(unit_named_in(text), unit, "{text}");
        }
    }
}
