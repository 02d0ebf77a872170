//! What the title of a page announces.

use super::{Labels, words};

/// A phrase that names a column less surely than this may mean something else in a title.
const SURE: f64 = 0.8;
/// Separators between the parts of a title, of which one names the site.
const SEPARATORS: [&str; 7] = [" | ", " - ", " – ", " — ", " · ", " :: ", " » "];

/// The columns that a title announces, if it names the entity and some columns and nothing else: "Acme:
/// revenue and staff | Firms". A page with such a title is not expected to state other columns. `None`: it may
/// state anything.
///
/// `entity` is what is known of the row's entity: its key and its context.
pub fn announced_columns<'a>(
    title: &str,
    columns: &[&Labels],
    entity: impl IntoIterator<Item = &'a str>,
) -> Option<Vec<usize>> {
    let entity: Vec<String> = entity.into_iter().flat_map(words).collect();
    let mut announced = Vec::new();
    let parts = title_parts(title);
    for (place, part) in parts.iter().enumerate() {
        let part = words(part);
        let named: Vec<(usize, &[String])> = columns
            .iter()
            .enumerate()
            .flat_map(|(at, labels)| phrases_in(labels, &part).map(move |phrase| (at, phrase)))
            .filter(|(_, phrase)| !phrase.iter().all(|word| entity.contains(word)))
            .collect();
        let is_known = |word: &String| {
            entity.contains(word) || named.iter().any(|(_, phrase)| phrase.contains(word))
        };
        if part.iter().all(is_known) {
            announced.extend(named.iter().map(|(at, _)| *at));
        } else if place == 0 || place + 1 < parts.len() {
            // Only the last part may be the name of the site.
            return None;
        }
    }
    announced.sort_unstable();
    announced.dedup();
    (!announced.is_empty()).then_some(announced)
}

fn title_parts(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    parts
}

/// The phrases of a column that occur in a text.
fn phrases_in<'a>(labels: &'a Labels, text: &[String]) -> impl Iterator<Item = &'a [String]> {
    labels
        .phrases()
        .filter(|(phrase, weight)| {
            *weight >= SURE
                && !phrase.is_empty()
                && text.windows(phrase.len()).any(|window| window == *phrase)
        })
        .map(|(phrase, _)| phrase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{Column, ColumnType};

    fn announced(title: &str) -> Option<Vec<usize>> {
        let described = |name: &str, kind, description: &str| Column {
            description: Some(description.to_owned()),
            ..Column::new(name, kind)
        };
        let plan = [
            described("mayor", ColumnType::String, "Name of the mayor"),
            described("area", ColumnType::Number, "Area in square kilometres"),
            described("population", ColumnType::Number, "Number of inhabitants"),
            described("annual_visitors", ColumnType::Number, "Visitors a year"),
        ];
        let labels: Vec<Labels> = plan.iter().map(|column| Labels::new(column, &plan)).collect();
        let labels: Vec<&Labels> = labels.iter().collect();
        announced_columns(title, &labels, ["Port Area", "Hill County"])
    }

    #[test]
    fn a_title_of_columns_alone_announces_them() {
        for (title, expected) in [
            ("Port Area: mayor and population | Atlas Daily", Some(vec![0, 2])),
            ("Port Area, Hill County – population", Some(vec![2])),
            ("Annual visitors of Port Area · Numbers", Some(vec![3])),
            ("Port Area: mayor and annual visitors | City Leaders", Some(vec![0, 3])),
            ("Population | Port Area Figures", Some(vec![2])),
            ("The mayor of Port Area", Some(vec![0])),
        ] {
            assert_eq!(announced(title), expected, "{title}");
        }
    }

    #[test]
    fn a_page_with_another_title_may_state_anything() {
        for title in [
            "Port Area",
            "Port Area | Atlas Daily",
            "Port Area: mayor, population, budget | Atlas Daily",
            "Everything about Port Area and its mayor",
            "Log in",
            "",
        ] {
            assert_eq!(announced(title), None, "{title}");
        }
    }
}
