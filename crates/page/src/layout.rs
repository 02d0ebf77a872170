//! Which rows of a table are headers, and which column names the rows.

use std::collections::BTreeSet;

use ampledata_core::value::{ScalePlace, find_scale, fold, unit_named_in, without_scale};

use super::body::{Body, bare_label, is_label};
use super::grid::{Grid, GridCell, Part};
use super::tables::Table;
use super::tag::{Attr, Tag};

/// Maximum number of rows of a header.
const MAX_HEADER: usize = 5;

/// The parts of a table whose cells are named by a header.
#[derive(Debug)]
pub(super) struct Layout {
    /// The cells above the header that cover the whole table.
    pub(super) titles: Vec<GridCell>,
    /// The rows of the header.
    pub(super) header: Vec<usize>,
    /// The rows below it that show something.
    pub(super) data: Vec<usize>,
    /// The column whose cells name the rows.
    pub(super) name_column: usize,
}

impl Layout {
    /// Finds the header; `None` if the table has none.
    pub(super) fn detect(body: &Body<'_>, table: &Table) -> Option<Self> {
        let grid = &table.grid;
        let is_shown = |row: &usize| grid.row(*row).iter().any(|cell| !body.is_blank(cell.id));
        let shown: Vec<usize> = (0..grid.len()).filter(is_shown).collect();
        let mut titles = Vec::new();
        while let Some(row) = shown.get(titles.len()).filter(|_| titles.len() + 2 < shown.len())
            && let Some(title) = title_of(body, grid, *row)
        {
            titles.push(title);
        }
        let rest = &shown[titles.len()..];
        let count = header_rows(body, grid, rest)?;
        let (header, data) = rest.split_at(count);
        let name_column = name_column(body, grid, data);
        Some(Self { titles, header: header.to_vec(), data: data.to_vec(), name_column })
    }
}

/// The only cell of a row that covers all columns.
fn title_of(body: &Body<'_>, grid: &Grid, row: usize) -> Option<GridCell> {
    match single_cell(body, grid, row) {
        Some(cell) if cell.columns >= 2 && cell.columns >= grid.width() => Some(cell),
        _ => None,
    }
}

/// The only cell of a row that shows something.
pub(super) fn single_cell(body: &Body<'_>, grid: &Grid, row: usize) -> Option<GridCell> {
    let cells = shown_cells(body, grid, row);
    match cells[..] {
        [cell] => Some(cell),
        _ => None,
    }
}

/// The cells of a row that show something, covering ones included.
pub(super) fn shown_cells(body: &Body<'_>, grid: &Grid, row: usize) -> Vec<GridCell> {
    grid.row(row).into_iter().filter(|cell| !body.is_blank(cell.id)).collect()
}

/// Whether all cells of a row are headers, and at least two show something.
pub(super) fn is_header_row(body: &Body<'_>, grid: &Grid, row: usize) -> bool {
    let cells = grid.row(row);
    let own = cells.iter().filter(|cell| cell.row == row);
    cells.len() >= 2
        && own.clone().all(|cell| body.tree.tag(cell.id) == Tag::Th)
        && own.filter(|cell| !body.is_blank(cell.id)).count() >= 1
}

/// How many of the rows are the header; `None` if the first is no header.
fn header_rows(body: &Body<'_>, grid: &Grid, rows: &[usize]) -> Option<usize> {
    let (first, rest) = rows.split_first()?;
    // A row that names a group may come between the header and the first row.
    let second = rest.iter().take(3).find(|row| grid.row(**row).len() >= 2)?;
    if grid.row(*first).len() < 2 {
        return None;
    }
    let in_head = rows.iter().take_while(|row| grid.part(**row) == Part::Head).count();
    let data_follows =
        |count: usize| rows[count..].iter().any(|row| !is_header_row(body, grid, *row));
    if (1..=MAX_HEADER).contains(&in_head) && in_head < rows.len() {
        return Some(in_head);
    }
    let is_th = is_header_row(body, grid, *first) && !is_header_row(body, grid, *second);
    let starts_several = is_header_row(body, grid, *first) && data_follows(1);
    if !is_th && !starts_several && !names_columns(body, grid, (*first, *second), rows) {
        return None;
    }
    // A header goes on while a cell of it covers the next row, or all cells of that row are headers.
    let mut count = 1;
    while count < MAX_HEADER.min(rows.len() - 1) {
        let next = rows[count];
        let is_grouped = grid.row(*first).iter().any(|cell| cell.columns > 1);
        let is_covered =
            grid.row(next).iter().any(|cell| cell.row <= rows[count - 1] && cell.row >= *first);
        let is_next_th = starts_several
            && is_header_row(body, grid, next)
            && single_cell(body, grid, next).is_none()
            && data_follows(count + 1);
        if !(is_grouped && is_covered || is_next_th || is_unit_row(body, grid, next)) {
            break;
        }
        count += 1;
    }
    Some(count)
}

