//! Chooses the columns that name the entity from what the table holds: a key is filled, differs from row to
//! row, and reads like a name or an identifier.

use std::collections::BTreeSet;

use ampledata_core::value::fold;
use ampledata_table::Cell;

use super::Sample;

/// Share of distinct keys from which no second column is needed.
const ENOUGH: f64 = 0.98;

/// How well a column names the entity.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyCandidate {
    /// Its header.
    pub column: String,
    /// From 0 to 1.
    pub score: f64,
    /// Share of its filled cells that are distinct.
    pub uniqueness: f64,
    /// Share of its cells that are filled.
    pub filled: f64,
}

/// The chosen columns, and all columns, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyChoice {
    /// The chosen columns; none if the table has no rows.
    pub key: Vec<String>,
    /// All columns, best first.
    pub candidates: Vec<KeyCandidate>,
}

/// Chooses the key of a table by its first rows.
pub(super) fn select_key(sample: &Sample) -> KeyChoice {
    let mut candidates: Vec<_> = sample
        .headers
        .iter()
        .enumerate()
        // The index of a data frame distinguishes rows, but names nothing.
        .filter(|(_, header)| !sample.unnamed.contains(*header))
        .map(|(place, header)| candidate(sample, place, header))
        .collect();
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut key = Vec::new();
    if let Some(best) = candidates.first().filter(|_| !sample.rows.is_empty()) {
        key.push(best.column.clone());
        if best.uniqueness < ENOUGH
            && let Some(second) = second(sample, best, &candidates)
        {
            key.push(second);
        }
    }
    KeyChoice { key, candidates }
}

fn candidate(sample: &Sample, place: usize, header: &str) -> KeyCandidate {
    let cells: Vec<_> = sample.rows.iter().filter_map(|row| row.get(place)).collect();
    let filled: Vec<_> = cells.iter().filter(|cell| !cell.is_blank()).collect();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let distinct: BTreeSet<_> = filled.iter().map(|cell| fold(&cell.text())).collect();
    let uniqueness = share(distinct.len(), filled.len());
    let filled_share = share(filled.len(), sample.rows.len());
    let named = filled.iter().filter(|cell| reads_like_a_name(cell)).count();
    let shape = share(named, filled.len());
    let score = filled_share * (0.45 * uniqueness + 0.3 * shape + 0.25 * by_header(header));
    KeyCandidate { column: header.to_owned(), score, uniqueness, filled: filled_share }
}

/// Words of a name, or an identifier; not a sentence, an address, a date or an amount.
fn reads_like_a_name(cell: &Cell) -> bool {
    if !matches!(cell, Cell::Text(_) | Cell::Web(_)) {
        return false;
    }
    let text = cell.text();
    let text = text.trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let an_address = text.contains("://") || text.contains('@');
    let an_identifier = digits >= 8 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let a_date = text.len() == 10 && text.matches('-').count() == 2;
    let words = text.split_whitespace().count();
    !an_address && !a_date && (an_identifier || (letters >= 2 && letters > digits && words <= 10))
}

fn by_header(header: &str) -> f64 {
    const BEST: [&str; 6] = ["name", "title", "company", "organization", "organisation", "entity"];
    const GOOD: [&str; 9] = [
        "isbn",
        "product",
        "person",
        "domain",
        "website",
        "firm",
        "brand",
        "institution",
        "school",
    ];
    const LESS: [&str; 4] = ["id", "key", "code", "url"];
    let folded = fold(header);
    let has = |words: &[&str]| folded.split_whitespace().any(|word| words.contains(&word));
    match () {
        () if BEST.contains(&folded.as_str()) => 1.0,
        () if has(&BEST) => 0.9,
        () if has(&GOOD) => 0.7,
        () if has(&LESS) => 0.3,
        () => 0.1,
    }
}

/// A second column that distinguishes namesakes, if there is one.
fn second(sample: &Sample, best: &KeyCandidate, all: &[KeyCandidate]) -> Option<String> {
    let place = |name: &str| sample.headers.iter().position(|header| header == name);
    let first = place(&best.column)?;
    let apart = |second: usize| {
        let pair =
            |row: &Vec<Cell>| Some((fold(&row.get(first)?.text()), fold(&row.get(second)?.text())));
        let pairs: BTreeSet<_> = sample.rows.iter().filter_map(pair).collect();
        pairs.len() as f64 / sample.rows.len().max(1) as f64
    };
    let others = all.iter().skip(1).filter(|other| other.filled > 0.9);
    let others = others.filter_map(|other| Some((apart(place(&other.column)?), other)));
    let better = others.filter(|(share, _)| *share > best.uniqueness + 0.01);
    better.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other.column.clone())
}

#[cfg(test)]
mod tests {
    use ampledata_table::Column;

    use super::*;

    fn key_of(headers: &[&str], rows: &[&[&str]]) -> Vec<String> {
        let cells = |row: &&[&str]| row.iter().map(|text| Cell::Text((*text).to_owned())).collect();
        let columns: Vec<_> = headers
            .iter()
            .zip(1..)
            .map(|(header, at)| match *header {
                "" => Column { unnamed: true, ..Column::untyped(format!("column {at}")) },
                header => Column::untyped(header.to_owned()),
            })
            .collect();
        select_key(&Sample::new(&columns, rows.iter().map(cells).collect())).key
    }

    #[test]
    fn the_index_of_a_data_frame_is_no_part_of_a_key() {
        let rows: [&[&str]; 3] =
            [&["0", "Acme", "Ogden"], &["1", "Acme", "Nome"], &["2", "Bolt", "Ogden"]];
        assert_eq!(key_of(&["", "name", "city"], &rows), ["name", "city"]);
    }

    #[test]
    fn the_name_is_chosen_over_what_only_differs() {
        let rows: [&[&str]; 3] = [
            &["1", "Acme Widgets", "2001-02-03", "Ogden"],
            &["2", "Bolt Works", "2001-02-04", "Ogden"],
            &["3", "Cog & Co", "2001-02-05", "Nome"],
        ];
        assert_eq!(key_of(&["id", "company", "since", "city"], &rows), ["company"]);
        assert_eq!(key_of(&["a", "b", "c", "d"], &rows), ["b"]);
    }

    #[test]
    fn namesakes_take_a_second_column() {
        let rows: [&[&str]; 4] = [
            &["Springfield", "Ohio"],
            &["Springfield", "Utah"],
            &["Salem", "Ohio"],
            &["Salem", "Utah"],
        ];
        assert_eq!(key_of(&["name", "state"], &rows), ["name", "state"]);
        assert!(key_of(&["name"], &[]).is_empty());
    }
}
