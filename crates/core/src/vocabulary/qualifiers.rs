//! Words that narrow what a column asks for: a year, net or gross, city or highway. A value that stands
//! beside the rival of such a word is another value, however well the noun matches.

use std::collections::BTreeSet;

use super::words::words;
use crate::column::{Column, ColumnType};

/// Factor for a value without the word that the column asks for, and without any of its rivals.
const MISSING: f64 = 0.92;
/// The same for a year: without one, a page may mean any.
const UNDATED: f64 = 0.8;

/// Words of which a value has at most one.
struct Group {
    /// Words of a column that the group applies to; empty: any column.
    about: &'static [&'static str],
    /// For each meaning, its words, folded and singular.
    sides: &'static [&'static [&'static str]],
}

const GROUPS: &[Group] = &[
    Group {
        about: &["mpg", "fuel", "economy", "consumption", "mileage"],
        sides: &[&["city", "cty", "urban"], &["highway", "hwy", "motorway"], &["combined"]],
    },
    Group {
        about: &[],
        sides: &[&["net", "netto"], &["gross", "brutto", "brut", "bruto", "lordo"]],
    },
    Group {
        about: &[],
        sides: &[
            &["male", "men", "man", "boy", "manner", "homme", "hombre", "uomini"],
            &["female", "women", "woman", "girl", "frauen", "femme", "mujere", "donne"],
        ],
    },
    Group {
        about: &[],
        sides: &[
            &["seated", "seater", "sitzplatz", "sitzplatze"],
            &["standing", "stehplatz", "stehplatze", "debout"],
        ],
    },
    Group { about: &[], sides: &[&["domestic", "inland"], &["international", "overseas"]] },
    Group { about: &[], sides: &[&["indoor", "inside"], &["outdoor", "outside"]] },
    Group {
        about: &["cap", "game", "match"],
        sides: &[&["coach", "manager"], &["commander"], &["captain"], &["player"]],
    },
    Group {
        about: &["population", "inhabitant", "area"],
        sides: &[&["urban"], &["rural"], &["metropolitan", "metro"]],
    },
    Group { about: &[], sides: &[&["undergraduate"], &["graduate", "postgraduate"]] },
    Group {
        about: &["price", "ticket", "admission", "fee", "entry"],
        sides: &[&["adult", "erwachsene"], &["child", "children", "kinder", "kid"]],
    },
];

/// The narrowing words of one column.
#[derive(Debug, Clone, Default)]
pub struct Qualifiers {
    /// For each group that the column takes a side of: its words, and those of its rivals.
    sides: Vec<(BTreeSet<&'static str>, BTreeSet<&'static str>)>,
    years: BTreeSet<u16>,
}

impl Qualifiers {
    /// The narrowing words of a column's name and description.
    pub fn new(column: &Column) -> Self {
        let described = column.description.as_deref().unwrap_or("");
        let own: BTreeSet<String> =
            words(&column.name).into_iter().chain(words(described)).collect();
        let mut sides = Vec::new();
        for Group { about, sides: group } in GROUPS {
            if !about.is_empty() && !about.iter().any(|word| own.contains(*word)) {
                continue;
            }
            let asked: Vec<bool> =
                group.iter().map(|side| side.iter().any(|word| own.contains(*word))).collect();
            if asked.iter().filter(|asked| **asked).count() != 1 {
                continue;
            }
            let of = |wanted: bool| {
                let sides = group.iter().zip(&asked).filter(|(_, asked)| **asked == wanted);
                sides.flat_map(|(side, _)| side.iter().copied()).collect::<BTreeSet<_>>()
            };
            sides.push((of(true), of(false)));
        }
        let mut years = years_in(&column.name);
        // A date is itself a year, and an identifier is none.
        if column.kind == ColumnType::Number {
            years.extend(years_in(described));
        } else {
            years.clear();
        }
        Self { sides, years }
    }

