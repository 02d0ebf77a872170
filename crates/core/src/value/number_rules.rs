//! What the words of a column say about its numbers: money, counts, bounds of ranges, rates.

use super::fold::{fold, singular_word};
use super::unit::{Dimension, Unit, unit_by_name};
use crate::column::Column;

/// Which bound of a range is the column's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Low,
    High,
}

/// What an amount of money is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rate {
    /// A physical amount: `€/kg`.
    Amount(&'static Unit),
    /// A time, by the symbol of its unit: `€ per month`.
    Period(&'static str),
}

/// The folded words of the column's name and description, in the singular.
fn words(column: &Column) -> Vec<String> {
    let described = format!("{} {}", column.name, column.description.as_deref().unwrap_or(""));
    fold(&described).split(' ').map(|word| singular_word(word).to_owned()).collect()
}

fn has_any(column: &Column, wanted: &[&str]) -> bool {
    words(column).iter().any(|word| wanted.contains(&word.as_str()))
}

/// Words that ask for an amount of money, folded, in the singular.
#[rustfmt::skip]
const MONEY: &[&str] = &[
    "price", "cost", "fee", "fare", "rent", "salary", "wage", "revenue", "income", "profit", "loss",
    "earning", "ebit", "ebitda", "turnover", "budget", "debt", "asset", "equity", "msrp", "rrp",
    "spending", "expense", "cash", "deposit", "donation", "tuition", "money", "preis", "kosten",
    "gebuhr", "miete", "gehalt", "umsatz", "gewinn", "ergebnis", "einnahmen", "ausgaben", "prix",
    "cout", "loyer", "benefice", "precio", "coste", "ingreso", "beneficio", "prezzo", "costo",
    "ricavi", "fatturato", "utile", "preco", "custo", "receita", "prijs", "omzet",
];

/// Whether the column asks for an amount of money.
pub(crate) fn is_money(column: &Column) -> bool {
    let unit = column.unit.as_deref().and_then(unit_by_name);
    match unit {
        Some(unit) => matches!(unit.dimension, Dimension::Currency(_)),
        None => has_any(column, MONEY),
    }
}

/// Whether the column asks for the price of something, as opposed to a wage or a rent.
pub(crate) fn is_price(column: &Column) -> bool {
    has_any(
        column,
        &["price", "preis", "prix", "precio", "prezzo", "preco", "prijs", "msrp", "rrp"],
    )
}

/// Whether the column counts things, so that a share of them, a measure or an amount of money is no value.
pub(crate) fn is_count(column: &Column) -> bool {
    const OPENING: &[&str] = &[
        "number of",
        "count of",
        "how many",
        "total number of",
        "anzahl",
        "zahl der",
        "nombre de",
        "nombre d",
        "numero de",
        "numero di",
        "aantal",
        "quantity of",
    ];
    const COUNTS: [&str; 8] =
        ["number", "count", "quantity", "num", "anzahl", "nombre", "numero", "aantal"];
    let opens = |text: &str| OPENING.iter().any(|opening| fold(text).starts_with(opening));
    let described = column.description.as_deref().is_some_and(|described| {
        opens(described)
            || fold(described).split(' ').next().is_some_and(|word| COUNTS.contains(&word))
    });
    let name = fold(&column.name);
    let mut words = name.split(' ');
    let named =
        [words.next(), words.next_back()].into_iter().flatten().any(|w| COUNTS.contains(&w));
    column.unit.is_none()
        && (described
            || named
            || opens(&column.name)
            || has_any(column, &["population", "headcount"]))
}

/// The bound that the column asks for: "Maximum number of players" takes four of "2–4 players".
pub(crate) fn range_bound(column: &Column) -> Option<Bound> {
    const LOW: &[&str] = &[
        "min",
        "minimum",
        "minimal",
        "lowest",
        "smallest",
        "lower",
        "least",
        "mindestens",
        "kleinste",
        "niedrigste",
        "minimale",
        "minimo",
        "minima",
        "mindest",
        "laagste",
    ];
    const HIGH: &[&str] = &[
        "max", "maximum", "maximal", "highest", "largest", "upper", "greatest", "hochsten",
        "hochste", "grosste", "maximale", "maximo", "maxima", "massimo", "massima", "hoogste",
        "hochst", "biggest",
    ];
    match (has_any(column, LOW), has_any(column, HIGH)) {
        (true, false) => Some(Bound::Low),
        (false, true) => Some(Bound::High),
        _ => None,
    }
}

/// Whether the column asks for an amount per unit of this rate.
pub(crate) fn asks_for_rate(column: &Column, rate: &Rate) -> bool {
    let words = words(column);
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    match rate {
        Rate::Amount(unit) => {
            let of_unit = |word: &str| {
                unit_by_name(word).is_some_and(|other| other.dimension == unit.dimension)
            };
            named(&["per", "pro", "rate", "grundpreis"]) || words.iter().any(|word| of_unit(word))
        }
        Rate::Period(symbol) => named(period_words(symbol)),
    }
}

/// Whether the column asks for an amount per some other time: "yearly fee" is not the fee of a month.
pub(crate) fn asks_for_other_period(column: &Column, symbol: &str) -> bool {
    let words = words(column);
    PERIODS
        .iter()
        .filter(|(other, _)| *other != symbol)
        .any(|(_, names)| words.iter().any(|word| names.contains(&word.as_str())))
        && !words.iter().any(|word| period_words(symbol).contains(&word.as_str()))
}

fn period_words(symbol: &str) -> &'static [&'static str] {
    PERIODS.iter().find(|(period, _)| *period == symbol).map_or(&[], |(_, names)| *names)
}

