//! A requested column with everything that its name and description imply.

use super::{Column, ColumnType};
use crate::value::{ScalePlace, find_scale, unit_named_in};
use crate::vocabulary::{Labels, Qualifiers};

/// A column as every reader of a page uses it: extractors, prompts and the check of evidence share this,
/// so that a unit or a list of values that only the description names holds for all of them.
#[derive(Debug, Clone)]
pub struct CompiledColumn {
    /// The column, with the unit and the allowed values that its name or description names.
    pub column: Column,
    /// The labels that name it.
    pub labels: Labels,
    /// The words that narrow what it asks for.
    pub qualifiers: Qualifiers,
}

impl CompiledColumn {
    /// Compiles one column of a plan.
    pub fn new(column: &Column, plan: &[Column]) -> Self {
        Self {
            column: with_described_constraints(column),
            labels: Labels::new(column, plan),
            qualifiers: Qualifiers::new(column),
        }
    }

    /// Compiles all columns of a plan, in its order.
    pub fn compile_plan(plan: &[Column]) -> Vec<Self> {
        plan.iter().map(|column| Self::new(column, plan)).collect()
    }
}

fn with_described_constraints(column: &Column) -> Column {
    let mut column = column.clone();
    if column.unit.is_none() && column.kind == ColumnType::Number {
        let described = column.description.as_deref().and_then(unit_named_in);
        let of_scale =
            || find_scale(column.description.as_deref()?, None, ScalePlace::Label)?.unit();
        let named = described.or_else(of_scale).or_else(|| unit_named_in(&column.name));
        column.unit = named.map(str::to_owned);
    }
    if column.kind == ColumnType::String && column.allowed.is_empty() && column.format.is_none() {
        column.allowed =
            column.description.as_deref().map(parse_enumerated_values).unwrap_or_default();
    }
    column
}

/// The values that a description lists after a colon as alternatives: "Rating: G, PG, R or NC-17". Examples
/// are no list of all values, nor are the parts of a whole: "Address: street, city, country".
fn parse_enumerated_values(description: &str) -> Vec<String> {
    const EXAMPLES: [&str; 10] =
        ["e.g", "eg ", "such as", "for example", "etc", "…", "...", "including", "like ", "z. b"];
    const ALTERNATIVES: [&str; 5] = [" or ", " oder ", " ou ", " o ", " of "];
    let Some((_, list)) = description.split_once(": ") else { return Vec::new() };
    let lower = description.to_lowercase();
    if EXAMPLES.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let list = list.trim_end_matches('.');
    let Some(or) = ALTERNATIVES.into_iter().find(|or| list.contains(or)) else { return Vec::new() };
    let list = list.replace(or, ", ");
    let values: Vec<String> = list
        .split(", ")
        .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    let short =
        values.iter().all(|value| value.split_whitespace().count() <= 2 && value.len() <= 24);
    if values.len() >= 3 && short { values } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(name: &str, kind: ColumnType, description: &str) -> Column {
        let description = Some(description.to_owned());
        let column = Column { description, ..Column::new(name, kind) };
        CompiledColumn::new(&column, std::slice::from_ref(&column)).column
    }

    #[test]
    fn units_and_values_of_a_description_are_the_columns() {
        for (name, description, unit) in [
            ("weight", "Weight in pounds", Some("lb")),
            ("height_m", "How tall it is", Some("m")),
            ("price", "Base price in US dollars", Some("USD")),
            ("seats", "Number of seats", None),
        ] {
            assert_eq!(compiled(name, ColumnType::Number, description).unit.as_deref(), unit);
        }
        for (description, allowed) in [
            ("Rating: G, PG, PG-13, R or NC-17", 5),
            ("Colour: e.g. red, green, blue", 0),
            ("Kind: red, green, blue, etc.", 0),
            ("Address: street, city, country", 0),
            ("Genre: roman, essai ou poème", 3),
            ("Engine: displacement and number of cylinders", 0),
        ] {
            let column = compiled("x", ColumnType::String, description);
            assert_eq!(column.allowed.len(), allowed, "{description}");
        }
    }
}
