//! Suggests types and descriptions for columns of which only the name is known. Rule-based; the user is
//! expected to edit them.

use ampledata_core::column::{Column, ColumnType, Format};

/// Words of a name, and what they suggest. The first match wins.
const RULES: [(&[&str], Meaning); 9] = [
    (&["url", "website", "homepage", "link"], Meaning::Shape(Format::Url)),
    (&["email", "mail"], Meaning::Shape(Format::Email)),
    (&["phone", "telephone", "fax"], Meaning::Shape(Format::Phone)),
    (&["address"], Meaning::Shape(Format::Address)),
    (&["isbn", "ean", "gtin", "upc"], Meaning::Shape(Format::Digits)),
    (&["is", "has", "can", "active", "available", "public"], Meaning::Kind(ColumnType::Boolean)),
    (
        &["date", "born", "birthday", "birthdate", "died", "released"],
        Meaning::Kind(ColumnType::Date),
    ),
    (
        &[
            "year",
            "founded",
            "employees",
            "count",
            "number",
            "price",
            "revenue",
            "population",
            "pages",
            "height",
            "width",
            "length",
            "weight",
            "area",
            "rating",
            "age",
            "score",
            "cost",
            "capacity",
            "headcount",
            "staff",
        ],
        Meaning::Kind(ColumnType::Number),
    ),
    (&[], Meaning::Kind(ColumnType::String)),
];

#[derive(Clone, Copy)]
enum Meaning {
    Kind(ColumnType),
    Shape(Format),
}

/// A column of this name with the type that its words suggest, and the words as its description.
pub fn suggest(name: &str) -> Column {
    let words = words(name);
    let fits = |known: &[&str]| known.is_empty() || words.iter().any(|w| known.contains(&&**w));
    let meaning = RULES.iter().find(|(known, _)| fits(known)).map(|(_, meaning)| *meaning);
    let mut column = Column::new(name.trim(), ColumnType::String);
    match meaning {
        Some(Meaning::Kind(kind)) => column.kind = kind,
        Some(Meaning::Shape(format)) => column.format = Some(format),
        None => {}
    }
    let mut description = words.join(" ");
    if let Some(first) = description.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    column.description = Some(description).filter(|text| !text.is_empty());
    column
}

/// `employeeCount`, `employee_count` and `Employee count` consist of the same words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        let upper = c.is_uppercase();
        if (upper && before_lower) || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_lower = !upper && c.is_alphanumeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_their_types() {
        for (name, kind, format, description) in [
            ("employeeCount", ColumnType::Number, None, "Employee count"),
            ("date_of_birth", ColumnType::Date, None, "Date of birth"),
            ("Website", ColumnType::String, Some(Format::Url), "Website"),
            ("is_public", ColumnType::Boolean, None, "Is public"),
            ("CEO", ColumnType::String, None, "Ceo"),
            ("größe", ColumnType::String, None, "Größe"),
        ] {
            let column = suggest(name);
            let seen = (column.kind, column.format, column.description.as_deref());
            assert_eq!(seen, (kind, format, Some(description)), "{name}");
        }
        assert_eq!(suggest("--").description, None);
    }
}
