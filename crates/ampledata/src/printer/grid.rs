//! Tables for terminals.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A table of text with aligned columns.
#[derive(Debug, Clone)]
pub struct Grid {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns that are aligned on the right, such as numbers.
    right: Vec<usize>,
    /// Maximum width of a cell, in terminal columns; longer text is cut.
    widest: usize,
}

impl Grid {
    /// A table with these headers.
    pub fn new(headers: &[&str]) -> Self {
        let headers = headers.iter().map(|header| (*header).to_owned()).collect();
        Self { headers, rows: Vec::new(), right: Vec::new(), widest: usize::MAX }
    }

    /// Aligns these columns on the right.
    #[must_use]
    pub fn right(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        self.right.extend(columns);
        self
    }

    /// Sets the maximum width of cells.
    #[must_use]
    pub fn cut(mut self, widest: usize) -> Self {
        self.widest = widest;
        self
    }

    /// Adds a row; control characters in its text are replaced.
    pub fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.iter().map(|cell| cut(&visible(cell), self.widest)).collect());
    }

    /// The table as text.
    pub fn render(&self) -> String {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).chain(self.headers.get(at));
            cells.map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.headers.len()).map(width).collect();
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                if self.right.contains(&at) { blanks + cell } else { cell.clone() + &blanks }
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let rows = self.rows.iter().map(|row| line(row));
        [line(&self.headers), line(&rule)].into_iter().chain(rows).collect()
    }
}

/// Text that is safe for a terminal: control characters, with which a page could move the cursor or change
/// the output, become spaces.
pub fn visible(text: &str) -> String {
    let bidi = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || bidi(c) { ' ' } else { c }).collect()
}

fn cut(text: &str, widest: usize) -> String {
    if text.width() <= widest {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used < widest
    });
    fits.collect::<String>().trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let mut grid = Grid::new(&["name", "n"]).right([1]).cut(8);
        grid.row(&["東京".into(), "7".into()]);
        grid.row(&["a very long name".into(), "1234".into()]);
        insta::assert_snapshot!(grid.render(), @r"
        name        n
        ───────  ────
        東京        7
        a very…  1234
        ");
    }

    #[test]
    fn nothing_from_outside_can_steer_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\u{202e}c\nd"), "a [2Jb c d");
    }
}
