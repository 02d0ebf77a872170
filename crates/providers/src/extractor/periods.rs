//! Years in the labels of facts: which of several values of one label is of the year that a column wants.

use std::collections::BTreeMap;

use ampledata_core::column::Column;
use ampledata_core::page::{Fact, FactKind, Page};

/// The latest year of each label that a page gives for several years.
#[derive(Debug, Default)]
pub(super) struct LatestYears(BTreeMap<String, u16>);

impl LatestYears {
    pub(super) fn new(page: &Page) -> Self {
        let mut latest = BTreeMap::new();
        for fact in page.facts.iter().filter(|fact| is_in_table(fact)) {
            if let Some(year) = years_in(&fact.label).max() {
                let known = latest.entry(key(fact)).or_insert(year);
                *known = (*known).max(year);
            }
        }
        Self(latest)
    }

    /// Whether a fact is of another year than the column wants: a column that names no year wants the
    /// latest one.
    pub(super) fn is_other_year(&self, fact: &Fact, column: &Column) -> bool {
        let Some(year) = years_in(&fact.label).max() else { return false };
        let described = column.description.as_deref().unwrap_or("");
        let mut wanted = years_in(&column.name).chain(years_in(described)).peekable();
        if wanted.peek().is_some() {
            return is_labelled(fact) && !wanted.any(|wanted| wanted == year);
        }
        is_in_table(fact) && self.0.get(&key(fact)).is_some_and(|latest| *latest > year)
    }
}

/// A label without the years in it.
pub(super) fn without_years(label: &str) -> String {
    let words = label.split_whitespace().filter(|word| years_in(word).next().is_none());
    words.collect::<Vec<_>>().join(" ")
}

fn key(fact: &Fact) -> String {
    format!("{}|{}", fact.row.as_deref().unwrap_or(""), without_years(&fact.label))
}

fn is_in_table(fact: &Fact) -> bool {
    matches!(fact.kind, FactKind::Table | FactKind::InfoBox)
}

fn is_labelled(fact: &Fact) -> bool {
    is_in_table(fact) || matches!(fact.kind, FactKind::DefinitionList | FactKind::Label)
}

/// The years from 1900 to 2099 that stand alone in a text.
fn years_in(text: &str) -> impl Iterator<Item = u16> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .map(|word| word.trim_start_matches("FY"))
        .filter(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
        .filter_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::ColumnType;
    use ampledata_page::{Media, read};

    use super::*;

    fn wanted(description: &str) -> Vec<String> {
        let html = "<html><body><h1>Alfa</h1><table><tr><th></th><th>2022</th><th>2023</th></tr>\
                    <tr><td>Sales</td><td>390</td><td>412</td></tr>\
                    <tr><td>Staff</td><td>80</td><td>81</td></tr></table></body></html>";
        let page = read(html.as_bytes(), &Media::default()).unwrap();
        let latest = LatestYears::new(&page);
        let column = Column {
            description: Some(description.to_owned()),
            ..Column::new("sales", ColumnType::Number)
        };
        let of_sales = |fact: &&Fact| fact.row.is_none() && fact.label.starts_with("Sales");
        let facts = page.facts.iter().filter(of_sales);
        facts
            .filter(|fact| !latest.is_other_year(fact, &column))
            .map(|fact| fact.value.clone())
            .collect()
    }

    #[test]
    fn the_year_of_the_column_counts_and_otherwise_the_latest() {
        assert_eq!(wanted("Sales"), ["412"]);
        assert_eq!(wanted("Sales in 2022"), ["390"]);
        assert_eq!(wanted("Sales in 2019"), Vec::<String>::new());
        assert_eq!(without_years("Sales 2023"), "Sales");
    }
}
