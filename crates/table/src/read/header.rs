//! Which row is the header, and what its columns are called.

use std::collections::BTreeSet;

use std::collections::BTreeMap;

use super::super::column::Column;
use super::super::error::{Error, Place};

/// Rows in which the header is searched for.
pub(super) const SEARCHED: usize = 200;

/// Maximum number of title rows above a header that no one has named.
const TITLES: usize = 20;

/// What the caller knows about the header.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hints<'a> {
    /// Its row or line in the file, from 1.
    pub(super) row: Option<u64>,
    /// Names that it contains.
    pub(super) names: &'a [String],
}

/// A row at the start of a file, to find the header among.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    /// Its cells that are not blank, without surrounding blanks, each with its column from 0.
    pub(super) filled: Vec<(usize, String)>,
    /// Whether a blank follows every delimiter, as in prose.
    pub(super) loose: bool,
}

impl Line {
    fn contains(&self, name: &str) -> bool {
        self.filled.iter().any(|(_, text)| text == name.trim())
    }

    /// The number of columns up to the last filled one.
    fn extent(&self) -> usize {
        self.filled.last().map_or(0, |(at, _)| at + 1)
    }

    /// Whether the cells can be names of columns: all different, and the first one no number.
    fn names_columns(&self) -> bool {
        let distinct: BTreeSet<_> = self.filled.iter().map(|(_, text)| text).collect();
        let first_is_name = self.filled.first().is_some_and(|(_, text)| !is_number(text));
        distinct.len() == self.filled.len() && first_is_name && !self.loose
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || ".,-+/:%".contains(c))
}

/// The index of the header among the first rows that are not blank.
///
/// It is the row that contains the names which the caller expects, if every row above has fewer filled
/// cells or is prose with commas; or else the first row below titles; or else the first row. Titles are recognised only if nothing
/// else explains the rows: each fills a single cell, and the table below is wider.
pub(super) fn locate(lines: &[Line], hints: Hints<'_>) -> usize {
    locate_names(lines, hints.names).or_else(|| skip_titles(lines)).unwrap_or(0)
}

fn locate_names(lines: &[Line], names: &[String]) -> Option<usize> {
    if names.is_empty() {
        return None;
    }
    let at = lines.iter().position(|line| names.iter().all(|name| line.contains(name)))?;
    let filled = lines[at].filled.len();
    let is_title = |above: &Line| above.filled.len() < filled || above.loose;
    lines[..at].iter().all(is_title).then_some(at)
}

fn skip_titles(lines: &[Line]) -> Option<usize> {
    let titles = lines.iter().take_while(|line| line.filled.len() == 1).count();
    let (header, body) = lines.get(titles..)?.split_first()?;
    if titles == 0 || titles > TITLES || body.is_empty() || !header.names_columns() {
        return None;
    }
    let wide = body.iter().filter(|line| line.filled.len() > 1).count();
    let fitting = body.iter().filter(|line| line.extent() <= header.extent()).count();
    if wide * 2 < body.len() || fitting * 2 < body.len() {
        return None;
    }
    // Two columns under one filled cell may be a table with an index or remarks that have no header, so
    // more must show that the cell is a title.
    let width = header.filled.len();
    let above = &lines[titles - 1];
    let apart = header.number > above.number + 1;
    let aligned = above.filled[0].0 == header.filled[0].0;
    (width > 2 || (aligned && (apart || titles > 1))).then_some(titles)
}