/// Whether a row of ordinary cells names the columns: by labels, or by years.
fn names_columns(
    body: &Body<'_>,
    grid: &Grid,
    (first, second): (usize, usize),
    rows: &[usize],
) -> bool {
    let cells = grid.row(first);
    let places: usize = cells.iter().map(|cell| cell.columns).sum();
    let below = grid.row(second);
    let below: usize = below.iter().map(|cell| cell.columns).sum();
    let text = |cell: &GridCell| body.visible_text(cell.id);
    let names = cells.iter().filter(|cell| is_label(text(cell), 8)).count();
    let no_values = cells.iter().all(|cell| !text(cell).ends_with(':'));
    if places >= 3 && below + 1 >= places && names + 1 >= cells.len() && no_values {
        return true;
    }
    let Some((corner, periods)) = cells.split_first() else { return false };
    let are_periods = !periods.is_empty() && periods.iter().all(|cell| is_period(text(cell)));
    let are_labels = || {
        rows[1..].iter().filter_map(|row| grid.cell(*row, 0)).all(|cell| {
            body.is_blank(cell.id) || body.visible_text(cell.id).contains(char::is_alphabetic)
        })
    };
    // "Opened | 1996" is a label and its value: one year alone is a header only under a corner that is
    // empty, states a scale, or names the table.
    let is_corner = || {
        let shown = text(corner);
        let folded = fold(shown);
        cells.len() > 2
            || body.is_blank(corner.id)
            || find_scale(shown, None, ScalePlace::Label).is_some()
            || folded.split(' ').any(|word| CORNERS.contains(&word))
    };
    are_periods && no_values && is_corner() && are_labels()
}

/// Whether a row below a header only states the units of the columns: "(m)", "US$ m".
fn is_unit_row(body: &Body<'_>, grid: &Grid, row: usize) -> bool {
    let cells = shown_cells(body, grid, row);
    let is_unit = |cell: &GridCell| {
        let text = body.visible_text(cell.id).trim_matches(['(', ')', '[', ']']);
        let is_short = text.len() <= 24 && !text.contains(|c: char| c.is_ascii_digit() && c != '0');
        is_short
            && (unit_named_in(&format!("({text})")).is_some()
                || find_scale(&format!("({text})"), None, ScalePlace::Label).is_some())
    };
    !cells.is_empty() && cells.iter().all(is_unit)
}

#[rustfmt::skip]
const CORNERS: [&str; 18] = [
    "item", "items", "figures", "figure", "indicator", "indicators", "metric", "position", "data", "year",
    "kennzahl", "kennzahlen", "posten", "indicateur", "chiffres", "concepto", "voce", "description",
];

/// Whether a header names a year or a part of one: `2023`, `FY23`, "31 Dec 2023", "2023, US$ m".
pub(super) fn is_period(header: &str) -> bool {
    if header.len() > 60 {
        return false;
    }
    let bare = without_scale(header).to_lowercase();
    let words: Vec<&str> =
        bare.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let is_year = |word: &str| {
        let digits = word.trim_matches(|c: char| c.is_ascii_alphabetic());
        let is_full = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
        let is_short = digits.len() == 2 && word.starts_with("fy");
        digits.bytes().all(|b| b.is_ascii_digit())
            && (is_full || is_short)
            && word.len() <= digits.len() + 2
    };
    let is_part = |word: &str| {
        word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= 4
            || MONTHS.iter().any(|month| word.starts_with(month) && word.len() <= 10)
            || PARTS.contains(&word)
    };
    words.iter().any(|word| is_year(word))
        && words.iter().all(|word| is_year(word) || is_part(word))
}

#[rustfmt::skip]
const MONTHS: [&str; 24] = [
    "jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec",
    "dez", "fév", "avr", "juin", "déc", "ene", "abr", "dic", "gen",
];
#[rustfmt::skip]
const PARTS: [&str; 34] = [
    "fy", "fiscal", "year", "years", "ended", "ending", "months", "twelve", "quarter", "half", "q1", "q2",
    "q3", "q4", "h1", "h2", "restated", "actual", "audited", "unaudited", "estimate", "estimated", "e", "a",
    "f", "forecast", "gj", "jahr", "geschäftsjahr", "année", "año", "anno", "exercice", "as",
];

/// The column that names the rows: the last whose cells are row headers, else the first of texts that
/// differ from row to row, else the first.
fn name_column(body: &Body<'_>, grid: &Grid, data: &[usize]) -> usize {
    let named: Vec<usize> =
        data.iter().copied().filter(|row| shown_cells(body, grid, *row).len() > 1).collect();
    if named.is_empty() {
        return 0;
    }
    let columns = 0..grid.width().saturating_sub(1).min(4);
    let is_row_header = |row: usize, column: usize| {
        grid.cell(row, column).is_some_and(|cell| {
            body.tree.tag(cell.id) == Tag::Th && cell.columns == 1
                || body
                    .tree
                    .attr(cell.id, Attr::Scope)
                    .is_some_and(|scope| scope.starts_with("row"))
        })
    };
    let mostly = |count: usize| count * 5 >= named.len() * 3;
    let by_header = columns
        .clone()
        .rev()
        .find(|column| mostly(named.iter().filter(|row| is_row_header(**row, *column)).count()));
    by_header
        .or_else(|| columns.clone().find(|column| tells_apart(body, grid, &named, *column)))
        .unwrap_or(0)
}

/// Whether the cells of a column are texts, and differ from row to row.
fn tells_apart(body: &Body<'_>, grid: &Grid, rows: &[usize], column: usize) -> bool {
    let mut texts = BTreeSet::new();
    let mut worded = 0;
    for row in rows {
        let Some(cell) = grid.cell(*row, column) else { continue };
        let text = bare_label(body.visible_text(cell.id));
        let is_worded = text.chars().filter(|c| c.is_alphabetic()).count() >= 2
            && !is_period(text)
            && text.len() <= 200;
        worded += usize::from(is_worded);
        texts.insert(text);
    }
    worded * 5 >= rows.len() * 3 && texts.len() * 5 >= rows.len() * 4
}
