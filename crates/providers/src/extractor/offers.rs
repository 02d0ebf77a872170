//! Several prices and other numbers that structured data gives for one thing.

use ampledata_core::column::{Column, ColumnType};
use ampledata_core::evidence::SourceKind;
use ampledata_core::page::{Fact, FactKind, Page};
use ampledata_core::value::{Locale, Value, parse};
use ampledata_core::vocabulary::words;

use super::extract::FoundValue;

/// The properties that bound a range, each with the other bound.
const BOUNDS: [(&str, &str); 4] = [
    ("lowPrice", "highPrice"),
    ("highPrice", "lowPrice"),
    ("minPrice", "maxPrice"),
    ("maxPrice", "minPrice"),
];
/// Words of a column that asks for a bound.
const BOUND_WORDS: [&str; 10] = [
    "cheapest", "high", "highest", "low", "lowest", "max", "maximum", "min", "minimum", "starting",
];
/// Words in the labels of amounts of money.
const MONEY: [&str; 8] = ["amount", "cost", "fee", "msrp", "price", "preis", "prix", "precio"];

/// Whether a fact that is labelled as a price is not the price of the thing.
pub(super) fn is_no_price(page: &Page, fact: &Fact, column: &Column) -> bool {
    is_bound_of_range(page, fact, column) || may_be_minor_units(fact, column)
}

/// Whether a fact is one bound of a range of prices, of which neither is the price; a range of one price
/// is that price.
fn is_bound_of_range(page: &Page, fact: &Fact, column: &Column) -> bool {
    if !fact.kind.is_structured() {
        return false;
    }
    let (path, last) = fact.label.rsplit_once('.').unwrap_or(("", &fact.label));
    let Some((_, other)) = BOUNDS.iter().find(|(bound, _)| *bound == last) else { return false };
    let asked = words(&format!("{} {}", column.name, column.description.as_deref().unwrap_or("")));
    if asked.iter().any(|word| BOUND_WORDS.contains(&word.as_str())) {
        return false;
    }
    let sibling = |name: &str| {
        let label = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        page.facts
            .iter()
            .find(|one| one.kind == fact.kind && one.entity == fact.entity && one.label == label)
    };
    match sibling(other) {
        Some(other) => number(&other.value) != number(&fact.value),
        None => sibling("offerCount").and_then(|count| number(&count.value)) != number("1"),
    }
}

fn number(text: &str) -> Option<Value> {
    let column = Column::new("number", ColumnType::Number);
    parse(text, &column, &Locale::default()).ok().map(|parsed| parsed.value)
}

/// Whether a price in the data of scripts may count cents: it is a whole number without a currency.
fn may_be_minor_units(fact: &Fact, column: &Column) -> bool {
    fact.kind == FactKind::Hydration
        && column.kind == ColumnType::Number
        && words(&fact.label).iter().any(|word| MONEY.contains(&word.as_str()))
        && fact.value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where structured data gives several numbers for one property of one thing, none of them comes first:
/// they become equally prominent, and less so than a number that the page shows.
pub(super) fn level_contradictions(found: &mut [FoundValue], column: &Column, locale: &Locale) {
    const LEVEL: f64 = 0.5;
    let numbers: Vec<Option<Value>> = found
        .iter()
        .map(|one| {
            let locale = Locale { unit: one.unit.clone(), ..locale.clone() }
                .of_number(one.is_machine_number);
            parse(&one.text, column, &locale).ok().map(|parsed| parsed.value)
        })
        .collect();
    let contradicted: Vec<bool> = (0..found.len())
        .map(|at| {
            found[at].is_structured()
                && (0..found.len()).any(|other| {
                    found[other].is_rival_of(&found[at]) && numbers[other] != numbers[at]
                })
        })
        .collect();
    for (one, is_contradicted) in found.iter_mut().zip(contradicted) {
        if is_contradicted {
            one.prominence = LEVEL;
        }
    }
}

impl FoundValue {
    fn is_structured(&self) -> bool {
        matches!(self.kind, SourceKind::Fact(kind) if kind.is_structured())
    }

    /// Whether both come from the same kind of structured data and fit the column and the row equally.
    fn is_rival_of(&self, other: &Self) -> bool {
        const EQUAL: f64 = 0.001;
        self.kind == other.kind
            && (self.label - other.label).abs() < EQUAL
            && (self.entity - other.entity).abs() < EQUAL
    }
}