/// The words of times that prices are paid for, in the singular, by the symbol of the unit.
const PERIODS: [(&str, &[&str]); 5] = [
    ("h", &["hour", "hourly", "stunde", "heure", "hora", "ora", "uur"]),
    (
        "d",
        &[
            "day", "daily", "night", "nightly", "tag", "nacht", "jour", "nuit", "dia", "noche",
            "giorno", "notte",
        ],
    ),
    ("wk", &["week", "weekly", "woche", "semaine", "semana", "settimana"]),
    (
        "mo",
        &[
            "month",
            "monthly",
            "monat",
            "monatlich",
            "mensuel",
            "mensual",
            "mensile",
            "mensal",
            "mese",
            "mes",
            "maand",
        ],
    ),
    (
        "yr",
        &[
            "year", "yearly", "annual", "annually", "jahr", "jahrlich", "annuel", "anual",
            "annuale", "anno", "ano", "jaar",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::ColumnType;

    fn column(name: &str, description: &str) -> Column {
        Column {
            description: Some(description.to_owned()),
            ..Column::new(name, ColumnType::Number)
        }
    }

    #[test]
    fn columns_say_what_they_count() {
        assert!(is_money(&column("price", "")));
        assert!(is_money(&column("x", "Operating profit of the year")));
        assert!(!is_money(&column("height", "Height of the tower")));
        assert!(is_count(&column("n", "Number of rooms")));
        assert!(!is_count(&column("alcohol", "Alcohol by volume")));
        assert_eq!(range_bound(&column("max_players", "")), Some(Bound::High));
        assert_eq!(range_bound(&column("age", "Minimum age of players")), Some(Bound::Low));
        assert_eq!(range_bound(&column("players", "Minimum and maximum")), None);
        assert_eq!(range_bound(&column("players", "Number of players")), None);
        assert!(asks_for_other_period(&column("fee", "Annual fee"), "mo"));
        assert!(!asks_for_other_period(&column("fee", "Monthly fee"), "mo"));
        assert!(!asks_for_other_period(&column("fee", "Fee"), "mo"));
    }
}
