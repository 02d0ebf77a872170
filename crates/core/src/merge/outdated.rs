//! Quotes that say of their value that it may no longer hold.

use crate::column::{Column, ColumnType};
use crate::marks::STRUCK;
use crate::value::{Value, fold};

/// Words that say that something was so once, in the languages of the vocabulary.
const PAST: [&str; 36] = [
    "at the time",
    "at that time",
    "back then",
    "damals",
    "zu dieser zeit",
    "a l epoque",
    "en aquel momento",
    "all epoca",
    "na epoca",
    "destijds",
    "op dat moment",
    "wowczas",
    "formerly",
    "former",
    "previously",
    "no longer",
    "not anymore",
    "discontinued",
    "ehemals",
    "ehemalige",
    "ehemaliger",
    "früher",
    "vormals",
    "nicht mehr",
    "anciennement",
    "ancien",
    "ancienne",
    "auparavant",
    "antiguamente",
    "anteriormente",
    "ya no",
    "in precedenza",
    "precedentemente",
    "antigamente",
    "voorheen",
    "niet meer",
];
/// Words of labels that say the same of what stands behind them.
#[rustfmt::skip]
const FORMER: [&str; 34] = [
    "previous", "predecessor", "erstwhile", "until recently", "fruhere", "fruherer", "fruheren", "fruheres", "ehemaligen", "ehemaliges", "vorherige",
    "vorheriger", "vorganger", "vorgangerin", "precedent", "precedente", "predecesseur", "anciens", "antiguo", "antigua", "predecesor", "predecesora",
    "predecessore", "antigo", "antiga", "antecessor", "vroegere", "voormalig", "voormalige", "voorganger", "byly", "byla", "poprzedni", "poprzednia",
];
/// Words before the year in which something ended.
const UNTIL: [&str; 9] =
    ["until", "till", "bis", "jusqu en", "hasta", "fino al", "ate", "tot", "up to"];

/// Whether the quote marks its value as outdated: struck-out text beside it, "until 2019", or "formerly" in the
/// same clause. Columns that ask for the past, and dates, are not concerned.
pub(super) fn says_outdated(quote: &str, value: &Value, column: &Column) -> bool {
    if column.kind == ColumnType::Date || asks_for_the_past(column) {
        return false;
    }
    let said = padded(quote);
    let clause = padded(find_clause(quote, value).unwrap_or(quote));
    quote.contains(STRUCK)
        || PAST.iter().any(|word| clause.contains(&padded(word)))
        || UNTIL.iter().any(|word| is_before_a_year(&padded(word), &said))
}

/// The clause that has the value: "formerly at Quay 1, it has moved to Dock 9" marks only the first address. `None`
/// if no clause has the whole value.
fn find_clause<'q>(quote: &'q str, value: &Value) -> Option<&'q str> {
    let written = value.to_string();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let has_value = |clause: &&str| match value {
        Value::Number(_) => digits(clause).contains(&digits(&written)),
        _ => padded(clause).contains(&padded(&written)),
    };
    // A mark between digits belongs to a number.
    let is_break = |at: usize, c: char| {
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let (before, after) = (&quote[..at], &quote[at + c.len_utf8()..]);
        matches!(c, ',' | ';' | '.' | ':' | '(' | ')' | '–' | '—')
            && !(is_digit(before.chars().next_back()) && is_digit(after.chars().next()))
    };
    let mut start = 0;
    let mut clauses = Vec::new();
    for (at, c) in quote.char_indices().filter(|(at, c)| is_break(*at, *c)) {
        clauses.push(&quote[start..at]);
        start = at + c.len_utf8();
    }
    clauses.push(&quote[start..]);
    clauses.into_iter().find(has_value)
}

/// Whether the label of a quote says that what stands behind it no longer holds: "Former director: …". Columns
/// that ask for the past, and dates, are not concerned.
pub(crate) fn is_labelled_former(quote: &str, column: &Column) -> bool {
    let Some(end) = quote.find([':', '|', '\n']) else { return false };
    if column.kind == ColumnType::Date || asks_for_the_past(column) {
        return false;
    }
    let label = padded(&quote[..end]);
    label.split(' ').count() <= LABEL_WORDS
        && PAST.iter().chain(&FORMER).any(|word| label.contains(&padded(word)))
}

/// A longer beginning of a quote is no label; the two padding spaces count.
const LABEL_WORDS: usize = 9;

fn asks_for_the_past(column: &Column) -> bool {
    let asked = format!("{} {}", column.name, column.description.as_deref().unwrap_or(""));
    let asked = padded(&asked.replace('_', " "));
    PAST.iter().chain(&UNTIL).chain(&FORMER).any(|word| asked.contains(&padded(word)))
}

fn is_before_a_year(word: &str, text: &str) -> bool {
    let mut after = text.match_indices(word).map(|(at, found)| &text[at + found.len()..]);
    after.any(|rest| {
        let next = rest.split(' ').next().unwrap_or("");
        next.len() == 4 && next.starts_with(['1', '2']) && next.bytes().all(|b| b.is_ascii_digit())
    })
}

/// The words of a text, with a space on either side of each.
fn padded(text: &str) -> String {
    format!(" {} ", fold(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_may_say_that_its_value_no_longer_holds() {
        let column = Column::new("capacity", ColumnType::Number);
        let seats = Value::Number("1200".parse().expect("a number"));
        for quote in [
            "Capacity: ~~1,200~~ 900",
            "formerly 1,200 seats",
            "It had 1,200 seats until 2019.",
            "bis 2019 1.200 Plätze",
            "ehemals 1.200 Plätze",
            "früher 1.200 Plätze",
            "1 200 places jusqu'en 2019",
            "hasta 2019, 1.200 plazas",
            "1,200 seats at the time",
            "à l’époque 1 200 places",
            "damals 1.200 Plätze",
        ] {
            assert!(says_outdated(quote, &seats, &column), "{quote}");
        }
        for quote in [
            "Capacity: 1,200",
            "open until 22:00, 1,200 seats",
            "up to 1,200 seats",
            "transformer 1,200",
            "The former mill, a theatre today, has 1,200 seats.",
        ] {
            assert!(!says_outdated(quote, &seats, &column), "{quote}");
        }
    }

    #[test]
    fn a_label_may_say_that_its_value_no_longer_holds() {
        let column = Column::new("director", ColumnType::String);
        for quote in [
            "Former director: Ann Example",
            "Director at the time | Ann Example",
            "Frühere Direktorin: Anna Muster",
            "Ancien directeur : Jean Exemple",
            "Poprzedni dyrektor\nJan Przyklad",
        ] {
            assert!(is_labelled_former(quote, &column), "{quote}");
        }
        for quote in [
            "Director: Ann Example, formerly of Fern Hall",
            "Director: Ann Example",
            "The former mill is a museum today, and its director since the spring is: Ann Example",
            "Ann Example is the former director.",
        ] {
            assert!(!is_labelled_former(quote, &column), "{quote}");
        }
        let former = Column::new("previous_name", ColumnType::String);
        assert!(!is_labelled_former("Previous name: Fern Hall", &former));
    }

    #[test]
    fn a_column_may_ask_for_the_past() {
        let former = Column::new("former_name", ColumnType::String);
        let hall = Value::Text("Market Hall".to_owned());
        assert!(!says_outdated("formerly Market Hall", &hall, &former));
        let closed = Column::new("closed", ColumnType::Date);
        let year = Value::Date("2019".parse().expect("a year"));
        assert!(!says_outdated("open until 2019", &year, &closed));
    }
}
