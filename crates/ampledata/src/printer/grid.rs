//! Tables for terminals.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width};
use comfy_table::{ContentLineStyle, LineStyle, TableStyle};

const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('─').junction(' '))
    .content_lines(ContentLineStyle::none().junction(' '));

/// A table of text with aligned columns.
#[derive(Debug, Clone)]
pub struct Grid {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns that are aligned on the right, such as numbers.
    right: Vec<usize>,
    /// Maximum width of a cell where lines are not wrapped, in terminal columns; longer text is cut.
    max_width: u16,
}

impl Grid {
    /// A table with these headers.
    pub fn new(headers: &[&str]) -> Self {
        let headers = headers.iter().map(|header| (*header).to_owned()).collect();
        Self { headers, rows: Vec::new(), right: Vec::new(), max_width: u16::MAX }
    }

    /// Aligns these columns on the right.
    #[must_use]
    pub fn align_right(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        self.right.extend(columns);
        self
    }

    /// Sets the maximum width of cells where lines are not wrapped.
    #[must_use]
    pub fn truncate_at(mut self, max_width: u16) -> Self {
        self.max_width = max_width;
        self
    }

    /// Adds a row; control characters in its text are replaced.
    pub fn add_row(&mut self, cells: &[String]) {
        self.rows.push(cells.iter().map(|cell| visible(cell)).collect());
    }

    /// The table as text. It fits into a terminal of this width, because long cells take several lines; without a
    /// width, each row is one line, and long cells are cut.
    pub fn render(&self, width: Option<u16>) -> String {
        let mut table = Table::new();
        table.load_style(STYLE).set_truncation_indicator("…").set_header(&self.headers);
        for cells in &self.rows {
            let mut row = Row::from(cells);
            if width.is_none() {
                row.max_height(1);
            }
            table.add_row(row);
        }
        match width {
            Some(width) => {
                table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 1));
            if width.is_none() {
                // The padding counts as part of the column.
                let max_width = self.max_width.saturating_add(1);
                column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(max_width)));
            }
            if self.right.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.trim_fmt() + "\n"
    }
}

/// Text that is safe for a terminal: control characters, with which a page could move the cursor or change
/// the output, become spaces.
pub fn visible(text: &str) -> String {
    let bidi = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || bidi(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(&["name", "n"]).align_right([1]).truncate_at(8);
        grid.add_row(&["東京".into(), "7".into()]);
        grid.add_row(&["a very long name".into(), "1234".into()]);
        grid.add_row(&["https://long.example/path".into(), String::new()]);
        grid
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        insta::assert_snapshot!(grid().render(None), @r"
        name         n
        ───────── ─────
        東京         7
        a very…   1234
        https:/…
        ");
    }

    #[test]
    fn a_table_fits_into_its_terminal() {
        insta::assert_snapshot!(grid().render(Some(18)), @r"
        name            n
        ──────────── ─────
        東京            7
        a very long  1234
        name
        https://lon
        g.example/p
        ath
        ");
    }

    #[test]
    fn nothing_from_outside_can_steer_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\u{202e}c\nd"), "a [2Jb c d");
    }
}
