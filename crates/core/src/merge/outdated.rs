//! Quotes that say of their value that it may no longer hold.

use crate::column::{Column, ColumnType};
use crate::marks::STRUCK;
use crate::value::fold;

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

/// Whether the quote marks a part of itself as outdated: struck-out text beside the value, "formerly", "until
/// 2019". Columns that ask for the past, and dates, are not concerned.
pub(super) fn says_outdated(quote: &str, column: &Column) -> bool {
    if column.kind == ColumnType::Date {
        return false;
    }
    if asks_for_the_past(column) {
        return false;
    }
    let said = padded(quote);
    quote.contains(STRUCK)
        || PAST.iter().any(|word| said.contains(&padded(word)))
        || UNTIL.iter().any(|word| is_before_a_year(&padded(word), &said))
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
        for quote in [
            "Capacity: ~~1,200~~ 900",
            "formerly 1,200 seats",
            "It had 1,200 seats until 2019.",
            "bis 2019 1.200 Plätze",
            "ehemals 1.200 Plätze",
            "früher 1.200 Plätze",
            "1 200 places jusqu'en 2019",
            "hasta 2019, 1.200 plazas",
            "Seats at the time | 1,200",
            "à l’époque 1 200 places",
            "damals 1.200 Plätze",
        ] {
            assert!(says_outdated(quote, &column), "{quote}");
        }
        for quote in [
            "Capacity: 1,200",
            "open until 22:00, 1,200 seats",
            "up to 1,200 seats",
            "transformer 1,200",
        ] {
            assert!(!says_outdated(quote, &column), "{quote}");
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
        assert!(!says_outdated("formerly Market Hall", &former));
        let closed = Column::new("closed", ColumnType::Date);
        assert!(!says_outdated("open until 2019", &closed));
    }
}
