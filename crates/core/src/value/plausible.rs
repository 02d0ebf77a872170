//! Bounds of what well-known numbers can be: no town has a billion people.

use rust_decimal::Decimal;

use super::fold::{fold, singular_word};
use super::unit::{convert, unit_by_name};
use crate::column::Column;

/// A noun that ends a column's name, and the bounds of its numbers in a unit.
struct Bounds {
    nouns: &'static [&'static str],
    /// Empty: a number without a unit.
    unit: &'static str,
    low: i64,
    high: i64,
}

#[rustfmt::skip]
const BOUNDS: &[Bounds] = &[
    Bounds { nouns: &["population", "inhabitant", "einwohner", "habitant", "habitante"], unit: "", low: 0, high: 9_000_000_000 },
    Bounds { nouns: &["employee", "mitarbeiter", "staff", "headcount"], unit: "", low: 0, high: 10_000_000 },
    Bounds { nouns: &["elevation", "altitude"], unit: "m", low: -11_000, high: 9_000 },
    Bounds { nouns: &["age"], unit: "year", low: 0, high: 130 },
    Bounds { nouns: &["mpg"], unit: "", low: 1, high: 300 },
    Bounds { nouns: &["latitude"], unit: "", low: -90, high: 90 },
    Bounds { nouns: &["longitude"], unit: "", low: -180, high: 180 },
    Bounds { nouns: &["serving", "portion"], unit: "", low: 1, high: 1_000 },
    Bounds { nouns: &["percentage", "percent"], unit: "", low: -1_000, high: 10_000 },
];

/// Whether the number, in the column's unit, can be what the column's name says.
pub(crate) fn is_plausible(number: Decimal, column: &Column) -> bool {
    let name = fold(&column.name);
    let words: Vec<&str> = name.split(' ').map(singular_word).collect();
    let of_noun = |bounds: &&Bounds| {
        words.last().is_some_and(|noun| bounds.nouns.contains(noun))
            || words.first().is_some_and(|noun| bounds.nouns.contains(noun)) && words.len() <= 2
    };
    let Some(bounds) = BOUNDS.iter().find(of_noun) else { return true };
    let in_unit = match (&column.unit, unit_by_name(bounds.unit)) {
        (Some(unit), Some(wanted)) => {
            unit_by_name(unit).and_then(|unit| convert(number, unit, wanted))
        }
        (None, None) => Some(number),
        _ => None,
    };
    in_unit.is_none_or(|number| {
        number >= Decimal::from(bounds.low) && number <= Decimal::from(bounds.high)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::ColumnType;

    #[test]
    fn numbers_stay_within_what_their_noun_allows() {
        for (name, unit, number, plausible) in [
            ("population", None, 8_000_000_000_i64, true),
            ("population_2021", None, 100_000_000_000, false),
            ("elevation", Some("m"), 8_849, true),
            ("elevation", Some("ft"), 29_032, true),
            ("elevation", Some("m"), 29_032, false),
            ("age", None, 1937, true),
            ("latitude", None, 190, false),
            ("population_density", None, 100_000_000_000, false),
            ("seats", None, 100_000_000_000, true),
        ] {
            let unit = unit.map(str::to_owned);
            let column = Column { unit, ..Column::new(name, ColumnType::Number) };
            assert_eq!(is_plausible(Decimal::from(number), &column), plausible, "{name} {number}");
        }
    }
}