    /// How well a value fits whose label, heading and clause are these texts: 1 if they have the column's
    /// narrowing words, less if they have none, 0 if they have rivals of them.
    pub fn score<'t>(&self, around: impl IntoIterator<Item = &'t str>) -> f64 {
        if self.sides.is_empty() && self.years.is_empty() {
            return 1.0;
        }
        let mut near: BTreeSet<String> = BTreeSet::new();
        let mut years: BTreeSet<u16> = BTreeSet::new();
        for text in around {
            near.extend(words(text));
            years.extend(years_in(text));
        }
        let mut score = 1.0;
        for (asked, rivals) in &self.sides {
            if near.iter().any(|word| asked.contains(word.as_str())) {
                continue;
            }
            if near.iter().any(|word| rivals.contains(word.as_str())) {
                return 0.0;
            }
            score *= MISSING;
        }
        if self.years.is_subset(&years) {
            score
        } else if years.is_empty() {
            score * UNDATED
        } else {
            0.0
        }
    }
}

/// The years of a text, with the second one of `2021–25`.
fn years_in(text: &str) -> BTreeSet<u16> {
    const EARLIEST: u16 = 1700;
    const LATEST: u16 = 2100;
    let mut years = BTreeSet::new();
    let mut last: Option<u16> = None;
    let mut rest = text;
    let mut grouped = false;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let tail = &rest[start..];
        let length = tail.bytes().take_while(u8::is_ascii_digit).count();
        let joined = rest[..start].trim_end().ends_with(['-', '–', '/']);
        let (digits, after) = tail.split_at(length);
        let continues = is_grouped(after);
        let is_part = std::mem::replace(&mut grouped, continues) || continues;
        let number = digits.parse::<u16>().ok();
        match (length, number) {
            (4, Some(year)) if !is_part && (EARLIEST..=LATEST).contains(&year) => {
                years.insert(year);
                last = Some(year);
            }
            (2, Some(short)) if joined => {
                years.extend(last.map(|year| year / 100 * 100 + short));
                last = None;
            }
            _ => last = None,
        }
        rest = after;
    }
    years
}

/// Whether a group of three digits follows, or decimals.
fn is_grouped(after: &str) -> bool {
    let mut chars = after.chars();
    matches!(chars.next(), Some(',' | '.')) && chars.next().is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(name: &str, description: &str, around: &str) -> f64 {
        let description = Some(description.to_owned());
        let column = Column { description, ..Column::new(name, ColumnType::Number) };
        Qualifiers::new(&column).score([around])
    }

    #[test]
    fn rivals_of_a_columns_words_refuse_a_value() {
        for (name, description, around, fits) in [
            ("population", "Population in 2021", "Population (2021)", "yes"),
            ("population", "Population in 2021", "Population", "less"),
            ("population", "Population in 2021", "Population 12,011 at 48.1937 north", "less"),
            ("population", "Population in 2021", "Population 2011 census", "no"),
            ("population_2021", "", "Population: 12,011", "less"),
            ("revenue", "Revenue from 2021 to 2025", "Revenue 2021–25", "yes"),
            ("revenue", "Revenue from 2021 to 2025", "Revenue 2021", "no"),
            ("mpg", "City mpg", "Highway MPG", "no"),
            ("mpg", "City mpg", "27 City / 36 Highway", "yes"),
            ("income", "Net income", "Gross income", "no"),
            ("income", "Net income", "Income", "less"),
            ("capacity", "All-seater capacity", "Standing capacity", "no"),
            ("capacity", "All-seater capacity", "Capacity (seated)", "yes"),
            ("caps", "Caps as commander", "Caps as player", "no"),
            ("caps", "Caps as commander", "Caps as captain", "no"),
            ("members", "Number of female members", "Male members", "no"),
            ("members", "Male and female members", "Male members", "yes"),
            ("seats", "Number of chairs", "Gross", "yes"),
        ] {
            let score = score(name, description, around);
            let found = if score <= 0.0 {
                "no"
            } else if score < 1.0 {
                "less"
            } else {
                "yes"
            };
            assert_eq!(found, fits, "{description}: {around}");
        }
    }
}