/// Gives columns without a header a name by their position, and checks that no two headers are the same
/// (ignoring surrounding blanks) and that there are not too many columns.
pub(super) fn name_columns(
    mut columns: Vec<Column>,
    place: Place,
    limit: usize,
) -> Result<Vec<Column>, Error> {
    if columns.len() > limit {
        return Err(Error::TooManyColumns { limit });
    }
    let mut seen = BTreeMap::new();
    for (column, header) in (1..).zip(&columns) {
        let name = header.name.trim();
        if name.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(name, column) {
            let name = name.to_owned();
            return Err(Error::DuplicateHeader { name, first, second: column, place });
        }
    }
    let taken: BTreeSet<String> = seen.into_keys().map(str::to_lowercase).collect();
    for (number, column) in (1..).zip(&mut columns) {
        if column.name.trim().is_empty() {
            column.name = position_name(number, &taken);
            column.unnamed = true;
        }
    }
    Ok(columns)
}

/// `column 3`, or `column 3 (2)` if a header of the table is called that.
fn position_name(number: usize, taken: &BTreeSet<String>) -> String {
    let name = format!("column {number}");
    let further = (2..).map(|count| format!("{name} ({count})"));
    let mut names = std::iter::once(name.clone()).chain(further);
    names.find(|name| !taken.contains(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of cells separated by bars; a number in front is the line's own.
    fn lines(rows: &[&str]) -> Vec<Line> {
        let line = |(number, row): (u64, &&str)| {
            let cells = row.split('|').map(str::trim).enumerate();
            let filled = cells.filter(|(_, text)| !text.is_empty());
            let filled = filled.map(|(at, text)| (at, text.to_owned())).collect();
            Line { number, filled, loose: false }
        };
        (1..).zip(rows).map(line).filter(|line| !line.filled.is_empty()).collect()
    }

    fn header(rows: &[&str], names: &[&str]) -> String {
        let lines = lines(rows);
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let at = locate(&lines, Hints { row: None, names: &names });
        lines[at].filled.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn titles_are_skipped() {
        for rows in [
            &["Report 2024", "name|city|born", "A|Graz|1"][..],
            &["Report", "", "name|city", "A|Graz"],
            &["Report", "for internal use", "name|city", "A|Graz"],
            &["Report||", "", "|as of May|", "name|city|born", "A||1", "B|Graz|2"],
            &["Report", "name||born|city", "A|x|1|Graz", "B||2|"],
        ] {
            assert!(header(rows, &[]).starts_with("name|"), "{rows:?}");
        }
    }

    #[test]
    fn a_first_row_that_may_be_the_header_is_the_header() {
        for rows in [
            &["|name", "0|A", "1|B"][..],
            &["|name", "r1|A", "r2|B"],
            &["name|", "A|see below", "B|"],
            &["name", "A", "B"],
            &["name", "A|Graz", "B", "C"],
            &["name|city", "A|Graz"],
            &["name|city|", "A|Graz|x"],
            &["name", "1|2|3", "4|5|6"],
            &["name", "x|x|y", "4|5|6"],
            &["name", "A|Graz|1"],
        ] {
            assert!(header(rows, &[]).starts_with("name"), "{rows:?}");
        }
    }

    #[test]
    fn expected_names_show_the_header() {
        let rows = ["Report|2024", "a|b", "id|name|city", "1|A|Graz"];
        assert_eq!(header(&rows, &["name"]), "id|name|city");
        assert_eq!(header(&rows, &["city", " id "]), "id|name|city");
        // A cell of a row below the header is no header.
        assert_eq!(header(&["id|word", "1|name", "2|city"], &["name"]), "id|word");
        assert_eq!(header(&["id|word", "1|name", "2|city"], &["title"]), "id|word");
    }

    #[test]
    fn columns_without_a_header_are_named_by_position() {
        let columns = ["", "name", " ", "Column 3", "column 5", ""];
        let columns = columns.map(|name| Column::untyped(name.to_owned())).to_vec();
        let named = name_columns(columns, Place::Line(1), 10).unwrap();
        let names: Vec<_> = named.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["column 1", "name", "column 3 (2)", "Column 3", "column 5", "column 6"]);
        let headers: Vec<_> = named.iter().map(Column::header).collect();
        assert_eq!(headers, ["", "name", "", "Column 3", "column 5", ""]);
    }
}
